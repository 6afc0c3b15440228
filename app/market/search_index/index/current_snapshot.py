"""The snapshot this process answers from: opened once, replaced when a newer one was committed; a setting says by which engine."""

import logging
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

from flask import current_app

from app.base.db import db
from app.market.search_index.index.manifest import Damaged, Manifest
from app.market.search_index.index.snapshot import Snapshot, open_snapshot
from app.market.search_index.index.store import IndexStore
from app.market.search_index.index.tables.lookup import TableSnapshot, open_tables
from app.market.search_index.index.tables.store import TableIndexStore

log = logging.getLogger(__name__)


class _Opening(Protocol):
    """What differs between the engines when a snapshot is opened."""

    @property
    def store(self) -> IndexStore | TableIndexStore: ...

    def stamp(self) -> Hashable:
        """Changes with every commit of any process; nothing when there is no index."""

    def open(self, manifest: Manifest, before: Snapshot | None) -> Snapshot:
        """Open what the manifest tells of, keeping what of ``before`` is still right."""


class _Files:
    """Opening from the files of this machine, written with Whoosh."""

    def __init__(self, root: str) -> None:
        self.store = IndexStore(Path(root))

    def stamp(self) -> Hashable:
        return self.store.stamp()

    def open(self, manifest: Manifest, before: Snapshot | None) -> Snapshot:
        return open_snapshot(self.store.folder_of(manifest), manifest, before)


class _Tables:
    """Opening from the tables of the site's PostgreSQL."""

    def __init__(self) -> None:
        self.store = TableIndexStore(db.engine)

    def stamp(self) -> Hashable:
        manifest = self.store.manifest()
        return None if manifest is None else (manifest.folder, manifest.generation)

    def open(self, manifest: Manifest, before: Snapshot | None) -> Snapshot:
        return open_tables(self.store, manifest, before if isinstance(before, TableSnapshot) else None)


class _Holder:
    """The snapshot that one process has open of one index store."""

    def __init__(self, opening: _Opening) -> None:
        self.by = opening
        self.opening = threading.Lock()
        self.held: tuple[Hashable, Snapshot | None] | None = None

    def newest(self) -> Snapshot | None:
        stamp = self.by.stamp()
        held = self.held
        if stamp is None:
            self.held = None
            return None
        if held is not None and held[0] == stamp:
            return held[1]
        if not self.opening.acquire(blocking=held is None):
            # Somebody else is opening the newer one: answer from the one before.
            return held[1] if held is not None else None
        try:
            return self._open()
        finally:
            self.opening.release()

    def _open(self) -> Snapshot | None:
        stamp = self.by.stamp()
        if self.held is not None and self.held[0] == stamp:
            return self.held[1]
        manifest = self.by.store.manifest()
        if stamp is None or manifest is None:
            return None
        before = self.held[1] if self.held is not None else None
        try:
            found: Snapshot | None = self.by.open(manifest, before)
        except Damaged:
            if self.by.stamp() != stamp:
                return self._open()
            log.exception("the search index is damaged; the database answers until it is built again")
            found = None
        self.held = stamp, found
        return found

    def distrust(self, found: Snapshot | None) -> bool:
        """Stop using the index as it stands, if what could not be read is the newest: whether that was so."""
        stamp = self.by.stamp()
        held = self.held
        if stamp is None or held is None or held[0] != stamp or held[1] is not (found or held[1]):
            return False
        self.held = stamp, None
        return True


_holders: dict[str, _Holder] = {}


def _holder() -> _Holder:
    is_in_tables = current_app.config["SEARCH_ENGINE"] == "postgres"
    name = str(current_app.config["DATABASE_URL" if is_in_tables else "SEARCH_INDEX_DIR"])
    found = _holders.get(name)
    if found is None or (isinstance(found.by.store, TableIndexStore) and found.by.store.engine is not db.engine):
        found = _holders[name] = _Holder(_Tables() if is_in_tables else _Files(name))
    return found


def index_store() -> IndexStore | TableIndexStore:
    """Where this application keeps its index: folders on the disk, or tables of PostgreSQL."""
    return _holder().by.store


def snapshot() -> Snapshot | None:
    """The newest index that can be read; nothing while there is none, or it is damaged."""
    return _holder().newest()


def is_damaged() -> bool:
    """Whether there is an index but this process could not read it."""
    holder = _holder()
    held = holder.held
    return held is not None and held[1] is None and held[0] == holder.by.stamp()


def distrust(found: Snapshot | None = None) -> bool:
    """Stop using the index until it is built again; not so when a newer one than ``found`` has come since."""
    return _holder().distrust(found)
