"""Telling both sides and the moderators about a review, and putting what happened on the record."""

from typing import Any

from app.base import clock
from app.base.days import day_words
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_COUNCIL, Role
from app.people.staff import queries as council_staff
from app.platform.audit import actions as audit
from app.platform.messages.actions import reviews as messages
from app.platform.messages.actions.sending import MessageTemplate, send_notice
from app.platform.messages.rules import About, ToldAs
from app.shop.reviews import queries
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.rules import ReportReason


def record_about(action: str, actor: Person | None, review: Review, **details: Any) -> None:
    """Put an act about a review on the record, without its words."""
    audit.record(
        action=action,
        actor_id=None if actor is None else actor.id,
        for_person_id=review.person_id,
        subject_kind="review",
        subject_id=review.id,
        council_id=review.council_id,
        **details,
    )


def give_notice(review: Review, notice: MessageTemplate) -> None:
    """Tell whoever answers for the provider that it has a week; they are told nobody's name."""
    assert review.due_at is not None
    day = day_words(clock.london(review.due_at).date())
    for person in queries.staff_to_answer(review.provider_id):
        send_notice(notice, person, link=desk_of_review(review), title=review.listing.title, day=day)


def tell_writer(review: Review, notice: MessageTemplate) -> None:
    """Tell its writer."""
    send_notice(
        notice, review.written_by, link=address_of_review(review), about=_whose(review), title=review.listing.title
    )


def tell_moderators(report: ReviewReport) -> None:
    """Have a person of the council read it at once; where it has no moderator, whoever can name one is told."""
    council_id = report.review.council_id
    if council_id is None:
        return
    moderators = council_staff.staff_with_role(council_id, Role.MODERATOR)
    for person in moderators:
        send_notice(messages.READ_NOW, person, link=f"/reported-reviews/{report.public_id}")
    for person in [] if moderators else council_staff.staff_with_role(council_id, *RUN_COUNCIL):
        send_notice(messages.NOBODY_TO_READ, person, link="/council-desk")


def tell_both(report: ReviewReport, notice: MessageTemplate, *, is_removed: bool, why: str) -> None:
    """Tell the writer, whoever reported it and the provider what was decided and why.

    The provider hears nothing of a review it never had notice of.
    """
    review = report.review
    title, became = review.listing.title, messages.REMOVED if is_removed else messages.STAYS
    if review.removed_because is ReportReason.WITHDRAWN:
        became = messages.GONE
    own = address_of_review(review)
    send_notice(notice, review.written_by, link=own, about=_whose(review), title=title, became=became, why=why)
    others = {} if report.by is None else {report.by.id: report.by}
    if review.due_at is not None:
        others |= {person.id: person for person in queries.staff_to_answer(review.provider_id)}
    decision = f"/reported-reviews/{report.public_id}/appeal"
    for person in others.values():
        if person.id != review.written_by_id:
            send_notice(notice, person, link=decision, title=title, became=became, why=why)


def _whose(review: Review) -> About:
    """A supporter hears of it for as long as they may see what the person has booked."""
    return About(review.person_id, ToldAs.SEES)


def address_of_review(review: Review) -> str:
    """Where its writer reads it."""
    return f"/reviews/{review.public_id}"


def desk_of_review(review: Review) -> str:
    """Where the provider reads what is said of it."""
    return f"/desk/{review.listing.provider.public_id}/reviews"
