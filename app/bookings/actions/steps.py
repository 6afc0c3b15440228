"""Steps the actions share: taking the lock, ending visits with their money, telling who must know."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.accounts.models import Person
from app.audit import actions as audit
from app.bookings import permissions, queries, rules
from app.bookings.actions import places
from app.bookings.models import Booking, PatternException, PatternSlot, Visit, VisitRecord
from app.bookings.queries import patterns
from app.bookings.rules import BookingStatus, How, VisitStatus
from app.bookings.rules.changes import ChangedMeanwhile, ChangeStatus
from app.bookings.rules.patterns import WAITING, ExceptionKind, ended_before, next_day
from app.db import add, db
from app.ledger import actions as ledger
from app.ledger.rules import JournalKind
from app.messages import actions as messages
from app.refusals import BadInput, Conflict, NotFound

REASON_LONGEST = 500


class Sent(NamedTuple):
    """A request as it was sent: what its sender is told of it."""

    id: int
    public_id: str
    reference: str
    total_pence: int


LOCK_PERSON = select(Person.public_id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)
"""The turnstile of whoever spends somebody's money."""
_LOCK = select(Booking.id).where(Booking.id == bindparam("booking_id")).with_for_update(key_share=True)
_READ_AGAIN = (
    select(Booking)
    .where(Booking.id == bindparam("booking_id"))
    .options(
        selectinload(Booking.visits).joinedload(Visit.payments),
        joinedload(Booking.person),
        joinedload(Booking.booked_by),
        joinedload(Booking.provider),
    )
    .execution_options(populate_existing=True)
)
"""Written once: every answer and every visit asks these, and writing them takes longer than running them."""


def locked(booking: Booking) -> Booking:
    """The booking as it is once everybody before us has finished with it, with its visits and their money."""
    this = {"booking_id": booking.id}
    db.session.execute(_LOCK, this)
    return db.session.execute(_READ_AGAIN, this).scalar_one()


def locked_for_staff(actor: Person, booking: Booking) -> Booking:
    """The same, for staff of the provider booked.

    Raises:
        NotFound: when the actor does not work for it.
    """
    if not permissions.is_staff_of(actor, booking):
        raise NotFound("We cannot find that booking among those of your organisation.")
    return locked(booking)


def locked_visit(actor: Person, visit: Visit) -> tuple[Booking, Visit]:
    """The visit and its booking, locked, for staff of the provider booked."""
    booking = locked_for_staff(actor, visit.booking)
    return booking, next(one for one in booking.visits if one.id == visit.id)


def must_be_due(booking: Booking, visit: Visit, then: VisitStatus) -> None:
    """Let pass a visit that was agreed, has begun and nobody has recorded.

    Raises:
        Conflict: saying which of these is not so.
    """
    rules.visit_must_become(visit.status, then)
    if booking.status != BookingStatus.ACCEPTED:
        raise Conflict(f"This booking {rules.BOOKING_IS_NOW[booking.status]}. Nothing was changed: look at it again.")
    if visit.starts_at > clock.now():
        raise Conflict("This visit has not begun yet. Record it when it has.")
    if booking.is_shared and queries.is_in_doubt(booking.id, clock.london(visit.starts_at).date()):
        raise Conflict(
            "Somebody who shared this has left, and the others have not agreed who pays for this visit. It cannot be "
            "charged: speak with them."
        )


def end_visits(
    booking: Booking,
    endings: dict[int, VisitStatus],
    actor: Person | None,
    charges: Mapping[int, int] | None = None,
) -> None:
    """Give visits their endings and settle their money: one journal for what is spent, one for what goes back.

    ``charges`` are the pence of each, where that is not simply the whole price or nothing; what a hold does not pay of
    them is free again in the same journal.
    """
    # Places before money, as whoever takes them does.
    places.give_back([number for number, ending in endings.items() if ending not in rules.CAME])
    spent: dict[int, int] = {}
    returned: dict[int, int] = {}
    ended = [visit for visit in booking.visits if visit.id in endings]
    for visit in ended:
        ending = endings[visit.id]
        rules.visit_must_become(visit.status, ending)
        visit.status = ending
        visit.settled_at = clock.now()
        visit.settled_by_id = None if actor is None else actor.id
        visit.revision += 1
        whole = visit.price_pence if ending in rules.CHARGED else 0
        visit.charged_pence = whole if charges is None else charges[visit.id]
        if ending != VisitStatus.SAVED:
            # The money of saved hours stays set aside.
            holds = spent if visit.charged_pence else returned
            holds.update({payment.hold_id: pence for payment, pence in visit.spending})
        if ending == VisitStatus.CANCELLED_LATE and actor is not None:
            add(_LATE, _late(visit, actor))
    # A visit ends once, so its first visit's id tells one settling of a booking from any other.
    which = f"booking:{booking.public_id}:{min(endings)}"
    back = JournalKind.EXPIRE if VisitStatus.LAPSED in endings.values() else JournalKind.RELEASE
    for kind, holds in ((JournalKind.CHARGE, spent), (back, returned)):
        if holds:
            ledger.settle(
                key=f"{which}:{kind.value}",
                kind=kind,
                holds=holds,
                about=about(booking),
                actor_id=None if actor is None else actor.id,
            )


_LATE = insert(VisitRecord.__table__)  # type: ignore[arg-type] # it is a table


def _late(visit: Visit, actor: Person) -> dict[str, Any]:
    """The record of a visit called off too late: nothing given, all of it charged."""
    planned = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    return {
        "visit_id": visit.id,
        "is_current": True,
        "ending": VisitStatus.CANCELLED_LATE,
        "how": How.SAID,
        "planned_minutes": planned,
        "delivered_minutes": 0,
        "charged_minutes": planned if visit.charged_pence else 0,
        "charged_pence": visit.charged_pence,
        "is_short_but_full": False,
        "lines": visit.price_lines,
        "rule": "Cancelled with less notice than was agreed: the whole price",
        "words": "",
        "by_id": actor.id,
        "at": clock.now(),
    }


def decide(booking: Booking, status: BookingStatus, actor: Person) -> None:
    """Note the provider's answer, who gave it and when."""
    booking.status = status
    booking.decided_at = clock.now()
    booking.decided_by_id = actor.id


def close_when_over(booking: Booking) -> None:
    """Give the booking its ending once no visit of it is planned any more."""
    became = rules.outcome([visit.status for visit in booking.visits])
    if became is not None and not goes_on(booking):
        rules.must_become(booking.status, became)
        booking.status = became


def goes_on(booking: Booking) -> bool:
    """Whether it repeats and has visits to come that are not made yet, so that it is not over without them."""
    pattern = booking.pattern
    if pattern is None:
        return False
    waits = (one for slot in pattern.slots for one in slot.exceptions if one.kind in WAITING)
    return pattern.next_on is not None or any(one.day >= clock.today() for one in waits)


def end_pattern(booking: Booking, moment: datetime) -> None:
    """Let nothing of a pattern come from this moment on; what has been before it stays as it was."""
    pattern = booking.pattern
    if pattern is None:
        return
    for slot in pattern.slots:
        end_slot(slot, moment)
    if pattern.next_on is not None:
        slots = [slot.as_rule for slot in pattern.slots if not slot.is_over]
        pattern.next_on = next_day(slots, pattern.next_on - timedelta(days=1))


def end_slot(slot: PatternSlot, moment: datetime) -> None:
    """Let one time of day end before a moment: its rule ends, and days that waited for money wait no longer."""
    if slot.is_over:
        return
    rule, day = slot.as_rule, clock.london(moment).date() - timedelta(days=1)
    while rule.visit(day)[0] < moment:
        day += timedelta(days=1)
    ended = ended_before(rule.rule, rule.starts_on, day)
    if ended is None:
        slot.is_over = True
    else:
        slot.rule = ended.text(slot.start)
    for one in [one for one in slot.exceptions if one.kind in WAITING and one.day >= day]:
        slot.exceptions.remove(one)


def leave_out(visit: Visit, actor: Person | None) -> None:
    """Note that the day of a visit was taken out of its pattern, so that it can be put back."""
    if visit.slot_id is None or visit.slot_day is None:
        return
    slot = db.session.get_one(PatternSlot, visit.slot_id)
    note_exception(slot, visit.slot_day, ExceptionKind.SKIPPED, actor)


def note_exception(slot: PatternSlot, day: date, kind: ExceptionKind, actor: Person | None) -> None:
    """Note on which day a pattern differs from its rule, and who said so."""
    kept = next((one for one in slot.exceptions if one.day == day), None)
    if kept is None:
        kept = PatternException(day=day)
        slot.exceptions.append(kept)
    kept.kind = kind
    kept.noted_at = clock.now()
    kept.noted_by_id = None if actor is None else actor.id


def drop_change(booking: Booking, visit: Visit | None = None) -> None:
    """Forget the question about another time that waits, when what it is about was cancelled: a visit, or all of it."""
    change = patterns.waiting_change(booking.id)
    if change is not None and (visit is None or change.visit_id == visit.id):
        change.status = ChangeStatus.WITHDRAWN
        change.answered_at = clock.now()


def must_be_as_seen(booking: Booking, seen: int | None) -> None:
    """Let pass who looked at the visits as they are now; of two people who change them at once one comes second.

    Raises:
        ChangedMeanwhile: saying that somebody else came first and nothing was changed.
    """
    if seen is not None and seen != booking.revision:
        raise ChangedMeanwhile


def reason_given(words: str, *, needed: bool) -> str:
    """The reason as it is kept.

    Raises:
        BadInput: when it is needed and empty, or too long.
    """
    words = words.strip()
    if needed and not words:
        raise BadInput("Enter a reason")
    if len(words) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    return words


def record(action: str, booking: Booking, actor: Person | None, **details: Any) -> None:
    """Write one act into the record of this booking: who did it, for whom."""
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


def buyers_side(booking: Booking) -> list[Person]:
    """Whom to tell on the buyer's side: the person, or everybody who shares it, and whoever booked for them."""
    people = queries.sharers(booking) if booking.is_shared else [booking.person]
    return people + ([booking.booked_by] if booking.booked_by_id not in {one.id for one in people} else [])


def tell_buyers(booking: Booking, notice: messages.Notice, *, but: int | None = None, at: str = "") -> None:
    """Tell the buyer's side, save whoever did it; ``at`` is which page of the booking says more."""
    for reader in buyers_side(booking):
        if reader.id != but:
            messages.send_notice(notice, reader, link=path_of(booking) + at, reference=booking.reference)


def tell_provider(booking: Booking, notice: messages.Notice) -> None:
    """Tell everybody who may act for the provider."""
    for member in queries.staff_of(booking.provider_id):
        messages.send_notice(notice, member, link=desk_path_of(booking), reference=booking.reference)


def about(booking: Booking | Sent) -> str:
    """How the ledger names a booking; the statement makes its link from it."""
    return f"booking:{booking.public_id}"


def path_of(booking: Booking | Sent) -> str:
    """Where the buyer's side reads it."""
    return f"/bookings/{booking.public_id}"


def desk_path_of(booking: Booking | Sent) -> str:
    """Where the provider reads it."""
    return f"/desk/bookings/{booking.public_id}"
