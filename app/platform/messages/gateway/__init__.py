"""The only sender. Takes a message in hand, posts it by SMTP or lays it in a folder, and notes how that went."""

import logging
import os
import smtplib
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import bindparam, case, null, or_, update

from app.base import clock
from app.base.db import db, transaction
from app.platform.audit.actions import record
from app.platform.messages import queries
from app.platform.messages.gateway.posting import email_written, fault_in_words, is_for_good, is_slow, post_email
from app.platform.messages.models import Letter, Message
from app.platform.messages.rules import (
    AT_ONCE_SECONDS,
    EMAILS_SHOWN,
    GATHER_SECONDS,
    IN_HAND,
    LASTS,
    TOGETHER,
    About,
    MayBeTold,
    about_of,
    letter_is_out_of_date,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Email:
    """One email as the demonstration's letter box shows it. ``links`` are paths inside this site."""

    to: str
    subject: str
    body: str
    links: tuple[str, ...]


def hurry(ids: Iterable[int]) -> None:
    """Send these messages soon. Where the process has a sender, nobody waits for it; a command sends by itself.

    Whatever is lost (the process may die) is found again: by the next look of any sender, or by the job
    ``messages-send-waiting``.
    """
    sender: Sender | None = current_app.extensions.get(_SENDER)
    if sender is not None and sender.is_here:
        sender.wake()
    elif not is_slow(current_app.config["MAIL_URL"]):
        send(list(ids))


def start_sender() -> None:
    """Let this process send beside its answers from now on; a worker that was forked starts its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a thread needs the app itself
    sender: Sender | None = app.extensions.get(_SENDER)
    if sender is not None and sender.is_here:
        return
    with _starting:
        sender = app.extensions.get(_SENDER)
        if sender is None or not sender.is_here:
            app.extensions[_SENDER] = Sender(app)


_SENDER = "mail_sender"
_starting = threading.Lock()

LOOK_EVERY_SECONDS = 5.0
"""How often a sender that nobody woke looks for what others left: a worker that died, a command, the night's run."""


class Sender:
    """The thread of one process that works off the outbox beside the answers.

    The outbox is the table: being woken only says that a look is worth it, so nothing hangs on this thread's memory.
    What failed once is tried again when its pause is over, by this thread or by the job, whichever comes first.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._process = os.getpid()
        self._look = threading.Event()
        self._over = threading.Event()
        # One look at once: somebody may have died and left something.
        self._look.set()
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._thread.start()

    @property
    def is_here(self) -> bool:
        """Whether it works in this process: a fork takes along the object and not the thread."""
        return self._process == os.getpid()

    def wake(self) -> None:
        """There is something to send."""
        self._look.set()

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._over.set()
        self._look.set()
        self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            if self._look.wait(LOOK_EVERY_SECONDS):
                self._over.wait(GATHER_SECONDS)
            self._look.clear()
            is_over = self._over.is_set()
            try:
                with self._app.app_context():
                    # What comes meanwhile is gathered, too: a few letters together cost little more than one.
                    while send(queries.ids_new()):
                        self._over.wait(GATHER_SECONDS)
                    if not is_over:
                        # The job does so as well; a letter must not wait for somebody to start a worker.
                        send(queries.ids_due(tried=True))
            except Exception:
                # A thread that dies is not noticed; one that goes on is, in the log.
                log.exception("the outbox could not be worked off")


def send(ids: Sequence[int]) -> int:
    """Send those of these messages that are still unsent and that no other sender has in hand; return how many went.

    A few are claimed in one transaction and noted in another: letters that have gone cannot be rolled back. A sender that
    dies between the two leaves them in hand, and after a while they are sent again: twice is better than never.
    """
    sent = 0
    waiting = list(ids)
    while waiting:
        some, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
        went = {letter.id: _outcome_of(letter) for letter in _claim(some)}
        if went:
            _note(went)
        sent += sum(outcome.has_gone for outcome in went.values())
    return sent


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How it went with one email: gone, or why not; and whether it is worth another try."""

    has_gone: bool = False
    fault: str = ""
    is_given_up: bool = False


def _outcome_of(letter: "_Letter") -> _Outcome:
    if letter.to_person_id is not None and queries.is_written_to_no_more(letter.to_person_id):
        # It stays inside the site, to be read where the report was a mistake.
        return _Outcome(fault="its reader is reported to have died", is_given_up=True)
    if letter.told_as is not None and not may_still_be_told(letter.to_person_id, letter.about):
        _drop(letter)
        return _Outcome(fault="its reader may no longer be told")
    if letter_is_out_of_date(letter.made_at, letter.useful_until, clock.now()):
        if letter.instead is None:
            return _Outcome(fault="out of date", is_given_up=True)
        letter = _replaced(letter)
    try:
        post_email(email_written(letter.to, letter.subject, letter.body, letter.link))
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        # Neither address nor subject: operators read this.
        said = fault_in_words(fault)
        log.warning("message %s could not be sent: %s", letter.id, said)
        return _Outcome(fault=said, is_given_up=is_for_good(fault))
    return _Outcome(has_gone=True)


def _replaced(letter: "_Letter") -> "_Letter":
    """Put what is sent in its place into the row first: the link that has ended is gone from there."""
    instead = letter.instead or {}
    new = replace(letter, subject=instead["subject"], body=instead["body"], link=instead["link"] or None, instead=None)
    values = {"subject": new.subject, "body": new.body, "link": new.link}
    with transaction() as session:
        session.connection().execute(
            update(Message)
            .where(Message.id == letter.id, Message.sent_at.is_(None))
            .values(**values, instead=None, useful_until=clock.now() + LASTS)
        )
    return new


@dataclass(frozen=True, slots=True)
class _Letter:
    """What a message says, free of the database."""

    id: int
    to: str
    subject: str
    body: str
    link: str | None
    to_person_id: int | None
    for_person_id: int | None
    told_as: str | None
    for_provider_id: int | None
    made_at: datetime
    useful_until: datetime | None
    instead: dict[str, str] | None

    @property
    def about(self) -> About | None:
        """Whose affairs it tells somebody else about."""
        return about_of(self)


_MAY_BE_TOLD = "may_be_told"


def keep_check(app: Flask, may_be_told: MayBeTold) -> None:
    """Have this asked at the moment each letter about somebody else goes, and each such message is opened."""
    app.extensions[_MAY_BE_TOLD] = may_be_told


def may_still_be_told(reader_id: int | None, about: About | None) -> bool:
    """Whether a reader may be told now; of their own affairs always, of another's never when nobody can say."""
    if about is None:
        return True
    asked: MayBeTold | None = current_app.extensions.get(_MAY_BE_TOLD)
    return reader_id is not None and asked is not None and asked(reader_id, about)


def _drop(letter: _Letter) -> None:
    """Send it never, forget what it said, and put that on the record of the person it was about."""
    now = clock.now()
    with transaction() as session:
        session.connection().execute(_DROPPED, {"number": letter.id, "now": now})
        record(
            action="letter_not_sent",
            actor_id=None,
            for_person_id=letter.for_person_id,
            subject_kind="message",
            subject_id=letter.id,
            told_person_id=letter.to_person_id,
            told_as=letter.told_as,
        )


_DROPPED = (
    update(Message)
    .where(Message.id == bindparam("number"), Message.sent_at.is_(None))
    .values(claimed_until=None, dropped_at=bindparam("now"), body="", link=None)
)


def _claim(ids: Sequence[int]) -> list[_Letter]:
    """Take messages in hand; not those that have gone or that another sender has."""
    now = clock.now()
    with transaction() as session:
        taken = session.connection().execute(_CLAIM, {"numbers": ids, "now": now, "until": now + IN_HAND})
        return sorted((_Letter(*tuple(row)) for row in taken), key=lambda letter: letter.id)


_CLAIM = (
    update(Message)
    .where(
        Message.id.in_(bindparam("numbers", expanding=True)), Message.sent_at.is_(None), Message.dropped_at.is_(None)
    )
    .where(Message.given_up_at.is_(None))
    .where(or_(Message.claimed_until.is_(None), Message.claimed_until < bindparam("now")))
    .values(attempts=Message.attempts + 1, claimed_until=bindparam("until"))
    .returning(
        Message.id,
        Message.to_email,
        Message.subject,
        Message.body,
        Message.link,
        Message.to_person_id,
        Message.for_person_id,
        Message.told_as,
        Message.for_provider_id,
        Message.made_at,
        Message.useful_until,
        Message.instead,
    )
)
_SENT = (
    update(Message)
    .where(Message.id == bindparam("number"))
    .values(
        claimed_until=None,
        sent_at=bindparam("now"),
        fault=None,
        instead=null(),
        # The link in a secret one opens something: nobody who reads this table later shall have it.
        body=case((Message.is_secret, ""), else_=Message.body),
        link=case((Message.is_secret, None), else_=Message.link),
    )
)
_NOT_SENT = update(Message).where(Message.id == bindparam("number")).values(claimed_until=None, fault=bindparam("why"))
_GIVEN_UP = (
    update(Message)
    .where(Message.id == bindparam("number"))
    .values(
        claimed_until=None,
        fault=bindparam("why"),
        given_up_at=bindparam("now"),
        body=case((Message.is_secret, ""), else_=Message.body),
        link=case((Message.is_secret, None), else_=Message.link),
    )
)


def _note(went: Mapping[int, _Outcome]) -> None:
    """How it went with each message in hand."""
    now = clock.now()
    with transaction() as session:
        connection = session.connection()
        gone = [{"number": number, "now": now} for number, how in went.items() if how.has_gone]
        not_gone = [(number, how) for number, how in went.items() if not how.has_gone]
        later = [{"number": number, "why": how.fault} for number, how in not_gone if not how.is_given_up]
        never = [{"number": number, "why": how.fault, "now": now} for number, how in not_gone if how.is_given_up]
        for statement, rows in ((_SENT, gone), (_NOT_SENT, later), (_GIVEN_UP, never)):
            if rows:
                connection.execute(statement, rows)


def wait_for_the_post() -> None:
    """Let what is being sent at this moment arrive first, for a second at most: somebody waits for their letter."""
    late = time.monotonic() + AT_ONCE_SECONDS
    while queries.is_any_new() and time.monotonic() < late:
        db.session.rollback()
        time.sleep(0.02)


def last_emails() -> list[Email]:
    """The last emails laid in the folder, newest first; none when mail really goes out."""
    mail_url = current_app.config["MAIL_URL"]
    if not mail_url.startswith("file:"):
        return []
    files = sorted(Path(mail_url.removeprefix("file:")).glob("*.eml"), reverse=True)[:EMAILS_SHOWN]
    return [_read(file) for file in files]


def _read(file: Path) -> Email:
    email = BytesParser(policy=default).parsebytes(file.read_bytes())
    part = email.get_body(("plain",))
    body = part.get_content() if part else ""
    site = current_app.config["SITE_URL"]
    links = tuple(word.removeprefix(site) for word in body.split() if word.startswith(f"{site}/"))
    body = "\n".join(line for line in body.splitlines() if not line.startswith(f"{site}/"))
    return Email(to=str(email["To"]), subject=str(email["Subject"]), body=body, links=links)


def print_letter(folder: Path, letter: Letter) -> None:
    """Lay one letter into a folder as a text file only its owner can read: written beside its place, then moved there.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f"{letter.public_id}.part"
    unfinished.touch(mode=0o600)
    text = f"{letter.to_name}\n{letter.postcode}\n\n{letter.heading}\n\n{letter.body}\n\nOwnway\n"
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, folder / f"{letter.public_id}.txt")  # noqa: PTH105 - the atomic one, by its own name


def address_of_site() -> str:
    """Where the site stands."""
    return str(current_app.config["SITE_URL"])
