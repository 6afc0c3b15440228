"""The provider's one reply to a review, and reports of what breaks the rules."""

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.platform.messages.actions import reviews as messages
from app.shop.reviews import permissions, queries
from app.shop.reviews.actions import locked_review
from app.shop.reviews.actions.telling import record_about, tell_moderators, tell_writer
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.queries.moderating import last_report_by
from app.shop.reviews.rules import REPLY_LONGEST, WORDS_LONGEST, ReportReason, ReviewStatus
from app.shop.reviews.rules.personal import personal_in, personal_refusal


def reply_to_review(*, actor: Person, review: Review, words: str) -> Review:
    """Say the provider's one answer to a review, for everybody to read. The same words again change nothing.

    Raises:
        NotAllowed: for whoever does not answer for the provider.
        BadInput: without words, with too many, or with a name or a way to reach somebody.
        Conflict: when it was answered or removed.
    """
    review = locked_review(review)
    if not permissions.answers_for(actor, review):
        raise NotAllowed("Only whoever answers for the provider may reply.")
    words = words.strip()
    if not words or len(words) > REPLY_LONGEST:
        raise BadInput(f"Enter your reply, in {REPLY_LONGEST:,} characters or fewer")
    names = queries.names_not_to_say(review.person_id, review.written_by_id, review.provider_id)
    found = personal_in(words, names, called=(review.booking.agreed["provider"], review.booking.agreed["title"]))
    if found:
        raise BadInput(personal_refusal(found))
    if review.reply == words:
        return review
    if not permissions.may_reply(actor, review):
        raise Conflict("This review has been answered already, or was removed.")
    review.reply, review.replied_at, review.replied_by_id = words, clock.now(), actor.id
    record_about("review_answered", actor, review)
    db.session.flush()
    tell_writer(review, messages.REPLIED)
    return review


def report_review(*, actor: Person, review: Review, reason: ReportReason, words: str) -> ReviewReport:
    """Tell the council what is wrong with a review.

    What is shown stays shown until a moderator has decided. What is in its week of notice waits for the decision, but
    for two weeks more at most. That somebody may be in danger is told to a moderator at once.

    Raises:
        NotFound: when it is not the actor's to know of.
        BadInput: with too many words.
        Conflict: when the actor reported what it says now, or it was removed.
    """
    review = locked_review(review)
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"What is wrong must be {WORDS_LONGEST:,} characters or fewer")
    if not permissions.may_report(actor, review):
        if review.status == ReviewStatus.REMOVED:
            raise Conflict("This review was removed already. Thank you.")
        raise NotFound("There is no such review, or not any more.")
    last = last_report_by(actor.id, review.id)
    if last is not None and last.made_at >= (review.changed_at or review.written_at):
        raise Conflict("You have reported this review already. Thank you. Once it is decided, you can appeal.")
    made = ReviewReport(
        review=review,
        by=actor,
        is_from_provider=permissions.answers_for(actor, review),
        reason=reason,
        words=words.strip(),
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record_about("review_reported", actor, review, reason=reason.value)
    if reason is ReportReason.DANGER:
        tell_moderators(made)
    return made
