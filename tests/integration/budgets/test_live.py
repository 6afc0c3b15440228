"""Pages that stay open, served by gunicorn as people meet it: told within a second, and holding no worker."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask

from app.base.db import db, transaction
from app.funding.budgets.models import Pot
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.actions import supporters as circle
from app.people.circles.models import Support
from app.people.circles.rules import Power
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import AccountKind, JournalKind
from tests.conftest import settings_for
from tests.factories import accounts, budgets, circles
from tests.factories.accounts import sign_in
from tests.inspection import InspectingClient
from tests.live import free_port

ROOT = Path(__file__).parents[3]
OPEN_PAGES = 200
THREADS = 2


@contextmanager
def gunicorn(app: Flask, folder: Path) -> Iterator[int]:
    """The site on this test's database, in one worker with two threads."""
    port = free_port()
    url = app.config["DATABASE_URL"]
    kept = {name: str(value) for name, value in settings_for(url, folder).items() if isinstance(value, str) and value}
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    with (folder / "gunicorn.log").open("wb") as log:
        serving = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **kept}, stderr=log)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
        yield port
    finally:
        serving.terminate()
        serving.wait(timeout=20)


class OpenPage:
    """What a browser's EventSource does, by hand."""

    def __init__(self, port: int, cookie: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.line.request("GET", "/money/live", headers={"Cookie": cookie})
        self.answer = self.line.getresponse()
        assert (self.answer.status, self.answer.getheader("Content-Type")) == (200, "text/event-stream; charset=utf-8")

    def next(self) -> str | None:
        """The next thing told; nothing once the line is closed."""
        for line in iter(self.answer.readline, b""):
            if line.startswith(b"data: "):
                return str(json.loads(line.removeprefix(b"data: ")))
        return None

    def close(self) -> None:
        self.answer.close()
        self.line.close()


def cookie_of(client: InspectingClient, person: Person) -> str:
    sign_in(client, person)
    kept = client.get_cookie("ownway")
    assert kept is not None
    return f"ownway={kept.value}"


def add(pot: Pot, pence: int) -> None:
    with transaction():
        card = ledger.open_account(kind=AccountKind.CARD, owner="card:1", guarded=False)
        ledger.post(key=f"add-{pence}", kind=JournalKind.TOP_UP, moves=[(card.id, pot.account_id, pence)])


def test_two_hundred_open_pages_are_told_within_a_second_and_keep_nobody_waiting(
    app: Flask, client: InspectingClient, tmp_path: Path
) -> None:
    person, other = accounts.person(), accounts.person()
    pot, other_pot = budgets.pot(person, pence=10_000), budgets.pot(other, pence=700)
    mine = cookie_of(client, person)
    theirs = cookie_of(client, other)
    with gunicorn(app, tmp_path) as port:
        pages = [OpenPage(port, mine) for _ in range(OPEN_PAGES - 1)]
        stranger = OpenPage(port, theirs)
        assert {page.next() for page in pages} == {"£100.00"}
        assert stranger.next() == "£7.00"
        # Two threads, two hundred open pages: another page is answered at once all the same.
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asked.request("GET", "/health")
        assert asked.getresponse().status == 200
        asked.close()
        changed = time.monotonic()
        add(pot, 250)
        assert {page.next() for page in pages} == {"£102.50"}
        assert time.monotonic() - changed < 5, "the promise is a second; a busy machine is given five"
        for page in pages:
            page.close()
        # Nobody else was told anything: their next word is about their own money.
        add(other_pot, 1)
        assert stranger.next() == "£7.01"
        stranger.close()


def test_whoever_may_no_longer_see_it_is_told_nothing_more(
    app: Flask, client: InspectingClient, tmp_path: Path
) -> None:
    person, sister, friend = accounts.person(), accounts.person(Role.SUPPORTER), accounts.person(Role.SUPPORTER)
    pot = budgets.pot(person, pence=10_000)
    support = circles.support(person, sister, frozenset({Power.SEE_MONEY}))
    circles.support(person, friend, frozenset({Power.SEE_MONEY}))
    cookies = [cookie_acting(client, beside, person) for beside in (sister, friend)]
    with gunicorn(app, tmp_path) as port:
        pages = [OpenPage(port, cookie) for cookie in cookies]
        assert [page.next() for page in pages] == ["£100.00", "£100.00"]
        with transaction():
            circle.end_support(actor=person, support=db.session.get_one(Support, support.id))
            db.session.get_one(Person, friend.id).session_key = "signed-out-everywhere"
        add(pot, 250)
        assert [page.next() for page in pages] == [None, None]
        for page in pages:
            page.close()


def test_the_line_of_whoever_signs_out_or_helps_no_more_is_closed_though_no_number_changes(
    app: Flask, client: InspectingClient, tmp_path: Path
) -> None:
    person, sister = accounts.person(), accounts.person(Role.SUPPORTER)
    budgets.pot(person, pence=10_000)
    support = circles.support(person, sister, frozenset({Power.SEE_MONEY}))
    cookies = [cookie_of(client, person), cookie_acting(client, sister, person)]
    with gunicorn(app, tmp_path) as port:
        own, beside = (OpenPage(port, cookie) for cookie in cookies)
        assert [own.next(), beside.next()] == ["£100.00", "£100.00"]
        with transaction():
            circle.end_support(actor=person, support=db.session.get_one(Support, support.id))
        assert beside.next() is None
        with transaction():
            db.session.get_one(Person, person.id).session_key = "signed-out-everywhere"
        assert own.next() is None
        own.close()
        beside.close()


def test_where_the_line_cannot_be_given_away_the_browser_is_told_once_and_asks_again(client: InspectingClient) -> None:
    person = accounts.person()
    budgets.pot(person, pence=10_000)
    sign_in(client, person)
    answer = client.get("/money/live")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert answer.get_data() == b'retry: 5000\ndata: "\\u00a3100.00"\n\n'


def test_whoever_asks_for_the_headers_alone_is_given_no_line(client: InspectingClient) -> None:
    person = accounts.person()
    budgets.pot(person, pence=10_000)
    sign_in(client, person)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        answer = client.head("/money/live", environ_overrides={"gunicorn.socket": ours})
        assert (answer.status_code, answer.get_data()) == (200, b"")
        theirs.setblocking(False)
        with suppress(BlockingIOError):
            assert theirs.recv(1) == "nothing was written"


def cookie_acting(client: InspectingClient, actor: Person, person: Person) -> str:
    """The cookie of somebody who acts for another."""
    cookie_of(client, actor)
    with client.session_transaction() as session:
        session["shopping_for"] = person.public_id
    kept = client.get_cookie("ownway")
    assert kept is not None
    return f"ownway={kept.value}"
