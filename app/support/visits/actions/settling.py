"""How a visit's money moves when it ends: spent as far as the agreement says, the rest free again; or put back to wait."""

import hmac
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from app.base import clock
from app.base.db import change_rows, db, fetch_rows, write_rows
from app.funding.budgets.actions import pots as budgets
from app.funding.budgets.queries import under_lock as budget_queries
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.platform.messages.actions import bookings, sending
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.rules import terms as terms_rules
from app.support.booking_records.rules.states import CAME, How, VisitStatus
from app.support.bookings.actions import telling
from app.support.visits.queries import endings as endings_queries
from app.support.visits.rules import endings
from app.support.visits.rules.endings import AgreedVisit, Ended, TimesWorked
from app.support.visits.rules.things import RECORDABLE_THINGS, Bought, things_ended

CODE_DIGITS = 6

_LOCK_PEOPLE = (
    select(Person.id)
    .where(Person.id.in_(bindparam("numbers", expanding=True)))
    .order_by(Person.id)
    .with_for_update(key_share=True)
)
_NO_LONGER_CURRENT = (
    update(VisitRecord)
    .where(VisitRecord.visit_id == bindparam("of_visit"), VisitRecord.is_current)
    .values(is_current=False)
    .execution_options(synchronize_session=False)
)
_RECORD = insert(VisitRecord.__table__)  # type: ignore[arg-type] # it is a table


def code_of(booking: Booking, visit: Visit) -> str:
    """The code the person holds for this visit and the worker asks for at the door: six digits.

    Made from the booking's secret key, which only the buyer's side ever had: nothing is stored, nobody can work it out
    from the address of the visit, and it says nothing of where anybody is.
    """
    mac = hmac.digest(booking.key.encode(), f"visit:{visit.public_id}".encode(), "sha256")
    return f"{int.from_bytes(mac[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def lock_people_paying(numbers: Collection[int]) -> None:
    """Pass the turnstile of those whose money is set aside: before the booking and the pots, as when booking."""
    fetch_rows(_LOCK_PEOPLE, {"numbers": sorted(numbers)})


def priced_ending(
    booking: Booking, visit: Visit, status: VisitStatus, stay: TimesWorked, arrived: int | None = None
) -> Ended:
    """What an ending of this visit, or of the things bought with it, costs by its agreement.

    Args:
        booking: with its visits.
        visit: of it.
        status: what became of it.
        stay: when the worker came and left.
        arrived: of things, how many arrived whole.

    Raises:
        BadInput: when the times cannot be those of this visit, or so many things cannot have arrived.
    """
    if booking.is_of_things and status in RECORDABLE_THINGS:
        agreed = booking.agreed
        bought = Bought(int(agreed["quantity"]), int(agreed["each_pence"]), visit.price_pence, tuple(visit.lines))
        return things_ended(status, bought, arrived)
    first = min(booking.visits, key=lambda one: (one.starts_at, one.id))
    planned = AgreedVisit(
        visit.starts_at, visit.ends_at, visit.price_pence, tuple(visit.lines), is_first=first.id == visit.id
    )
    terms = terms_rules.agreed_terms(booking.agreed)
    if status in CAME and stay.came is not None and not endings.reproduces(planned, terms):
        # Made or moved since: priced by a card published later, which nobody can edit either.
        later = endings_queries.terms_now(booking, visit, terms)
        if endings.reproduces(planned, later):
            terms = later
    return endings.ended(status, planned=planned, terms=terms, stay=stay)


def settle_visit(booking: Booking, visit: Visit, outcome: Ended, actor: Person | None, *, key: str) -> None:
    """End the holds of a visit: pay what the outcome costs from the money that was to pay, and free the rest.

    Args:
        booking: locked.
        visit: of it.
        outcome: what became of it and what that costs.
        actor: who says so; nobody: the operator.
        key: tells this settling from any other of the booking; the same again is the same event.
    """
    visit.status = outcome.status
    visit.settled_at = clock.now()
    actor_id = None if actor is None else actor.id
    visit.settled_by_id = actor_id
    visit.charged_pence = outcome.pence
    visit.arrived = outcome.arrived
    shares = visit.shares_of(outcome.pence)
    holds = {payment.hold_id: pence for payment, pence in zip(visit.payments, shares, strict=True)}
    if holds:
        kind = JournalKind.CHARGE if outcome.pence else JournalKind.RELEASE
        ledger.settle(
            key=f"{key}:{kind.value}", kind=kind, holds=holds, about=telling.about(booking), actor_id=actor_id
        )


def write_record(
    booking: Booking,
    visit: Visit,
    outcome: Ended,
    actor: Person | None,
    *,
    how: How,
    words: str = "",
    is_first: bool = True,
) -> None:
    """Add to what is recorded of a visit; what was current before stays to be read. Nobody: the operator says so."""
    if not is_first:
        change_rows(_NO_LONGER_CURRENT, {"of_visit": visit.id})
    # Things last no time: no figure of hours can count what is not there.
    planned = 0 if booking.is_of_things else int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    write_rows(
        _RECORD,
        {
            "visit_id": visit.id,
            "is_current": True,
            "ending": outcome.status,
            "came_at": outcome.stay.came,
            "left_at": outcome.stay.left,
            "how": how,
            "planned_minutes": planned,
            "delivered_minutes": outcome.delivered_minutes,
            "charged_minutes": min(outcome.charged_minutes, planned),
            "charged_pence": outcome.pence,
            "is_short_but_full": endings.is_short_but_full(
                planned_minutes=planned,
                delivered_minutes=outcome.delivered_minutes,
                is_full=outcome.charged_minutes >= planned,
                charges=terms_rules.agreed_terms(booking.agreed).charges,
            ),
            "lines": [{"words": line, "pence": pence} for line, pence in outcome.lines],
            "rule": outcome.rule,
            "words": words,
            "by_id": None if actor is None else actor.id,
            "at": clock.now(),
        },
    )


def put_back(booking: Booking, visit: Visit, actor: Person, *, key: str) -> int:
    """Put what a visit was charged back to the money that paid, and set it aside there again until it is known.

    The person's row and the booking are locked. Nothing can be spent in between: the pots are locked before both moves.

    Returns:
        The pence that wait; nothing moves when nothing was charged.
    """
    waiting = visit.charged_pence
    if not waiting:
        return 0
    shares = visit.shares_of(waiting)
    pots = budget_queries.lock_pots([payment.pot_id for payment in visit.payments])
    provider = budgets.provider_account_number(booking.provider_id)
    paid = [(payment, pence) for payment, pence in zip(visit.payments, shares, strict=True) if pence]
    moves = [(pots[payment.pot_id].account_id, pence) for payment, pence in paid]
    about = telling.about(booking)
    ledger.post(
        key=f"{key}:back",
        kind=JournalKind.REFUND,
        moves=[(provider, account, pence) for account, pence in moves],
        about=about,
        actor_id=actor.id,
    )
    holds = ledger.hold(
        key=f"{key}:wait",
        parts=[(account, provider, pence) for account, pence in moves],
        about=about,
        actor_id=actor.id,
    )
    for (payment, pence), hold in zip(paid, holds, strict=True):
        payment.hold_id, payment.amount_pence = hold.id, pence
    for payment, pence in zip(list(visit.payments), shares, strict=True):
        if not pence:
            visit.payments.remove(payment)
            db.session.delete(payment)
    visit.charged_pence = 0
    db.session.flush()
    return waiting


def alert_when_missed_twice(booking: Booking, visit: Visit) -> int:
    """Tell the provider and the care managers when a person's visits by one provider were missed twice in a week.

    Nobody is left alone by a thing that does not arrive.

    Returns:
        How many were missed within seven days, this one included.
    """
    if booking.is_of_things:
        return 0
    day = clock.london(visit.starts_at).date()
    missed = endings_queries.missed_around(booking.person_id, booking.provider_id, visit)
    count = endings.missed_in_a_week(missed, day)
    if count > 1:
        telling.record_booking_act("missed_alert", booking, None, visit=visit.public_id, missed=count)
        telling.tell_provider(booking, bookings.MISSED_TWICE)
        for entry in circles.care_managers_of(booking.person):
            sending.send_notice(
                bookings.MISSED_TWICE,
                entry.care_manager,
                link=visit_path_of(visit),
                about=About(booking.person_id, ToldAs.CARE_MANAGER),
                reference=booking.reference,
            )
    return count


def visit_path_of(visit: Visit) -> str:
    """Where the buyer's side reads what became of a visit."""
    return f"/bookings/visits/{visit.public_id}"


def desk_visit_path_of(visit: Visit) -> str:
    """Where the provider reads it."""
    return f"/desk/visits/{visit.public_id}"


def to_the_minute(moment: datetime) -> datetime:
    """The moment with its seconds dropped, as people write times down."""
    return moment.replace(second=0, microsecond=0)
