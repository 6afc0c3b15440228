"""Who is told what about a complaint, and of what is late. No letter says what was wrong, or names who complained."""

from functools import partial

from app.base import clock
from app.base.days import day_words
from app.base.db import db, in_transaction
from app.people.accounts.models import Person
from app.platform.jobs.rules import Swept
from app.platform.messages.actions import complaints as notices
from app.platform.messages.actions.sending import MessageTemplate, send_notice
from app.platform.messages.rules import About, ToldAs
from app.platform.web.filters import plural
from app.support.complaints import queries
from app.support.complaints.models import Complaint
from app.support.complaints.rules import FIRST, WAITING, ComplaintStatus

ACKNOWLEDGED = notices.ACKNOWLEDGED
ANSWERED = notices.ANSWERED
COPY_OF_ANSWER = notices.COPY_OF_ANSWER
TAKEN_FURTHER = notices.TAKEN_FURTHER


def tell_of_new(complaint: Complaint) -> None:
    """Tell whoever answers it, the council of its copy, and the person of what a supporter sent for them."""
    day = day_words(complaint.acknowledge_by)
    if complaint.for_provider:
        _tell_managers(complaint, notices.TO_ANSWER, day=day)
        tell_council(complaint, notices.COPY)
    else:
        tell_council(complaint, notices.TO_ANSWER, day=day)
    if complaint.written_by_id != complaint.person_id:
        send_notice(notices.SENT_FOR_YOU, complaint.person, link=own_path(complaint), by=complaint.written_by.full_name)


def tell_complainer(complaint: Complaint, notice: MessageTemplate, *, by: Person) -> None:
    """Tell the person, and whoever wrote it for them while they still may."""
    words = {"by": by.full_name, "whom": complaint.about_words, "day": day_words(complaint.answer_by)}
    send_notice(notice, complaint.person, link=own_path(complaint), about=None, **words)
    if complaint.written_by_id != complaint.person_id:
        about = About(complaint.person_id, ToldAs.COMPLAINS)
        send_notice(notice, complaint.written_by, link=own_path(complaint), about=about, **words)


def tell_council(complaint: Complaint, notice: MessageTemplate, *, but: Person | None = None, day: str = "") -> None:
    """Tell the council's moderators who have no part in it; where there is none, its administrators that one is needed."""
    if complaint.council is None:
        return
    parties = {complaint.person_id, complaint.written_by_id, None if but is None else but.id}
    found = [
        one
        for one in queries.moderators_of(complaint.council.id)
        if one.id not in parties and complaint.provider_id not in one.provider_ids
    ]
    for one in found:
        link = f"/council/{complaint.council.code}/complaints/{complaint.public_id}"
        send_notice(notice, one, link=link, day=day or day_words(complaint.answer_by))
    if not found and but is None:
        for one in queries.administrators_of(complaint.council.id):
            if one.id not in parties:
                send_notice(notices.NO_MODERATOR, one, link=f"/council/{complaint.council.code}/staff")


def own_path(complaint: Complaint) -> str:
    """Where whoever made it reads it."""
    return f"/complaints/{complaint.public_id}"


def _tell_managers(complaint: Complaint, notice: MessageTemplate, *, day: str) -> None:
    assert complaint.provider_id is not None
    for one in queries.managers_of(complaint.provider_id):
        if one.id not in {complaint.person_id, complaint.written_by_id}:
            about = About(complaint.person_id, ToldAs.STAFF, complaint.provider_id)
            send_notice(notice, one, link=f"/desk/complaints/{complaint.public_id}", about=about, day=day)


def tell_late() -> Swept:
    """Tell everybody concerned of complaints that were not acknowledged or answered by their day, once for each day."""
    today, told = clock.today(), 0
    for number in queries.late_on(today):
        told += in_transaction(partial(_tell_one_late, number))
    return Swept((f"{plural(told, 'late complaint was', 'late complaints were')} told of",))


def _tell_one_late(number: int) -> bool:
    complaint = db.session.get_one(Complaint, number, with_for_update={"of": Complaint}, populate_existing=True)
    today = clock.today()
    due = complaint.answer_by
    if complaint.status == ComplaintStatus.RECEIVED and complaint.answer_by >= today:
        due = complaint.acknowledge_by
    is_told = complaint.late_told_for is not None and complaint.late_told_for >= due
    if complaint.status not in WAITING or due >= today or is_told:
        return False
    day = day_words(due)
    if complaint.for_provider and complaint.status in FIRST:
        _tell_managers(complaint, notices.LATE_FOR_YOU, day=day)
        tell_council(complaint, notices.LATE_AT_PROVIDER, day=day)
    else:
        tell_council(complaint, notices.LATE_FOR_YOU, day=day)
    send_notice(notices.LATE_FOR_PERSON, complaint.person, link=own_path(complaint), day=day)
    complaint.late_told_for = due
    db.session.flush()
    return True
