"""Leaving shared support: after notice the others share anew, each with their consent; without it, it ends for all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, func, select

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Spender
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.platform.messages.actions import bookings, sending, sharing
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, VisitPayment
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.queries import shares as shares_queries
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import shares as shares_rules
from app.support.booking_records.rules.paying import Purse
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import locking, pattern_endings, telling, visit_endings
from app.support.bookings.actions.telling import Sent
from app.support.bookings.queries import notice as notice_queries
from app.support.bookings.queries import offers
from app.support.bookings.rules import notice as notice_rules
from app.support.bookings.rules.notice import VisitToCome
from app.support.sharing import rules
from app.support.sharing.actions.shares import record_share_act, set_aside_share, share_path


def leave_shared(*, actor: Person, person: Person, booking: Booking, last_day: date, key: str) -> None:
    """Give notice to leave shared support; the others are asked to share its later visits without this person.

    A request that nobody has accepted is taken back for everybody, at once: nothing was agreed. When nobody else shares
    it any more, it ends on the last day.

    Args:
        actor: the person, or somebody with the power to book for them.
        person: who leaves.
        booking: which.
        last_day: the last London day this person shares; the agreement's notice must lie before it.
        key: made with the form; the same key again changes nothing more.

    Raises:
        NotFound: when the person does not share it.
        NotAllowed: when the actor may not book for them.
        LastDayRefused: when the notice is too short.
        Conflict: when it is over, no visit comes after that day, or somebody else's leaving waits for answers.
    """
    if not booking.is_shared:
        raise NotFound("This support is not shared.")
    shares_queries.locked_plan(shares_queries.shared_plan_of(booking.id).id)
    booking = locking.locked(booking)
    spender = Spender(actor.id, circles.powers_to_act(actor, person.id))
    if not booking_records_permissions.may_book(whose_money.powers_with(spender, booking, person.id)):
        raise NotAllowed(f"You may look at this but not leave it for them. {whose_money.SUGGEST_INSTEAD}")
    if shares_queries.plan_with_key(key) is not None:
        return
    now_sharing = shares_queries.plan_in_force(booking.id)
    if all(share.person_id != person.id for share in now_sharing.shares):
        raise NotFound("This person does not share that support, or not any more.")
    if booking.status == BookingStatus.REQUESTED:
        _take_back(actor, person, booking)
        return
    notice_rules.must_be_going_on(booking.status)
    if shares_queries.leaving_plan(booking.id) is not None:
        raise Conflict("Somebody else is leaving, and the others are still being asked. Wait for their answers.")
    visits = notice_queries.visits_for_notice(booking)
    notice = notice_rules.notice_agreed(booking.agreed, [visit.starts_at for visit in visits])
    notice_rules.check_last_day(last_day, now=clock.now(), notice=notice, ends_on=booking.ends_on)
    over = notice_rules.visits_after(visits, last_day)
    if not over:
        raise Conflict("No visits are planned after that day, so there is nothing to leave.")
    staying = [share for share in now_sharing.shares if share.person_id != person.id]
    if staying:
        _ask_to_share_anew(actor, person, booking, last_day, key, over, staying)
    else:
        end_for_all(booking, last_day, actor)
    db.session.flush()


def lock_shared(person_id: int) -> None:
    """Lock every plan a person has a part in, before the person: whoever ends their shares takes them first, in order."""
    for plan_id in shares_queries.plans_with(person_id):
        shares_queries.locked_plan(plan_id)


def end_share_of_dead(*, actor: Person | None, person: Person, booking: Booking) -> None:
    """End the share of somebody who has died, as if they gave the notice agreed today; the others decide about theirs.

    Nobody who stays pays a penny more without their yes, nobody is left without support tomorrow, and the others are told
    that somebody leaves, never why. What nobody had accepted yet is taken back. Where nobody else shares it any more, it
    ends today. A plan of somebody else's that waits for the one who died ends by itself: silence is no yes.

    Args:
        actor: who confirmed the death; their name is not in the booking's history, which the others read.
        person: who died, confirmed; the plans they are in are locked (:func:`lock_shared`).
        booking: which, shared.
    """
    booking = locking.locked(booking)
    now_sharing = shares_queries.plan_in_force(booking.id)
    if all(share.person_id != person.id for share in now_sharing.shares):
        return
    if booking.status == BookingStatus.REQUESTED:
        _take_back(actor, person, booking, is_told_who=False)
        return
    if booking.status != BookingStatus.ACCEPTED or shares_queries.leaving_plan(booking.id) is not None:
        return
    visits = notice_queries.visits_for_notice(booking)
    staying = [share for share in now_sharing.shares if share.person_id != person.id]
    if not staying:
        end_for_all(booking, clock.today(), None)
        return
    notice = notice_rules.notice_agreed(booking.agreed, [visit.starts_at for visit in visits])
    last_day = notice.earliest_last_day(clock.now())
    over = notice_rules.visits_after(visits, last_day)
    if over and (booking.ends_on is None or last_day < booking.ends_on):
        key = f"died-{booking.public_id}-{new_public_id()}"
        _ask_to_share_anew(person, person, booking, last_day, key, over, staying, is_told_who=False)
    db.session.flush()


def stays_after_all(*, actor: Person | None, person: Person) -> None:
    """Take back what the others were asked because of a report that was a mistake, where they have not all agreed yet."""
    for booking_id in shares_queries.shared_now_by(person.id):
        plan = shares_queries.leaving_plan(booking_id)
        if plan is None or plan.person_id != person.id or not plan.key.startswith("died-"):
            continue
        plan = shares_queries.locked_plan(plan.id)
        if plan.status != SharePlanStatus.ASKED:
            continue
        plan.status, plan.ended_at = SharePlanStatus.WITHDRAWN, clock.now()
        record_share_act("share_leaving_taken_back", plan, actor, person)
        for share in plan.shares:
            if share.person is not None:
                sending.send_notice(sharing.STAYS_AFTER_ALL, share.person, link=share_path(plan))
    db.session.flush()


def share_anew(plan: SharePlan, actor: Person) -> None:
    """Everybody who stays has agreed: the later visits are set aside anew in their shares, and the leaver is free.

    When the visits have changed since they were asked, nobody's yes fits any more: all are asked again.
    """
    booking = locking.locked(_booking_of(plan))
    over = _over(plan, booking)
    shares = sorted(plan.shares, key=lambda one: one.id)
    split = rules.split_visits([visit.pence for visit in over], [one.parts for one in shares])
    owed = [sum(own) for own in zip(*split, strict=True)] or [0] * len(shares)
    if booking.status != BookingStatus.ACCEPTED:
        raise Conflict("This support has ended meanwhile, so there is nothing to share. Nothing was changed.")
    if not over:
        # The provider ended it meanwhile, before that day: nothing is left to share.
        plan.status, plan.ended_at = SharePlanStatus.LAPSED, clock.now()
        return
    if owed != [one.amount_pence for one in shares]:
        _ask_again(plan, sum(owed), owed)
        return
    numbers = [visit.id for visit in over]
    holds = select(VisitPayment.hold_id).where(VisitPayment.visit_id.in_(numbers))
    ledger.settle(
        key=f"share:{plan.public_id}:release",
        kind=JournalKind.RELEASE,
        holds=dict.fromkeys(db.session.scalars(holds), 0),
        about=telling.about(booking),
        actor_id=actor.id,
    )
    db.session.execute(delete(VisitPayment).where(VisitPayment.visit_id.in_(numbers)))
    sent = Sent(booking.id, booking.public_id, booking.reference, booking.total_pence)
    for place, share in sorted(enumerate(shares), key=lambda one: one[1].person_id or 0):
        days = {visit.day for visit in over}
        set_aside_share(sent, plan.listing, share, numbers, [own[place] for own in split], days, actor)
    plan.status, plan.ended_at = SharePlanStatus.SENT, clock.now()
    db.session.expire(booking, ["visits"])
    telling.record_booking_act("booking_shared_anew", booking, actor, visits=len(over))
    telling.tell_buyers(booking, sharing.SHARES_CHANGED, but=actor.id)
    telling.tell_provider(booking, sharing.SHARES_CHANGED)


def close(plan: SharePlan, status: SharePlanStatus, actor: Person | None) -> None:
    """End a plan that not everybody agreed to; where somebody leaves, the later visits are called off for all."""
    shares_rules.plan_must_become(plan.status, status)
    plan.status, plan.ended_at = status, clock.now()
    if plan.last_day is not None:
        booking = locking.locked(_booking_of(plan))
        if booking.status == BookingStatus.ACCEPTED:
            end_for_all(booking, plan.last_day, actor, is_not_agreed=True)
    else:
        for share in plan.shares:
            if share.person is not None and (actor is None or share.person.id != actor.id):
                sending.send_notice(sharing.SHARE_PLAN_ENDED, share.person, link=share_path(plan))
    db.session.flush()


def end_due(*, plan_id: int) -> SharePlan:
    """End a plan whose time is over unanswered: the first visit has come, or the last day of whoever leaves.

    Done by the marketplace itself, never by a person. Silence is never a yes.

    Raises:
        Conflict: when it was answered after all, or its time has not come.
    """
    plan = shares_queries.locked_plan(plan_id)
    shares_rules.plan_must_become(plan.status, SharePlanStatus.LAPSED)
    if plan.id not in shares_queries.plans_due(now=clock.now(), today=clock.today()):
        raise Conflict("There is still time to answer this plan.")
    record_share_act("share_lapsed", plan, None, plan.person)
    close(plan, SharePlanStatus.LAPSED, None)
    return plan


def end_for_all(booking: Booking, last_day: date, actor: Person | None, *, is_not_agreed: bool = False) -> None:
    """Call off every visit after a last day, for everybody who shares it: nothing is charged, each share is free again.

    Args:
        booking: locked.
        last_day: of everybody.
        actor: who gave notice as the last who shares it, or who said no; nobody: nobody answered in time.
        is_not_agreed: whether it ends because those who stay did not all agree, and not because notice was given.
    """
    over = notice_rules.visits_after(notice_queries.visits_for_notice(booking), last_day)
    if booking.ends_on is not None and booking.ends_on <= last_day:
        return
    booking.ends_on, booking.ended_at = last_day, clock.now()
    booking.ended_by_id = None if actor is None else actor.id
    if over:
        visit_endings.end_visits(booking, {visit.id: VisitStatus.CANCELLED_IN_TIME for visit in over}, actor)
    pattern_endings.close_when_over(booking)
    act, said = ("share_not_agreed", sharing.SHARED_ENDS) if is_not_agreed else ("booking_ended", bookings.BOOKING_ENDS)
    telling.record_booking_act(act, booking, actor, last_day=last_day.isoformat(), visits=len(over))
    telling.tell_buyers(booking, said, but=None if actor is None else actor.id)
    telling.tell_provider(booking, said)


def plan_days(plan: SharePlan) -> set[date]:
    """The London days a plan is about."""
    if plan.last_day is None:
        return {clock.london(starts).date() for starts, _ in plan.spans}
    return {visit.day for visit in _over(plan, _booking_of(plan))}


def freed(plan: SharePlan) -> dict[int, int]:
    """What is set aside now for the visits that would be shared anew, and so would be free again: pence by pot number."""
    if plan.last_day is None:
        return {}
    numbers = [visit.id for visit in _over(plan, _booking_of(plan))]
    rows = (
        select(VisitPayment.pot_id, func.sum(VisitPayment.amount_pence))
        .where(VisitPayment.visit_id.in_(numbers))
        .group_by(VisitPayment.pot_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(rows)}


def purses_to_show(plan: SharePlan, person: Person, spender: Spender) -> list[Purse]:
    """A person's money as ways to pay their share, with what sharing anew would free counted in."""
    purses, free = offers.purses_of(person, listing=plan.listing, days=plan_days(plan), spender=spender), freed(plan)
    return [replace(purse, has_pence=purse.has_pence + free.get(purse.id, 0)) for purse in purses]


def _booking_of(plan: SharePlan) -> Booking:
    return db.session.get_one(Booking, plan.booking_id)


def _over(plan: SharePlan, booking: Booking) -> list[VisitToCome]:
    if plan.last_day is None:
        return []
    return notice_rules.visits_after(notice_queries.visits_for_notice(booking), plan.last_day)


def _ask_to_share_anew(
    actor: Person,
    person: Person,
    booking: Booking,
    last_day: date,
    key: str,
    over: Sequence[VisitToCome],
    staying: Sequence[Share],
    *,
    is_told_who: bool = True,
) -> None:
    prices = [visit.pence for visit in over]
    plan = SharePlan(
        public_id=new_public_id(),
        key=key,
        listing_id=booking.listing_id,
        booking_id=booking.id,
        person_id=person.id,
        asked_by_id=actor.id,
        last_day=last_day,
        status=SharePlanStatus.ASKED,
        times=[],
        extras=[],
        note="",
        total_pence=sum(prices),
        made_at=clock.now(),
    )
    db.session.add(plan)
    for share, pence in zip(staying, rules.amounts(prices, [one.parts for one in staying]), strict=True):
        plan.shares.append(
            Share(
                person_id=share.person_id,
                email=share.email,
                name=share.name,
                parts=share.parts,
                amount_pence=pence,
                status=ShareStatus.ASKED,
                pots=[],
            )
        )
    db.session.flush()
    said_by = actor if is_told_who else None
    record_share_act("share_leaving", plan, said_by, person)
    telling.record_booking_act("booking_somebody_leaves", booking, said_by, last_day=last_day.isoformat())
    for share in staying:
        if share.person is not None:
            sending.send_notice(
                sharing.SOMEBODY_LEAVES, share.person, link=share_path(plan), reference=booking.reference
            )
    telling.tell_provider(booking, sharing.SOMEBODY_LEAVES_TELLS_PROVIDER)


def _ask_again(plan: SharePlan, total: int, owed: Sequence[int]) -> None:
    plan.total_pence = total
    for share, pence in zip(sorted(plan.shares, key=lambda one: one.id), owed, strict=True):
        share.amount_pence, share.status, share.answered_at = pence, ShareStatus.ASKED, None
        if share.person is not None:
            sending.send_notice(sharing.SHARE_AMOUNT_CHANGED, share.person, link=share_path(plan))


def _take_back(actor: Person | None, person: Person, booking: Booking, *, is_told_who: bool = True) -> None:
    waiting = {
        visit.id: VisitStatus.CANCELLED_IN_TIME for visit in booking.visits if visit.status == VisitStatus.PLANNED
    }
    visit_endings.end_visits(booking, waiting, actor)
    booking.status = BookingStatus.CANCELLED
    said_by = actor if is_told_who else None
    telling.record_booking_act("booking_cancelled", booking, said_by, charged_pence=0, visits=len(waiting))
    record_share_act("share_taken_back", shares_queries.shared_plan_of(booking.id), actor, person)
    telling.tell_provider(booking, bookings.BOOKING_CANCELLED)
    telling.tell_buyers(booking, bookings.BOOKING_CANCELLED, but=None if actor is None else actor.id)
    db.session.flush()
