"""Asking: what is found, what to relax when nothing is, how the index stands and where it differs from the database."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.base.db import db
from app.market.search.queries import plain
from app.market.search.queries.changes import changes_late, newest_change
from app.market.search.queries.documents import documents_of, published_ids
from app.market.search.queries.stopped import listings_stopped
from app.market.search_index.index import current_snapshot
from app.market.search_index.index.answering import answer
from app.market.search_index.index.manifest import Damaged
from app.market.search_index.index.question_reading import Reading, is_postcode, read, runs_naming_places
from app.market.search_index.index.snapshot import Snapshot
from app.market.search_index.rules.questions import WORDS_LONGEST, Found, NamedPlace, SearchQuery
from app.people.councils import queries as councils
from app.people.councils.models import Council

log = logging.getLogger(__name__)

TRIES = 3
NAMES_TRIED = 3
"""Runs of words that are looked up as names of places: each costs a query."""


def find(wanted: SearchQuery) -> Found:
    """What was asked for, one page of it, with the exact count: open to everybody.

    Any words will do; only the first 200 characters are read. Asks the database for nothing but the names of places and
    who is suspended now; while the index is away the database answers all of it, more plainly.
    """
    wanted = replace(wanted, words=wanted.words[:WORDS_LONGEST])
    for _ in range(TRIES):
        snapshot = current_snapshot.snapshot()
        if snapshot is None:
            break
        try:
            reading = read(snapshot, wanted.words, is_exact=wanted.is_exact)
            place, unknown, reading = _place_in(reading, wanted, runs_naming_places(snapshot, reading))
            if place is None and wanted.near is None:
                wanted = replace(wanted, near=wanted.home)
            council_id = place.council_id if wanted.council_id is None and place is not None else wanted.council_id
            found = answer(snapshot, wanted, reading, place, listings_stopped(council_id))
            return replace(found, understood=replace(found.understood, unknown=unknown)) if unknown else found
        except Damaged:
            # What was built anew meanwhile takes away what this snapshot was still reading.
            if current_snapshot.distrust(snapshot):
                log.exception("the search index is damaged; the database answers until it is built again")
                break
    return plain.find_in_database(wanted)


def _place_in(
    reading: Reading, wanted: SearchQuery, runs: list[tuple[int, int]]
) -> tuple[NamedPlace | None, str, Reading]:
    """A place named among the words, unless one was given beside them, or a postcode nobody knows; the words without it."""
    if wanted.near is not None or not runs:
        return None, "", reading
    council = None if wanted.council_id is None else db.session.get(Council, wanted.council_id)
    for begin, end in runs[:NAMES_TRIED]:
        words = " ".join(reading.question.words[begin:end])
        found = councils.find_place(words, council)
        if found is not None:
            place = NamedPlace(
                found.label, found.lon, found.lat, words, found.locality_id, found.council_id, found.unheld
            )
            return place, "", reading.without(begin, end)
        if is_postcode(reading.question.words[begin:end]):
            return None, words.upper(), reading.without(begin, end)
    return None, "", reading


@dataclass(frozen=True, slots=True)
class Relaxed:
    """One filter that could be let go (a field of ``SearchQuery``; ``per`` is the whole price), and how many that would give."""

    filter: str
    total: int


_LET_GO: Mapping[str, Mapping[str, Any]] = {
    "kinds": {"kinds": ()},
    "localities": {"localities": ()},
    "framework": {"framework": None},
    "natures": {"natures": ()},
    "miles": {"miles": None},
    "per": {"per": None, "least_pence": None, "most_pence": None},
    "rated": {"rated": ()},
    "regulator": {"regulator": ()},
    "days": {"days": ()},
    "times": {"times": ()},
    "ages": {"ages": ()},
    "needs": {"needs": ()},
    "languages": {"languages": ()},
    "is_open": {"is_open": False},
    "costs": {"costs": ()},
}


def relax(wanted: SearchQuery) -> list[Relaxed]:
    """Which single filter, let go, would give something; the one that gives most first."""
    first = replace(wanted, page=1, size=1)
    given = [(name, replace(first, **without)) for name, without in _LET_GO.items()]
    found = [Relaxed(name, find(other).total) for name, other in given if other != first]
    return sorted((one for one in found if one.total), key=lambda one: -one.total)


def health() -> str:
    """How the index stands, in words for ``/health``; begins ``ok`` when it answers."""
    snapshot = current_snapshot.snapshot()
    if snapshot is not None:
        manifest = current_snapshot.index_store().manifest()
        late, since = changes_late(manifest.change_id) if manifest is not None else (0, None)
        if since is not None:
            return f"behind: {late} changes since {since:%Y-%m-%d %H:%M} UTC are not in it"
        return f"ok: {snapshot.count} listings"
    if current_snapshot.is_damaged():
        return "damaged: the database answers until the index is built again"
    return "no index yet: the database answers until it is built"


def needs_rebuilding() -> bool:
    """Whether there is no index that can be read, or it follows another database than this one."""
    manifest = current_snapshot.index_store().manifest()
    return manifest is None or current_snapshot.snapshot() is None or newest_change() < manifest.change_id


@dataclass(frozen=True, slots=True)
class Differences:
    """Listings that the index lacks, holds though they are gone, or tells otherwise than the database does.

    ``faults`` are in words: files that are not as they were written, counts that disagree. Only a rebuild mends them.
    """

    lacking: tuple[int, ...]
    left_over: tuple[int, ...]
    changed: tuple[int, ...]
    faults: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lacking or self.left_over or self.changed or self.faults)


def index_differences() -> Differences:
    """Compare every listing with what the index holds of it, and every file with its checksum.

    Raises:
        Damaged: when there is no index that can be read.
    """
    snapshot = current_snapshot.snapshot()
    if snapshot is None:
        raise Damaged(health())
    held = snapshot.contents()
    published = published_ids()
    changed = [
        document.listing_id
        for document in documents_of(published)
        if document.listing_id in held and not snapshot.holds(held[document.listing_id], document)
    ]
    return Differences(
        tuple(number for number in published if number not in held),
        tuple(sorted(set(held) - set(published))),
        tuple(changed),
        tuple(_faults(snapshot)),
    )


def _faults(snapshot: Snapshot) -> list[str]:
    store = current_snapshot.index_store()
    faults = store.faults()
    manifest = store.manifest()
    is_newest = manifest is not None and store.is_settled(manifest) and current_snapshot.snapshot() is snapshot
    if manifest is not None and is_newest and snapshot.count != manifest.documents:
        faults.append(f"it holds {snapshot.count:,} listings where {manifest.documents:,} were written")
    return faults
