"""Sending: what is kept before it goes, what happens when it cannot, and that nothing goes twice."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.platform.messages import gateway as messages_gateway
from app.platform.messages import queries as messages_queries
from app.platform.messages.actions import sending
from app.platform.messages.models import Message
from tests.factories import accounts, messages
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient


def _tell(who: accounts.Person, link: str | None = "/messages") -> int:
    with transaction():
        return sending.tell(
            to_person_id=who.id, to_email=who.email, subject="Something happened", body="Hello,\n\nlook.", link=link
        )


def _kept() -> tuple[int, bool]:
    db.session.expire_all()
    message = db.session.scalars(select(Message)).one()
    return message.attempts, message.sent_at is not None


@pytest.mark.usefixtures("app")
def test_a_message_is_kept_and_then_sent() -> None:
    ada = accounts.person()
    _tell(ada)
    (email,) = messages.emails()
    assert (email["To"], email["Subject"], email["From"]) == (
        ada.email,
        "Something happened",
        "Ownway <no-reply@ownway.example>",
    )
    assert messages.last_link() == "/messages"
    assert _kept() == (1, True)


@pytest.mark.usefixtures("app")
def test_nothing_is_sent_when_the_transaction_fails() -> None:
    ada = accounts.person()
    with pytest.raises(RuntimeError, match="stop"), transaction():
        sending.tell(to_person_id=ada.id, to_email=ada.email, subject="Something", body="x")
        raise RuntimeError("stop")
    assert messages.emails() == []
    assert db.session.scalars(select(Message)).all() == []
    _tell(ada)
    assert len(messages.emails()) == 1


def test_a_failure_keeps_it_and_the_command_sends_it_later(app: Flask) -> None:
    ada = accounts.person()
    folder = app.config["MAIL_URL"]
    app.config["MAIL_URL"] = "pigeon://"
    _tell(ada)
    assert _kept() == (1, False)
    run = app.test_cli_runner()
    assert run.invoke(args=["messages", "send-waiting"]).output == "0 sent, 1 still waiting.\n"
    assert _kept() == (2, False)
    app.config["MAIL_URL"] = folder
    assert run.invoke(args=["messages", "send-waiting"]).output == "1 sent, 0 still waiting.\n"
    assert run.invoke(args=["messages", "send-waiting"]).output == "0 sent, 0 still waiting.\n"
    assert _kept() == (3, True)
    assert messages.sent() == [(ada.email, "Something happened")]


def test_the_job_waits_longer_after_each_failure_and_the_command_does_not(app: Flask) -> None:
    ada = accounts.person()
    folder = app.config["MAIL_URL"]
    app.config["MAIL_URL"] = "pigeon://"
    _tell(ada)
    made = clock.now()
    tries = []
    for seconds in (30, 70, 100, 190, 300, 430):
        with clock.set_to(made + timedelta(seconds=seconds)):
            assert sending.send_again().words == ("0 sent, 1 still waiting.",)
        tries.append(_kept()[0])
    # After one, three and seven minutes: beside the first try.
    assert tries == [1, 2, 2, 3, 3, 4]
    app.config["MAIL_URL"] = folder
    with clock.set_to(made + timedelta(seconds=440)):
        assert sending.send_again().words == ("0 sent, 1 still waiting.",)
        assert sending.send_again(at_once=True).words == ("1 sent, 0 still waiting.",)


def test_senders_at_once_send_it_once(app: Flask) -> None:
    ada = accounts.person()
    folder, app.config["MAIL_URL"] = app.config["MAIL_URL"], "pigeon://"
    number = _tell(ada)
    app.config["MAIL_URL"] = folder

    def send(_: int) -> None:
        messages_gateway.send([number])

    assert at_once(app, send, 4) == ["done"] * 4
    assert messages.sent() == [(ada.email, "Something happened")]
    assert _kept() == (2, True)


@pytest.mark.usefixtures("app")
def test_what_a_dead_sender_had_in_hand_is_free_again_after_a_while() -> None:
    ada = accounts.person()
    with transaction():
        message = Message(
            to_person_id=ada.id,
            to_email=ada.email,
            subject="Something",
            body="x",
            made_at=clock.now(),
            attempts=1,
            claimed_until=clock.now() + timedelta(minutes=5),
        )
        db.session.add(message)
    assert sending.send_waiting() == 0
    assert messages_gateway.send([message.id]) == 0
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert sending.send_waiting() == 1


@pytest.mark.usefixtures("app")
def test_after_three_days_a_letter_is_given_up_however_often_it_was_tried() -> None:
    ada = accounts.person()
    now = clock.now()
    with transaction():
        for days, attempts in ((2, 500), (3, 1)):
            db.session.add(
                Message(
                    to_person_id=ada.id,
                    to_email=ada.email,
                    subject=f"Tried for {days} days",
                    body="x",
                    made_at=now - timedelta(days=days),
                    attempts=attempts,
                )
            )
    assert sending.send_waiting() == 1
    assert messages.sent() == [(ada.email, "Tried for 2 days")]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("subject", ["", "two\nlines", "two\r\nBcc: x@example.org", "x" * 151, "a\u2028b"])
def test_a_subject_is_one_line(subject: str) -> None:
    ada = accounts.person()
    with pytest.raises(ValueError, match="one line"), transaction():
        sending.tell(to_person_id=ada.id, to_email=ada.email, subject=subject, body="x")


@pytest.mark.usefixtures("app")
def test_an_address_with_a_line_break_is_never_sent_to() -> None:
    with transaction():
        sending.tell(to_email="a@example.org\nBcc: b@example.org", subject="Something", body="x")
    assert messages.emails() == []
    assert _kept() == (1, False)


@pytest.mark.usefixtures("app")
def test_a_link_leads_inside_the_site() -> None:
    ada = accounts.person()
    with pytest.raises(ValueError, match="inside the site"):
        _tell(ada, link="https://elsewhere.example")


class _PostOffice:
    """A mail server that takes one letter, as the protocol asks; no encryption, no passwords."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.letters: list[str] = []
        self.commands: list[str] = []
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rw", newline="\r\n", encoding="utf-8") as line:

            def say(words: str) -> None:
                line.write(words + "\n")
                line.flush()

            say("220 ready")
            for command in line:
                word = command.split()[0].upper()
                self.commands.append(word)
                if word == "DATA":
                    say("354 go on")
                    letter = []
                    for part in line:
                        if part.strip() == ".":
                            break
                        letter.append(part.rstrip("\r\n"))
                    self.letters.append("\n".join(letter))
                say("250 fine" if word != "QUIT" else "221 bye")
                if word == "QUIT":
                    return


@pytest.fixture
def post_office() -> Iterator[_PostOffice]:
    made = _PostOffice()
    yield made
    made.socket.close()
    made.thread.join(timeout=10)


def _waiting(app: Flask, mail_url: str) -> None:
    ada = accounts.person()
    app.config["MAIL_URL"] = "pigeon://"
    _tell(ada)
    app.config["MAIL_URL"] = mail_url


def test_a_mail_server_gets_the_letter(app: Flask, post_office: _PostOffice) -> None:
    _waiting(app, f"smtp://127.0.0.1:{post_office.port}")
    assert sending.send_waiting() == 1
    (letter,) = post_office.letters
    email = message_from_string(letter)
    assert email["Subject"] == "Something happened"
    assert email["Auto-Submitted"] == "auto-generated"
    assert _kept() == (2, True)


def test_a_password_is_never_sent_in_the_clear(app: Flask, post_office: _PostOffice) -> None:
    _waiting(app, f"smtp://somebody:secret@127.0.0.1:{post_office.port}")
    assert sending.send_waiting() == 0
    assert post_office.letters == []
    assert "AUTH" not in post_office.commands
    assert _kept() == (2, False)


def test_a_mail_server_that_is_away_loses_nothing(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    _waiting(app, f"smtp://127.0.0.1:{port}")
    assert sending.send_waiting() == 0
    assert _kept() == (2, False)
    assert len(messages_queries.ids_waiting()) == 1


@pytest.fixture
def sender(app: Flask) -> Iterator[messages_gateway.Sender]:
    """The thread that web workers have and tests otherwise do without."""
    made = app.extensions[messages_gateway._SENDER] = messages_gateway.Sender(app)
    yield made
    made.stop()


def _wait_until_sent() -> None:
    """For ten seconds at most."""
    for _ in range(500):
        if _kept()[1]:
            return
        db.session.rollback()
        threading.Event().wait(0.02)


@pytest.mark.usefixtures("sender")
def test_nobody_waits_for_a_mail_server(app: Flask, post_office: _PostOffice) -> None:
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{post_office.port}"
    _tell(accounts.person())
    _wait_until_sent()
    assert len(post_office.letters) == 1
    assert _kept() == (1, True)


def test_what_a_worker_left_when_it_died_goes_with_the_next_one(app: Flask) -> None:
    ada = accounts.person()
    with transaction():
        letter = {"to_person_id": ada.id, "to_email": ada.email, "body": "x", "made_at": clock.now()}
        ago, soon = clock.now() - timedelta(seconds=1), clock.now() + timedelta(minutes=5)
        db.session.add_all(
            [
                Message(**letter, subject="Never tried"),
                Message(**letter, subject="Its sender died", attempts=1, claimed_until=ago),
                Message(**letter, subject="Another has it", attempts=1, claimed_until=soon),
                Message(**letter, subject="Failed: for send-waiting", attempts=1),
            ]
        )
    messages_gateway.Sender(app).stop()
    assert messages.sent() == [(ada.email, "Never tried"), (ada.email, "Its sender died")]


@pytest.mark.usefixtures("sender")
def test_the_letter_box_shows_at_once_what_is_on_its_way(client: InspectingClient) -> None:
    _tell(accounts.person())
    assert [h.get_text() for h in client.page("/demonstration/post").select("main h2")] == ["Something happened"]


def test_the_letter_box_of_a_demonstration_shows_the_last_emails(client: InspectingClient) -> None:
    assert "Nothing has been sent yet" in client.page("/demonstration/post").get_text()
    ada = accounts.person()
    _tell(ada)
    page = client.page("/demonstration/post")
    assert [h.get_text() for h in page.select("main h2")] == ["Something happened"]
    assert [a["href"] for a in page.select("main a")] == ["/messages"]
    for _ in range(25):
        _tell(ada, link=None)
    assert len(client.page("/demonstration/post").select("main h2")) == 20


def test_mail_that_goes_nowhere_counts_as_sent(app: Flask) -> None:
    app.config["MAIL_URL"] = "nowhere:"
    _tell(accounts.person())
    assert _kept() == (1, True)


@pytest.mark.usefixtures("app")
def test_long_paragraphs_and_other_scripts_arrive_as_they_were_written() -> None:
    ada = accounts.person()
    words = "Bardzo długie zdanie. " * 80
    with transaction():
        sending.tell(to_person_id=ada.id, to_email=ada.email, subject="Żółć: a reply", body=words)
    (email,) = messages.emails()
    assert email["Subject"] == "Żółć: a reply"
    assert email.get_content().splitlines()[0] == words.strip()
    assert max(len(line) for line in email.as_bytes().splitlines()) < 998
