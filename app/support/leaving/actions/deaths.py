"""A death reported, confirmed by a second person, or found to be a mistake."""

from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, fetch_rows, number_of
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.agreeing.actions.agreeing import end_budget_now
from app.people.accounts.actions.signing_up import new_session_key
from app.people.accounts.models import Person
from app.people.circles.queries import on_caseloads
from app.people.homes.queries import details_of
from app.platform.audit.actions import record
from app.platform.messages.actions import leaving as notices
from app.platform.messages.actions.letters import forget_letters
from app.platform.messages.actions.sending import send_notice
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records.queries import staff
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import locking, pattern_endings, telling, visit_endings
from app.support.bookings.actions.answers import planned_visits
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.leaving import permissions, queries
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import WORDS_LONGEST, DeathEvidence, ReportedAs, ReportStatus, same_operator
from app.support.sharing.actions import leaving
from app.support.visits.actions.saved_hours import free_saved_hours

REPORTED_ALREADY = "It was reported already. Thank you: somebody of the council looks at it."
REASON_TO_END = "The person has died"


def report_death(*, actor: Person, person: Person, words: str) -> DeathReport:
    """Report that somebody has died: from this moment nothing new is booked, released or written for them.

    Their care manager's word calls off the visits to come at once. Anybody else's does not: a mistake must not leave
    somebody without help. Those are called off when a second person confirms.

    Args:
        actor: a care manager of the person, somebody who helps them, or staff of a provider they use.
        person: whose death.
        words: how they know.

    Raises:
        NotAllowed: for anybody else.
        BadInput: without words.
        Conflict: when it was reported already.
    """
    right = queries.right_to_report(actor, person)
    if right is None:
        raise NotAllowed("Only their care manager, somebody who helps them or a provider they use can report this.")
    words = _said(words)
    _, closed_at, stopped_at = fetch_rows(LOCK_PERSON, {"person_id": number_of(person)}).one()
    if stopped_at is not None or queries.standing_report(number_of(person)) is not None:
        raise Conflict(REPORTED_ALREADY)
    if closed_at is not None:
        raise Conflict("Their account is closed already.")
    db.session.refresh(person)
    report = DeathReport(
        person_id=person.id,
        council_id=person.council_id,
        reported_by_id=actor.id,
        reported_as=right[0],
        provider_id=right[1],
        words=words,
        reported_at=clock.now(),
        status=ReportStatus.WAITING,
        called_off=[],
    )
    db.session.add(report)
    person.stopped_at = clock.now()
    try:
        db.session.flush()
    except IntegrityError as wrong:
        raise Conflict(REPORTED_ALREADY) from wrong
    forget_letters(person.id)
    if right[0] == ReportedAs.CARE_MANAGER:
        _call_off(report, actor)
    _record("death_reported", actor, report, reported_as=right[0].value)
    _tell_council(report, actor)
    return report


def confirm_death(*, actor: Person, report: DeathReport, words: str) -> DeathReport:
    """Confirm it, as a second person of the council.

    Visits to come are called off uncharged, saved hours freed; each council budget ends and its unspent money goes back;
    own money stays where it is. The account is closed, and where they lived is forgotten.

    Raises:
        NotAllowed: for who reported it, and for anybody but the council's care managers and commissioners.
        BadInput: without words.
        Conflict: when it was answered already.
    """
    leaving.lock_shared(report.person_id)
    report = _locked(report)
    if not permissions.may_confirm_death(actor, report):
        raise NotAllowed("A second person of the council confirms it: not who reported it.")
    if report.status != ReportStatus.WAITING:
        raise Conflict("This was answered already. Look at it again.")
    words = _said(words)
    _confirm(report, actor)
    _answer(report, ReportStatus.CONFIRMED, actor, words)
    _record("death_confirmed", actor, report)
    return report


def _confirm(report: DeathReport, actor: Person | None) -> None:
    """Do what follows, whoever confirmed it; shares of the person end before their budgets do."""
    _call_off(report, actor)
    for booking in queries.open_shared(report.person_id):
        leaving.end_share_of_dead(actor=actor, person=report.person, booking=booking)
    # Operators answer for nobody with a council's money.
    if actor is not None:
        for budget in queries.budgets_running(report.person_id):
            end_budget_now(actor=actor, budget=budget, reason=REASON_TO_END)
    details = details_of(report.person_id)
    if details is not None:
        db.session.delete(details)
    report.person.closed_at = clock.now()
    report.person.session_key = new_session_key()


def look_as_operator(*, report: DeathReport, operator: str, evidence: DeathEvidence) -> DeathReport:
    """Of somebody without a council: one operator has seen the evidence. Another confirms; nothing happens yet.

    Raises:
        BadInput: without a name.
        Conflict: when a council answers it, or it was answered or looked at already.
    """
    report = _for_operators(report)
    if not operator.strip():
        raise BadInput("Say who you are: your own name")
    if report.operator_first is not None:
        raise Conflict(f"{report.operator_first} has looked at this already. Another operator confirms it.")
    report.operator_first, report.operator_first_at = " ".join(operator.split()), clock.now()
    report.operator_evidence = evidence
    db.session.flush()
    _record("death_evidence_seen", None, report, operator=report.operator_first, evidence=evidence.value)
    return report


def confirm_as_operator(*, report: DeathReport, operator: str, words: str) -> DeathReport:
    """Confirm it as the second of two operators; what follows is as :func:`confirm_death`, without a council's money.

    Raises:
        BadInput: without words or a name.
        NotAllowed: for the one who looked first.
        Conflict: when nobody looked first, a council answers it, or it was answered already.
    """
    leaving.lock_shared(report.person_id)
    report = _for_operators(report)
    words = _said(words)
    if not operator.strip():
        raise BadInput("Say who you are: your own name")
    if report.operator_first is None:
        raise Conflict("One operator looks at the evidence first, with `flask deaths look`; then another confirms.")
    if same_operator(report.operator_first, operator):
        raise NotAllowed("A second operator confirms it: not who looked first.")
    report.operator_second = " ".join(operator.split())
    _confirm(report, None)
    _answer(report, ReportStatus.CONFIRMED, None, words)
    _record("death_confirmed", None, report, operator=report.operator_second)
    return report


def undo_as_operator(*, report: DeathReport, operator: str, words: str) -> DeathReport:
    """Say that it was a mistake, where no council can; one operator is enough to open an account again.

    Raises:
        BadInput: without words or a name.
        Conflict: when a council answers it, or it was undone already.
    """
    leaving.lock_shared(report.person_id)
    report = _for_operators(report, is_open=False)
    words = _said(words)
    if not operator.strip():
        raise BadInput("Say who you are: your own name")
    _undo(report, None, words)
    _record("death_was_a_mistake", None, report, operator=" ".join(operator.split()))
    return report


def _for_operators(report: DeathReport, *, is_open: bool = True) -> DeathReport:
    report = _locked(report)
    if (
        report.council_id is not None
        or report.person.council_id is not None
        or queries.budgets_running(report.person_id)
    ):
        raise Conflict("A council answers this report: its care managers and commissioners.")
    if report.status == ReportStatus.MISTAKEN or (is_open and report.status != ReportStatus.WAITING):
        raise Conflict("This was answered already. Look at it again.")
    return report


def say_mistaken(*, actor: Person, report: DeathReport, words: str) -> DeathReport:
    """Undo a report made by mistake: the account is as it was, and money is released again.

    Visits that were called off are listed for the person, who asks for them again; budgets that ended are agreed anew.

    Raises:
        NotAllowed: for anybody but the person and the council's care managers and commissioners.
        BadInput: without words.
        Conflict: when it was undone already.
    """
    leaving.lock_shared(report.person_id)
    report = _locked(report)
    if not permissions.may_say_mistaken(actor, report):
        raise NotAllowed("Only the person or their council can say this.")
    if report.status == ReportStatus.MISTAKEN:
        raise Conflict("This was undone already.")
    words = _said(words)
    _undo(report, actor, words)
    _record("death_was_a_mistake", actor, report)
    return report


def _undo(report: DeathReport, actor: Person | None, words: str) -> None:
    report.person.stopped_at = report.person.closed_at = None
    _answer(report, ReportStatus.MISTAKEN, actor, words)
    leaving.stays_after_all(actor=actor, person=report.person)
    if actor is None or actor.id != report.person_id:
        send_notice(notices.IT_WAS_A_MISTAKE, report.person, link="/account/reported")


def _locked(report: DeathReport) -> DeathReport:
    """The report once everybody before us has finished with its person."""
    fetch_rows(LOCK_PERSON, {"person_id": report.person_id})
    db.session.refresh(report)
    db.session.refresh(report.person)
    return report


def _call_off(report: DeathReport, actor: Person | None) -> None:
    """Call off everything that has not begun, uncharged, and tell each provider once."""
    now, providers, called_off = clock.now(), set(), list(report.called_off)
    for one in queries.open_bookings(report.person_id):
        booking = locking.locked(one)
        to_come = {visit.id: visit.public_id for visit in planned_visits(booking) if visit.starts_at > now}
        if to_come:
            visit_endings.end_visits(booking, dict.fromkeys(to_come, VisitStatus.CANCELLED_IN_TIME), actor)
        pattern_endings.end_pattern(booking, now)
        pattern_endings.drop_change(booking)
        if not planned_visits(booking):
            booking.status = BookingStatus.CANCELLED
        booking.revision += 1
        telling.record_booking_act("booking_cancelled", booking, actor, charged_pence=0, visits=len(to_come))
        called_off += to_come.values()
        providers.add(booking.provider_id)
    free_saved_hours(actor=actor, person_id=report.person_id)
    report.called_off = called_off
    db.session.flush()
    for provider_id in sorted(providers):
        about = About(report.person_id, ToldAs.STAFF, provider_id)
        for member in staff.staff_of(provider_id):
            send_notice(notices.VISITS_CALLED_OFF, member, link="/desk", about=about, person=report.person.full_name)


def _answer(report: DeathReport, status: ReportStatus, actor: Person | None, words: str) -> None:
    report.status, report.answered_at = status, clock.now()
    report.answered_by_id = None if actor is None else actor.id
    report.answer_words = words
    db.session.flush()


def _said(words: str) -> str:
    words = words.strip()
    if not words:
        raise BadInput("Enter how you know")
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"What you write must be {WORDS_LONGEST} characters or fewer")
    return words


def _record(action: str, actor: Person | None, report: DeathReport, **facts: str) -> None:
    record(
        action=action,
        actor_id=None if actor is None else actor.id,
        for_person_id=report.person_id,
        subject_kind="death_report",
        subject_id=report.id,
        council_id=report.council_id,
        **facts,
    )


def _tell_council(report: DeathReport, actor: Person) -> None:
    """Tell those who have the person on their caseload, but whoever reported it."""
    is_called_off = report.reported_as == ReportedAs.CARE_MANAGER
    notice = notices.SECOND_LOOK_AT_DEATH if is_called_off else notices.DEATH_REPORTED
    for entry in on_caseloads([report.person_id]):
        if entry.care_manager_id != actor.id:
            send_notice(
                notice,
                entry.care_manager,
                link="/council-desk",
                about=About(report.person_id, ToldAs.CARE_MANAGER),
                person=report.person.full_name,
            )
