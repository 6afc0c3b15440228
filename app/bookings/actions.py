"""Asking for support, answering, cancelling, recording what became of a visit. Each moves the money with it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.accounts.models import Person
from app.audit import actions as audit
from app.bookings import permissions, queries, rules
from app.bookings.models import Booking, Visit, VisitPayment
from app.bookings.rules import BookingStatus, VisitStatus
from app.budgets import actions as budgets
from app.budgets.models import Pot
from app.catalogue.models import Listing
from app.catalogue.rules.kinds import KINDS
from app.circles import queries as circles
from app.db import db
from app.ledger import actions as ledger
from app.ledger.rules import JournalKind
from app.messages import actions as messages
from app.money import Money
from app.refusals import BadInput, Conflict, NotAllowed, NotFound

NOTE_LONGEST = 1000
REASON_LONGEST = 500


class PriceChanged(Conflict):
    """The price is no longer the one last seen. Amounts are pence."""

    def __init__(self, *, seen: int, now: int) -> None:
        self.seen_pence = seen
        self.now_pence = now
        super().__init__(
            f"The price changed from {Money(seen)} to {Money(now)} while you were looking. "
            "Nothing was booked. Check it and confirm again if you agree."
        )


def request_booking(
    *,
    actor: Person,
    person: Person,
    listing: Listing,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    pots: Sequence[int],
    key: str,
    note: str = "",
    price_seen: int | None = None,
) -> Booking:
    """Ask a provider for support and set the money aside: all of it, or nothing.

    Args:
        actor: whoever presses the button: the person, or somebody with the power to book for them.
        person: whom the support is for, and whose money pays.
        listing: what is bought.
        times: start and end of each visit, aware.
        add_on_ids: public ids of the extras chosen.
        pots: ids of the money that pays, in the order in which each is emptied.
        key: made with the form; the same key again gives the first booking.
        note: what the provider should know, in the person's words.
        price_seen: the pence the person last saw; a different price is asked about again.

    Raises:
        NotAllowed: when the actor may not book for this person.
        Conflict: when it cannot be booked, the key was used for something else, the money may not pay for it
            (the reason is said), or is not enough (``NotEnoughMoney``: by how much).
        TimesRefused: when the times cannot be booked.
    """
    if not permissions.may_book(circles.powers_over(actor, person.id)):
        raise NotAllowed("You may not book for this person. They, or their council, can let you.")
    times = sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in _existing(times))
    digest = _digest(person.public_id, listing.public_id, times, add_on_ids, pots, note)
    # The person's row is the turnstile: two tabs spending the same money, or one form sent twice, pass one at a time.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    first = db.session.scalar(select(Booking).where(Booking.key == key))
    if first is not None:
        return _as_before(first, actor, digest)
    listing = _listing_now(listing)
    queries.may_be_booked(listing)
    rules.check_times(times, now=clock.now())
    _check_note(note)
    council = queries.council_of(person)
    offer = queries.offer(listing=listing, times=times, add_on_ids=add_on_ids, council=council)
    if price_seen is not None and price_seen != offer.total_pence:
        raise PriceChanged(seen=price_seen, now=offer.total_pence)
    paying = _paying(person, listing, offer, pots)
    shares = rules.share_out([visit.pence for visit in offer.visits], [(purse.id, purse.has_pence) for purse in paying])
    booking = Booking(
        reference=_unused_reference(),
        key=key,
        digest=digest,
        person_id=person.id,
        booked_by_id=actor.id,
        listing_id=listing.id,
        provider_id=listing.provider_id,
        council_id=person.council_id,
        locality_id=queries.locality_id_of(person),
        kind=listing.kind,
        is_framework=queries.is_framework_for(person, listing, on=clock.today()),
        status=BookingStatus.REQUESTED,
        agreed=_agreed(listing, offer),
        total_pence=offer.total_pence,
        note=note,
        requested_at=clock.now(),
        visits=[
            Visit(
                starts_at=visit.starts,
                ends_at=visit.ends,
                status=VisitStatus.PLANNED,
                price_pence=visit.pence,
                price_lines=[{"words": words, "pence": pence} for words, pence in visit.lines],
            )
            for visit in offer.visits
        ],
    )
    db.session.add(booking)
    try:
        db.session.flush()
    except IntegrityError as wrong:
        raise Conflict("This form has already been used. Start again from the listing.") from wrong
    _set_aside(booking, shares, actor)
    _record("booking_requested", booking, actor, total_pence=booking.total_pence, visits=len(booking.visits))
    for member in queries.staff_of(booking.provider_id):
        messages.booking_requested(
            to_person_id=member.id, to_email=member.email, name=member.full_name, path=_desk_path(booking)
        )
    if actor.id != person.id:
        messages.booked_for_you(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            by_name=actor.full_name,
            path=_path(booking),
        )
    db.session.flush()
    return booking


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
) -> str:
    asked = [
        person_id,
        listing_id,
        [[starts.isoformat(), ends.isoformat()] for starts, ends in times],
        sorted(set(add_on_ids)),
        list(pots),
        note,
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _as_before(first: Booking, actor: Person, digest: str) -> Booking:
    """The booking this form already made.

    Raises:
        Conflict: when the form made something else.
    """
    if first.digest != digest or first.booked_by_id != actor.id:
        raise Conflict("This form has already been used for another booking. Start again from the listing.")
    return first


def _listing_now(listing: Listing) -> Listing:
    """The listing and its provider as they are at this moment, not as the page showed them."""
    rows = select(Listing).where(Listing.id == listing.id).options(joinedload(Listing.provider))
    found = db.session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("This is no longer offered. Look for something like it.")
    return found


def _check_note(note: str) -> None:
    if len(note) > NOTE_LONGEST:
        raise BadInput(f"What the provider should know must be {NOTE_LONGEST} characters or fewer")


def _paying(person: Person, listing: Listing, offer: queries.Offer, pots: Sequence[int]) -> list[rules.Purse]:
    """The money chosen, each part of it lawful for this, in the order chosen, as it is under lock.

    Raises:
        Conflict: when none was chosen, one is not the person's, or one may not pay for this.
    """
    if not pots or len(set(pots)) != len(pots):
        raise Conflict("Choose which of the money pays.")
    # Locked in one order, so that what is read next is still there when it is set aside.
    db.session.execute(
        select(Pot.id)
        .where(Pot.person_id == person.id, Pot.id.in_(pots))
        .order_by(Pot.id)
        .with_for_update(key_share=True)
    )
    mine = {purse.id: purse for purse in queries.purses_of(person, listing=listing, days=offer.days)}
    paying = []
    for pot in pots:
        purse = mine.get(pot)
        if purse is None:
            raise Conflict("That money cannot be used for this. Choose which of the money pays again.")
        if purse.closed_because is not None:
            raise Conflict(f"{purse.name} cannot pay for this: {purse.closed_because}")
        paying.append(purse)
    return paying


def _unused_reference() -> str:
    reference = rules.new_reference()
    while db.session.scalar(select(Booking.id).where(Booking.reference == reference)) is not None:
        reference = rules.new_reference()
    return reference


def _agreed(listing: Listing, offer: queries.Offer) -> dict[str, Any]:
    """The words and rates of this day, copied so that no later change of the listing can touch the agreement."""
    return {
        "title": listing.title,
        "summary": listing.summary,
        "provider": listing.provider.name,
        "kind": KINDS[listing.kind].name,
        "notice_hours": listing.notice_hours,
        "late": "whole",
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
    }


def _set_aside(booking: Booking, shares: list[list[tuple[int, int]]], actor: Person) -> None:
    """Hold each visit's money in the pots that pay for it, in one journal, and note which hold is whose."""
    planned = [
        (visit, pot_id, pence) for visit, parts in zip(booking.visits, shares, strict=True) for pot_id, pence in parts
    ]
    pots = {pot.id: pot for pot in db.session.scalars(select(Pot).where(Pot.id.in_({p for _, p, _ in planned})))}
    holds = budgets.set_aside(
        key=f"booking:{booking.public_id}:hold",
        parts=[(pots[pot_id], booking.provider_id, pence) for _, pot_id, pence in planned],
        about=_about(booking),
        actor_id=actor.id,
    )
    for (visit, pot_id, pence), hold in zip(planned, holds, strict=True):
        visit.payments.append(VisitPayment(pot_id=pot_id, hold_id=hold.id, amount_pence=pence))
    db.session.flush()


# Answers ---------------------------------------------------------------------------------------------------------


def accept(*, actor: Person, booking: Booking) -> Booking:
    """Agree to a request, for the provider. The money stays set aside until each visit is recorded.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is no longer waiting, its first visit should have begun, or the provider is suspended.
    """
    booking = _locked_for_staff(actor, booking)
    rules.must_become(booking.status, BookingStatus.ACCEPTED)
    if booking.provider.suspended_at is not None:
        raise Conflict("Your organisation cannot take new bookings at present. Decline it, or ask the council.")
    if booking.visits[0].starts_at <= clock.now():
        raise Conflict("The time asked for has passed, so this can no longer be accepted. Decline it.")
    _decide(booking, BookingStatus.ACCEPTED, actor)
    _record("booking_accepted", booking, actor)
    for reader in _people_of(booking):
        messages.booking_accepted(
            to_person_id=reader.id,
            to_email=reader.email,
            name=reader.full_name,
            reference=booking.reference,
            path=_path(booking),
        )
    db.session.flush()
    return booking


def decline(*, actor: Person, booking: Booking, reason: str) -> Booking:
    """Say no to a request, for the provider, with a reason the person will read. The money goes back.

    Raises:
        NotFound: when the actor does not work for the provider.
        BadInput: without a reason.
        Conflict: when it is no longer waiting.
    """
    booking = _locked_for_staff(actor, booking)
    rules.must_become(booking.status, BookingStatus.DECLINED)
    booking.reason = _reason(reason, needed=True)
    _end_visits(booking, {visit.id: VisitStatus.DECLINED for visit in booking.visits}, actor)
    _decide(booking, BookingStatus.DECLINED, actor)
    _record("booking_declined", booking, actor)
    for reader in _people_of(booking):
        messages.booking_declined(
            to_person_id=reader.id,
            to_email=reader.email,
            name=reader.full_name,
            reference=booking.reference,
            path=_path(booking),
        )
    db.session.flush()
    return booking


def cancel(*, actor: Person, booking: Booking, reason: str = "", charge_seen: int | None = None) -> Booking:
    """Call off what has not begun: free of charge in time or before it was accepted, at the agreed price when late.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: which.
        reason: why, for the provider; may be empty.
        charge_seen: the pence the person was told it would cost; a different cost is asked about again.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not cancel it.
        Conflict: when it is over, or nothing of it is still to come.
    """
    powers = circles.powers_over(actor, booking.person_id)
    if not permissions.may_see(powers):
        raise NotFound("We cannot find that booking among yours.")
    if not permissions.may_book(powers):
        raise NotAllowed("You may look at this booking but not cancel it.")
    booking = _locked(booking)
    rules.must_become(booking.status, BookingStatus.CANCELLED)
    endings = cancelling(booking)
    if not endings:
        raise Conflict(
            "The visit has begun or is over, so it can no longer be cancelled. If it did not happen, tell the "
            "provider: nothing is charged until they say it was delivered."
        )
    charge = sum(visit.price_pence for visit in booking.visits if endings.get(visit.id) in rules.CHARGED)
    if charge_seen is not None and charge_seen != charge:
        raise PriceChanged(seen=charge_seen, now=charge)
    booking.reason = _reason(reason, needed=False) or booking.reason
    was_agreed = booking.status == BookingStatus.ACCEPTED
    _end_visits(booking, endings, actor)
    if rules.outcome([visit.status for visit in booking.visits]) is not None:
        booking.status = BookingStatus.CANCELLED
    _record("booking_cancelled", booking, actor, charged_pence=charge, was_agreed=was_agreed)
    for member in queries.staff_of(booking.provider_id):
        messages.booking_cancelled(
            to_person_id=member.id,
            to_email=member.email,
            name=member.full_name,
            reference=booking.reference,
            path=_desk_path(booking),
        )
    for reader in _people_of(booking):
        if reader.id != actor.id:
            messages.booking_cancelled(
                to_person_id=reader.id,
                to_email=reader.email,
                name=reader.full_name,
                reference=booking.reference,
                path=_path(booking),
            )
    db.session.flush()
    return booking


def cancelling(booking: Booking) -> dict[int, VisitStatus]:
    """What cancelling now would make of each visit that can still be cancelled, by the notice agreed when booked."""
    now, is_agreed = clock.now(), booking.status == BookingStatus.ACCEPTED
    endings = {}
    for visit in booking.visits:
        if visit.status == VisitStatus.PLANNED:
            ending = rules.cancelled_as(
                visit.starts_at, now=now, notice_hours=int(booking.agreed["notice_hours"]), is_agreed=is_agreed
            )
            if ending is not None:
                endings[visit.id] = ending
    return endings


def lapse(*, booking_id: int) -> Booking:
    """End a request nobody answered before its first visit should have begun: the money goes back, both are told.

    Done by the marketplace itself, never by a person.

    Raises:
        Conflict: when it was answered after all, or its time has not come.
    """
    booking = _locked(db.session.get_one(Booking, booking_id))
    rules.must_become(booking.status, BookingStatus.LAPSED)
    if booking.visits[0].starts_at > clock.now():
        raise Conflict("The provider still has time to answer this request.")
    _end_visits(booking, {visit.id: VisitStatus.LAPSED for visit in booking.visits}, None)
    booking.status = BookingStatus.LAPSED
    booking.decided_at = clock.now()
    _record("booking_lapsed", booking, None)
    readers = [(reader, _path(booking)) for reader in _people_of(booking)]
    readers += [(member, _desk_path(booking)) for member in queries.staff_of(booking.provider_id)]
    for reader, path in readers:
        messages.booking_lapsed(
            to_person_id=reader.id,
            to_email=reader.email,
            name=reader.full_name,
            reference=booking.reference,
            path=path,
        )
    db.session.flush()
    return booking


# Visits ----------------------------------------------------------------------------------------------------------


def mark_delivered(*, actor: Person, visit: Visit) -> Visit:
    """Record that a visit happened, for the provider: the money set aside is spent, and only now.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded already, or has not begun.
    """
    booking, visit = _locked_visit(actor, visit)
    _must_be_due(booking, visit, VisitStatus.DELIVERED)
    _end_visits(booking, {visit.id: VisitStatus.DELIVERED}, actor)
    _close_when_over(booking)
    _record("visit_delivered", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence)
    for reader in _people_of(booking):
        messages.visit_delivered(
            to_person_id=reader.id,
            to_email=reader.email,
            name=reader.full_name,
            reference=booking.reference,
            path=_path(booking),
        )
    db.session.flush()
    return visit


def mark_missed(*, actor: Person, visit: Visit) -> Visit:
    """Record that a visit did not happen, for the provider: nothing is charged and the money goes back.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded already, or has not begun.
    """
    booking, visit = _locked_visit(actor, visit)
    _must_be_due(booking, visit, VisitStatus.MISSED)
    _end_visits(booking, {visit.id: VisitStatus.MISSED}, actor)
    _close_when_over(booking)
    _record("visit_missed", booking, actor, visit=visit.public_id)
    for reader in _people_of(booking):
        messages.visit_missed(
            to_person_id=reader.id,
            to_email=reader.email,
            name=reader.full_name,
            reference=booking.reference,
            path=_path(booking),
        )
    db.session.flush()
    return visit


def say_looked_at(*, actor: Person, person: Person) -> None:
    """Record that somebody read another person's bookings."""
    if actor.id != person.id:
        audit.record(
            action="bookings_looked_at", actor_id=actor.id, for_person_id=person.id, council_id=person.council_id
        )
        db.session.flush()


# Steps the actions share -----------------------------------------------------------------------------------------


def _locked(booking: Booking) -> Booking:
    """The booking as it is once everybody before us has finished with it, with its visits and their money."""
    db.session.execute(select(Booking.id).where(Booking.id == booking.id).with_for_update(key_share=True))
    return db.session.execute(
        select(Booking)
        .where(Booking.id == booking.id)
        .options(
            selectinload(Booking.visits).selectinload(Visit.payments),
            joinedload(Booking.person),
            joinedload(Booking.booked_by),
            joinedload(Booking.provider),
        )
        .execution_options(populate_existing=True)
    ).scalar_one()


def _locked_for_staff(actor: Person, booking: Booking) -> Booking:
    if not permissions.is_staff_of(actor, booking):
        raise NotFound("We cannot find that booking among those of your organisation.")
    return _locked(booking)


def _locked_visit(actor: Person, visit: Visit) -> tuple[Booking, Visit]:
    booking = _locked_for_staff(actor, visit.booking)
    return booking, next(one for one in booking.visits if one.id == visit.id)


def _must_be_due(booking: Booking, visit: Visit, then: VisitStatus) -> None:
    rules.visit_must_become(visit.status, then)
    if booking.status != BookingStatus.ACCEPTED:
        raise Conflict(f"This booking {rules.BOOKING_IS_NOW[booking.status]}. Nothing was changed: look at it again.")
    if visit.starts_at > clock.now():
        raise Conflict("This visit has not begun yet. Record it when it has.")


def _end_visits(booking: Booking, endings: dict[int, VisitStatus], actor: Person | None) -> None:
    """Give visits their endings and settle their money: one journal for what is spent, one for what goes back."""
    spent: dict[int, int] = {}
    returned: dict[int, int] = {}
    ended = [visit for visit in booking.visits if visit.id in endings]
    for visit in ended:
        ending = endings[visit.id]
        rules.visit_must_become(visit.status, ending)
        visit.status = ending
        visit.settled_at = clock.now()
        visit.settled_by_id = None if actor is None else actor.id
        if ending in rules.CHARGED:
            visit.charged_pence = visit.price_pence
            spent.update({payment.hold_id: payment.amount_pence for payment in visit.payments})
        else:
            returned.update({payment.hold_id: 0 for payment in visit.payments})
    # A visit ends once, so its first visit's id tells one settling of a booking from any other.
    which = f"booking:{booking.public_id}:{min(endings)}"
    for kind, holds in ((JournalKind.CHARGE, spent), (JournalKind.RELEASE, returned)):
        if holds:
            ledger.settle(
                key=f"{which}:{kind.value}",
                kind=kind,
                holds=holds,
                about=_about(booking),
                actor_id=None if actor is None else actor.id,
            )


def _decide(booking: Booking, status: BookingStatus, actor: Person) -> None:
    booking.status = status
    booking.decided_at = clock.now()
    booking.decided_by_id = actor.id


def _close_when_over(booking: Booking) -> None:
    became = rules.outcome([visit.status for visit in booking.visits])
    if became is not None:
        rules.must_become(booking.status, became)
        booking.status = became


def _reason(words: str, *, needed: bool) -> str:
    words = words.strip()
    if needed and not words:
        raise BadInput("Enter a reason")
    if len(words) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    return words


def _record(action: str, booking: Booking, actor: Person | None, **details: Any) -> None:
    audit.record(
        action=action,
        actor_id=None if actor is None else actor.id,
        for_person_id=booking.person_id,
        subject_kind="booking",
        subject_id=booking.id,
        council_id=booking.council_id,
        reference=booking.reference,
        **details,
    )


def _people_of(booking: Booking) -> list[Person]:
    """Whom to tell on the buyer's side: the person, and whoever booked for them."""
    return [booking.person] + ([booking.booked_by] if booking.booked_by_id != booking.person_id else [])


def _about(booking: Booking) -> str:
    return f"booking:{booking.public_id}"


def _path(booking: Booking) -> str:
    return f"/bookings/{booking.public_id}"


def _desk_path(booking: Booking) -> str:
    return f"/desk/bookings/{booking.public_id}"
