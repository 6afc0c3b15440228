"""Who may say how it went, change it, answer it, decide about it, and appeal."""

from collections.abc import Collection
from datetime import datetime

from app.people.accounts.models import Person
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.rules import Standing
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.rules import ReportReason, ReviewStatus, is_open_to_change
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.permissions import may_speak_of

READ_BY_PROVIDER = frozenset({ReviewStatus.NOTICE, ReviewStatus.PUBLISHED})


def may_write(actor: Person, standing: Standing, booking: Booking) -> bool:
    """The person, or a supporter who books for them, once a visit came; never staff of the provider or a care manager."""
    return not standing.is_care_manager and may_speak_of(actor, standing.powers, booking)


def may_read_own(actor: Person, review: Review) -> bool:
    """Its writer, and the person whose support it is about."""
    return actor.id in {review.written_by_id, review.person_id}


def has_had_their_say(actor: Person, last: Review) -> bool:
    """Whether the last review of a booking bars another for a while: not the person who took back what a supporter wrote."""
    return last.removed_because is not ReportReason.WITHDRAWN or last.written_by_id == actor.id


def may_read_decided(actor: Person, review: Review) -> bool:
    """Whether whoever a decision concerns still reads the words: what was taken back is only for those whose it is."""
    return review.removed_because is not ReportReason.WITHDRAWN or may_read_own(actor, review)


def may_change_review(actor: Person, review: Review, now: datetime) -> bool:
    """Its writer, for two weeks, unless it was removed."""
    return actor.id == review.written_by_id and is_open_to_change(review.status, review.written_at, now)


def answers_for(actor: Person, review: Review) -> bool:
    """Whether this person answers for the provider reviewed."""
    return review.provider_id in actor.provider_ids_to(StaffDuty.ANSWER)


def may_reply(actor: Person, review: Review) -> bool:
    """Whoever answers for the provider, once to what it says now, while it is in notice or shown."""
    return answers_for(actor, review) and review.reply is None and review.status in READ_BY_PROVIDER


def may_report(actor: Person, review: Review) -> bool:
    """Anybody signed in, what is shown; whoever answers for the provider, in the week before, too."""
    return review.status == ReviewStatus.PUBLISHED or (
        review.status == ReviewStatus.NOTICE and answers_for(actor, review)
    )


def may_moderate(actor: Person, review: Review) -> bool:
    """A moderator of the council it belongs to; never one who wrote it, had the support or works for the provider."""
    councils = actor.council_ids_as(Role.MODERATOR)
    is_theirs = review.council_id in councils or (review.council_id is None and bool(councils))
    has_part = actor.id in {review.written_by_id, review.person_id} or review.provider_id in actor.provider_ids
    return is_theirs and not has_part


def may_decide_report(actor: Person, report: ReviewReport) -> bool:
    """A moderator with no part in it, not whoever reported it."""
    return may_moderate(actor, report.review) and actor.id != report.by_id


def may_appeal(actor: Person, report: ReviewReport) -> bool:
    """The other side of a decision, once: the writer of what was removed, whoever reported what stays; of nothing taken back."""
    if report.decided_at is None or report.appealed_at is not None:
        return False
    if report.review.removed_because is ReportReason.WITHDRAWN:
        return False
    if report.is_removed:
        return actor.id == report.review.written_by_id
    return actor.id == report.by_id or (report.is_from_provider and answers_for(actor, report.review))


def may_decide_appeal(actor: Person, report: ReviewReport) -> bool:
    """A moderator with no part in it, who neither decided first nor reported nor appealed."""
    return may_decide_report(actor, report) and actor.id not in {report.decided_by_id, report.appealed_by_id}


def appeals_to(reports: Collection[ReviewReport], actor: Person) -> list[ReviewReport]:
    """The decisions this person may appeal against."""
    return [report for report in reports if may_appeal(actor, report)]
