"""A moderator's decision about a reported review, the appeal against it, and somebody else's decision about that."""

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.platform.messages.actions import reviews as messages
from app.shop.reviews import permissions
from app.shop.reviews.actions import locked_review
from app.shop.reviews.actions.counting import recount
from app.shop.reviews.actions.telling import give_notice, record_about, tell_both
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.queries.moderating import open_reports_of
from app.shop.reviews.rules import NOTICE, WORDS_LONGEST, ReportReason, ReviewStatus


def decide_report(*, actor: Person, report: ReviewReport, because: ReportReason | None, answer: str) -> ReviewReport:
    """The moderator's decision: the review stays, or is removed for a reason. Both sides are told why.

    One that was held goes on to the provider's week when it stays. What else was reported of a removed review is decided
    with it.

    Args:
        actor: the moderator.
        report: what was reported.
        because: why it is removed; nothing where it stays.
        answer: why, in words for both sides.

    Raises:
        NotAllowed: for anybody but a moderator of that council with no part in it.
        BadInput: without words that say why.
        Conflict: when it was decided already.
    """
    review = locked_review(report.review)
    db.session.refresh(report, with_for_update={"of": ReviewReport})
    if not permissions.may_decide_report(actor, report):
        raise NotAllowed("Only a moderator of the council who has no part in it may decide about a review.")
    answer = _words_of(answer, "Enter why: both sides are told")
    if report.decided_at is not None:
        raise Conflict("A colleague has decided this already.")
    is_gone = review.removed_because is ReportReason.WITHDRAWN
    _decide(report, actor, is_removed=because is not None or is_gone, answer=answer)
    db.session.flush()
    if because is None:
        if review.status == ReviewStatus.HELD:
            _let_go_on(review)
    elif review.status != ReviewStatus.REMOVED:
        _remove(review, because, actor)
        for other in open_reports_of(review.id):
            if permissions.may_decide_report(actor, other):
                _decide(other, actor, is_removed=True, answer=answer)
    db.session.flush()
    record_about(
        "review_kept" if because is None else "review_removed", actor, review, reason=(because or report.reason).value
    )
    tell_both(report, messages.DECIDED, is_removed=because is not None, why=answer)
    return report


def appeal(*, actor: Person, report: ReviewReport, words: str) -> ReviewReport:
    """Say that a decision is wrong, once, by the side it went against. Somebody else at the council decides.

    Raises:
        NotFound: for whoever it did not go against.
        BadInput: without words.
        Conflict: when it was appealed against already.
    """
    locked_review(report.review)
    db.session.refresh(report, with_for_update={"of": ReviewReport})
    words = _words_of(words, "Enter why you think the decision is wrong")
    if report.appealed_at is not None:
        raise Conflict("There is an appeal already. Somebody else at the council decides about it.")
    if not permissions.may_appeal(actor, report):
        raise NotFound("There is no decision here that you can appeal against.")
    report.appeal, report.appealed_at, report.appealed_by = words, clock.now(), actor
    record_about("review_appealed", actor, report.review)
    db.session.flush()
    return report


def decide_appeal(*, actor: Person, report: ReviewReport, is_upheld: bool, answer: str) -> ReviewReport:
    """Decide whether the first decision stands; the other way round it is turned round. The council's last word.

    Raises:
        NotAllowed: for whoever decided first, reported, appealed or has a part in it.
        BadInput: without words that say why.
        Conflict: when nobody appealed, or it was decided already.
    """
    review = locked_review(report.review)
    db.session.refresh(report, with_for_update={"of": ReviewReport})
    if not permissions.may_decide_appeal(actor, report):
        raise NotAllowed("An appeal is decided by a moderator who did not decide first and has no part in it.")
    answer = _words_of(answer, "Enter why: both sides are told")
    if report.appealed_at is None or report.appeal_decided_at is not None:
        raise Conflict("There is no appeal here that waits.")
    report.is_upheld, report.appeal_answer = is_upheld, answer
    report.appeal_decided_at, report.appeal_decided_by_id = clock.now(), actor.id
    is_removed = bool(report.is_removed) is not is_upheld
    if is_upheld and is_removed and review.status != ReviewStatus.REMOVED:
        _remove(review, report.reason, actor)
    elif is_upheld and not is_removed and review.removed_because not in {None, ReportReason.WITHDRAWN}:
        _put_back(review)
    db.session.flush()
    record_about("review_appeal_decided", actor, review, is_upheld=is_upheld)
    tell_both(report, messages.APPEALED, is_removed=is_removed, why=answer)
    return report


def _words_of(typed: str, missing: str) -> str:
    words = typed.strip()
    if not words:
        raise BadInput(missing)
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"This must be {WORDS_LONGEST:,} characters or fewer")
    return words


def _decide(report: ReviewReport, actor: Person, *, is_removed: bool, answer: str) -> None:
    report.is_removed, report.answer = is_removed, answer
    report.decided_at, report.decided_by_id = clock.now(), actor.id


def _remove(review: Review, because: ReportReason, actor: Person) -> None:
    review.status, review.removed_at = ReviewStatus.REMOVED, clock.now()
    review.removed_because, review.removed_by_id = because, actor.id
    recount(review.listing_id)


def _put_back(review: Review) -> None:
    """Show it again where its week of notice is over; begin or go on with that where it is not."""
    now = clock.now()
    review.removed_at = review.removed_because = review.removed_by_id = None
    if review.due_at is None:
        _let_go_on(review)
    elif review.due_at <= now:
        review.status, review.published_at = ReviewStatus.PUBLISHED, review.published_at or now
        recount(review.listing_id)
    else:
        review.status = ReviewStatus.NOTICE


def _let_go_on(review: Review) -> None:
    """A person has read it: the provider's week begins."""
    review.status, review.due_at = ReviewStatus.NOTICE, clock.now() + NOTICE
    db.session.flush()
    give_notice(review, messages.WRITTEN)
