"""Where the index stands on the disk: a manifest that names the folder in use, one writer at a time, and a safe switch.

The manifest is replaced in one rename after everything it names was written. So a reader always finds a whole index, a
process may die at any moment, and what died half-way is cleared away by the next rebuild. A disk that is busy takes seconds
to make a file safe from the power going: a new index waits for that before it is used, a change is shown first and made
safe right after. Should the power go between the two, the checksums say so and the index is built again.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from whoosh import index as whoosh_index

from app.search.index.flattening import flatten_all
from app.search.index.layout import LAYOUT, schema, to_fields
from app.search.index.manifest import Damaged, Manifest
from app.search.rules.asked import Document

__all__ = ["Damaged", "Manifest", "Shelf", "write"]

MANIFEST = "manifest.json"
BEGINS = "built-"
AT_ONCE = 1024 * 1024
_CONTENTS = re.compile(r"_\w+_([0-9]+)\.toc")


class Shelf:
    """The folder all indexes of one installation are built in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._not_yet_safe: list[Path] = []

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

    def build(self, documents: Iterable[Document]) -> tuple[str, int, int]:
        """An index of these documents beside the one in use: its name, its generation, how many it holds."""
        folder = self.new_folder()
        generation = write(folder, documents, is_new=True)
        return folder.name, generation, _count_in(folder)

    def take_in(self, manifest: Manifest, documents: Iterable[Document], gone: Iterable[int]) -> Manifest:
        """Put documents in place of what stood under their numbers, and take out ``gone``; not yet in use (see ``put``).

        Raises:
            Damaged: when the index cannot be written.
        """
        folder = self.folder_of(manifest)
        generation = write(folder, documents, gone)
        return replace(manifest, generation=generation, documents=_count_in(folder))

    def faults(self) -> list[str]:
        """What the manifest's checksums say is wrong with the files, in words; nothing while a commit is half-way."""
        before = self.manifest()
        if before is None:
            return ["there is no index"]
        folder = self.folder_of(before)
        wrong = [
            f"{name} is missing or not as it was written"
            for name, (size, sum_) in before.files.items()
            if not _is_whole(folder / name, size, sum_)
        ]
        return wrong if self.is_settled(before) else []

    def is_settled(self, manifest: Manifest) -> bool:
        """Whether a manifest tells of the newest commit; not so when a writer is, or died, between the two."""
        return self.manifest() == manifest and generation_in(self.folder_of(manifest)) == manifest.generation

    def settle(self, manifest: Manifest) -> Manifest:
        """Make the manifest tell of the newest commit, where a writer died before it could."""
        folder = self.folder_of(manifest)
        return self.put(replace(manifest, generation=generation_in(folder), documents=_count_in(folder)))

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

    def put(self, manifest: Manifest, *, at_once: bool = False) -> Manifest:
        """Make a manifest the one in use, in one rename, once its files are safe; or ``at_once``: see :meth:`make_safe`."""
        folder = self.folder_of(manifest)
        before = self.manifest()
        known = before.files if before is not None and before.folder == manifest.folder else {}
        files: dict[str, tuple[int, int]] = {}
        for file in folder.iterdir():
            if file.is_dir():
                # What a writer that was killed had half done; ours is finished by now.
                shutil.rmtree(file, ignore_errors=True)
                continue
            if file.name.endswith("LOCK"):
                continue
            size, sum_ = file.stat().st_size, None
            if file.name in known and known[file.name][0] == size:
                # Whoosh writes each of its files once and never again.
                sum_ = known[file.name][1]
            else:
                self._not_yet_safe.append(file)
            files[file.name] = size, checksum(file) if sum_ is None else sum_
        self._not_yet_safe.append(folder)
        if not at_once:
            self.make_safe()
        kept = {**asdict(manifest), "files": files}
        draft = self.root / f"{MANIFEST}.{os.getpid()}.{secrets.token_hex(4)}"
        draft.write_text(json.dumps(kept))
        if not at_once:
            _to_disk(draft)
        draft.replace(self.root / MANIFEST)
        self._not_yet_safe += [self.root / MANIFEST, self.root] if at_once else [self.root]
        if not at_once:
            self.make_safe()
        return Manifest(**kept)

    def make_safe(self) -> None:
        """Bring to the disk what was put at once. Needs no lock: what is gone since was replaced by something newer."""
        waiting, self._not_yet_safe = self._not_yet_safe, []
        for path in waiting:
            with suppress(FileNotFoundError):
                _to_disk(path)


def checksum(file: Path) -> int:
    """A number that changes when anything in a file does.

    Raises:
        OSError: when it cannot be read.
    """
    found = 0
    with file.open("rb") as opened:
        while piece := opened.read(AT_ONCE):
            found = crc32(piece, found)
    return found


def generation_in(folder: Path) -> int:
    """The newest table of contents there is."""
    found = (_CONTENTS.fullmatch(file.name) for file in folder.glob("*.toc"))
    return max((int(match.group(1)) for match in found if match), default=-1)


def _is_whole(file: Path, size: int, sum_: int) -> bool:
    try:
        return file.stat().st_size == size and checksum(file) == sum_
    except OSError:
        return False


def _count_in(folder: Path) -> int:
    found: Any = whoosh_index.open_dir(str(folder), readonly=True)
    return int(found.doc_count())


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
    writer = _writer(folder, megabytes=512 if is_new else 64)
    try:
        for listing_id in gone:
            writer.delete_by_term("key", str(listing_id))
        for document in documents:
            (writer.add_document if is_new else writer.update_document)(**to_fields(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    flatten_all(folder)
    return int(writer.generation)


def _writer(folder: Path, megabytes: int) -> Any:
    try:
        return whoosh_index.open_dir(str(folder)).writer(limitmb=megabytes, compound=False, timeout=5.0)
    except Exception as error:  # whatever a broken file makes of itself
        msg = f"the index cannot be written: {error!r}"
        raise Damaged(msg) from error
