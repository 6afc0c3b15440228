"""Asking for support: everything checked again under lock, the money set aside, the provider told."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import Row, bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts.models import Person
from app.audit import actions as audit
from app.bookings import permissions, queries, rules
from app.bookings.actions import steps
from app.bookings.actions.steps import Sent
from app.bookings.models import Booking, Visit, VisitPayment
from app.bookings.rules import BookingStatus, VisitStatus, moving
from app.budgets import actions as budgets
from app.budgets.queries import Spendable, lock_to_spend
from app.catalogue.models import Listing
from app.catalogue.rules.kinds import KINDS
from app.circles import queries as circles
from app.db import add, ask, db, new_public_id, number_of
from app.messages import actions as messages
from app.money import Money
from app.refusals import BadInput, Conflict, NotAllowed

NOTE_LONGEST = 1000


class PriceChanged(Conflict):
    """The price is no longer the one last seen. Amounts are pence."""

    def __init__(self, *, seen: int, now: int) -> None:
        self.seen_pence = seen
        self.now_pence = now
        super().__init__(
            f"The price changed from {Money(seen)} to {Money(now)} while you were looking. "
            "Nothing was booked. Check it and confirm again if you agree."
        )


class Asked(TypedDict, total=False):
    """What is asked for; see :func:`send_request`."""

    times: Required[Sequence[tuple[datetime, datetime]]]
    add_on_ids: Required[Collection[str]]
    pots: Required[Sequence[int]]
    key: Required[str]
    note: str
    price_seen: int | None
    amounts: Mapping[int, int] | None
    miles: int | None


def request_booking(*, actor: Person, person: Person, listing: Listing, **asked: Unpack[Asked]) -> Booking:
    """The same as :func:`send_request`, for who goes on with the booking itself."""
    sent = send_request(actor=actor, person=person, listing_id=number_of(listing), **asked)
    return db.session.get_one(Booking, sent.id)


def send_request(
    *,
    actor: Person,
    person: Person,
    listing_id: int,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    pots: Sequence[int],
    key: str,
    note: str = "",
    price_seen: int | None = None,
    amounts: Mapping[int, int] | None = None,
    miles: int | None = None,
) -> Sent:
    """Ask a provider for support and set the money aside: all of it, or nothing.

    Args:
        actor: whoever presses the button: the person, or somebody with the power to book for them.
        person: whom the support is for, and whose money pays.
        listing_id: what is bought.
        times: start and end of each visit, aware.
        add_on_ids: public ids of the extras chosen.
        pots: ids of the money that pays, in the order in which each is emptied.
        key: made with the form; the same key again gives the first booking.
        note: what the provider should know, in the person's words.
        price_seen: the pence the person last saw; a different price is asked about again.
        amounts: how many pence of some of the money pay at most, by its number, where somebody said so.
        miles: whole miles of each visit, where something is charged by the mile.

    Raises:
        NotAllowed: when the actor may not book for this person.
        Conflict: when it cannot be booked, the key was used for something else, the money may not pay for it
            (the reason is said), or is not enough (``NotEnoughMoney``: by how much).
        TimesRefused: when the times cannot be booked.
    """
    if not permissions.may_book(circles.powers_over(actor, number_of(person))):
        raise NotAllowed("You may not book for this person. They, or their council, can let you.")
    times = sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in _existing(times))
    actor_id, person_id = number_of(actor), number_of(person)
    # The person's row is the turnstile: two tabs spending the same money, or one form sent twice, pass one at a time.
    whose = ask(_LOCK_PERSON, {"person_id": person_id}).scalar_one()
    listing = queries.listing_now(listing_id)
    # A mile more is another request, as an extra more is.
    asked = [*add_on_ids, *([f"{miles} miles"] if miles is not None else ())]
    digest = _digest(whose, listing.public_id, times, asked, pots, note, amounts or {})
    reference, first = _unused_reference(key)
    if first is not None:
        return _as_before(first, actor_id, digest)
    queries.may_be_booked(listing)
    rules.check_times(times, now=clock.now())
    check_note(note)
    home = queries.home_of(person)
    offer = queries.offer(listing=listing, times=times, add_on_ids=add_on_ids, council=home, person=person, miles=miles)
    if price_seen is not None and price_seen != offer.total_pence:
        raise PriceChanged(seen=price_seen, now=offer.total_pence)
    purses, locked = paying(person, listing, offer, pots, amounts or {})
    shares = rules.share_out(
        [visit.pence for visit in offer.visits], [(purse.id, purse.may_pay_pence) for purse in purses]
    )
    sent = written(
        public_id=new_public_id(),
        reference=reference,
        key=key,
        digest=digest,
        person_id=person_id,
        booked_by_id=actor_id,
        listing_id=listing.id,
        provider_id=listing.provider_id,
        council_id=None if home is None else home.council_id,
        locality_id=None if home is None else home.locality_id,
        kind=listing.kind,
        is_framework=queries.is_framework_for(home, listing, on=clock.today()),
        status=BookingStatus.REQUESTED,
        agreed=agreed_words(listing, offer, miles),
        total_pence=offer.total_pence,
        note=note,
        requested_at=clock.now(),
    )
    visits = add(VISITS, [visit_row(sent, visit) for visit in offer.visits]).scalars().all()
    set_aside(sent, listing.provider_id, visits, shares, locked, actor_id)
    audit.record(
        action="booking_requested",
        actor_id=actor_id,
        for_person_id=person_id,
        subject_kind="booking",
        subject_id=sent.id,
        council_id=None if home is None else home.council_id,
        reference=reference,
        total_pence=offer.total_pence,
        visits=len(visits),
    )
    for member in queries.staff_of(listing.provider_id):
        messages.send_notice(messages.BOOKING_REQUESTED, member, link=steps.desk_path_of(sent))
    if actor_id != person_id:
        messages.send_notice(messages.BOOKED_FOR_YOU, person, link=steps.path_of(sent), by_name=actor.full_name)
    return sent


# The questions every booking asks are written once: writing them takes longer than running them.
_LOCK_PERSON = select(Person.public_id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)
_BY_KEY_OR_REFERENCE = select(
    Booking.id,
    Booking.public_id,
    Booking.reference,
    Booking.total_pence,
    Booking.key,
    Booking.digest,
    Booking.booked_by_id,
).where(or_(Booking.key == bindparam("key"), Booking.reference == bindparam("reference")))
# Rows and no objects: nothing here is read again, and the unit of work cost more than all statements together.
_BOOKING = insert(Booking.__table__)  # type: ignore[arg-type] # it is a table
VISITS = insert(Visit.__table__).returning(Visit.__table__.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
_PAYMENTS = insert(VisitPayment.__table__)  # type: ignore[arg-type]


def _existing(times: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Times as given, refused before they turn into UTC where London clocks never show them."""
    listed = list(times)
    for starts, ends in listed:
        rules.must_exist(starts, "start")
        rules.must_exist(ends, "end")
    return listed


def _digest(
    person_id: str,
    listing_id: str,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    pots: Sequence[int],
    note: str,
    amounts: Mapping[int, int],
) -> str:
    asked = [
        person_id,
        listing_id,
        [[starts.isoformat(), ends.isoformat()] for starts, ends in times],
        sorted(set(add_on_ids)),
        list(pots),
        note,
        *([sorted(amounts.items())] if amounts else []),
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _as_before(first: Row[Any], actor_id: int, digest: str) -> Sent:
    """The booking this form already made.

    Raises:
        Conflict: when the form made something else.
    """
    if first.digest != digest or first.booked_by_id != actor_id:
        raise Conflict("This form has already been used for another booking. Start again from the listing.")
    return Sent(first.id, first.public_id, first.reference, first.total_pence)


def check_note(note: str) -> None:
    """Let pass what the provider should know.

    Raises:
        BadInput: when it is too long.
    """
    if len(note) > NOTE_LONGEST:
        raise BadInput(f"What the provider should know must be {NOTE_LONGEST} characters or fewer")


def paying(
    person: Person, listing: Listing, offer: queries.Offer, pots: Sequence[int], amounts: Mapping[int, int]
) -> tuple[list[rules.Purse], dict[int, Spendable]]:
    """The money chosen, each part of it lawful for this, in the order chosen, as it is under lock; and its pots.

    Raises:
        Conflict: when none was chosen, one is not the person's, or one may not pay for this.
    """
    if not pots or len(set(pots)) != len(pots):
        raise Conflict("Choose which of the money pays.")
    # Locked in one order, so that what is read next is still there when it is set aside.
    locked = lock_to_spend(number_of(person), pots)
    mine = {purse.id: purse for purse in queries.purses_of(person, listing=listing, days=offer.days)}
    found = []
    for pot in pots:
        purse = mine.get(pot)
        if purse is None:
            raise Conflict("That money cannot be used for this. Choose which of the money pays again.")
        if purse.closed_because is not None:
            raise Conflict(f"{purse.name} cannot pay for this: {purse.closed_because}")
        found.append(replace(purse, most_pence=amounts.get(pot)))
    rules.parts_of(offer.total_pence, found)
    return found, locked


def _unused_reference(key: str) -> tuple[str, Row[Any] | None]:
    """A reference no booking has, and the booking this key has already made."""
    while True:
        reference = rules.new_reference()
        found = ask(_BY_KEY_OR_REFERENCE, {"key": key, "reference": reference}).all()
        first = next((row for row in found if row.key == key), None)
        if first is not None or not found:
            return reference, first


def written(**facts: Any) -> Sent:
    """The booking's own row.

    Raises:
        Conflict: when its key was used by somebody else.
    """
    try:
        number = add(_BOOKING, facts).inserted_primary_key[0]  # type: ignore[index] # one row has one
    except IntegrityError as wrong:
        raise Conflict("This form has already been used. Start again from the listing.") from wrong
    return Sent(number, facts["public_id"], facts["reference"], facts["total_pence"])


def visit_row(sent: Sent, visit: queries.PricedVisit) -> dict[str, Any]:
    """One visit as a row of its table."""
    return {
        "booking_id": sent.id,
        "starts_at": visit.starts,
        "ends_at": visit.ends,
        "status": VisitStatus.PLANNED,
        "price_pence": visit.pence,
        "price_lines": [{"words": words, "pence": pence} for words, pence in visit.lines],
    }


def agreed_words(listing: Listing, offer: queries.Offer, miles: int | None) -> dict[str, Any]:
    """The words and rates of this day, copied so that no later change of the listing can touch the agreement."""
    return {
        "title": listing.title,
        "summary": listing.summary,
        "provider": listing.provider.name,
        "kind": KINDS[listing.kind].name,
        "notice_hours": listing.notice_hours,
        "late": "whole",
        "ending_days": moving.days_to_end([visit.starts for visit in offer.visits]),
        "rates": [
            {
                "valid_from": card.valid_from.isoformat(),
                "unit": card.unit.value,
                "weekday_pence": card.weekday_pence,
                "saturday_pence": card.saturday_pence,
                "sunday_pence": card.sunday_pence,
                "bank_holiday_pence": card.bank_holiday_pence,
                "minimum_minutes": card.minimum_minutes,
                "minimum_charge_pence": card.minimum_charge_pence,
                "billing_step_minutes": card.billing_step_minutes,
            }
            for card in offer.cards
        ],
        "extras": [
            {"name": extra.name, "basis": extra.basis.value, "amount_pence": extra.amount_pence}
            for extra in offer.extras
        ],
        "miles": miles,
        "terms": dict(offer.terms),
    }


def set_aside(
    sent: Sent,
    provider_id: int,
    visits: Sequence[int],
    shares: list[list[tuple[int, int]]],
    pots: Mapping[int, Spendable],
    actor_id: int,
    turn: str = "",
) -> None:
    """Hold each visit's money in the pots that pay for it, in one journal, and note which hold is whose.

    ``turn``: which setting aside of this booking it is, when it is not the first.
    """
    planned = [(visit, pot_id, pence) for visit, parts in zip(visits, shares, strict=True) for pot_id, pence in parts]
    holds = budgets.set_aside(
        key=f"booking:{sent.public_id}:hold{turn}",
        parts=[(pots[pot_id], provider_id, pence) for _, pot_id, pence in planned],
        about=steps.about(sent),
        actor_id=actor_id,
    )
    add(
        _PAYMENTS,
        [
            {"visit_id": visit, "pot_id": pot_id, "hold_id": hold.id, "amount_pence": pence}
            for (visit, pot_id, pence), hold in zip(planned, holds, strict=True)
        ],
    )
