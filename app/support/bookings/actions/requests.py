"""Asking for support: everything checked again under lock, the money set aside, the provider told."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import add, ask, db, number_of
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.queries.under_lock import Spendable, lock_to_spend
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import KINDS
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.audit import actions as audit
from app.platform.messages.actions import agreements as notices
from app.platform.messages.actions import bookings, sending
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import staff
from app.support.booking_records.rules import paying as paying_rules
from app.support.booking_records.rules import references
from app.support.booking_records.rules.paying import Purse
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import instant_booking, telling, visit_rows
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.bookings.actions.telling import Sent
from app.support.bookings.queries import offers
from app.support.bookings.queries.offers import Offer
from app.support.bookings.rules import notice
from app.support.bookings.rules.agreements import QUANTITY_MOST
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.patterns import Begun
from app.support.recurrence.rules.times import MOST_VISITS

NOTE_LONGEST = 1000
MOST_REPEATED = 1600
"""Visits of one pattern that are made at once: four a day for a year."""


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
    quantity: int
    session_id: int | None


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
    begun: Begun | None = None,
    quantity: int = 1,
    session_id: int | None = None,
) -> Sent:
    """Ask a provider for support and set the money aside: all of it, or nothing.

    Where the provider said that it can be booked at once in these times, and for a place at a session, it is agreed at
    once: the place is taken in the same transaction, and never by two.

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
        begun: the pattern whose first visits these are, when they repeat.
        quantity: how many, of a thing.
        session_id: the session at which a place is taken; the one time is that of the session.

    Raises:
        NotAllowed: when the actor may not book for this person, or works for the provider.
        NoPlaceLeft: when it is booked at once, and every place is taken.
        Conflict: when it cannot be booked, the key was used for something else, the money may not pay for it
            (the reason is said), or is not enough (``NotEnoughMoney``: by how much).
        TimesRefused: when the times cannot be booked.
    """
    if not booking_records_permissions.may_book(circles.powers_over(actor, number_of(person))):
        raise NotAllowed("You may not book for this person. They, or their council, can let you.")
    staff.must_not_sell_own(actor, number_of(person), listing_id)
    times = sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in _existing(times))
    actor_id, person_id = number_of(actor), number_of(person)
    # The person's row is the turnstile: two tabs spending the same money, or one form sent twice, pass one at a time.
    whose = ask(LOCK_PERSON, {"person_id": person_id}).scalar_one()
    listing, home = offers.listing_now(listing_id), offers.home_of(person)
    # A mile more is another request, as an extra more is.
    asked = [*add_on_ids, *([f"{miles} miles"] if miles is not None else ()), *(begun.texts if begun else ())]
    asked += [f"{quantity} of it"] if quantity != 1 else []
    asked += [f"session {session_id}"] if session_id is not None else []
    digest = _digest(whose, listing.public_id, times, asked, pots, note, amounts or {})
    reference, first = _unused_reference(key)
    if first is not None:
        return _as_before(first, actor_id, digest)
    offers.may_be_booked(listing)
    if quantity != 1 and not (booking_records_permissions.is_item(listing) and 1 <= quantity <= QUANTITY_MOST):
        raise BadInput(f"Enter how many you want, from 1 to {QUANTITY_MOST}")
    times_rules.check_times(times, now=clock.now(), most=MOST_REPEATED if begun else MOST_VISITS)
    check_note(note)
    offer = offers.offer(
        listing=listing,
        times=times,
        add_on_ids=add_on_ids,
        council=home,
        person=person,
        miles=miles,
        quantity=quantity,
    )
    if price_seen is not None and price_seen != offer.total_pence:
        raise PriceChanged(seen=price_seen, now=offer.total_pence)
    # Places before pots, here as everywhere: whoever waits for a place holds no money up.
    # Visits that repeat are always asked for: the later ones are made when their money comes.
    seats = instant_booking.seats(listing.id, times, session_id, person_id) if begun is None else None
    purses, locked = paying(person, listing, offer, pots, amounts or {})
    shares = paying_rules.share_out(
        [visit.pence for visit in offer.visits], [(purse.id, purse.may_pay_pence) for purse in purses]
    )
    words = agreed_words(listing, offer, miles, quantity)
    if begun is not None and begun.next_on is not None:
        # More visits are made when their money comes: regular support, however few there are today.
        words["ending_days"] = notice.ENDING_DAYS
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
        is_framework=offers.is_framework_for(home, listing, on=clock.today()),
        status=BookingStatus.REQUESTED if seats is None else BookingStatus.ACCEPTED,
        agreed=words,
        total_pence=offer.total_pence,
        note=note,
        requested_at=clock.now(),
        decided_at=None if seats is None else clock.now(),
    )
    places = (
        [] if begun is None else visit_rows.write_pattern(sent.id, begun, pots=pots, extras=add_on_ids, miles=miles)
    )
    visits = visit_rows.write_visits(sent.id, offer.visits, places)
    visit_rows.set_aside(
        visit_rows.Whose(sent.id, listing.provider_id, telling.about(sent)),
        visits,
        shares,
        locked,
        key=f"booking:{sent.public_id}:hold",
        actor_id=actor_id,
    )
    if seats is not None:
        instant_booking.agree(sent, listing.id, words, offer, visits, seats, person_id, actor_id)
    audit.record(
        action="booking_requested" if seats is None else "booked_at_once",
        actor_id=actor_id,
        for_person_id=person_id,
        subject_kind="booking",
        subject_id=sent.id,
        council_id=None if home is None else home.council_id,
        reference=reference,
        total_pence=offer.total_pence,
        visits=len(visits),
    )
    said = bookings.BOOKING_REQUESTED if seats is None else notices.BOOKED_AT_ONCE
    about = About(person_id, ToldAs.STAFF, listing.provider_id)
    for member in staff.staff_of(listing.provider_id):
        sending.send_notice(said, member, link=telling.desk_path_of(sent), about=about, reference=reference)
    if actor_id != person_id:
        sending.send_notice(bookings.BOOKED_FOR_YOU, person, link=telling.path_of(sent), by_name=actor.full_name)
    return sent


# The questions every booking asks are written once: writing them takes longer than running them.
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
_BOOKING = insert(Booking.__table__).returning(Booking.__table__.c.id)  # type: ignore[arg-type] # it is a table


def _existing(times: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Times as given, refused before they turn into UTC where London clocks never show them."""
    listed = list(times)
    for starts, ends in listed:
        times_rules.must_exist(starts, "start")
        times_rules.must_exist(ends, "end")
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


def _as_before(first: Any, actor_id: int, digest: str) -> Sent:
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
    person: Person, listing: Listing, offer: Offer, pots: Sequence[int], amounts: Mapping[int, int]
) -> tuple[list[Purse], dict[int, Spendable]]:
    """The money chosen, each part of it lawful for this, in the order chosen, as it is under lock; and its pots.

    Raises:
        Conflict: when none was chosen, one is not the person's, or one may not pay for this.
    """
    if not pots or len(set(pots)) != len(pots):
        raise Conflict("Choose which of the money pays.")
    # Locked in one order, so that what is read next is still there when it is set aside.
    locked = lock_to_spend(number_of(person), pots)
    mine = {purse.id: purse for purse in offers.purses_of(person, listing=listing, days=offer.days)}
    found = []
    for pot in pots:
        purse = mine.get(pot)
        if purse is None:
            raise Conflict("That money cannot be used for this. Choose which of the money pays again.")
        if purse.closed_because is not None:
            raise Conflict(f"{purse.name} cannot pay for this: {purse.closed_because}")
        found.append(replace(purse, most_pence=amounts.get(pot)))
    paying_rules.parts_of(offer.total_pence, found)
    return found, locked


def _unused_reference(key: str) -> tuple[str, Any]:
    """A reference no booking has, and the booking this key has already made."""
    while True:
        reference = references.new_reference()
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
        number = add(_BOOKING, facts).scalar_one()
    except IntegrityError as wrong:
        raise Conflict("This form has already been used. Start again from the listing.") from wrong
    return Sent(number, facts["public_id"], facts["reference"], facts["total_pence"])


def agreed_words(listing: Listing, offer: Offer, miles: int | None, quantity: int = 1) -> dict[str, Any]:
    """The words and rates of this day, copied so that no later change of the listing can touch the agreement."""
    return {
        "title": listing.title,
        "summary": listing.summary,
        "description": listing.description,
        "provider": listing.provider.name,
        "kind": KINDS[listing.kind].name,
        "notice_hours": listing.notice_hours,
        "late": "whole",
        "ending_days": notice.days_to_end([visit.starts for visit in offer.visits]),
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
        **(
            {"quantity": quantity, "each_pence": offer.visits[0].each_pence}
            if booking_records_permissions.is_item(listing)
            else {}
        ),
    }
