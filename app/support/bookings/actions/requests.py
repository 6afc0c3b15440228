"""Asking for support: everything checked again under lock, the money set aside, the provider told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import fetch_rows, number_of, write_rows
from app.base.money import Money
from app.base.refusals import BadInput, Conflict
from app.funding.budgets.queries.under_lock import Spendable, lock_to_spend
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import KINDS
from app.people.accounts.models import Person
from app.people.circles.rules import Spender
from app.platform.audit import actions as audit
from app.platform.messages.actions import agreements as notices
from app.platform.messages.actions import bookings, sending
from app.platform.messages.rules import About, ToldAs
from app.support.availability.actions import Seat
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import staff
from app.support.booking_records.rules import references
from app.support.booking_records.rules.paying import Purse
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import allowing, beginning, instant_booking, telling, visit_rows, waiting
from app.support.bookings.actions.beginning import Paid
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.bookings.actions.telling import Sent
from app.support.bookings.queries import offers
from app.support.bookings.queries.offers import Home, Offer
from app.support.bookings.rules import notice
from app.support.bookings.rules.agreements import QUANTITY_MOST
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules import times as times_rules
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


@dataclass(frozen=True, slots=True)
class _Checked:
    """A request that passed every check, with its price: ready to be written, its person locked."""

    actor: Person
    person: Person
    listing: Listing
    home: Home | None
    asked: BookingRequest
    offer: Offer
    digest: str
    reference: str

    @property
    def actor_id(self) -> int:
        """Whoever presses the button."""
        return number_of(self.actor)

    @property
    def person_id(self) -> int:
        """Whom the support is for."""
        return number_of(self.person)

    @property
    def council_id(self) -> int | None:
        """The person's council."""
        return None if self.home is None else self.home.council_id


def send_request(*, actor: Person, person: Person, listing_id: int, asked: BookingRequest) -> Sent:
    """Ask a provider for support and set the money aside: all of it, or nothing.

    Where the provider said that it can be booked at once in these times, and for a place at a session, it is agreed at
    once: the place is taken in the same transaction, and never by two.

    Args:
        actor: whoever presses the button: the person, or somebody with the power to book for them.
        person: whom the support is for, and whose money pays.
        listing_id: what is bought.
        asked: when, with which extras and money, as the form says it.

    Raises:
        NotAllowed: when the actor may not book for this person, or works for the provider.
        NoPlaceLeft: when it is booked at once, and every place is taken.
        Conflict: when it cannot be booked, the key was used for something else, the money may not pay for it
            (the reason is said), or is not enough (``NotEnoughMoney``: by how much).
        TimesRefused: when the times cannot be booked.
    """
    asked = asked.in_order()
    # The person's row is the turnstile: two tabs spending the same money, or one form sent twice, pass one at a time.
    whose, closed_at, stopped_at = fetch_rows(LOCK_PERSON, {"person_id": number_of(person)}).one()
    allowing.must_go_on(closed_at, stopped_at)
    spender = allowing.may_book_for(actor, person, listing_id)
    listing, home = offers.listing_now(listing_id), offers.home_of(person)
    digest = asked.digest(whose, listing.public_id)
    reference, first = _unused_reference(asked.key)
    if first is not None:
        return _as_before(first, number_of(actor), digest)
    waiting.settle_waiting(number_of(person))
    _must_be_bookable(person, listing, asked)
    offer = _at_the_price_seen(person, listing, home, asked)
    request = _Checked(actor, person, listing, home, asked, offer, digest, reference)
    # Places before pots, here as everywhere: whoever waits for a place holds no money up.
    seats = _seats(request)
    purses, locked = chosen_money(person, listing, offer, asked.pots, asked.amounts or {}, spender)
    paid = (
        beginning.paid_or_waiting(person, offer, asked.begun, purses)
        if asked.waits
        else beginning.paid_now(offer, asked.begun, purses)
    )
    request = replace(request, offer=paid.offer, asked=replace(asked, begun=paid.begun))
    words = _words(request)
    sent = _write_booking(request, words, is_agreed=seats is not None)
    visits = _write_visits(request, sent, paid, locked)
    if seats is not None:
        instant_booking.agree(
            sent,
            listing.id,
            words,
            request.offer,
            visits,
            seats,
            person_id=request.person_id,
            actor_id=request.actor_id,
        )
    _record(
        request, sent, visits=len(visits), is_agreed=seats is not None, waits=len(paid.waits) - paid.waits.count(None)
    )
    _tell(request, sent, is_agreed=seats is not None)
    return sent


def _must_be_bookable(person: Person, listing: Listing, asked: BookingRequest) -> None:
    """Let pass what this listing can be asked for.

    Raises:
        Conflict: when the listing cannot be booked.
        HomeNotSaid: when it comes to the home, and nobody has said where that is.
        BadInput: when there are too many of it, or the note is too long.
        TimesRefused: when the times cannot be booked.
    """
    offers.may_be_booked(listing, person, under_lock=True)
    if asked.session_id is None:
        # To a group session people go themselves.
        allowing.must_be_able_to_come(person, listing)
    if asked.quantity != 1 and not (
        booking_records_permissions.is_item(listing) and 1 <= asked.quantity <= QUANTITY_MOST
    ):
        raise BadInput(f"Enter how many you want, from 1 to {QUANTITY_MOST}")
    times_rules.check_times(asked.times, now=clock.now(), most=MOST_REPEATED if asked.begun else MOST_VISITS)
    check_note(asked.note)


def _at_the_price_seen(person: Person, listing: Listing, home: Home | None, asked: BookingRequest) -> Offer:
    """The price of each visit as published.

    Raises:
        PriceChanged: when it is not what the person saw.
    """
    offer = offers.offer(
        listing=listing,
        times=asked.times,
        add_on_ids=asked.add_on_ids,
        council=home,
        person=person,
        miles=asked.miles,
        quantity=asked.quantity,
    )
    if asked.price_seen is not None and asked.price_seen != offer.total_pence:
        raise PriceChanged(seen=asked.price_seen, now=offer.total_pence)
    return offer


def _seats(request: _Checked) -> list[Seat] | None:
    """The places to take when it is agreed at once; nothing when the provider is asked.

    Visits that repeat are always asked for: the later ones are made when their money comes.
    """
    asked = request.asked
    if asked.begun is not None:
        return None
    return instant_booking.seats(request.listing.id, asked.times, asked.session_id, request.person_id)


def _words(request: _Checked) -> dict[str, Any]:
    """What would be agreed, in the words of this day."""
    asked = request.asked
    words = agreed_words(request.listing, request.offer, asked.miles, asked.quantity)
    if asked.begun is not None and asked.begun.next_on is not None:
        # More visits are made when their money comes: regular support, however few there are today.
        words["ending_days"] = notice.ENDING_DAYS
    return words


def _write_booking(request: _Checked, words: dict[str, Any], *, is_agreed: bool) -> Sent:
    listing, home = request.listing, request.home
    return written(
        public_id=new_public_id(),
        reference=request.reference,
        key=request.asked.key,
        digest=request.digest,
        person_id=request.person_id,
        booked_by_id=request.actor_id,
        listing_id=listing.id,
        provider_id=listing.provider_id,
        council_id=request.council_id,
        locality_id=None if home is None else home.locality_id,
        kind=listing.kind,
        is_framework=offers.is_framework_for(home, listing, on=clock.today()),
        status=BookingStatus.ACCEPTED if is_agreed else BookingStatus.REQUESTED,
        agreed=words,
        total_pence=request.offer.total_pence,
        note=request.asked.note,
        requested_at=clock.now(),
        decided_at=clock.now() if is_agreed else None,
    )


def _write_visits(request: _Checked, sent: Sent, paid: Paid, locked: dict[int, Spendable]) -> list[int]:
    """Write the pattern, its visits and the money set aside for each; the numbers of the visits."""
    asked, offer = request.asked, request.offer
    places = (
        []
        if asked.begun is None
        else visit_rows.write_pattern(sent.id, asked.begun, pots=asked.pots, extras=asked.add_on_ids, miles=asked.miles)
    )
    visits = visit_rows.write_visits(sent.id, offer.visits, places, paid.waits)
    visit_rows.hold_money_for_visits(
        visit_rows.VisitsOf(sent.id, request.listing.provider_id, telling.about(sent)),
        visits,
        paid.shares,
        locked,
        key=f"booking:{sent.public_id}:hold",
        actor_id=request.actor_id,
    )
    return visits


def _record(request: _Checked, sent: Sent, *, visits: int, is_agreed: bool, waits: int) -> None:
    audit.record(
        action="booked_at_once" if is_agreed else "booking_requested",
        actor_id=request.actor_id,
        for_person_id=request.person_id,
        subject_kind="booking",
        subject_id=sent.id,
        council_id=request.council_id,
        reference=sent.reference,
        total_pence=sent.total_pence,
        visits=visits,
        **({"waits": waits} if waits else {}),
    )


def _tell(request: _Checked, sent: Sent, *, is_agreed: bool) -> None:
    """Tell the provider's staff, and the person when somebody else booked for them."""
    said = notices.BOOKED_AT_ONCE if is_agreed else bookings.BOOKING_REQUESTED
    about = About(request.person_id, ToldAs.STAFF, request.listing.provider_id)
    for member in staff.staff_of(request.listing.provider_id):
        sending.send_notice(said, member, link=telling.desk_path_of(sent), about=about, reference=sent.reference)
    if request.actor_id != request.person_id:
        sending.send_notice(
            bookings.BOOKED_FOR_YOU if is_agreed else bookings.ASKED_FOR_YOU,
            request.person,
            link=telling.booking_path(sent),
            by_name=request.actor.full_name,
        )


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


def chosen_money(
    person: Person,
    listing: Listing,
    offer: Offer,
    pots: Sequence[int],
    amounts: Mapping[int, int],
    spender: Spender,
) -> tuple[list[Purse], dict[int, Spendable]]:
    """The money chosen, each part of it lawful for this, in the order chosen, as it is under lock; and its pots.

    Raises:
        Conflict: when none was chosen, one is not the person's, or one may not pay for this.
        NotAllowed: when this account may not spend one of them.
    """
    if not pots or len(set(pots)) != len(pots):
        raise Conflict("Choose which of the money pays.")
    # Locked in one order, so that what is read next is still there when it is set aside.
    locked = lock_to_spend(number_of(person), pots)
    allowing.must_be_theirs_to_spend(spender, locked)
    mine = {purse.id: purse for purse in offers.purses_of(person, listing=listing, days=offer.days, spender=spender)}
    found = []
    for pot in pots:
        purse = mine.get(pot)
        if purse is None:
            raise Conflict("That money cannot be used for this. Choose which of the money pays again.")
        if purse.closed_because is not None:
            raise Conflict(f"{purse.name} cannot pay for this: {purse.closed_because}")
        found.append(replace(purse, most_pence=amounts.get(pot)))
    return found, locked


def _unused_reference(key: str) -> tuple[str, Any]:
    """A reference no booking has, and the booking this key has already made."""
    while True:
        reference = references.new_reference()
        found = fetch_rows(_BY_KEY_OR_REFERENCE, {"key": key, "reference": reference}).all()
        first = next((row for row in found if row.key == key), None)
        if first is not None or not found:
            return reference, first


def written(**facts: Any) -> Sent:
    """Write the booking's own row and answer it.

    Raises:
        Conflict: when its key was used by somebody else.
    """
    try:
        number = write_rows(_BOOKING, facts).scalar_one()
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
