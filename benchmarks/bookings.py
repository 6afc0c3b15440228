"""What visits that repeat cost: a year's pattern made and held, a provider's day of 500 visits, a person's year calendar.

``make bench-bookings``. On PostgreSQL and on SQLite, both writing durably to the folder for temporary files. Fails (exit
1) when making and holding a year's pattern of 20 visits a week takes 1 s or more, when either page takes 150 ms or more,
each by the clock at the median, or when a page asks more than 10 queries. Beside each stands a reference measured in
the same run: the same rows written and read by the driver alone. ``ROUNDS`` says how often each is done (7).
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_face
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text

from app import create_app
from app.base import clock
from app.base.db import db, in_transaction, migrate, number_of, transaction
from app.funding.budgets.actions import releasing
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.bookings.actions import answers, pattern_requests
from app.support.recurrence.rules.patterns import RequestedPattern, Rule
from benchmarks._table import show, verdict
from tests import postgres
from tests.conftest import settings_for
from tests.factories import accounts, bookings
from tests.factories.budgets import agree_budget
from tests.inspection import InspectingClient

ROUNDS = int(os.environ.get("ROUNDS", "7"))
MAKE_MS, PAGE_MS, QUERIES = 1000.0, 150.0, 10
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
TIMES = tuple((clock_face(hour), clock_face(hour, 45), False) for hour in (7, 12, 17, 21))
"""Four visits a day from Monday to Friday: 20 a week."""
YEAR = RequestedPattern(Rule((1, 2, 3, 4, 5)), MONDAY, TIMES)
VISITS = 1040
DAY_VISITS = 500
RICH = 13 * 10**7
OK = 200
NO_QUERY = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, postgres.server() as url:
        yield {"SQLite": f"sqlite:///{folder}/bench.sqlite", "PostgreSQL": url}


class Site:
    """One application on one database, with a provider and people whose year's money has come."""

    def __init__(self, name: str, app: Flask) -> None:
        self.name, self.app = name, app
        self.scene = bookings.scene()
        self.officer = accounts.person(Role.COMMISSIONER, council_id=self.scene.council.id)

    def person(self) -> tuple[int, int]:
        """Somebody with all thirteen periods of a budget released, and the number of their money."""
        who = accounts.person(Role.PERSON, council_id=self.scene.council.id)
        with transaction():
            agree_budget(
                actor=self.officer,
                person=who,
                council=self.scene.council,
                year_starts_on=MONDAY,
                total_pence=RICH,
                contribution_pence=0,
                pots=[(PotKind.DIRECT_PAYMENT, RICH)],
            )
            releasing.work_off(on=MONDAY + timedelta(days=13 * 28 - 1))
        pot = db.session.scalars(text("SELECT max(id) FROM pot")).one()
        return number_of(who), int(pot)

    def make(self, person: int, pot: int, key: str) -> float:
        """Milliseconds by the clock of asking for a year's pattern: priced, written, every penny set aside."""
        who = db.session.get_one(Person, person)
        listing = number_of(self.scene.listing)
        began = time.perf_counter()
        sent = in_transaction(
            lambda: pattern_requests.request_pattern(
                actor=who, person=who, listing_id=listing, wanted=YEAR, add_on_ids=(), pots=[pot], key=key
            )
        )
        took = 1000 * (time.perf_counter() - began)
        made = len(db.session.scalars(select(Visit.id).where(Visit.booking_id == sent.id)).all())
        if made != VISITS:
            raise SystemExit(f"{self.name}: {made} visits were made, not {VISITS}")
        return took

    def accept_all(self) -> None:
        """Let the provider accept everything it was asked for."""
        for number in db.session.scalars(select(Booking.id)).all():
            with transaction():
                answers.accept(actor=self.scene.staff, booking=db.session.get_one(Booking, number))

    def busy_day(self) -> None:
        """Five hundred visits of one provider on one day, of 125 people."""
        one = RequestedPattern(Rule((1,), count=1), MONDAY, TIMES)
        listing = number_of(self.scene.listing)
        for number in range(DAY_VISITS // len(TIMES)):
            who = accounts.person(Role.PERSON, name=f"Person {number}", council_id=self.scene.council.id)
            pot = bookings.pot(who, PotKind.OWN_MONEY, 10**6)
            asked = {"actor": who, "person": who, "listing_id": listing, "wanted": one, "pots": [pot.id]}
            with transaction():
                pattern_requests.request_pattern(add_on_ids=(), key=f"bench-day-{number:010d}", **asked)


def _timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return 1000 * (time.perf_counter() - began)


def _bare_write(rows: int) -> float:
    """The same number of visits and of sums set aside, written by the driver alone into tables without any promise."""
    with db.engine.connect() as connection:
        for table in ("visit", "transfer", "visit_payment"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS bare_{table}")
            connection.exec_driver_sql(f"CREATE TABLE bare_{table} (id BIGINT, a BIGINT, b BIGINT, words TEXT)")
        connection.commit()
        mark = "%s" if db.engine.dialect.name == "postgresql" else "?"
        written = [(number, number, number, "x" * 150) for number in range(rows)]
        began = time.perf_counter()
        for table in ("visit", "transfer", "visit_payment"):
            connection.exec_driver_sql(
                f"INSERT INTO bare_{table} VALUES ({mark}, {mark}, {mark}, {mark})",
                written,
            )
        connection.commit()
        return 1000 * (time.perf_counter() - began)


def _bare_read(engine: Engine, statement: str) -> float:
    with engine.connect() as connection:
        return _timed(lambda: connection.exec_driver_sql(statement).fetchall())


def _page(
    site: Site, engine: Engine, client: Any, address: str, least: bytes, rows: int
) -> tuple[list[float], list[float], int]:
    """How long an address takes by the clock and of our own processor time, and how many queries it asks."""
    by_clock, own = [], []
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(NO_QUERY):
            asked.append(statement)

    client.get(address)
    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(address)
    event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != OK or answer.data.count(least) < rows:
        raise SystemExit(f"{site.name}: {address} has {answer.data.count(least)} of {rows} visits")
    for _ in range(ROUNDS * 3):
        worked = time.process_time()
        by_clock.append(_timed(lambda: client.get(address)))
        own.append(1000 * (time.process_time() - worked))
    return by_clock, own, len(asked)


def _measured(name: str, app: Flask) -> tuple[list[str], Site, int]:
    missed: list[str] = []
    site = Site(name, app)
    people = [site.person() for _ in range(ROUNDS)]
    db.session.rollback()
    making, bare = [], []
    for number, (person, pot) in enumerate(people):
        bare.append(_bare_write(VISITS))
        making.append(site.make(person, pot, f"bench-year-{number:010d}"))
    site.busy_day()
    site.accept_all()
    middle = statistics.median(making)
    rows = [
        (
            f"a year of 20 visits a week, {VISITS:,} visits",
            f"{middle:.0f}",
            f"{max(making):.0f}",
            f"{MAKE_MS:.0f}",
            f"{statistics.median(bare):.0f}",
            f"{middle / statistics.median(bare):.1f}",
        )
    ]
    if middle >= MAKE_MS:
        missed.append(f"{name}: making a year took {middle:.0f} ms, not under {MAKE_MS:.0f} ms")
    head = ("made and held", "median ms", f"worst of {ROUNDS}", "under", "driver alone ms", "times")
    show(f"{name}: making and holding (load {os.getloadavg()[0]:.1f})", head, rows)
    return missed + [f"{name}: {line}" for line in ledger.ledger_differences()], site, people[0][0]


def _browser(app: Flask, number: int) -> Any:
    """A browser of somebody signed in, without the inspection that tests add to every page."""
    with app.app_context():
        client = app.test_client()
        accounts.sign_in(client, db.session.get_one(Person, number))
    plain = FlaskClient(app, app.response_class, use_cookies=True)
    plain._cookies = client._cookies  # noqa: SLF001 - all of them
    return plain


def _pages(site: Site, person: int, staff: int) -> list[str]:
    """The three pages as a server answers them: a context and a session of its own for each."""
    app, missed, rows = site.app, [], []
    desk, mine = _browser(app, staff), _browser(app, person)
    with app.app_context():
        client = app.test_client()
        accounts.sign_in(client, db.session.get_one(Person, person))
        client.submit("/bookings/calendar/address", button="Make an address")
        shown = client.get("/bookings/calendar/address").get_data(as_text=True)
        engine = db.engine
    path = shown.split('value="http://127.0.0.1:5000')[1].split('"')[0]
    day = "SELECT * FROM visit WHERE starts_at >= '2026-11-23' AND starts_at < '2026-11-24'"
    year = f"SELECT v.* FROM visit v JOIN booking b ON b.id = v.booking_id WHERE b.person_id = {person}"
    for words, client, address, least, many, bare in (
        ("a provider's day", desk, f"/desk/day?on={MONDAY}", b'class="govuk-table__row"', DAY_VISITS, day),
        ("a person's year as a calendar file", mine, path, b"BEGIN:VEVENT", VISITS, year),
        ("a person's month", mine, "/bookings/calendar?view=month&on=2027-02-01", b"app-calendar__visit", 80, year),
    ):
        by_clock, own, asked = _page(site, engine, client, address, least, many)
        middle = statistics.median(by_clock)
        reference = statistics.median(_bare_read(engine, bare) for _ in range(ROUNDS))
        rows.append(
            (
                f"{words}, {many:,} visits",
                f"{middle:.0f}",
                f"{statistics.median(own):.0f}",
                f"{max(by_clock):.0f}",
                f"{PAGE_MS:.0f}",
                asked,
                f"{reference:.1f}",
            )
        )
        if middle >= PAGE_MS:
            missed.append(f"{site.name}: {words} took {middle:.0f} ms, not under {PAGE_MS:.0f} ms")
        if asked > QUERIES:
            missed.append(f"{site.name}: {words} asks {asked} queries, not {QUERIES} at most")
    head = (
        "server time",
        "median ms",
        "of it ours",
        f"worst of {ROUNDS * 3}",
        "under",
        "queries",
        "rows by the driver ms",
    )
    show(f"{site.name}: pages (load {os.getloadavg()[0]:.1f})", head, rows)
    return missed


def main() -> int:
    """Print the tables of both databases; the exit status says whether every target was met."""
    missed: list[str] = []
    with _databases() as addresses:
        for name, url in addresses.items():
            app = create_app(settings_for(url, Path(tempfile.mkdtemp())))
            app.test_client_class = InspectingClient
            with clock.set_to(NOW):
                with app.app_context():
                    migrate()
                    wrong, site, person = _measured(name, app)
                    staff = number_of(site.scene.staff)
                    db.session.close()
                missed += wrong + _pages(site, person, staff)
            with app.app_context():
                db.engine.dispose()
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
