"""What open pages cost: two hundred of them beside a site of two workers, on both databases.

Each page is of a person of its own. Told are: CPU of the workers and of the database while nothing changes and while one
person's money changes each second; the time from a commit until the page has the word, for one page and for all of them
when all change at once; and an ordinary page with and without the two hundred, in turns, by the clock and in CPU. CPU is
user and system time, so that a busy machine changes it little; times by the clock are as good as the machine is quiet.
``QUICK=1`` takes two minutes.
"""

import json
import os
import selectors
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from app import create_app
from app.base.db import migrate, transaction
from app.base.money import Money
from app.platform.ledger.actions.transfers import open_account, post
from app.platform.ledger.rules import AccountKind, JournalKind
from benchmarks._site import cpu_of, fetch, served
from benchmarks._table import show, verdict
from tests import postgres
from tests.conftest import settings_for
from tests.factories import accounts, budgets
from tests.live import free_port

QUICK = bool(os.environ.get("QUICK"))
PAGES = 200
SECONDS = 15 if QUICK else 60
CHANGES = 5 if QUICK else 20
ROUNDS = 3 if QUICK else 9
ASKS = 60 if QUICK else 150
PAGE = "/money"
BEGAN_PENCE = 10_000
SETTLED_SECONDS = 7
OK = 200
MOST_IDLE = 0.02
"""Of one core: what two hundred open pages may cost while nothing changes, the workers' part and the database's."""
MOST_SECONDS = 1.0
MOST_SLOWER = 1.1
"""The p95 of an ordinary page with open pages beside it, of the p95 without: the same but for what rounds differ."""


@dataclass
class Person:
    """Somebody whose page is open, as the benchmark knows them."""

    cookie: str
    account: int
    pence: int = BEGAN_PENCE


@dataclass
class Site:
    """What is measured: where pages are asked for, where they are told of changes, and whose CPU counts."""

    app: Flask
    port: int
    live_port: int
    processes: list[int]
    people: list[Person] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return sum(cpu_of(process) for process in self.processes)

    def change(self, people: Sequence[Person]) -> float:
        """A penny more for each of these people in one transaction; when it was kept."""
        with self.app.app_context():
            with transaction():
                card = open_account(kind=AccountKind.CARD, owner="card:1", guarded=False)
                key = f"penny-{people[0].account}-{people[0].pence}-{len(people)}"
                post(key=key, kind=JournalKind.TOP_UP, moves=[(card.id, one.account, 1) for one in people])
            kept = time.monotonic()
        for one in people:
            one.pence += 1
        return kept


class OpenPages:
    """A crowd of browsers with a page open each, told over lines of their own."""

    def __init__(self, site: Site) -> None:
        self.watch = selectors.DefaultSelector()
        self.lines = []
        self.told: dict[int, str] = {}
        for number, person in enumerate(site.people):
            line = socket.create_connection(("127.0.0.1", site.live_port), timeout=30)
            line.sendall(f"GET /money/live HTTP/1.1\r\nHost: localhost\r\nCookie: {person.cookie}\r\n\r\n".encode())
            self.lines.append(line)
            self.watch.register(line, selectors.EVENT_READ, number)
        self.wait_for(site.people)

    def wait_for(self, people: Sequence[Person], *, of: Sequence[int] | None = None) -> float:
        """When the last of these pages (by number; all of them) had been told what is so now."""
        of = range(len(people)) if of is None else of
        missing = {number for number in of if self.told.get(number) != str(Money(people[number].pence))}
        until = time.monotonic() + 30
        while missing and time.monotonic() < until:
            for number in self.listen(0.05):
                if self.told[number] == str(Money(people[number].pence)):
                    missing.discard(number)
        if missing:
            raise SystemExit(f"{len(missing)} open pages were not told of a change in thirty seconds")
        return time.monotonic()

    def listen(self, seconds: float) -> list[int]:
        """The numbers of the pages that hear something within so many seconds."""
        heard = []
        for key, _ in self.watch.select(timeout=seconds):
            words = key.fileobj.recv(65536)  # type: ignore[union-attr]
            if not words:
                raise SystemExit("an open page was closed")
            for part in words.decode().split("\n"):
                if part.startswith("data: "):
                    self.told[key.data] = json.loads(part.removeprefix("data: "))
                    heard.append(key.data)
        return heard

    def rest(self, seconds: float) -> None:
        """Read what comes for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.listen(left)

    def close(self) -> None:
        """Every browser goes away."""
        self.watch.close()
        for line in self.lines:
            line.close()


@contextmanager
def databases() -> Iterator[dict[str, tuple[str, int | None]]]:
    """The addresses of both, each with the number of its server's process when there is one."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(is_durable=True) as url:
        pid = Path(url.split("host=")[1], "data", "postmaster.pid").read_text().split()[0]
        yield {"SQLite": (f"sqlite:///{folder}/live.sqlite", None), "PostgreSQL": (url, int(pid))}


def prepared(url: str, folder: Path) -> tuple[Flask, list[Person], dict[str, str]]:
    """A migrated database with as many people as there are pages, and the environment that serves it."""
    given = settings_for(url, folder)
    app = create_app({**given, "LOG_REQUESTS": False})
    client = app.test_client()
    people = []
    with app.app_context():
        migrate()
        for _ in range(PAGES):
            person = accounts.person()
            pot = budgets.pot(person, pence=BEGAN_PENCE)
            accounts.sign_in(client, person)
            kept = client.get_cookie("ownway")
            people.append(Person(f"ownway={kept.value}" if kept else "", pot.account_id))
    text = {name: value for name, value in given.items() if isinstance(value, str) and value}
    return app, people, {**os.environ, **text, "PORT": str(free_port())}


def idle(site: Site) -> float:
    """The part of a core that is used while nobody asks for anything and no page is open."""
    # A worker's other threads begin with its first request: both workers must have had one.
    OpenPages(site).close()
    time.sleep(3)
    before, began = site.cpu(), time.monotonic()
    time.sleep(SECONDS)
    return (site.cpu() - before) / (time.monotonic() - began)


def open_and_idle(site: Site, pages: OpenPages) -> float:
    """The same with every page open, once each has been asked for (ten a turn, a hundred in a worker)."""
    pages.rest(SETTLED_SECONDS)
    before, began = site.cpu(), time.monotonic()
    pages.rest(SECONDS)
    return (site.cpu() - before) / (time.monotonic() - began)


def one_a_second(site: Site, pages: OpenPages) -> tuple[float, list[float]]:
    """The part of a core while one person's money changes each second, and how long their page waited for the word."""
    before, began = site.cpu(), time.monotonic()
    waited = []
    for number in range(SECONDS):
        # Not on the second, so that it falls on every moment of a turn.
        pages.rest(max(0.0, began + number * 1.037 - time.monotonic()))
        one = number % PAGES
        kept = site.change([site.people[one]])
        waited.append(pages.wait_for(site.people, of=[one]) - kept)
    return (site.cpu() - before) / (time.monotonic() - began), waited


def all_at_once(site: Site, pages: OpenPages) -> list[float]:
    """How long the last of all pages waited for the word when all of them change in one transaction."""
    waited = []
    for number in range(CHANGES):
        pages.rest(0.61 + number * 0.037)
        kept = site.change(site.people)
        waited.append(pages.wait_for(site.people) - kept)
    return waited


def _asked(site: Site) -> tuple[list[float], float]:
    """How long an ordinary page took each time, in milliseconds, and the CPU of one."""
    took, before = [], site.cpu()
    for number in range(ASKS):
        began = time.monotonic()
        status, _ = fetch(site.port, PAGE, site.people[number % PAGES].cookie)
        took.append((time.monotonic() - began) * 1000)
        if status != OK:
            raise SystemExit(f"{PAGE} answered {status}")
    return took, (site.cpu() - before) * 1000 / ASKS


def beside(site: Site) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The p95 and the CPU of an ordinary page in each round, alone and with the open pages beside it."""
    alone, crowded = [], []
    _asked(site)
    for _ in range(ROUNDS):
        took, cpu = _asked(site)
        alone.append((_p95(took), cpu))
        pages = OpenPages(site)
        pages.rest(SETTLED_SECONDS)
        took, cpu = _asked(site)
        crowded.append((_p95(took), cpu))
        pages.close()
        # Until the site has noticed.
        time.sleep(1.5)
    return alone, crowded


def _p95(took: Sequence[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


def measured(name: str, site: Site) -> tuple[tuple[object, ...], tuple[object, ...], list[str]]:
    """A row about telling, a row about ordinary pages, and what missed its target."""
    nobody = idle(site)
    pages = OpenPages(site)
    resting = open_and_idle(site, pages) - nobody
    changing, one = one_a_second(site, pages)
    every = all_at_once(site, pages)
    pages.close()
    alone, crowded = beside(site)
    slower = statistics.median(c / a for (a, _), (c, _) in zip(alone, crowded, strict=True))
    p95s = [f"{statistics.median(p95 for p95, _ in rounds):.1f}" for rounds in (alone, crowded)]
    cpus = [f"{statistics.median(cpu for _, cpu in rounds):.2f}" for rounds in (alone, crowded)]
    missed = [] if resting <= MOST_IDLE else [f"{name}: {resting:.2%} of a core idle, at most {MOST_IDLE:.0%}"]
    if max(one + every) > MOST_SECONDS:
        missed.append(f"{name}: told after {max(one + every):.2f} seconds, at most {MOST_SECONDS:.0f}")
    if slower > MOST_SLOWER:
        missed.append(f"{name}: p95 of {PAGE} {slower:.2f} times that without open pages, at most {MOST_SLOWER}")
    told = [f"{statistics.median(one):.2f}", f"{max(one):.2f}", f"{statistics.median(every):.2f}", f"{max(every):.2f}"]
    return (
        (name, f"{nobody:.2%}", f"{resting:.2%}", f"{changing - nobody:.2%}", *told),
        (name, *p95s, f"{slower:.2f}", *cpus),
        missed,
    )


def show_all(rows: Sequence[tuple[object, ...]], ordinary: Sequence[tuple[object, ...]]) -> None:
    """Both tables."""
    load = f"load {os.getloadavg()[0]:.1f}"
    head = ("site", "no page", "open, idle", "a change/s", "one s", "worst", "all s", "worst")
    show(f"{PAGES} open pages: part of a core, and seconds from commit to told ({load})", head, rows)
    head = ("site", "p95 ms", "with pages", "times", "CPU ms", "with pages")
    show(f"An ordinary page ({PAGE}) without and with {PAGES} open pages ({load})", head, ordinary)


def main() -> int:
    """Print the tables; the exit status says whether every target was met."""
    rows: list[tuple[object, ...]] = []
    ordinary: list[tuple[object, ...]] = []
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as name, databases() as found:
        for database, (url, server) in found.items():
            folder = Path(name, database)
            folder.mkdir()
            app, people, environment = prepared(url, folder)
            serving = served("wsgi:app", environment, folder / "site.log")
            try:
                port = int(environment["PORT"])
                counted = [serving.pid, *([server] if server else [])]
                row, page, wrong = measured(database, Site(app, port, port, counted, people))
            finally:
                serving.terminate()
                serving.wait(timeout=20)
            rows.append(row)
            ordinary.append(page)
            missed += wrong
    show_all(rows, ordinary)
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
