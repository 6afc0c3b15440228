"""Where the index stands on the disk: a manifest that names the folder in use, one writer at a time, and a safe switch.

The manifest is replaced in one rename after everything it names is safely on the disk. So a reader always finds a whole
index, a process may die at any moment, and what died half-way is cleared away by the next rebuild.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from app.search.index.layout import LAYOUT, schema, to_fields
from app.search.rules.asked import Document

MANIFEST = "manifest.json"
BEGINS = "built-"


class Damaged(Exception):  # noqa: N818 - it names the state of the index
    """The index cannot be read; the database answers until it is built again."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which folder is in use, and how far it has come.

    ``change_id`` is the newest change taken in; ``gaps`` are numbers below it that were not there to be read, with the
    moment that was noticed: a transaction begun earlier may yet commit one. ``day`` is the date its prices and framework
    places are of.
    """

    folder: str
    generation: int
    documents: int
    change_id: int
    day: str
    layout: str = LAYOUT
    gaps: dict[str, float] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)


class Shelf:
    """The folder all indexes of one installation are built in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def stamp(self) -> tuple[int, int] | None:
        """Changes with every commit of any process; nothing when there is no index."""
        try:
            found = (self.root / MANIFEST).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def manifest(self) -> Manifest | None:
        """What is in use; nothing when there is no index, or none that this program can read."""
        try:
            found = Manifest(**json.loads((self.root / MANIFEST).read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return found if found.layout == LAYOUT else None

    def folder_of(self, manifest: Manifest) -> Path:
        """Where an index lies."""
        return self.root / Path(manifest.folder).name

    @contextmanager
    def held(self, name: str) -> Iterator[bool]:
        """Hold a lock of the shelf if nobody else does, in any process; freed even by ``kill -9``."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def waited_for(self, name: str) -> Iterator[None]:
        """Hold a lock of the shelf, waiting for whoever holds it now."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def new_folder(self) -> Path:
        """An empty index beside the one in use."""
        folder = self.root / f"{BEGINS}{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        whoosh_index.create_in(str(folder), schema()).close()
        return folder

    def clear_away(self, keep: Iterable[str]) -> None:
        """Remove the folders of indexes no longer in use. Readers that still have one open keep what they opened."""
        kept = set(keep)
        for folder in self.root.glob(f"{BEGINS}*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def put(self, manifest: Manifest) -> Manifest:
        """Make a manifest the one in use: its files first, then itself, in one rename."""
        folder = self.folder_of(manifest)
        before = self.manifest()
        known = before.files if before is not None and before.folder == manifest.folder else {}
        files = {file.name: file.stat().st_size for file in folder.iterdir() if not file.name.endswith("LOCK")}
        for name, size in files.items():
            if known.get(name) != size:
                _to_disk(folder / name)
        _to_disk(folder)
        kept = {**asdict(manifest), "files": files}
        draft = self.root / f"{MANIFEST}.{os.getpid()}.{secrets.token_hex(4)}"
        draft.write_text(json.dumps(kept))
        _to_disk(draft)
        draft.replace(self.root / MANIFEST)
        _to_disk(self.root)
        return Manifest(**kept)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write(folder: Path, documents: Iterable[Document], gone: Iterable[int] = (), *, is_new: bool = False) -> int:
    """Put documents in place of what stood under their numbers, take out ``gone``, and commit: the new generation.

    One document for each number; ``is_new`` when nothing stood there before.

    Raises:
        Damaged: when the folder cannot be opened for writing.
    """
    writer = _writer(folder, megabytes=256 if is_new else 64)
    try:
        for listing_id in gone:
            writer.delete_by_term("key", str(listing_id))
        for document in documents:
            (writer.add_document if is_new else writer.update_document)(**to_fields(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    # Reading needs to know of damage, which stands above: so it cannot be imported there.
    from app.search.index.flattening import flatten_all

    flatten_all(folder)
    return int(writer.generation)


def _writer(folder: Path, megabytes: int) -> Any:
    try:
        return whoosh_index.open_dir(str(folder)).writer(limitmb=megabytes, compound=False, timeout=5.0)
    except Exception as error:  # whatever a broken file makes of itself
        msg = f"the index cannot be written: {error!r}"
        raise Damaged(msg) from error
