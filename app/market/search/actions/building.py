"""Building the index anew beside the one in use, and taking in changes: one writer at a time, in any process."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import delete

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import ListingChange
from app.market.search import queries
from app.market.search.queries import Differences
from app.market.search.queries import changes as changes_queries
from app.market.search.queries import documents as documents_queries
from app.market.search.queries.changes import Changes
from app.market.search_index.index import current_snapshot
from app.market.search_index.index.manifest import Damaged, Manifest
from app.market.search_index.index.store import IndexStore
from app.market.search_index.index.tables.store import TableIndexStore
from app.market.search_index.rules.questions import Document

log = logging.getLogger(__name__)

CHUNK = 500
GAP_WATCHED = timedelta(minutes=15)
"""How long a number that was passed over is watched; a transaction open for longer is ended by the database."""
CHANGES_KEPT = timedelta(days=1)

Progress = Callable[[Sequence[Sequence[int]]], Iterable[Sequence[int]]]


def rebuild(progress: Progress | None = None) -> int | None:
    """Build the index anew from the database and switch to it: how many listings it holds.

    The one in use answers, and takes in changes, until the switch. Nothing when another process is already building.

    Args:
        progress: wraps the list of chunks of listings as they are taken in; for a bar.
    """
    store = current_snapshot.index_store()
    with store.held("rebuild") as is_ours:
        if not is_ours:
            return None
        change_id, passed_over = changes_queries.where_to_begin()
        today = clock.today()
        ids = documents_queries.published_ids()
        chunks = [ids[begin : begin + CHUNK] for begin in range(0, len(ids), CHUNK)]

        def documents() -> Iterator[Document]:
            for chunk in chunks if progress is None else progress(chunks):
                yield from documents_queries.documents_of(chunk)

        name, generation, count = store.build(documents())
        noticed = clock.now().timestamp()
        gaps = {str(number): noticed for number in passed_over}
        with store.waited_for("writer"):
            store.put(Manifest(name, generation, count, change_id, today.isoformat(), gaps=gaps))
        store.clear_away(keep=[name])
    catch_up()
    log.info("the search index was built with %d listings", count)
    return count


def catch_up(*, is_patient: bool = False) -> int:
    """Take in what changed since the index was last written, in one commit: how many listings that were.

    0 when nothing did, when another process is at it (unless ``is_patient``, which waits for it to end), or when there is
    no index to write to (see :func:`keep_up`).
    """
    store = current_snapshot.index_store()
    manifest = store.manifest()
    if (
        manifest is None
        or current_snapshot.is_damaged()
        or not (_is_behind(manifest) or not store.is_settled(manifest))
    ):
        return 0
    if is_patient:
        with store.waited_for("writer"):
            manifest = store.manifest()
            count = 0 if manifest is None else _take_in(store, manifest)
    else:
        with store.held("writer") as is_ours:
            manifest = store.manifest() if is_ours else None
            count = 0 if manifest is None else _take_in(store, manifest)
    # It can be seen by now, and the next change may be taken in by somebody else, however long the disk takes.
    store.make_safe()
    if count:
        store.tidy()
    return count


def _is_behind(manifest: Manifest) -> bool:
    if manifest.day != clock.today().isoformat() or changes_queries.newest_change() > manifest.change_id:
        return True
    return bool(manifest.gaps) and bool(
        changes_queries.changes_after(manifest.change_id, map(int, manifest.gaps)).listing_ids
    )


def _take_in(store: IndexStore | TableIndexStore, manifest: Manifest) -> int:
    if not store.is_settled(manifest):
        manifest = store.settle(manifest)
    changes = changes_queries.changes_after(manifest.change_id, map(int, manifest.gaps))
    today = clock.today()
    ids = set(changes.listing_ids) | set(changes_queries.turning_between(date.fromisoformat(manifest.day), today))
    written = manifest
    if ids:
        try:
            written = _write(store, manifest, ids)
        except Damaged:
            log.exception("the search index is damaged; the database answers until it is built again")
            current_snapshot.distrust()
            return 0
    fresh = replace(written, change_id=changes.newest, day=today.isoformat(), gaps=_still_watched(manifest, changes))
    store.put(fresh, at_once=True)
    return len(ids)


def _write(store: IndexStore | TableIndexStore, manifest: Manifest, ids: set[int]) -> Manifest:
    documents = documents_queries.documents_of(ids)
    return store.take_in(manifest, documents, ids - {document.listing_id for document in documents})


def _still_watched(manifest: Manifest, changes: Changes) -> dict[str, float]:
    """Numbers passed over just now, and those of before that neither came nor were waited for long enough."""
    now = clock.now().timestamp()
    kept = {
        number: noticed
        for number, noticed in manifest.gaps.items()
        if int(number) not in changes.filled and now - noticed < GAP_WATCHED.total_seconds()
    }
    return kept | {str(number): now for number in changes.passed_over}


def keep_up() -> int:
    """Catch up; or build the index anew where there is none that can be read. For the follower."""
    return rebuild() or 0 if queries.needs_rebuilding() else catch_up()


def mend(differences: Differences) -> int:
    """Put right what a check found: how many listings that were. Waits for whoever is writing."""
    store = current_snapshot.index_store()
    ids = {*differences.lacking, *differences.left_over, *differences.changed}
    with store.waited_for("writer"):
        manifest = store.manifest()
        if manifest is None:
            raise Damaged(queries.health())
        store.put(_write(store, manifest, ids))
    return len(ids)


def prune_changes() -> int:
    """Forget changes more than a day old, which every index has taken in: how many. The newest is always kept.

    SQLite numbers from the highest row there is, so without it new changes would seem to be old ones.
    """
    old = clock.now() - CHANGES_KEPT
    newest = changes_queries.newest_change()
    done = db.session.execute(delete(ListingChange).where(ListingChange.at < old, ListingChange.id < newest))
    db.session.flush()
    return int(done.rowcount)  # type: ignore[attr-defined] # a delete has one
