"""The blueprint on which each page of this room hangs itself, and whose circle a page is about."""

from flask import Blueprint

from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.circles import access

blueprint = Blueprint("circles", __name__)
blueprint.after_app_request(access.note_page)
blueprint.add_app_template_global(access.shopping_for, "shopping_for")


def whose_circle() -> Person:
    """Whose circle the page is about: one's own, or that of the person a care manager acts for."""
    found = access.shopper()
    return found.person if found.is_for_other and found.is_care_manager else actor()
