"""Writing about a booking, and marking what was written as read."""

from datetime import timedelta

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.audit import actions as audit
from app.platform.messages.actions import bookings, sending
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import shares
from app.support.bookings.actions import locking, telling
from app.support.conversations import queries, rules
from app.support.conversations.models import BookingMessage, MessagesRead

A_DAY = timedelta(days=1)


def write_to_provider(*, actor: Person, booking: Booking, words: str, key: str) -> BookingMessage:
    """Write about a booking from the buyer's side; everybody on it but the author is told that something waits.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: which.
        words: the message, up to 2,000 characters.
        key: made with the form; the same key and words again give the first message.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not arrange things.
        BadInput: when there is nothing in it or too much.
        Conflict: when the booking has long been over, or too many were sent in a day.
    """
    whose = shares.acts_for(actor, booking)
    if whose is None:
        if not booking.is_shared and booking_records_permissions.may_see_bookings(
            circles.powers_over(actor, booking.person_id)
        ):
            raise NotAllowed("You may look at this booking but not write about it.")
        raise NotFound("We cannot find that booking among yours.")
    for_person_id = whose.id if actor.id != whose.id else None
    return _write(actor, booking, words, key, is_from_provider=False, for_person_id=for_person_id)


def write_as_provider(*, actor: Person, booking: Booking, words: str, key: str) -> BookingMessage:
    """Write about a booking from the provider's side; as :func:`write_to_provider` otherwise.

    Raises:
        NotFound: when the actor does not work for the provider.
    """
    if not booking_records_permissions.is_staff_of(actor, booking):
        raise NotFound("We cannot find that booking among those of your organisation.")
    return _write(actor, booking, words, key, is_from_provider=True, for_person_id=None)


def _write(
    actor: Person, booking: Booking, typed: str, key: str, *, is_from_provider: bool, for_person_id: int | None
) -> BookingMessage:
    words = rules.words_to_send(typed)
    # The booking's row is the turnstile: one form sent twice at once is one message.
    booking = locking.locked(booking)
    first = queries.message_with(key)
    if first is not None:
        if (first.booking_id, first.author_id, first.words) != (booking.id, actor.id, words):
            raise Conflict(
                "This form has already been used for another message. Open the page again and write it there."
            )
        return first
    now = clock.now()
    if not rules.may_still_write(booking.status, over_at=queries.over_at(booking), now=now):
        raise Conflict(
            "This booking has been over for 90 days, so nothing more can be written here. Telephone instead."
        )
    rules.check_how_many(queries.written_since(actor, booking, now - A_DAY))
    made = BookingMessage(
        booking_id=booking.id,
        author_id=actor.id,
        for_person_id=for_person_id,
        is_from_provider=is_from_provider,
        words=words,
        key=key,
        sent_at=now,
    )
    db.session.add(made)
    db.session.flush()
    _record("booking_message_sent", actor, booking, booking.person)
    staff_about = telling.to_staff(booking)
    for reader, about, path in (
        *((one, about, f"/bookings/{booking.public_id}/messages") for one, about in queries.buyers_readers(booking)),
        *(
            (one, staff_about, f"/desk/bookings/{booking.public_id}/messages")
            for one in queries.providers_readers(booking)
        ),
    ):
        if reader.id != actor.id:
            sending.send_notice(
                bookings.BOOKING_MESSAGE_WAITS,
                reader,
                link=path,
                about=about,
                reference=booking.reference,
            )
    return made


def mark_messages_read(*, actor: Person, booking: Booking, newest: str) -> None:
    """Note that this account has read everything up to a message; what came after it stays new. Marks never go back.

    Args:
        actor: who has read it: somebody who may.
        booking: which.
        newest: the public id of the newest message that was on the page.

    Raises:
        NotFound: when the booking, or the message, is not this actor's to know of.
    """
    may = booking_records_permissions.is_staff_of(actor, booking) or shares.acts_for(actor, booking) is not None
    message = queries.message_of(booking, newest) if may else None
    if message is None:
        raise NotFound("We cannot find those messages among yours.")
    locking.locked(booking)
    mark = queries.read_mark(actor, booking)
    if mark is None:
        mark = MessagesRead(booking_id=booking.id, person_id=actor.id, up_to_id=message.id, read_at=clock.now())
        db.session.add(mark)
    elif mark.up_to_id < message.id:
        mark.up_to_id, mark.read_at = message.id, clock.now()
    db.session.flush()


def _record(action: str, actor: Person, booking: Booking, whose: Person) -> None:
    """Who wrote or read, for whom; kept apart from the booking's own history, and never a word of what was written."""
    audit.record(
        action=action,
        actor_id=actor.id,
        for_person_id=whose.id,
        subject_kind="booking_messages",
        subject_id=booking.id,
        council_id=booking.council_id,
    )
