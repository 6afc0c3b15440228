"""Counting searches that found nothing: gathered in memory while pages are answered, written down a little later.

A page that only answers writes nothing, so it can neither fail nor wait because of the count. Each worker gathers what was
missed for a minute, each thing once however often the page is asked for again, and the follower adds it to the day's
counts. What a worker gathered in its last minute is lost when it stops: a count of what is missing can bear that.
"""

import threading
from dataclasses import dataclass
from datetime import date
from time import monotonic

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.rules.kinds import KINDS
from app.market.search.models import UnmetSearch

EVERY_SECONDS = 60.0
KINDS_MOST = 3
"""Of a search for more kinds, the first are counted."""
GATHERED_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Missed:
    """What was looked for and not found, and where; ``kind`` is empty when it was not understood."""

    council_id: int
    locality_id: int | None
    kind: str


_gathered: dict[str, set[Missed]] = {}
"""By database: what the tests of one application gather is not another's."""
_gathering = threading.Lock()
_written_at: dict[str, float] = {}


def notice(*, council_id: int | None, locality_id: int | None, kinds: tuple[str, ...]) -> None:
    """Note that a search found nothing. Takes no words and no person; without a council there is nobody to tell."""
    if council_id is None:
        return
    known = [kind for kind in kinds if kind in KINDS][:KINDS_MOST] or [""]
    with _gathering:
        gathered = _gathered.setdefault(_database(), set())
        if len(gathered) < GATHERED_MOST:
            gathered.update(Missed(council_id, locality_id, kind) for kind in known)


def write_down() -> int:
    """Add what was gathered to the counts of today: how many were added. Called by the follower."""
    with _gathering:
        gathered = _gathered.pop(_database(), set())
    if not gathered:
        return 0
    today = clock.today()
    with transaction():
        for missed in sorted(gathered, key=lambda one: (one.council_id, one.kind, one.locality_id or 0)):
            _count(missed, today)
    return len(gathered)


def write_down_when_due() -> None:
    """Write down once a minute."""
    database = _database()
    now = monotonic()
    if now - _written_at.setdefault(database, now) >= EVERY_SECONDS:
        _written_at[database] = now
        write_down()


def _count(missed: Missed, today: date) -> None:
    """Make the row when there is none, then add to it: two workers may do so at once and neither is lost."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    facts = {"council_id": missed.council_id, "locality_id": missed.locality_id, "kind": missed.kind, "day": today}
    db.session.execute(insert(UnmetSearch).values(**facts, count=0).on_conflict_do_nothing())
    here = UnmetSearch.locality_id
    db.session.execute(
        update(UnmetSearch)
        .where(
            UnmetSearch.council_id == missed.council_id,
            here.is_(None) if missed.locality_id is None else here == missed.locality_id,
            UnmetSearch.kind == missed.kind,
            UnmetSearch.day == today,
        )
        .values(count=UnmetSearch.count + 1)
        .execution_options(synchronize_session=False)
    )


def _database() -> str:
    return str(db.engine.url)
