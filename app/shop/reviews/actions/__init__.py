"""Saying how it went, and changing what one said."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Standing
from app.platform.audit import actions as audit
from app.platform.danger.rules.hearing import hear
from app.platform.messages.actions import reviews as messages
from app.platform.messages.actions.sending import MessageTemplate, send_notice
from app.shop.reviews import permissions, queries
from app.shop.reviews.actions.counting import recount
from app.shop.reviews.actions.telling import give_notice, record_about, tell_moderators
from app.shop.reviews.models import Review, ReviewReport, ReviewVersion
from app.shop.reviews.queries.moderating import open_reports_of
from app.shop.reviews.rules import (
    KIN_MAY_NOT,
    NOTICE,
    SCORE_WORDS,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Connection,
    Helped,
    ReportReason,
    ReviewPurpose,
    ReviewStatus,
    Said,
    WrittenAs,
    may_write_again_on,
)
from app.shop.reviews.rules.personal import personal_in, personal_refusal
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.permissions import has_delivery, is_staff_of, may_see_bookings

TOOK_IT_BACK = "Its writer, or the person it is about, took the review back."


def write_review(
    *,
    actor: Person,
    booking: Booking,
    quality: int,
    value: int,
    words: str,
    purpose: ReviewPurpose | None = None,
    helped: Helped | None = None,
    connection: Connection | None = None,
) -> Review:
    """Give the provider a week's notice of what somebody says about a booking of which a visit was delivered.

    Words of harm are held for a person of the council, who is told at once; nobody else reads them before.

    Args:
        actor: the person, or a supporter with the power to book for them, which the review then says.
        booking: which.
        quality: 1 to 5.
        value: value for money, 1 to 5.
        words: 10 to 2,000 characters, without names and ways to reach anybody.
        purpose: what the support was for.
        helped: whether it helped with what the person wanted.
        connection: what ties the writer to the provider besides.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: for the provider's own staff and their family, for care managers, or without the power to book.
        Conflict: before a visit was delivered, or when the booking was reviewed in the last three months.
        BadInput: when a score or the words are out of bounds, or name somebody.
    """
    standing = circles.standing_over(actor, booking.person_id)
    if not may_see_bookings(standing.powers):
        raise NotFound("We cannot find that booking among yours.")
    booking = _locked_booking(booking)
    _may_write(actor, standing, booking)
    last = queries.last_review_of_booking(booking.id)
    if last is not None:
        again_on = may_write_again_on(clock.london(last.written_at).date())
        if clock.today() < again_on and permissions.has_had_their_say(actor, last):
            raise Conflict(f"This booking has been reviewed already. You can again from {day_words(again_on)}.")
    said = Said(quality, value, words.strip(), purpose, helped, connection)
    _check(said, _names(booking, actor), _called(booking))
    now = clock.now()
    review = Review(
        booking_id=booking.id,
        number=1 if last is None else last.number + 1,
        listing=booking.listing,
        provider_id=booking.provider_id,
        council_id=_council_of(booking),
        person=booking.person,
        written_by=actor,
        written_as=_part_of(standing),
        written_at=now,
    )
    _say(review, said)
    db.session.add(review)
    _begin_notice(review, said, messages.WRITTEN, now)
    audit.record(
        action="review_written",
        actor_id=actor.id,
        for_person_id=booking.person_id,
        subject_kind="booking",
        subject_id=booking.id,
        council_id=booking.council_id,
        quality=quality,
        value=value,
    )
    return review


def change_review(*, actor: Person, review: Review, said: Said) -> Review:
    """Say it otherwise, within two weeks. What it said before is kept, and the provider has its week again.

    The same again changes nothing.

    Raises:
        NotFound: for anybody but its writer.
        NotAllowed: when the writer may not review it any more.
        Conflict: after two weeks, or when it was removed.
        BadInput: as for :func:`write_review`.
    """
    booking = _locked_booking(review.booking)
    review = locked_review(review)
    if actor.id != review.written_by_id:
        raise NotFound("We cannot find that review among yours.")
    standing = circles.standing_over(actor, review.person_id)
    _may_write(actor, standing, booking)
    now = clock.now()
    if not permissions.may_change_review(actor, review, now):
        raise Conflict("This review cannot be changed any more: it was removed, or is more than 14 days old.")
    _check(said, _names(booking, actor), _called(booking))
    before = Said(review.quality, review.value, review.words, review.purpose, review.helped, review.connection)
    if before == said:
        return review
    review.versions.append(
        ReviewVersion(
            number=len(review.versions) + 1,
            quality=before.quality,
            value=before.value,
            words=before.words,
            purpose=before.purpose,
            helped=before.helped,
            connection=before.connection,
            reply=review.reply,
            replaced_at=now,
        )
    )
    was_shown = review.status == ReviewStatus.PUBLISHED
    _say(review, said)
    review.changed_at, review.published_at = now, None
    review.reply = review.replied_at = review.replied_by_id = None
    _begin_notice(review, said, messages.CHANGED, now)
    if was_shown:
        recount(review.listing_id)
    record_about("review_changed", actor, review, quality=said.quality, value=said.value)
    return review


def take_back_review(*, actor: Person, review: Review) -> Review:
    """Take it back for good: its writer, or the person in whose name a supporter wrote. Again changes nothing.

    That somebody may be in danger does not end with the words: a moderator still reads and decides such a report. Others
    are closed, by nobody's decision, and whoever made them is told.

    Raises:
        NotFound: for anybody else.
        Conflict: when the council's moderator removed it.
    """
    review = locked_review(review)
    if not permissions.may_read_own(actor, review):
        raise NotFound("We cannot find that review among yours.")
    if review.removed_because is ReportReason.WITHDRAWN:
        return review
    if review.status == ReviewStatus.REMOVED:
        raise Conflict("This review was removed already by the council's moderator.")
    review.status, review.removed_at = ReviewStatus.REMOVED, clock.now()
    review.removed_because, review.removed_by_id = ReportReason.WITHDRAWN, actor.id
    for report in open_reports_of(review.id):
        if report.reason is not ReportReason.DANGER:
            report.is_removed, report.answer, report.decided_at = True, TOOK_IT_BACK, clock.now()
            if report.by is not None:
                send_notice(messages.TAKEN_BACK, report.by, link="/reviews-policy", title=review.listing.title)
    db.session.flush()
    recount(review.listing_id)
    record_about("review_taken_back", actor, review)
    return review


def hold_review(review: Review, reason: ReportReason) -> ReviewReport:
    """Keep a review from everybody until a moderator has read it, by a report of the site's own."""
    review.status, review.due_at, review.published_at = ReviewStatus.HELD, None, None
    db.session.flush()
    waiting = next((one for one in open_reports_of(review.id) if one.by_id is None), None)
    if waiting is not None:
        return waiting
    made = ReviewReport(review=review, by_id=None, is_from_provider=False, reason=reason, words="", made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    tell_moderators(made)
    record_about("review_held", None, review, reason=reason.value)
    return made


def locked_review(review: Review) -> Review:
    """The review as it is now, locked until the transaction ends."""
    return db.session.get_one(Review, review.id, with_for_update={"key_share": True}, populate_existing=True)


def _begin_notice(review: Review, said: Said, notice: MessageTemplate, now: datetime) -> None:
    """Give the provider its week, unless the words sound of harm or it is held already: then a person reads it first."""
    if hear(said.words) is not None or review.status == ReviewStatus.HELD:
        hold_review(review, ReportReason.DANGER)
        return
    review.status, review.due_at = ReviewStatus.NOTICE, now + NOTICE
    db.session.flush()
    give_notice(review, notice)


def _say(review: Review, said: Said) -> None:
    review.quality, review.value, review.words = said.quality, said.value, said.words
    review.purpose, review.helped, review.connection = said.purpose, said.helped, said.connection


def _locked_booking(booking: Booking) -> Booking:
    return db.session.execute(
        select(Booking)
        .where(Booking.id == booking.id)
        .options(selectinload(Booking.visits))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _may_write(actor: Person, standing: Standing, booking: Booking) -> None:
    if is_staff_of(actor, booking) or queries.works_at([booking.person_id], booking.provider_id):
        raise NotAllowed("People who work for a provider may not review it.")
    if not has_delivery(booking):
        raise Conflict("You can say how it went once a visit has been delivered.")
    if standing.is_care_manager:
        raise NotAllowed("Only the person, or a supporter of theirs, says how it went: not the council's staff.")
    if not permissions.may_write(actor, standing, booking):
        raise NotAllowed("You may look at this booking but not review it.")


def _part_of(standing: Standing) -> WrittenAs:
    return WrittenAs.PERSON if standing.is_oneself else WrittenAs.SUPPORTER


def _names(booking: Booking, actor: Person) -> list[str]:
    return queries.names_not_to_say(booking.person_id, actor.id, booking.provider_id)


def _called(booking: Booking) -> tuple[str, str]:
    return booking.agreed["provider"], booking.agreed["title"]


def _council_of(booking: Booking) -> int | None:
    if booking.council_id is not None or booking.person.council_id is not None:
        return booking.council_id or booking.person.council_id
    home = booking.listing.home_council
    return None if home is None else home.id


def _check(said: Said, names: list[str], called: tuple[str, str]) -> None:
    if said.quality not in SCORE_WORDS or said.value not in SCORE_WORDS:
        raise BadInput("Select a score from 1 to 5")
    if not WORDS_SHORTEST <= len(said.words) <= WORDS_LONGEST:
        raise BadInput(f"What you say must be between {WORDS_SHORTEST} and {WORDS_LONGEST:,} characters")
    if said.connection is Connection.KIN:
        raise NotAllowed(KIN_MAY_NOT)
    found = personal_in(said.words, names, called=called)
    if found:
        raise BadInput(personal_refusal(found))
