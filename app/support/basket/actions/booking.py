"""What is in a basket, booked provider by provider."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict, Refusal
from app.people.accounts.models import Person
from app.support.basket import rules as lines
from app.support.basket.actions.locking import lock_basket_of, locked_lines
from app.support.basket.models import BasketLine
from app.support.basket.rules import BasketPlan
from app.support.booking_records.rules import paying
from app.support.bookings.actions import allowing, requests
from app.support.bookings.queries import offers
from app.support.bookings.rules.requests import BookingRequest


class Chosen(NamedTuple):
    """One line that is to be booked: with which money, at which price seen."""

    line: str
    """Its public id."""
    pay: str
    """The money, by public ids in order, as it travels in a form."""
    price_seen: int


class NotBooked(Conflict):
    """Nothing from one provider was booked, because one thing could not be."""

    def __init__(self, line: str, words: str) -> None:
        super().__init__(words)
        self.line = line


def book_from_basket(*, actor: Person, person: Person, key: str, chosen: Sequence[Chosen]) -> list[BasketLine]:
    """Book several lines of one provider: all of them, or none. What was booked under the same key before stays.

    Args:
        actor: the person, or somebody with the power to book for them.
        person: whose basket and money.
        key: of this confirming.
        chosen: the lines with the money that pays for each and the price seen.

    Raises:
        NotAllowed: when the actor may not book for this person.
        NotBooked: when one of them cannot be booked, saying which and why; then none is.
        Conflict: when one was taken out, booked in another window, or is another provider's.
    """
    lock_basket_of(person)
    allowing.may_book_for(actor, person)
    by_id = {one.line: one for one in chosen}
    found = locked_lines(person, list(by_id))
    if len(found) != len(by_id):
        raise Conflict("Some of this was taken out of the basket meanwhile. Nothing was booked: look at it again.")
    if any(line.is_waiting or line.left_at is not None for line in found):
        raise Conflict("Some of this was only suggested. It can be booked once the person has taken it.")
    if any(line.done_at is not None and line.checkout != key for line in found):
        raise Conflict("Some of this was booked in another window meanwhile. Nothing was booked twice.")
    if len({line.listing.provider_id for line in found}) > 1:
        raise Conflict("Each provider is asked by itself.")
    pots = offers.open_pots(person)
    for line in found:
        if line.done_at is not None:
            continue
        book_line(actor, person, line, by_id[line.public_id], pots, key)
    db.session.flush()
    return found


def book_line(
    actor: Person, person: Person, line: BasketLine, chosen: Chosen, pots: Mapping[str, int], key: str
) -> None:
    """Book one locked line with the rights of the actor.

    Raises:
        NotBooked: when it cannot be booked.
    """
    wanted = BasketPlan.read(line.plan)
    try:
        choices = paying.choices_in(chosen.pay)
        sent = requests.send_request(
            actor=actor,
            person=person,
            listing_id=line.listing_id,
            asked=BookingRequest(
                times=wanted.times,
                add_on_ids=wanted.extras,
                pots=[pots[one.public_id] for one in choices if one.public_id in pots],
                amounts={
                    pots[one.public_id]: one.most_pence
                    for one in choices
                    if one.public_id in pots and one.most_pence is not None
                },
                key=lines.booking_key(key, line.public_id),
                note=line.note,
                price_seen=chosen.price_seen,
                miles=wanted.miles,
                quantity=line.quantity,
            ),
        )
    except Refusal as refusal:
        raise NotBooked(line.public_id, str(refusal)) from refusal
    line.booking_id, line.done_at = sent.id, clock.now()
    line.checkout, line.refused_because = key, None
    line.pay, line.seen_pence = lines.pay_kept(chosen.pay), sent.total_pence


def note_not_booked(*, person: Person, key: str, chosen: Sequence[Chosen], refusal: Refusal) -> None:
    """Keep with each line why it was not booked, so that every device says so. Lines booked meanwhile stay as they are."""
    which = refusal.line if isinstance(refusal, NotBooked) else None
    lock_basket_of(person)
    by_id = {one.line: one for one in chosen}
    for line in locked_lines(person, list(by_id)):
        if line.done_at is not None:
            continue
        because = str(refusal)
        if which is not None and which != line.public_id:
            because = "Not booked, because something else from the same provider could not be."
        line.checkout, line.refused_because = key, because[: lines.WHY_LONGEST]
        line.pay = lines.pay_kept(by_id[line.public_id].pay)
    db.session.flush()
