"""``make bench-council``: a council brings 5,000 people and first estimates by file, on both databases.

Each is brought as the worker does it, a hundred rows in a transaction, with a letter or an email for everybody; then
looked at again, which must change nothing, and undone. A hundred people taken on one by one in the same run are what it
is compared with, and the last thousand of a file must not cost more than its first.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from app import create_app
from app.base import clock
from app.base.db import db, in_transaction, migrate, transaction
from app.funding.agreeing.actions.agreeing import estimate_budget
from app.funding.people_files.actions import bringing, undoing
from app.funding.people_files.actions.foretelling import foretell_people
from app.funding.people_files.models import PeopleFile
from app.funding.people_files.rules import AT_ONCE, read_people
from app.funding.taking_on.actions.asking import Described, take_on
from app.funding.taking_on.models import CouncilPerson
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from benchmarks._table import show, verdict
from tests import postgres
from tests.conftest import settings_for
from tests.factories import accounts, councils, people_files

PEOPLE, ONE_BY_ONE = 5_000, 100
MOST_SECONDS = 60
LEAST_GAIN = 1.5
"""How much less a person by file costs than one taken on alone."""
MOST_GROWTH = 1.6
"""What the last fifth of a file may cost, of what its first did."""
SITE = "https://ownway.example"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, postgres.server(is_durable=True) as url:
        yield {"SQLite": f"sqlite:///{folder}/council.sqlite", "PostgreSQL": url}


def _rows() -> bytes:
    """5,000 people: half with an email address, two thirds with a first estimate, in 2,000 postcodes."""
    rows = []
    for n in range(PEOPLE):
        born = date(1930, 1, 1) + timedelta(days=(n * 37) % 22_000)
        home = f"QX{n % 90 + 1} {n % 9}{chr(65 + n % 24)}{chr(65 + n // 24 % 24)}"
        email = f"file{n}@example.org" if n % 2 else ""
        rows.append(f"R{n},Person {n} Of The File,{born},{home},{email},{'2026-12-07,13000,100' if n % 3 else ',,'}")
    return people_files.rows(*rows)


def _one_by_one(boss: Person, council: Council) -> float:
    began = time.perf_counter()
    for n in range(ONE_BY_ONE):
        described = Described(f"Alone {n}", date(1950, 1, 1) + timedelta(days=n), f"QY{n % 90 + 1} 1AA", f"A{n}")
        with transaction():
            made, _ = take_on(actor=boss, council=council, described=described, person=None, site=SITE)
            estimate_budget(
                actor=boss,
                person=made.person,
                council=council,
                year_starts_on=date(2026, 12, 7),
                total_pence=1_300_000,
                contribution_pence=10_000,
            )
    return (time.perf_counter() - began) / ONE_BY_ONE


def _measured(name: str) -> list[str]:
    council = councils.council("millbrook", "Millbrook")
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    content, alone = _rows(), _one_by_one(boss, council)
    began = time.perf_counter()
    foretell_people(actor=boss, council=council, table=read_people(content))
    looked = time.perf_counter() - began
    file = people_files.agreed(boss, council, content).id
    began, ends = time.perf_counter(), []
    bringing.bring_file(file, site=SITE, told=lambda _: ends.append(time.perf_counter()))
    took = time.perf_counter() - began
    fifth = PEOPLE // AT_ONCE // 5
    first, last = ends[fifth - 1] - began, ends[-1] - ends[-1 - fifth]
    people = select(func.count()).select_from(CouncilPerson).where(CouncilPerson.file_id == file)
    made = db.session.scalar(people)
    again = foretell_people(actor=boss, council=council, table=read_people(content))
    began = time.perf_counter()
    in_transaction(partial(_undo, boss, file))
    undoing.undo_file(file)
    undone = time.perf_counter() - began
    head = (
        "rows",
        "look s",
        "bring s",
        "at most s",
        "ms a person",
        "alone ms",
        "times cheaper",
        "last/first fifth",
        "undo s",
    )
    gain, growth = alone / (took / PEOPLE), last / first
    numbers = (looked, took, MOST_SECONDS, took / PEOPLE * 1000, alone * 1000, gain, growth, undone)
    show(
        f"{name}: people and first estimates by file (load {os.getloadavg()[0]:.1f})",
        head,
        [(f"{PEOPLE:,}", *(f"{one:.1f}" for one in numbers))],
    )
    missed = {
        f"{made:,} people were made, of {PEOPLE:,}": made != PEOPLE,
        "the same file again would change something": any(one.fate.value != "unchanged" for one in again),
        f"{took:.0f} s to bring {PEOPLE:,} people, at most {MOST_SECONDS}": took > MOST_SECONDS,
        f"{gain:.1f} times cheaper than one by one, at least {LEAST_GAIN}": gain < LEAST_GAIN,
        f"the last fifth cost {growth:.1f} times the first, at most {MOST_GROWTH}": growth > MOST_GROWTH,
    }
    return [f"{name}: {words}" for words, is_missed in missed.items() if is_missed]


def _undo(boss: Person, file: int) -> int:
    return undoing.ask_to_undo(actor=boss, file=db.session.get_one(PeopleFile, file)).id


def main() -> int:
    """Measure on both databases."""
    missed: list[str] = []
    with _databases() as addresses, clock.set_to(NOW):
        for name, url in addresses.items():
            app = create_app(settings_for(url, Path(tempfile.mkdtemp())))
            with app.app_context():
                migrate()
                missed += _measured(name)
                db.session.close()
                db.engine.dispose()
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
