"""Recording what became of a visit: only this spends money, silence never does."""

import hmac

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotFound
from app.people.accounts.models import Person
from app.platform.messages.actions import bookings
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import BOOKING_IS_NOW, How, VisitStatus
from app.support.bookings.actions import locking, pattern_endings, telling, visit_endings
from app.support.visits.actions import disputes, settling
from app.support.visits.models import VisitClock
from app.support.visits.queries import endings
from app.support.visits.rules.endings import MOST_OFF, NEEDS_WORDS, NO_TIMES, RECORDABLE, Ended, TimesWorked
from app.support.visits.rules.things import RECORDABLE_THINGS

MOST_WRONG_CODES = 5
SELECT_WHAT_BECAME = "Select what became of it"
_NOTICES = {
    VisitStatus.DELIVERED: bookings.VISIT_DELIVERED,
    VisitStatus.MISSED: bookings.VISIT_MISSED,
}
_NOTICES_OF_THINGS = {
    VisitStatus.DELIVERED: bookings.THING_ARRIVED,
    VisitStatus.MISSED: bookings.THING_NOT_ARRIVED,
}


def mark_delivered(*, actor: Person, visit: Visit) -> Visit:
    """Record that a visit went as planned, for the provider: the money set aside is spent, and only now.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded already, or has not begun.
    """
    return record_visit(actor=actor, visit=visit, ending=VisitStatus.DELIVERED)


def mark_missed(*, actor: Person, visit: Visit) -> Visit:
    """Record that a visit did not happen, for the provider: nothing is charged and the money goes back.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded already, or has not begun.
    """
    return record_visit(actor=actor, visit=visit, ending=VisitStatus.MISSED)


def record_visit(
    *,
    actor: Person,
    visit: Visit,
    ending: VisitStatus,
    stay: TimesWorked = NO_TIMES,
    how: How | None = None,
    words: str = "",
    arrived: int | None = None,
) -> Visit:
    """Record what became of a visit, for the provider. What it costs is the agreement's rule, frozen when booked.

    Things that were bought have endings of their own: they arrived, some of them did, damaged, or not at all.

    Args:
        actor: staff of the provider.
        visit: one that has begun.
        ending: one of ``rules.RECORDABLE``; in part or in full follows from the minutes. Of things one of
            ``RECORDABLE_THINGS``.
        stay: when the worker came and left; without it, as planned.
        how: how that is known; typed, or as planned without times, when not said.
        words: why, where somebody pays for nothing or gets nothing.
        arrived: of things, how many arrived whole; without it all of them, or none where they were damaged.

    Raises:
        NotFound: when the actor does not work for the provider.
        BadInput: when the times cannot be those of this visit, or it must be said why.
        Conflict: when it is not agreed, was recorded already, has not begun, or somebody disputes it.
    """
    booking, visit = locking.locked_visit(actor, visit)
    visit_endings.must_be_due(booking, visit, ending)
    if disputes.standing_dispute(visit) is not None and ending not in {VisitStatus.MISSED, VisitStatus.FRUSTRATED}:
        raise Conflict("The person says what happened was something else. Answer that on the visit's page.")
    if ending not in (RECORDABLE_THINGS if booking.is_of_things else RECORDABLE):
        raise BadInput(SELECT_WHAT_BECAME)
    words = telling.booking_reason(words, needed=ending in NEEDS_WORDS)
    # Nobody is paid by the minute for bringing a thing.
    stay = NO_TIMES if booking.is_of_things else _checked(stay)
    if ending == VisitStatus.DELIVERED and stay.came is None and not booking.is_of_things:
        _must_be_over(booking, visit)
    outcome = settling.priced_ending(booking, visit, ending, stay, arrived)
    known = how or (How.TYPED if stay.came or ending != VisitStatus.DELIVERED else How.AS_PLANNED)
    _end(booking, visit, outcome, actor, how=known, words=words)
    disputes.close_as_agreed(booking, visit, actor)
    db.session.flush()
    return visit


def confirm_visit(*, actor: Person, visit: Visit) -> Visit:
    """Say for the person that a visit nobody recorded did come as planned: it is paid for, because somebody said so.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not spend the person's money.
        Conflict: when it is not agreed, was recorded, is not over yet, or is disputed.
    """
    powers = endings.standing_about(actor, visit).powers
    if not booking_records_permissions.may_see_bookings(powers):
        raise NotFound("We cannot find that visit among yours.")
    if len(visit.payer_ids) > 1:
        raise Conflict("This support is shared, so one person cannot spend for all. Ask the provider to record it.")
    booking = locking.locked(visit.booking)
    whose_money.must_be_let(actor, booking, to="say that it may be paid for", what="visit")
    visit = next(one for one in booking.visits if one.id == visit.id)
    visit_endings.must_be_due(booking, visit, VisitStatus.DELIVERED)
    if visit.ends_at > clock.now():
        raise Conflict("This visit is not over yet. Say how it was once it is.")
    if disputes.standing_dispute(visit) is not None:
        raise Conflict("Somebody has said that this visit was not so. Take that back first.")
    outcome = settling.priced_ending(booking, visit, VisitStatus.DELIVERED, NO_TIMES)
    _end(booking, visit, outcome, actor, how=How.SAID, words="")
    telling.tell_provider(booking, bookings.VISIT_CONFIRMED)
    db.session.flush()
    return visit


def clock_in(*, actor: Person, visit: Visit, code: str) -> bool:
    """Note, with the person's code, that the worker has come. Returns whether the code was right.

    A wrong code is counted and kept, so this answers and does not refuse; after five the code no longer works.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded, it is too early, somebody came already, or the code is used up.
    """
    booking, visit = locking.locked_visit(actor, visit)
    _must_be_at_the_door(booking, visit)
    clocked = _clock_of(visit)
    if clocked.came_at is not None:
        raise Conflict("Somebody has already come in for this visit. Go on to when they leave.")
    if not _is_right(booking, visit, clocked, code):
        return False
    clocked.came_at, clocked.came_by_id = settling.to_the_minute(clock.now()), actor.id
    telling.record_booking_act("visit_came", booking, actor, visit=visit.public_id)
    db.session.flush()
    return True


def clock_out(*, actor: Person, visit: Visit, code: str) -> bool:
    """Note, with the person's code, that the worker leaves: that records the visit. Returns whether the code was right.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when nobody came in, it was recorded, nobody stayed a minute, or the code is used up.
    """
    booking, visit = locking.locked_visit(actor, visit)
    clocked = _clock_of(visit)
    states.visit_must_become(visit.status, VisitStatus.DELIVERED)
    if clocked.came_at is None:
        raise Conflict("Nobody has come in for this visit yet. Enter the code for coming in first.")
    if not _is_right(booking, visit, clocked, code):
        return False
    left = settling.to_the_minute(clock.now())
    if left <= clocked.came_at:
        raise Conflict("The worker has only just come. If nobody stays, record what happened instead.")
    stay = TimesWorked(clocked.came_at, left)
    try:
        outcome = settling.priced_ending(booking, visit, VisitStatus.DELIVERED, stay)
    except BadInput as wrong:
        raise Conflict(f"{wrong}. Record this visit by typing its times.") from wrong
    _end(booking, visit, outcome, actor, how=How.CODE, words="")
    db.session.flush()
    return True


def _must_be_at_the_door(booking: Booking, visit: Visit) -> None:
    states.visit_must_become(visit.status, VisitStatus.DELIVERED)
    if visit.waits_on is not None:
        raise Conflict("This visit is not confirmed: what is to pay for it is not there yet. Nothing is charged.")
    if booking.is_of_things:
        raise Conflict("Nobody comes in with a code to bring a thing. Record whether it arrived.")
    if not booking_records_permissions.may_be_recorded(booking):
        raise Conflict(f"This booking {BOOKING_IS_NOW[booking.status]}. Nothing was changed: look at it again.")
    if visit.starts_at - clock.now() > MOST_OFF:
        raise Conflict("This visit is more than 4 hours away. Enter the code when the worker comes.")


def _clock_of(visit: Visit) -> VisitClock:
    """The clock of a visit; its booking is locked, so nobody else makes one."""
    visit_clock = db.session.scalar(
        select(VisitClock).where(VisitClock.visit_id == visit.id).execution_options(populate_existing=True)
    )
    if visit_clock is None:
        visit_clock = VisitClock(visit_id=visit.id, wrong_codes=0)
        db.session.add(visit_clock)
        db.session.flush()
    return visit_clock


def _is_right(booking: Booking, visit: Visit, clocked: VisitClock, code: str) -> bool:
    if clocked.wrong_codes >= MOST_WRONG_CODES:
        raise Conflict("Too many wrong codes were entered. Record this visit by typing its times.")
    typed = "".join(code.split())
    if hmac.compare_digest(typed.encode(), settling.code_of(booking, visit).encode()):
        return True
    clocked.wrong_codes += 1
    db.session.flush()
    return False


def _must_be_over(booking: Booking, visit: Visit) -> None:
    """Let pass a visit whose planned end has come: before that nobody can say that it went as planned.

    A thing is there when it has arrived, whatever hour was planned.

    Raises:
        Conflict: when it is still going on.
    """
    if visit.ends_at > clock.now() and not booking_records_permissions.is_item(booking.listing):
        raise Conflict(
            "This visit is not over yet, so it cannot have gone as planned. Record it once it is over. If the worker has "
            "left already, enter when they came and left."
        )


def _checked(stay: TimesWorked) -> TimesWorked:
    """The times to the minute.

    Raises:
        BadInput: when the worker has not left yet.
    """
    if stay.left is not None and stay.left > clock.now():
        raise BadInput("The worker cannot have left later than now. Record the visit once they have")
    if stay.came is None or stay.left is None:
        return stay
    return TimesWorked(settling.to_the_minute(stay.came), settling.to_the_minute(stay.left))


def _end(booking: Booking, visit: Visit, outcome: Ended, actor: Person, *, how: How, words: str) -> None:
    """Give a visit its ending: money, record, history, and whoever must know."""
    hours_are_back = visit_endings.end_visits(booking, {visit.id: outcome.status}, actor, {visit.id: outcome.pence})
    visit.arrived = outcome.arrived
    settling.write_record(booking, visit, outcome, actor, how=how, words=words)
    pattern_endings.close_when_over(booking)
    telling.record_booking_act(
        f"visit_{outcome.status.value}", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence
    )
    if outcome.status == VisitStatus.MISSED:
        settling.alert_when_missed_twice(booking, visit)
    notices = _NOTICES_OF_THINGS if booking.is_of_things else _NOTICES
    said = notices.get(outcome.status, bookings.VISIT_RECORDED)
    if hours_are_back and outcome.status == VisitStatus.MISSED:
        said = bookings.VISIT_MISSED_HOURS_BACK
    telling.tell_buyers(booking, said, but=actor.id)
    if hours_are_back and outcome.status != VisitStatus.MISSED:
        telling.tell_buyers(booking, bookings.HOURS_CAME_BACK, but=actor.id)
