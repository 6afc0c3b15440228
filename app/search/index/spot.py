"""The snapshot this process answers from: opened once, replaced when a newer one is on the disk."""

import logging
import threading
from pathlib import Path

from flask import current_app

from app.search.index.shelf import Damaged, Shelf
from app.search.index.snapshot import Snapshot, open_snapshot

log = logging.getLogger(__name__)


class _Spot:
    """What one process holds of one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.opening = threading.Lock()
        self.held: tuple[tuple[int, int], Snapshot | None] | None = None

    def newest(self) -> Snapshot | None:
        stamp = self.shelf.stamp()
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
        stamp = self.shelf.stamp()
        if self.held is not None and self.held[0] == stamp:
            return self.held[1]
        manifest = self.shelf.manifest()
        if stamp is None or manifest is None:
            return None
        before = self.held[1] if self.held is not None else None
        try:
            found = open_snapshot(self.shelf.folder_of(manifest), manifest, before)
        except Damaged:
            if self.shelf.stamp() != stamp:
                return self._open()
            log.exception("the search index is damaged; the database answers until it is built again")
            found = None
        self.held = stamp, found
        return found

    def distrust(self) -> None:
        """Stop using the index as it stands: something in it could not be read."""
        stamp = self.shelf.stamp()
        if stamp is not None:
            self.held = stamp, None


_spots: dict[str, _Spot] = {}


def _spot() -> _Spot:
    root = str(current_app.config["SEARCH_INDEX_DIR"])
    found = _spots.get(root)
    return found if found is not None else _spots.setdefault(root, _Spot(Shelf(Path(root))))


def on_disk() -> Shelf:
    """The shelf of this application."""
    return _spot().shelf


def snapshot() -> Snapshot | None:
    """The newest index that can be read; nothing while there is none, or it is damaged."""
    return _spot().newest()


def is_damaged() -> bool:
    """Whether there is an index but this process could not read it."""
    held = _spot().held
    return held is not None and held[1] is None and held[0] == _spot().shelf.stamp()


def distrust() -> None:
    """Stop using the index as it stands, until it is built again."""
    _spot().distrust()
