"""The doors of this room: people beside you, invitations, a care manager's caseload, and acting for somebody."""

from flask import Blueprint

from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.circles import access

blueprint = Blueprint("circles", __name__)
blueprint.add_app_template_global(access.shopping_for, "shopping_for")

HOME = "/people-beside-you"


def whose_circle() -> Person:
    """Whose circle the page is about: one's own, or that of the person a care manager acts for."""
    found = access.shopper()
    return found.person if found.is_for_other and found.is_care_manager else actor()


# They hang their pages on the blueprint.
from app.people.circles.views import (  # noqa: E402
    acting,  # noqa: F401
    asked,  # noqa: F401
    beside,  # noqa: F401
    caseloads,  # noqa: F401
    second_looks,  # noqa: F401
)
