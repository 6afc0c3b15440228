"""The blueprint on which each page of this room hangs itself, and whose circle a page is about."""

from flask import Blueprint

from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.circles import access

blueprint = Blueprint("circles", __name__)
blueprint.after_app_request(access.note_page)
blueprint.add_app_template_global(access.shopping_for, "shopping_for")


def shown_of(person: Person, page: str, what: str = "people_beside_you_looked_at") -> str:
    """A drawn page about somebody; that somebody else looked at it is recorded before they get it."""
    access.note_look(what, [person])
    return page


def whose_circle() -> Person:
    """Whose circle the page is about: one's own, or that of the person a care manager acts for."""
    found = access.shopper()
    return found.person if found.is_for_other and found.is_care_manager else actor()
