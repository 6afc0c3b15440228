"""Whether whoever acts may book for a person now, and spend the money they chose."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from app.base.db import fetch_rows, number_of
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries.under_lock import Spendable
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import COMES_HOME
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Power, Spender
from app.people.homes.queries import is_said
from app.people.homes.rules import HomeNotSaid
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import staff


def may_book_for(actor: Person, person: Person, listing_id: int | None = None) -> Spender:
    """What the actor may spend for the person at this moment, when they may book from some money; the person is locked.

    Nobody chooses for another what the provider they work for sells: ``listing_id`` says what is asked for.

    Raises:
        NotAllowed: when they may not book for them, saying what they can do.
    """
    powers = circles.powers_to_act(actor, number_of(person))
    if not booking_records_permissions.may_book(powers):
        raise NotAllowed(
            "You may not book for this person. Put it in their basket instead, so that they can say yes, or ask them to "
            "let you book."
        )
    if listing_id is not None:
        staff.must_not_sell_own(actor, number_of(person), listing_id)
    return Spender(number_of(actor), powers)


def must_be_theirs_to_spend(spender: Spender, pots: Mapping[int, Spendable]) -> None:
    """Let pass money that this account may spend for its person.

    Raises:
        NotAllowed: when some of it is not, saying what they can do.
    """
    barred = [pot for pot in pots.values() if not may_spend_from(spender, pot)]
    if barred and Power.BOOK in spender.powers:
        raise NotAllowed(
            "Somebody else holds this money for this person, and only they or the person may spend it. Choose other "
            "money. Or put it in their basket, so that they can say yes."
        )
    if barred:
        raise NotAllowed(
            "You may not spend this money for this person: their own money and their direct payment need their own yes. "
            "Choose money the council looks after for them. Or put it in their basket, so that they can say yes."
        )


def must_go_on(closed_at: datetime | None, stopped_at: datetime | None) -> None:
    """Let pass whom nobody has reported dead, and whose account is open; read under the person's lock.

    Raises:
        Conflict: saying which, and who can mend it.
    """
    if stopped_at is not None:
        raise Conflict(
            "Nothing new can be arranged now: somebody told us that this person has died. If that is a mistake, they can "
            "sign in and say so, or their council can."
        )
    if closed_at is not None:
        raise Conflict("This account is closed, so nothing can be arranged for it.")


def must_still_go_on(person_id: int) -> None:
    """The same for whoever has locked the person already."""
    must_go_on(*fetch_rows(_GOES_ON, {"person_id": person_id}).one())


_GOES_ON = select(Person.closed_at, Person.stopped_at).where(Person.id == bindparam("person_id"))


def must_be_able_to_come(person: Person, listing: Listing) -> None:
    """Let pass what comes to no home, or to one of which it is known where.

    Raises:
        HomeNotSaid: when nobody has said where the person lives.
    """
    if listing.kind in COMES_HOME and not is_said(number_of(person)):
        raise HomeNotSaid
