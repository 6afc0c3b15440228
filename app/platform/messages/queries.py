"""Reading messages: only ever those of the person who asks, and never those that hold a secret link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, func, or_, select, table

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.platform.messages.models import Letter, Message
from app.platform.messages.rules import AT_A_TIME, SOON, pause_before

# Asked for every page of somebody signed in: written once.
_UNREAD = (
    select(func.count())
    .where(Message.to_person_id == bindparam("person_id"), Message.is_secret.is_(False), Message.read_at.is_(None))
    .where(Message.dropped_at.is_(None))
)


def messages_to(person_id: int) -> Select[Message]:
    """The messages a person may read inside the site, newest first; for paging."""
    return (
        select(Message)
        .where(Message.to_person_id == person_id, Message.is_secret.is_(False), Message.dropped_at.is_(None))
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
    """The messages that have not been sent nor given up, and that nobody has in hand, oldest first."""
    return [row.id for row in fetch_rows(_WAITING, {"now": clock.now()})]


def ids_due(*, tried: bool = False) -> list[int]:
    """Those of them whose next try is due, by how often they failed; ``tried``: only those that failed before."""
    now = clock.now()
    return [
        row.id
        for row in fetch_rows(_WAITING, {"now": now})
        if row.made_at + pause_before(row.attempts) <= now and (row.attempts or not tried)
    ]


_WAITING = (
    select(Message.id, Message.made_at, Message.attempts)
    .where(Message.sent_at.is_(None), Message.dropped_at.is_(None), Message.given_up_at.is_(None))
    .where(or_(Message.claimed_until.is_(None), Message.claimed_until < bindparam("now")))
    .order_by(Message.made_at, Message.id)
)


def ids_new() -> list[int]:
    """The messages nobody has tried to send, and those whose sender died with them in hand: some, oldest first."""
    return list(fetch_rows(_NEW, {"now": clock.now()}).scalars())


_NEW = (
    select(Message.id)
    .where(Message.sent_at.is_(None), Message.dropped_at.is_(None), Message.given_up_at.is_(None))
    .where(or_(Message.attempts == 0, Message.claimed_until < bindparam("now")))
    .order_by(Message.made_at, Message.id)
    .limit(AT_A_TIME)
)


def is_any_new() -> bool:
    """Whether a message of the last minute is on its way for the first time."""
    return fetch_rows(_ON_ITS_WAY, {"lately": clock.now() - timedelta(minutes=1)}).first() is not None


_ON_ITS_WAY = (
    select(Message.id)
    .where(Message.sent_at.is_(None), Message.dropped_at.is_(None), Message.given_up_at.is_(None))
    .where(Message.made_at > bindparam("lately"))
    .where(or_(Message.attempts == 0, Message.claimed_until.is_not(None)))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class WaitingEmail:
    """An email that has not gone, as an operator sees it: by its number, never by its reader or its words."""

    id: int
    made_at: datetime
    attempts: int
    fault: str | None
    given_up_at: datetime | None

    @property
    def next_at(self) -> datetime:
        """When it is tried again, while it is not given up."""
        return self.made_at + pause_before(self.attempts)


def unsent_messages(*, given_up: bool) -> list[WaitingEmail]:
    """The emails that wait, or those that were given up, oldest first."""
    return [WaitingEmail(*row) for row in fetch_rows(_UNSENT[given_up])]


def _unsent(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Message.id, Message.made_at, Message.attempts, Message.fault, Message.given_up_at)
        .where(Message.sent_at.is_(None), Message.dropped_at.is_(None), which)
        .order_by(Message.made_at, Message.id)
    )


_UNSENT = {True: _unsent(Message.given_up_at.is_not(None)), False: _unsent(Message.given_up_at.is_(None))}


def messages_health() -> str:
    """``ok``, or how many emails wait and since when, and how many were given up; for machines that watch the site."""
    late = Message.made_at < clock.now() - SOON
    waiting, oldest, given_up = db.session.execute(
        select(
            func.count().filter(Message.given_up_at.is_(None), late),
            func.min(Message.made_at).filter(Message.given_up_at.is_(None), late),
            func.count().filter(Message.given_up_at.is_not(None)),
        ).where(Message.sent_at.is_(None), Message.dropped_at.is_(None))
    ).one()
    told = [f"{waiting} waiting, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"] if waiting else []
    told += [f"{given_up} given up: flask messages list"] if given_up else []
    return "; ".join(told) or "ok"


def letters_waiting() -> Select[Letter]:
    """The letters that are not on paper yet, oldest first."""
    return select(Letter).where(Letter.printed_at.is_(None)).order_by(Letter.made_at, Letter.id)


_PERSON = table("person", column("id"), column("stopped_at"))
_STOPPED = select(_PERSON.c.id).where(_PERSON.c.id == bindparam("person_id"), _PERSON.c.stopped_at.is_not(None))


def is_written_to_no_more(person_id: int) -> bool:
    """Whether nothing is written to somebody any more: it was reported that they have died."""
    return fetch_rows(_STOPPED, {"person_id": person_id}).first() is not None
