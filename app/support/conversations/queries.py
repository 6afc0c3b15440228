"""What was written about a booking, who is to be told, and what somebody has not read yet."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db, fetch_rows
from app.base.refusals import NotAllowed
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.messages.rules import About, ToldAs
from app.platform.web.paging import in_pages
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.queries import shares, staff
from app.support.booking_records.queries.staff import StaffRecipient
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.queries import at_desk, persons
from app.support.conversations.models import BookingMessage, MessagesRead

MESSAGES_OF = in_pages(
    select(BookingMessage)
    .where(BookingMessage.booking_id == bindparam("booking_id"))
    .order_by(BookingMessage.id.desc())
    .options(joinedload(BookingMessage.author), joinedload(BookingMessage.for_person))
)
"""What was written about one booking, newest first, for paging with ``booking_id``."""


def conversation_for(actor: Person, public_id: str) -> Booking:
    """A booking whose messages this account may read and answer, on the buyer's side.

    Raises:
        NotFound: when there is none, or it is not this actor's to know of.
        NotAllowed: when the actor may see the booking, but does not help with arrangements.
    """
    try:
        booking = persons.booking_for(actor, public_id)
    except persons.SharedInstead as shared:
        return shared.booking
    if not booking_records_permissions.may_talk(circles.powers_over(actor, booking.person_id)):
        raise NotAllowed("You may look at this booking but not read what is written about it. Only they can let you.")
    return booking


def over_at(booking: Booking) -> datetime:
    """When there was nothing more to come of a booking: the end of its last visit, or the answer when that was later."""
    last = db.session.scalar(select(func.max(Visit.ends_at)).where(Visit.booking_id == booking.id))
    return max(moment for moment in (last, booking.decided_at, booking.requested_at) if moment is not None)


def message_with(key: str) -> BookingMessage | None:
    """The message a form has already sent."""
    return db.session.scalar(select(BookingMessage).where(BookingMessage.key == key))


def message_of(booking: Booking, public_id: str) -> BookingMessage | None:
    """One message about this booking."""
    rows = select(BookingMessage).where(BookingMessage.booking_id == booking.id, BookingMessage.public_id == public_id)
    return db.session.scalar(rows)


def written_since(author: Person, booking: Booking, since: datetime) -> int:
    """How many messages an account has written about a booking since then."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(BookingMessage)
            .where(
                BookingMessage.author_id == author.id,
                BookingMessage.booking_id == booking.id,
                BookingMessage.sent_at > since,
            )
        )
        or 0
    )


def buyers_readers(booking: Booking) -> list[tuple[StaffRecipient, About | None]]:
    """Everybody on the buyer's side to be told of a message: whomever it is for, and those who arrange things for them.

    Supporters with the power to book; care managers with it only where they booked this or have written about it. Beside
    each stands whose affairs they are when they are not their own.
    """
    whose = shares.sharers(booking)
    supports = circles.standing_beside([one.id for one in whose])
    beside = [
        (one.supporter, one.person_id)
        for one in supports
        if one.supporter is not None and booking_records_permissions.may_talk(one.granted)
    ]
    taking_part = set(db.session.scalars(_AUTHORS, {"booking_id": booking.id})) | {booking.booked_by_id}
    beside += [
        (entry.care_manager, one.id)
        for one in whose
        for entry in circles.care_managers_of(one)
        if entry.care_manager_id in taking_part and booking_records_permissions.may_talk(entry.granted)
    ]
    found: dict[int, tuple[StaffRecipient, About | None]] = {}
    for reader, about in (
        *((one, None) for one in whose),
        *((one, About(person_id, ToldAs.ARRANGES)) for one, person_id in beside),
    ):
        if reader.closed_at is None:
            found.setdefault(reader.id, (StaffRecipient(reader.id, reader.email, reader.full_name), about))
    return list(found.values())


def providers_readers(booking: Booking) -> list[StaffRecipient]:
    """Everybody on the provider's side to be told."""
    return staff.staff_of(booking.provider_id)


_AUTHORS = select(BookingMessage.author_id).where(BookingMessage.booking_id == bindparam("booking_id")).distinct()


def new_messages(actor: Person, bookings: Collection[Booking]) -> dict[int, int]:
    """How many messages of others this account has not read about each of these bookings, by its number; one query."""
    asked = {"reader": actor.id, "bookings": [booking.id for booking in bookings]}
    return {row[0]: row[1] for row in fetch_rows(_NEW, asked)} if bookings else {}


_IS_MINE = and_(MessagesRead.booking_id == BookingMessage.booking_id, MessagesRead.person_id == bindparam("reader"))
_IS_NEW = and_(
    BookingMessage.author_id != bindparam("reader"),
    or_(MessagesRead.up_to_id.is_(None), BookingMessage.id > MessagesRead.up_to_id),
)
_NEW = (
    select(BookingMessage.booking_id, func.count())
    .outerjoin(MessagesRead, _IS_MINE)
    .where(BookingMessage.booking_id.in_(bindparam("bookings", expanding=True)), _IS_NEW)
    .group_by(BookingMessage.booking_id)
)
_HAS_NEW = (
    select(BookingMessage.id)
    .outerjoin(MessagesRead, _IS_MINE)
    .where(BookingMessage.booking_id == Booking.id, _IS_NEW)
    .correlate(Booking)
    .exists()
)


def bookings_with_new_messages(provider_ids: Collection[int]) -> Select[Any]:
    """A provider's bookings about which others wrote something one has not read, for paging with ``reader``."""
    return at_desk.bookings_with(provider_ids, list(BookingStatus)).where(_HAS_NEW)


def read_mark(actor: Person, booking: Booking) -> MessagesRead | None:
    """How far this account has read what was written about a booking."""
    rows = select(MessagesRead).where(MessagesRead.booking_id == booking.id, MessagesRead.person_id == actor.id)
    return db.session.scalar(rows)


def read_up_to(actor: Person, booking: Booking) -> int:
    """The number of the newest message this account has read about a booking; 0 when none."""
    rows = select(MessagesRead.up_to_id).where(
        MessagesRead.booking_id == booking.id, MessagesRead.person_id == actor.id
    )
    return db.session.scalar(rows) or 0
