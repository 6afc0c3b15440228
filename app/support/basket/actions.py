"""The basket: things put in and taken out by whoever may look for support, and booked provider by provider."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.base import clock
from app.base.db import db, fetch_rows, number_of
from app.base.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.audit import actions as audit
from app.support.basket import rules as lines
from app.support.basket.models import BasketLine
from app.support.basket.rules import BasketPlan
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.rules import paying
from app.support.bookings.actions import requests
from app.support.bookings.queries import offers
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules import times

_LOCK_PERSON = select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)


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


def put_in_basket(
    *,
    actor: Person,
    person: Person,
    listing_id: int,
    plan: Mapping[str, Any],
    key: str,
    quantity: int = 1,
    pay: str = "",
    note: str = "",
) -> BasketLine:
    """Put something into the basket of a person, with the price it has now; nothing is booked and no money moves.

    Args:
        actor: the person, or somebody who may look for support or book for them.
        person: whose basket.
        listing_id: what.
        plan: when and with which extras, as :class:`app.support.basket.rules.BasketPlan` reads it.
        key: made with the form; the same key again gives the first line.
        quantity: how many, of a thing.
        pay: which money is meant to pay, by public ids in order; may be empty.
        note: what the provider should know.

    Raises:
        NotAllowed: when the actor may not look for support for this person.
        Conflict: when it cannot be booked, or the basket is full.
        TimesRefused: when the times cannot be booked.
    """
    _may_fill(actor, person)
    fetch_rows(_LOCK_PERSON, {"person_id": number_of(person)})
    first = db.session.scalar(select(BasketLine).where(BasketLine.key == key))
    if first is not None:
        if first.person_id != number_of(person):
            raise Conflict("This form has already been used. Start again from the listing.")
        return first
    if len(note) > requests.NOTE_LONGEST:
        raise BadInput(f"What the provider should know must be {requests.NOTE_LONGEST} characters or fewer")
    _must_have_room(person)
    listing = offers.listing_now(listing_id)
    offers.may_be_booked(listing, person)
    wanted = BasketPlan.read(plan)
    times.check_times(wanted.times, now=clock.now())
    offer = offers.offer(
        listing=listing,
        times=wanted.times,
        add_on_ids=wanted.extras,
        council=offers.home_of(person),
        person=person,
        miles=wanted.miles,
        quantity=quantity,
    )
    made = BasketLine(
        key=key,
        person_id=number_of(person),
        added_by_id=number_of(actor),
        added_at=clock.now(),
        listing_id=listing.id,
        title=listing.title,
        plan=dict(plan),
        quantity=quantity,
        pay=lines.pay_kept(pay),
        note=note,
        seen_pence=offer.total_pence,
        seen_lines=[{"words": words, "pence": pence} for visit in offer.visits for words, pence in visit.lines],
    )
    db.session.add(made)
    db.session.flush()
    _record("put_in_basket", made, actor)
    return made


def _must_have_room(person: Person) -> None:
    """Let pass when one more thing fits into the basket.

    Raises:
        Conflict: when it is full.
    """
    there = db.session.scalar(
        select(func.count()).where(BasketLine.person_id == number_of(person), BasketLine.done_at.is_(None))
    )
    if (there or 0) >= lines.LINES_MOST:
        raise Conflict(f"There are {lines.LINES_MOST} things in the basket. Book or take out some of them first.")


def take_out_of_basket(*, actor: Person, line: BasketLine) -> None:
    """Take something out of the basket; the second click changes nothing.

    Raises:
        NotAllowed: when the actor may not look for support for this person.
        Conflict: when it was booked meanwhile.
    """
    person = line.person
    _may_fill(actor, person)
    locked = _locked(person, [line.public_id])
    if not locked:
        return
    if locked[0].done_at is not None:
        raise Conflict("This was booked meanwhile. Cancel the booking instead, if you no longer want it.")
    _record("taken_out_of_basket", locked[0], actor)
    db.session.delete(locked[0])
    db.session.flush()


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
    if not booking_records_permissions.may_book(circles.powers_over(actor, number_of(person))):
        raise NotAllowed("You may not book for this person. They, or their council, can let you.")
    fetch_rows(_LOCK_PERSON, {"person_id": number_of(person)})
    by_id = {one.line: one for one in chosen}
    locked = _locked(person, list(by_id))
    if len(locked) != len(by_id):
        raise Conflict("Some of this was taken out of the basket meanwhile. Nothing was booked: look at it again.")
    if any(line.done_at is not None and line.checkout != key for line in locked):
        raise Conflict("Some of this was booked in another window meanwhile. Nothing was booked twice.")
    if len({line.listing.provider_id for line in locked}) > 1:
        raise Conflict("Each provider is asked by itself.")
    pots = offers.open_pots(person)
    for line in locked:
        if line.done_at is not None:
            continue
        _book(actor, person, line, by_id[line.public_id], pots, key)
    db.session.flush()
    return locked


def _book(actor: Person, person: Person, line: BasketLine, chosen: Chosen, pots: Mapping[str, int], key: str) -> None:
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
    fetch_rows(_LOCK_PERSON, {"person_id": number_of(person)})
    by_id = {one.line: one for one in chosen}
    for line in _locked(person, list(by_id)):
        if line.done_at is not None:
            continue
        because = str(refusal)
        if which is not None and which != line.public_id:
            because = "Not booked, because something else from the same provider could not be."
        line.checkout, line.refused_because = key, because[: lines.WHY_LONGEST]
        line.pay = lines.pay_kept(by_id[line.public_id].pay)
    db.session.flush()


def _may_fill(actor: Person, person: Person) -> None:
    if not booking_records_permissions.may_fill_basket(circles.powers_over(actor, number_of(person))):
        raise NotAllowed("You may not look for support for this person. They, or their council, can let you.")


def _locked(person: Person, public_ids: Sequence[str]) -> list[BasketLine]:
    """These lines of the person's basket, locked, as they are now; by listing, so that all take places in one order."""
    rows = (
        select(BasketLine)
        .where(BasketLine.person_id == number_of(person), BasketLine.public_id.in_(public_ids))
        .order_by(BasketLine.listing_id, BasketLine.id)
        .with_for_update(of=BasketLine)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(rows))


def _record(action: str, line: BasketLine, actor: Person) -> None:
    audit.record(
        action=action,
        actor_id=number_of(actor),
        for_person_id=line.person_id,
        subject_kind="basket_line",
        subject_id=line.id,
    )
