"""How a message is kept in the open transaction and sent once that is."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import insert, update

from app.base import clock
from app.base.db import after_commit, db, write_rows
from app.platform.jobs.rules import Swept
from app.platform.messages import gateway, queries
from app.platform.messages.models import Message
from app.platform.messages.rules import LASTS, SUBJECT_LONGEST, About, MayBeTold

_NEW = "messages_to_send"

_stays_inside: ContextVar[bool] = ContextVar("message_stays_inside", default=False)


@contextmanager
def kept_inside() -> Iterator[None]:
    """Whatever is written inside is kept in the site only and counts as sent: no email leaves. For past times."""
    token = _stays_inside.set(True)
    try:
        yield
    finally:
        _stays_inside.reset(token)


_waits: ContextVar[bool] = ContextVar("message_waits", default=False)


@contextmanager
def left_to_the_sender() -> Iterator[None]:
    """Whatever is written inside waits for the next look of a sender: thousands of letters keep nobody waiting."""
    token = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(token)


class Recipient(Protocol):
    """Whoever a message is for, by what every room knows of people."""

    @property
    def id(self) -> int:
        """The person's number."""

    @property
    def email(self) -> str:
        """Where email reaches them."""

    @property
    def full_name(self) -> str:
        """How a letter greets them."""


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """What is always said on one occasion; words in braces are put in when it is."""

    subject: str
    body: str
    useful_for: timedelta | None = None
    """For how long it makes sense to send it; nothing for the usual three days."""


def send_notice(notice: MessageTemplate, to: Recipient, *, link: str, about: About | None = None, **words: str) -> None:
    """Tell one person what the notice says, with these words put in and a link to the matter itself.

    ``about`` says whose affairs they are when they are not the reader's own; see :func:`tell`.
    """
    tell(
        to_person_id=to.id,
        to_email=to.email,
        subject=notice.subject.format(**words),
        body=f"Hello {to.full_name},\n\n{notice.body.format(**words)}",
        link=link,
        about=about,
        useful_until=None if notice.useful_for is None else clock.now() + notice.useful_for,
    )


def tell(
    *,
    to_email: str,
    subject: str,
    body: str,
    to_person_id: int | None = None,
    link: str | None = None,
    is_secret: bool = False,
    about: About | None = None,
    useful_until: datetime | None = None,
    instead: MessageTemplate | None = None,
    instead_link: str | None = None,
) -> int:
    """Keep one message in the open transaction and send it by email once that is kept; return its number.

    Args:
        to_email: where the email goes.
        subject: one line, nothing of care, health or money in it.
        body: plain text, paragraphs parted by empty lines.
        to_person_id: whose message it is inside the site; nobody's when they have no account.
        link: a path inside the site, beginning with ``/``.
        is_secret: the link opens something by itself: by email only, and wiped once sent.
        about: whose affairs it tells somebody else about, and by what right. Whether the reader still has it is asked at
            the moment of sending, of a letter tried again too: one that must not go any more is dropped, on the record.
        useful_until: when sending it makes no sense any more.
        instead: what is sent in its place once it is out of date; nothing when nothing is.
        instead_link: the link of that.
    """
    if not subject or len(subject) > SUBJECT_LONGEST or len(subject.splitlines()) != 1:
        msg = f"a subject is one line of at most {SUBJECT_LONGEST} characters"
        raise ValueError(msg)
    if about is not None and about.person_id == to_person_id:
        about = None
    if link is not None and not link.startswith("/"):
        msg = "a link is a path inside the site"
        raise ValueError(msg)
    # Who has no email address reads it inside the site.
    now, stays = clock.now(), _stays_inside.get() or "@" not in to_email
    row = {
        "to_person_id": to_person_id,
        "to_email": to_email,
        "subject": subject,
        "body": body,
        "link": link,
        "is_secret": is_secret,
        "made_at": now,
        "sent_at": now if stays else None,
        "useful_until": useful_until,
        "instead": instead and {"subject": instead.subject, "body": instead.body, "link": instead_link or ""},
        "for_person_id": about and about.person_id,
        "told_as": about and about.told_as.value,
        "for_provider_id": about and about.provider_id,
    }
    number: int = write_rows(_MESSAGE, row).scalar_one()
    if not stays and not _waits.get():
        db.session.info.setdefault(_NEW, []).append(number)
        after_commit(_send_new)
    return number


_MESSAGE = insert(Message.__table__).returning(Message.__table__.c.id)  # type: ignore[arg-type] # it is a table


def _send_new() -> None:
    """Send what the transaction that has just been kept wrote; what was undone is not found, and so not sent."""
    new, db.session.info[_NEW] = db.session.info.get(_NEW, []), []
    gateway.hurry(new)


def ask_before_sending(app: Any, may_be_told: MayBeTold) -> None:
    """Have an application ask this at the moment each letter about somebody else goes; once, when it is put together."""
    gateway.keep_check(app, may_be_told)


def site_address() -> str:
    """Where the site stands, for a letter on paper: ``https://ownway.example``."""
    return gateway.address_of_site()


def send_waiting() -> int:
    """Send again whatever could not be sent before; return how many went. Two of these may run at once."""
    return gateway.send(queries.ids_waiting())


def send_again(*, at_once: bool = False) -> Swept:
    """Send again what could not be sent before: a job. Two may run at once.

    Args:
        at_once: whether somebody asks for it by hand: then no letter waits for its next try (``rules.pause_before``).
    """
    sent = send_waiting() if at_once else gateway.send(queries.ids_due())
    given_up = len(queries.unsent_messages(given_up=True))
    told = f", {given_up} given up (flask messages list says why)" if given_up else ""
    return Swept((f"{sent} sent, {len(queries.ids_waiting())} still waiting{told}.",))


def try_given_up(numbers: Collection[int]) -> int:
    """Try those of these emails again that were given up; return how many will be.

    Those that held a link of their own are not among them: it was wiped, and whoever wants one asks for a new one.
    """
    rows = update(Message).where(
        Message.id.in_(numbers),
        Message.given_up_at.is_not(None),
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.is_secret.is_(False),
    )
    again = rows.values(given_up_at=None, attempts=0, useful_until=clock.now() + LASTS)
    return db.session.execute(again).rowcount  # type: ignore[attr-defined,no-any-return] # an update counts


def mark_read(*, message: Message) -> None:
    """Note that its reader has read it; the first time counts."""
    message.read_at = message.read_at or clock.now()
    db.session.flush()


def mark_all_read(*, person_id: int) -> int:
    """Note that a person has read everything; return how many were new."""
    unread = db.session.scalars(queries.messages_to(person_id).where(Message.read_at.is_(None))).all()
    for message in unread:
        message.read_at = clock.now()
    db.session.flush()
    return len(unread)
