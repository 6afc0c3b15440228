"""What somebody may do about one booking: that follows from their powers over the person and from which money pays."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import select

from app.base.db import db, number_of
from app.base.refusals import NotAllowed, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.permissions import may_know_it_pays, may_spend_from
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Power, Spender
from app.support.booking_records import permissions
from app.support.booking_records.models.bookings import Booking, Pattern, Visit, VisitPayment

SUGGEST_INSTEAD = "Suggest it to them instead: only they can let you do this."


def powers_about(actor: Person, booking: Booking) -> frozenset[Power]:
    """What the actor may do about a booking, for its pages: without booking, where money pays that they may not spend."""
    spender = Spender(number_of(actor), circles.powers_over(actor, booking.person_id))
    return powers_with(spender, booking, booking.person_id)


def may_know_of(spender: Spender) -> Callable[[VisitPayment], bool]:
    """For a page: whether this account may know that a sum of a person's money pays."""
    return lambda payment: may_know_it_pays(spender, payment.pot)


def powers_with(spender: Spender, booking: Booking, person_id: int) -> frozenset[Power]:
    """Of somebody's powers over a person those that reach this booking, which that person pays for.

    Where they may spend all the money that pays, or nothing is paid, nothing is taken from them.
    """
    powers = spender.powers
    if spender.account_id == person_id or not permissions.may_book(powers):
        return powers
    if all(may_spend_from(spender, pot) for pot in _pots_paying(booking, person_id)):
        return powers
    return powers - {Power.BOOK_COUNCIL_MANAGED, Power.BOOK}


class _Paying(NamedTuple):
    """Some money that pays."""

    person_id: int
    kind: PotKind
    agent_id: int | None


def _pots_paying(booking: Booking, person_id: int) -> list[_Paying]:
    """This person's money that pays for a booking's visits, and for those still to be made."""
    paid = select(VisitPayment.pot_id).join(VisitPayment.visit).where(Visit.booking_id == booking.id)
    later = db.session.scalar(select(Pattern.pots).where(Pattern.booking_id == booking.id)) or []
    waits = db.session.scalars(
        select(Visit.waits_for).where(Visit.booking_id == booking.id, Visit.waits_on.is_not(None))
    )
    later = [*later, *(pot for pots in waits for pot in pots or ())]
    rows = select(Pot.person_id, Pot.kind, Pot.agent_id).where(Pot.person_id == person_id)
    return [_Paying(*row) for row in db.session.execute(rows.where(Pot.id.in_(paid) | Pot.id.in_(later)).distinct())]


def must_be_let(actor: Person, booking: Booking, *, to: str, what: str = "booking") -> Spender:
    """Let pass who may decide about this booking for its person, at the moment of acting: its lock is held.

    Args:
        actor: whoever acts.
        booking: locked by the caller, and the person before it where money is spent.
        to: what they want, to be said when they may not: ``cancel it``.
        what: what they look at, in the words of the page.

    Raises:
        NotFound: when it is not this actor's to know of.
        NotAllowed: when they may see it but not decide about the money that pays, saying what they can do.
    """
    powers = circles.powers_to_act(actor, booking.person_id)
    if not permissions.may_see_bookings(powers):
        raise NotFound(f"We cannot find that {what} among yours.")
    powers = powers_with(Spender(number_of(actor), powers), booking, booking.person_id)
    if not permissions.may_book(powers):
        raise NotAllowed(f"You may look at this {what} but not {to}. {SUGGEST_INSTEAD}")
    return Spender(number_of(actor), powers)
