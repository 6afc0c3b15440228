"""Who may say yes to what was suggested, take things out, and ask for a person's yes by code."""

from collections.abc import Collection

from app.base.db import number_of
from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.support.basket.models import BasketLine
from app.support.booking_records import permissions as booking_records_permissions


def may_say_yes(powers: Collection[Power]) -> bool:
    """Whether somebody with these powers may take or leave what was suggested: the person, or who may book from any money."""
    return Power.BOOK in powers


def may_take_out(powers: Collection[Power], actor: Person, line: BasketLine) -> bool:
    """Whoever may decide takes out anything; whoever may only suggest, what they put in, until it is taken."""
    return may_say_yes(powers) or (line.added_by_id == number_of(actor) and line.taken_at is None)


def may_ask_for_code(powers: Collection[Power], actor: Person, person: Person) -> bool:
    """Whoever fills another's basket and may not decide: then the person's own yes can be given by code beside them."""
    is_other = number_of(actor) != number_of(person)
    return is_other and booking_records_permissions.may_fill_basket(powers) and not may_say_yes(powers)
