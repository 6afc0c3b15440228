"""Saying how it went."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue.actions.changes import mark_changed
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Standing
from app.platform.audit import actions as audit
from app.shop.reviews import queries
from app.shop.reviews.models import Review
from app.shop.reviews.permissions import may_write
from app.shop.reviews.rules import SCORE_WORDS, WORDS_LONGEST, WORDS_SHORTEST, ReviewStatus, WrittenAs
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.permissions import has_delivery, is_staff_of, may_see_bookings


def write_review(*, actor: Person, booking: Booking, quality: int, value: int, words: str) -> Review:
    """Publish what somebody says about a booking of which a visit was delivered.

    Args:
        actor: the person, or somebody with the power to book for them, which the review then says.
        booking: which.
        quality: 1 to 5.
        value: value for money, 1 to 5.
        words: 10 to 2,000 characters.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: for the provider's own staff, or without the power to book.
        Conflict: before a visit was delivered, or when the booking was reviewed already.
        BadInput: when a score or the words are out of bounds.
    """
    standing = circles.standing_over(actor, booking.person_id)
    if not may_see_bookings(standing.powers):
        raise NotFound("We cannot find that booking among yours.")
    booking = db.session.execute(
        select(Booking)
        .where(Booking.id == booking.id)
        .options(selectinload(Booking.visits))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if is_staff_of(actor, booking):
        raise NotAllowed("People who work for a provider may not review it.")
    if not has_delivery(booking):
        raise Conflict("You can say how it went once a visit has been delivered.")
    if not may_write(actor, standing.powers, booking):
        raise NotAllowed("You may look at this booking but not review it.")
    if queries.review_of_booking(booking.id) is not None:
        raise Conflict("This booking has been reviewed already. Thank you.")
    _check(quality, value, words.strip())
    review = Review(
        booking_id=booking.id,
        listing_id=booking.listing_id,
        provider_id=booking.provider_id,
        person_id=booking.person_id,
        written_by_id=actor.id,
        written_as=_part_of(standing),
        quality=quality,
        value=value,
        words=words.strip(),
        status=ReviewStatus.PUBLISHED,
        written_at=clock.now(),
    )
    db.session.add(review)
    _count(booking.listing_id, quality + value)
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
    db.session.flush()
    return review


def _part_of(standing: Standing) -> WrittenAs:
    if standing.is_oneself:
        return WrittenAs.PERSON
    return WrittenAs.CARE_MANAGER if standing.is_care_manager else WrittenAs.SUPPORTER


def _check(quality: int, value: int, words: str) -> None:
    if quality not in SCORE_WORDS or value not in SCORE_WORDS:
        raise BadInput("Select a score from 1 to 5")
    if not WORDS_SHORTEST <= len(words) <= WORDS_LONGEST:
        raise BadInput(f"What you say must be between {WORDS_SHORTEST} and {WORDS_LONGEST:,} characters")


def _count(listing_id: int, both: int) -> None:
    """Add one review to the listing's sums, under its lock, and let search know."""
    listing = db.session.execute(
        select(Listing)
        .where(Listing.id == listing_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    listing.review_count += 1
    listing.review_sum += both
    mark_changed(listing_id)
