"""Complaining, answering and taking further: each step once, by whom it waits for, with everybody concerned told."""

from collections.abc import Callable
from datetime import date

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.councils.queries import bank_holidays_for, council_by_id
from app.platform.audit.actions import record
from app.support.booking_records.models.bookings import Booking
from app.support.complaints import permissions, queries
from app.support.complaints.actions import telling
from app.support.complaints.models import Complaint, ComplaintEntry
from app.support.complaints.rules import (
    ACKNOWLEDGE_WORKING_DAYS,
    ANSWER_WORKING_DAYS,
    OPEN_AT_ONCE,
    WAITING,
    WORDS_LONGEST,
    ComplaintStatus,
    ComplaintStep,
    answer_day_fault,
    working_day_after,
)

ANSWERED_ALREADY = "Somebody answered this already. Look at it again."


def complain(
    *, actor: Person, person: Person, booking: Booking | None, for_provider: bool, words: str, key: str
) -> Complaint:
    """Complain about the support of a booking, or about the council.

    Args:
        actor: the person, or a supporter whom they let complain for them.
        person: whose complaint it is.
        booking: the support it is about; nothing: it is about the council.
        for_provider: whether the provider's managers read and answer it. Without, the council alone does.
        words: what was wrong, and what would put it right.
        key: of the form; the same key again is the same complaint.

    Raises:
        NotAllowed: for anybody else.
        NotFound: when the booking is not one of the person's.
        BadInput: without words, or with too many.
        Conflict: when nobody could answer it here, or too many wait already.
    """
    if not permissions.may_complain(circles.powers_to_act(actor, person.id)):
        raise NotAllowed("You may not complain for them. They can let you, on the page of people beside them.")
    before = queries.complaint_with(key)
    if before is not None and before.written_by_id == actor.id and before.person_id == person.id:
        return before
    words = _said(words, "Enter what was wrong")
    db.session.get_one(Person, person.id, with_for_update=True, populate_existing=True)
    if booking is not None and booking.id not in {one.id for one in queries.bookings_to_speak_of(person)}:
        raise NotFound("We cannot find that support among theirs.")
    if queries.waiting_of(person.id) >= OPEN_AT_ONCE:
        raise Conflict("There are five complaints that wait already. Telephone the council: it helps you with them")
    provider_id = None if booking is None else booking.provider_id
    is_read = provider_id is not None and queries.provider_has_managers(provider_id)
    if person.council_id is None and not (is_read and for_provider):
        raise Conflict(
            "No council pays for this support, so nobody but the provider can answer here. Choose the provider"
        )
    made = _made(actor, person, provider_id, booking, for_provider=for_provider and is_read, key=key)
    _step(made, ComplaintStep.SENT, actor, words)
    _record("complaint_made", actor, made, is_theirs=True)
    telling.tell_of_new(made)
    return made


def acknowledge(*, actor: Person, complaint: Complaint, answer_by: date, words: str) -> Complaint:
    """Say that it came, who looks at it and by when it is answered.

    Raises:
        NotFound: for whom it does not wait for.
        BadInput: without words, or for a day that cannot be.
        Conflict: when that was done already.
    """
    complaint = _locked(complaint)
    _must_wait_for(actor, complaint)
    if complaint.status != ComplaintStatus.RECEIVED:
        raise Conflict("A colleague has acknowledged this already. Look at it again.")
    fault = answer_day_fault(answer_by, today=clock.today(), received_on=clock.london(complaint.received_at).date())
    if fault:
        raise BadInput(fault)
    complaint.status, complaint.acknowledged_at, complaint.answer_by = (
        ComplaintStatus.ACKNOWLEDGED,
        clock.now(),
        answer_by,
    )
    _step(complaint, ComplaintStep.ACKNOWLEDGED, actor, _said(words, "Enter who looks at it"))
    _record("complaint_acknowledged", actor, complaint, is_theirs=False)
    telling.tell_complainer(complaint, telling.ACKNOWLEDGED, by=actor)
    return complaint


def answer_complaint(*, actor: Person, complaint: Complaint, words: str) -> Complaint:
    """Answer it: the provider or the council first; the council for good, by somebody else, once it was taken further.

    Raises:
        NotFound: for whom it does not wait for.
        BadInput: without words.
        Conflict: when it was answered already.
    """
    complaint = _locked(complaint)
    _must_wait_for(actor, complaint)
    words, now = _said(words, "Enter the answer"), clock.now()
    is_again = complaint.status == ComplaintStatus.TAKEN_FURTHER
    if is_again:
        complaint.status, complaint.final_at, complaint.final_by_id = ComplaintStatus.FINAL, now, actor.id
    else:
        # An answer within three days acknowledges it, too.
        complaint.acknowledged_at = complaint.acknowledged_at or now
        complaint.status, complaint.answered_at, complaint.answered_by_id = ComplaintStatus.ANSWERED, now, actor.id
    _step(complaint, ComplaintStep.FINAL if is_again else ComplaintStep.ANSWERED, actor, words)
    _record("complaint_answered_for_good" if is_again else "complaint_answered", actor, complaint, is_theirs=False)
    telling.tell_complainer(complaint, telling.ANSWERED, by=actor)
    if not is_again:
        telling.tell_council(complaint, telling.COPY_OF_ANSWER, but=actor)
    return complaint


def take_further(*, actor: Person, complaint: Complaint, words: str) -> Complaint:
    """Say that the answer does not settle it: somebody else, at the council, looks at it again.

    Raises:
        NotFound: for whom it is not.
        BadInput: without words.
        Conflict: when there is no answer, or it was taken further already.
    """
    complaint = _locked(complaint)
    _must_be_theirs(actor, complaint)
    if not permissions.may_take_further(complaint):
        raise Conflict("The council cannot look at this again. The page says where to go next.")
    complaint.status, complaint.further_at = ComplaintStatus.TAKEN_FURTHER, clock.now()
    complaint.answer_by = _days_from_now(complaint.council_id, ANSWER_WORKING_DAYS)
    _step(complaint, ComplaintStep.TAKEN_FURTHER, actor, _said(words, "Enter what is not settled"))
    _record("complaint_taken_further", actor, complaint, is_theirs=True)
    telling.tell_council(complaint, telling.TAKEN_FURTHER, but=actor)
    return complaint


def take_complaint_back(*, actor: Person, complaint: Complaint) -> Complaint:
    """Take it back. It stays on record, and nobody has to answer it.

    Raises:
        NotFound: for whom it is not.
        Conflict: when it does not wait.
    """
    complaint = _locked(complaint)
    _must_be_theirs(actor, complaint)
    if complaint.status not in WAITING:
        raise Conflict("This does not wait any more, so it cannot be taken back.")
    complaint.status = ComplaintStatus.WITHDRAWN
    _step(complaint, ComplaintStep.WITHDRAWN, actor, "Taken back by whoever made it.")
    _record("complaint_taken_back", actor, complaint, is_theirs=True)
    return complaint


def _made(
    actor: Person, person: Person, provider_id: int | None, booking: Booking | None, *, for_provider: bool, key: str
) -> Complaint:
    made = Complaint(
        key=key,
        person_id=person.id,
        written_by_id=actor.id,
        council_id=person.council_id,
        provider_id=provider_id,
        booking_id=None if booking is None else booking.id,
        for_provider=for_provider,
        status=ComplaintStatus.RECEIVED,
        received_at=clock.now(),
        acknowledge_by=_days_from_now(person.council_id, ACKNOWLEDGE_WORKING_DAYS),
        answer_by=_days_from_now(person.council_id, ANSWER_WORKING_DAYS),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _days_from_now(council_id: int | None, days: int) -> date:
    council = None if council_id is None else council_by_id(council_id)
    return working_day_after(clock.today(), days, bank_holidays_for(council))


def _locked(complaint: Complaint) -> Complaint:
    return db.session.get_one(Complaint, complaint.id, with_for_update={"of": Complaint}, populate_existing=True)


def _must_wait_for(actor: Person, complaint: Complaint) -> None:
    _must_read(actor, complaint, permissions.reads_at_provider, permissions.reads_at_council)
    if complaint.status not in WAITING:
        raise Conflict(ANSWERED_ALREADY)
    if not permissions.may_answer_complaint(actor, complaint):
        raise NotAllowed("This does not wait for you: somebody else answers it.")


def _must_read(actor: Person, complaint: Complaint, *reads: Callable[[Person, Complaint], bool]) -> None:
    if not any(may(actor, complaint) for may in reads):
        raise NotFound("There is no such complaint, or not any more for you.")


def _must_be_theirs(actor: Person, complaint: Complaint) -> None:
    if not permissions.reads_for_person(actor, complaint, circles.powers_to_act(actor, complaint.person_id)):
        raise NotFound("There is no such complaint, or not any more for you.")


def _said(typed: str, missing: str) -> str:
    words = typed.strip()
    if not words:
        raise BadInput(missing)
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"This must be {WORDS_LONGEST:,} characters or fewer")
    return words


def _step(complaint: Complaint, step: ComplaintStep, actor: Person, words: str) -> None:
    db.session.add(ComplaintEntry(complaint_id=complaint.id, step=step, by_id=actor.id, at=clock.now(), words=words))
    db.session.flush()


def _record(action: str, actor: Person, complaint: Complaint, *, is_theirs: bool) -> None:
    """What the council does about it is in its own record; that somebody complained, and who, is not."""
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=complaint.person_id,
        subject_kind="own_complaint" if is_theirs or complaint.for_provider else "complaint",
        subject_id=complaint.id,
        council_id=complaint.council_id,
    )
