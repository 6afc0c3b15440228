"""Saying that a visit was not so, answering that, taking it back, deciding. The money waits meanwhile; every step is recorded."""

from dataclasses import replace

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles import queries as circles
from app.people.circles.rules import Spender
from app.platform.messages.actions import bookings, sending
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.queries import returns, whose_money
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.states import CAME, How, VisitStatus
from app.support.bookings.actions import hours_back, locking, pattern_endings, telling
from app.support.visits import permissions
from app.support.visits.actions import settling
from app.support.visits.models import Dispute
from app.support.visits.queries import deciding
from app.support.visits.queries import endings as endings_queries
from app.support.visits.rules import disputes, endings
from app.support.visits.rules.disputes import CLAIM_WORDS, THING_CLAIM_WORDS
from app.support.visits.rules.endings import NO_TIMES, AgreedVisit, Ended, TimesWorked


def standing_dispute(visit: Visit) -> Dispute | None:
    """The dispute about a visit that is not settled yet."""
    rows = select(Dispute).where(Dispute.visit_id == visit.id, Dispute.closed_at.is_(None))
    return db.session.scalar(rows.execution_options(populate_existing=True))


def raise_dispute(
    *,
    actor: Person,
    visit: Visit,
    claim: DisputeClaim,
    words: str,
    says: TimesWorked = NO_TIMES,
    says_arrived: int | None = None,
) -> Dispute:
    """Say for the person that a visit did not happen, or not at those times. What was charged is put back and waits.

    The same of one that was charged because it was called off late: it should not be. Of things: that they did not arrive,
    or not all of them whole.

    Args:
        actor: the person, or somebody who may see their bookings.
        visit: one that is over, or was called off late.
        claim: which of ``CLAIM_WORDS``; of things, of ``THING_CLAIM_WORDS``.
        words: what happened, in their words; the provider reads them.
        says: when the worker really came and left, for other times.
        says_arrived: how many things arrived whole, for things not whole; none when not said.

    Raises:
        NotFound: when the visit is not this actor's to know of.
        NotAllowed: when the actor works for the provider.
        BadInput: without words, with times that cannot be, or with a claim that is not one of this.
        Conflict: when it is not over, was disputed before, nothing was charged, it is too long ago, or it is about things
            of which some were sent back.
    """
    if not booking_records_permissions.may_see_bookings(endings_queries.standing_about(actor, visit).powers):
        raise NotFound("We cannot find that visit among yours.")
    if booking_records_permissions.is_staff_of(actor, visit.booking):
        raise NotAllowed("You work for this provider. Somebody else must say this for the person.")
    settling.lock_people_paying(visit.payer_ids)
    booking = locking.locked(visit.booking)
    visit = next(one for one in booking.visits if one.id == visit.id)
    _must_be_open_to_dispute(booking, visit)
    words = telling.booking_reason(words, needed=True)
    says, says_arrived = _claimed(booking, visit, claim, says, says_arrived)
    dispute = Dispute(
        visit_id=visit.id,
        status=DisputeStatus.OPEN,
        claim=claim,
        says_came_at=says.came,
        says_left_at=says.left,
        says_arrived=says_arrived,
        words=words,
        raised_by_id=actor.id,
        raised_at=clock.now(),
        waiting_pence=visit.price_pence,
    )
    db.session.add(dispute)
    db.session.flush()
    if visit.status != VisitStatus.PLANNED:
        dispute.waiting_pence = settling.put_back(booking, visit, actor, key=_key(dispute))
    telling.record_booking_act(
        "visit_disputed", booking, actor, visit=visit.public_id, waiting_pence=dispute.waiting_pence
    )
    telling.tell_provider(booking, bookings.VISIT_DISPUTED, link=settling.desk_visit_path_of(visit))
    _tell_buyers(bookings.YOUR_VISIT_WAS_DISPUTED, booking, visit, but=actor.id)
    db.session.flush()
    return dispute


def _must_be_open_to_dispute(booking: Booking, visit: Visit) -> None:
    why_not = disputes.may_be_disputed(
        visit.status,
        is_agreed=booking_records_permissions.may_be_recorded(booking),
        ends=visit.ends_at,
        now=clock.now(),
    )
    if why_not is not None:
        raise Conflict(why_not)
    _must_be_the_first(visit)
    if booking.is_of_things and returns.returns_of(booking):
        # Both give the price back, and it was paid once.
        raise Conflict("Some of this was sent back already, so its money goes back that way. Write to the provider.")


def _claimed(
    booking: Booking, visit: Visit, claim: DisputeClaim, says: TimesWorked, says_arrived: int | None
) -> tuple[TimesWorked, int | None]:
    """What is claimed beside the words: times of a visit, or how many things arrived whole.

    Raises:
        BadInput: when it cannot be claimed of this.
    """
    if visit.status == VisitStatus.CANCELLED_LATE and claim != DisputeClaim.DID_NOT_COME:
        raise BadInput("This was called off, so nothing came of it. Say why it should not be charged")
    if booking.is_of_things:
        if claim not in THING_CLAIM_WORDS:
            raise BadInput("Select whether it did not arrive, or not all of it whole")
        if claim == DisputeClaim.DAMAGED:
            settling.priced_ending(booking, visit, VisitStatus.DAMAGED, NO_TIMES, says_arrived)
            return NO_TIMES, says_arrived or 0
        return NO_TIMES, None
    if claim not in CLAIM_WORDS:
        raise BadInput("Select what you want to say")
    if claim == DisputeClaim.OTHER_TIMES:
        endings.check_stay(AgreedVisit(visit.starts_at, visit.ends_at, visit.price_pence), says)
        return says, None
    return NO_TIMES, None


def _as_claimed(dispute: Dispute, booking: Booking, visit: Visit) -> Ended:
    """The ending that the person's side says it had, with its price."""
    if dispute.claim == DisputeClaim.DAMAGED:
        return settling.priced_ending(booking, visit, VisitStatus.DAMAGED, NO_TIMES, dispute.says_arrived)
    if dispute.claim == DisputeClaim.OTHER_TIMES:
        says = TimesWorked(dispute.says_came_at, dispute.says_left_at)
        return settling.priced_ending(booking, visit, VisitStatus.DELIVERED, says)
    return settling.priced_ending(booking, visit, disputes.uncharged(visit.status), NO_TIMES)


def answer_dispute(
    *, actor: Person, dispute: Dispute, agrees: bool, words: str = "", stay: TimesWorked = NO_TIMES
) -> Dispute:
    """Answer for the provider: agree, which settles it as the person says, or stand by what was recorded.

    Args:
        actor: staff of the provider.
        dispute: a standing one.
        agrees: whether the person is right.
        words: what the provider says; needed when it does not agree.
        stay: when the worker came and left, for a visit the provider had not recorded.

    Raises:
        NotFound: when the actor does not work for the provider.
        BadInput: without words, or with times that cannot be.
        Conflict: when it is settled, or was answered already.
    """
    booking, visit, dispute = _locked(dispute, staff=actor)
    becomes = DisputeStatus.AGREED if agrees else DisputeStatus.ANSWERED
    disputes.dispute_must_become(dispute.status, becomes)
    dispute.answer_words = telling.booking_reason(words, needed=not agrees)
    dispute.answered_by_id, dispute.answered_at = actor.id, clock.now()
    if agrees:
        _settle(dispute, booking, visit, actor, _as_claimed(dispute, booking, visit), how=How.SAID)
        _close(dispute, becomes, actor)
        telling.record_booking_act(
            "dispute_agreed", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence
        )
        _tell_buyers(bookings.YOUR_DISPUTE_SETTLED, booking, visit)
    else:
        if visit.status == VisitStatus.PLANNED and stay != NO_TIMES:
            endings.check_stay(AgreedVisit(visit.starts_at, visit.ends_at, visit.price_pence), stay)
            dispute.stands_came_at, dispute.stands_left_at = stay.came, stay.left
        dispute.status = becomes
        telling.record_booking_act("dispute_answered", booking, actor, visit=visit.public_id)
        managers = deciding.deciders_of(booking.person, but=deciding.sides_of(dispute))
        _tell_buyers(bookings.DISPUTE_ANSWERED if managers else bookings.DISPUTE_ANSWERED_ALONE, booking, visit)
        for manager in managers:
            sending.send_notice(
                bookings.DISPUTE_TO_DECIDE,
                manager,
                link=settling.visit_path_of(visit),
                about=About(booking.person_id, ToldAs.DECIDES),
                reference=booking.reference,
            )
    db.session.flush()
    return dispute


def withdraw_dispute(*, actor: Person, dispute: Dispute) -> Dispute:
    """Take it back for the person: what was charged first is paid after all.

    Raises:
        NotFound: when it is not this actor's to know of.
        NotAllowed: when the actor may see it but not spend the person's money, or is there to decide it.
        Conflict: when it is settled.
    """
    standing = endings_queries.standing_about(actor, dispute.visit)
    if not booking_records_permissions.may_see_bookings(standing.powers):
        raise NotFound("We cannot find that visit among yours.")
    if not permissions.may_withdraw(actor, standing, dispute):
        raise NotAllowed(
            "You may look at this but not take it back: that would spend money that is not yours to spend."
        )
    booking, visit, dispute = _locked(dispute)
    for payer in visit.payer_ids:
        powers = circles.powers_to_act(actor, payer)
        if booking_records_permissions.may_see_bookings(powers) and not booking_records_permissions.may_book(
            whose_money.powers_with(Spender(actor.id, powers), booking, payer)
        ):
            raise NotAllowed(
                f"You may not take this back: that would spend money that is not yours to spend. "
                f"{whose_money.SUGGEST_INSTEAD}"
            )
    disputes.dispute_must_become(dispute.status, DisputeStatus.WITHDRAWN)
    record = endings_queries.record_of(visit.id)
    if visit.status != VisitStatus.PLANNED and record is not None and dispute.waiting_pence:
        first = Ended(
            visit.status,
            TimesWorked(record.came_at, record.left_at),
            record.delivered_minutes,
            record.charged_minutes,
            dispute.waiting_pence,
            (),
            record.rule,
            visit.arrived,
        )
        settling.settle_visit(booking, visit, first, actor, key=_key(dispute))
    _close(dispute, DisputeStatus.WITHDRAWN, actor)
    telling.record_booking_act(
        "dispute_withdrawn", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence
    )
    telling.tell_provider(booking, bookings.DISPUTE_SETTLED, link=settling.desk_visit_path_of(visit))
    db.session.flush()
    return dispute


def decide_dispute(
    *,
    actor: Person | None,
    dispute: Dispute,
    ending: VisitStatus,
    words: str,
    stay: TimesWorked = NO_TIMES,
    arrived: int | None = None,
) -> Dispute:
    """Decide what became of a visit about which both sides differ: for the council, or as the operator where nobody else can.

    Never dearer than first charged.

    Args:
        actor: a care manager of the person; nobody: a command of the operator's.
        dispute: one the provider has answered, or had its time to.
        ending: one of ``rules.may_decide_as``.
        words: why; both sides read it.
        stay: when the worker came and left, where that matters.
        arrived: of things, how many arrived whole.

    Raises:
        NotFound: when the actor is no care manager of this person.
        NotAllowed: when the actor raised it, or works for the provider; for the operator, when a care manager can decide.
        BadInput: without words, or with times that cannot be.
        Conflict: when it is settled, or the provider still has time to answer.
    """
    _must_decide(actor, dispute)
    booking, visit, dispute = _locked(dispute)
    disputes.dispute_must_become(dispute.status, DisputeStatus.DECIDED)
    why_not = disputes.may_be_decided(dispute.status, raised=dispute.raised_at, now=clock.now())
    if why_not is not None:
        raise Conflict(why_not)
    if ending not in disputes.may_decide_as(visit.status, of_things=booking.is_of_things):
        raise BadInput("Select what became of it")
    words = telling.booking_reason(words, needed=True)
    stay = stay if ending in CAME and not booking.is_of_things else NO_TIMES
    outcome = settling.priced_ending(booking, visit, ending, stay, arrived)
    _settle(dispute, booking, visit, actor, outcome, how=How.DECIDED, words=words)
    dispute.closed_words = words
    _close(dispute, DisputeStatus.DECIDED, actor)
    telling.record_booking_act(
        "dispute_decided", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence
    )
    _tell_buyers(bookings.YOUR_DISPUTE_SETTLED, booking, visit)
    telling.tell_provider(booking, bookings.DISPUTE_SETTLED, link=settling.desk_visit_path_of(visit))
    db.session.flush()
    return dispute


def _must_decide(actor: Person | None, dispute: Dispute) -> None:
    """Let pass a care manager who may decide this, or the operator where none can.

    Raises:
        NotFound: when the actor is no care manager of this person.
        NotAllowed: when the actor is one of the sides; for the operator, when a care manager can decide.
    """
    booking = dispute.visit.booking
    if actor is None:
        if deciding.deciders_of(booking.person, but=deciding.sides_of(dispute)):
            raise NotAllowed("A care manager of the person's council decides this.")
        return
    not_theirs = NotFound("We cannot find that visit among those you may decide about.")
    if booking.person.council_id not in actor.council_ids_as(Role.CARE_MANAGER):
        raise not_theirs
    if actor.id == dispute.raised_by_id or booking_records_permissions.is_staff_of(actor, booking):
        raise NotAllowed("You are one of the two sides. Somebody else must decide this.")
    if not deciding.may_decide_for(actor, booking.person, but={dispute.raised_by_id}):
        raise not_theirs


def close_as_agreed(booking: Booking, visit: Visit, actor: Person) -> None:
    """Settle a standing dispute about a visit that the provider now records as not charged; its money is free already."""
    dispute = standing_dispute(visit)
    if dispute is not None:
        dispute.answered_by_id, dispute.answered_at = actor.id, clock.now()
        _close(dispute, DisputeStatus.AGREED, actor)
        telling.record_booking_act(
            "dispute_agreed", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence
        )


def _locked(dispute: Dispute, *, staff: Person | None = None) -> tuple[Booking, Visit, Dispute]:
    """The booking, locked, its visit, and the dispute as it is then."""
    visit_id, dispute_id = dispute.visit_id, dispute.id
    found = dispute.visit.booking
    booking = locking.locked(found) if staff is None else locking.locked_for_staff(staff, found, StaffDuty.RECORD)
    visit = next(one for one in booking.visits if one.id == visit_id)
    again = select(Dispute).where(Dispute.id == dispute_id).execution_options(populate_existing=True)
    return booking, visit, db.session.scalars(again).one()


def _must_be_the_first(visit: Visit) -> None:
    before = db.session.scalars(select(Dispute).where(Dispute.visit_id == visit.id).order_by(Dispute.id)).all()
    if any(one.closed_at is None for one in before):
        raise Conflict("Somebody has said this already. Look at the visit to see where it stands.")
    if any(one.status != DisputeStatus.WITHDRAWN for one in before):
        raise Conflict("This visit was settled already, so it cannot be opened again.")


def _settle(
    dispute: Dispute, booking: Booking, visit: Visit, actor: Person | None, outcome: Ended, *, how: How, words: str = ""
) -> None:
    """End the visit as it was settled: the money that waits is spent as far as that says, the rest is free."""
    if outcome.pence > dispute.waiting_pence:
        pence = dispute.waiting_pence
        outcome = replace(outcome, pence=pence, lines=(("No more than was first charged", pence),))
    was_planned = visit.status == VisitStatus.PLANNED
    coming = None if outcome.pence else hours_back.coming_back(booking, [visit.id])
    if was_planned or dispute.waiting_pence:
        settling.settle_visit(booking, visit, outcome, actor, key=_key(dispute))
    else:
        visit.status, visit.arrived = outcome.status, outcome.arrived
    settling.write_record(booking, visit, outcome, actor, how=how, words=words, is_first=was_planned)
    if coming is not None:
        hours_back.bring_back(coming, actor)
        telling.tell_buyers(booking, bookings.HOURS_CAME_BACK)
    if was_planned:
        pattern_endings.close_when_over(booking)
    if outcome.status == VisitStatus.MISSED:
        settling.alert_when_missed_twice(booking, visit)


def _close(dispute: Dispute, status: DisputeStatus, actor: Person | None) -> None:
    dispute.status, dispute.closed_at = status, clock.now()
    dispute.closed_by_id = None if actor is None else actor.id


def _key(dispute: Dispute) -> str:
    return f"dispute:{dispute.public_id}"


def _tell_buyers(notice: sending.MessageTemplate, booking: Booking, visit: Visit, *, but: int | None = None) -> None:
    telling.tell_buyers(booking, notice, but=but, link=settling.visit_path_of(visit))
