"""Reading messages: only ever those of the person who asks, and never those that hold a secret link."""

from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, func, or_, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.platform.messages.models import Message
from app.platform.messages.rules import AT_A_TIME, MOST_ATTEMPTS, pause_before

# Asked for every page of somebody signed in: written once.
_UNREAD = select(func.count()).where(
    Message.to_person_id == bindparam("person_id"), Message.is_secret.is_(False), Message.read_at.is_(None)
)


def messages_to(person_id: int) -> Select[Message]:
    """The messages a person may read inside the site, newest first; for paging."""
    return (
        select(Message)
        .where(Message.to_person_id == person_id, Message.is_secret.is_(False))
        .order_by(Message.made_at.desc(), Message.id.desc())
    )


def message_to(person_id: int, public_id: str) -> Message:
    """One message of this person.

    Raises:
        NotFound: when there is none, or it is somebody else's, or it holds a secret.
    """
    message = None
    if public_id.isalnum():
        message = db.session.scalar(messages_to(person_id).where(Message.public_id == public_id))
    if message is None:
        raise NotFound("There is no such message. It may belong to another account.")
    return message


def count_unread(person_id: int) -> int:
    """How many messages this person has not read."""
    return int(fetch_rows(_UNREAD, {"person_id": person_id}).scalar_one())


def times_told(person_id: int, subject: str, since: datetime) -> int:
    """How many messages with this subject a person was sent since a moment."""
    rows = select(func.count()).where(
        Message.to_person_id == person_id, Message.subject == subject, Message.made_at > since
    )
    return int(db.session.scalar(rows) or 0)


def ids_waiting() -> list[int]:
    """The messages that have not been sent and that nobody has in hand, oldest first."""
    return [row.id for row in fetch_rows(_WAITING, {"now": clock.now()})]


def ids_due() -> list[int]:
    """Those of them whose next try is due, by how often they failed."""
    now = clock.now()
    return [row.id for row in fetch_rows(_WAITING, {"now": now}) if row.made_at + pause_before(row.attempts) <= now]


_WAITING = (
    select(Message.id, Message.made_at, Message.attempts)
    .where(Message.sent_at.is_(None), Message.attempts < MOST_ATTEMPTS)
    .where(or_(Message.claimed_until.is_(None), Message.claimed_until < bindparam("now")))
    .order_by(Message.made_at, Message.id)
)


def ids_new() -> list[int]:
    """The messages nobody has tried to send, and those whose sender died with them in hand: some, oldest first."""
    return list(fetch_rows(_NEW, {"now": clock.now()}).scalars())


_NEW = (
    select(Message.id)
    .where(Message.sent_at.is_(None), Message.attempts < MOST_ATTEMPTS)
    .where(or_(Message.attempts == 0, Message.claimed_until < bindparam("now")))
    .order_by(Message.made_at, Message.id)
    .limit(AT_A_TIME)
)


def is_any_new() -> bool:
    """Whether a message of the last minute is on its way for the first time."""
    return fetch_rows(_ON_ITS_WAY, {"lately": clock.now() - timedelta(minutes=1)}).first() is not None


_ON_ITS_WAY = (
    select(Message.id)
    .where(Message.sent_at.is_(None), Message.made_at > bindparam("lately"))
    .where(or_(Message.attempts == 0, Message.claimed_until.is_not(None)))
    .limit(1)
)
