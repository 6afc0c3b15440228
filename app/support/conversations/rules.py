"""What may be written about a booking, how long after it is over, and how often."""

from datetime import datetime, timedelta

from app.base.refusals import BadInput, Conflict
from app.support.booking_records.rules.states import OPEN, BookingStatus

MESSAGE_LONGEST = 2000
MESSAGES_A_DAY = 50
"""How many one account may write about one booking in 24 hours: each of them sends emails."""
OPEN_AFTER = timedelta(days=90)
"""How long after a booking is over there may still be something to say: a bill to ask about, a thing left behind."""


def may_still_write(status: BookingStatus, *, over_at: datetime, now: datetime) -> bool:
    """Whether a booking in this status, with nothing to come after ``over_at``, can still be written about."""
    return status in OPEN or now < over_at + OPEN_AFTER


def words_to_send(typed: str) -> str:
    """A message as it is kept.

    Raises:
        BadInput: when there is nothing in it, or too much.
    """
    words = typed.replace("\r\n", "\n").strip()
    if not words:
        raise BadInput("Enter a message")
    if len(words) > MESSAGE_LONGEST:
        raise BadInput(f"Your message must be {MESSAGE_LONGEST} characters or fewer")
    return words


def check_how_many(written_today: int) -> None:
    """Let pass one more message in the 24 hours.

    Raises:
        Conflict: when it would be one too many.
    """
    if written_today >= MESSAGES_A_DAY:
        raise Conflict(
            f"You have sent {MESSAGES_A_DAY} messages about this booking in 24 hours. Wait, or telephone. "
            "Your message was not sent."
        )
