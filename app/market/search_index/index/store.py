"""Where the index stands on the disk: a manifest that names the folder in use, one writer at a time, and a safe switch.

The manifest is switched in one rename after everything it names was written. So a reader always finds a whole index, a
process may die at any moment, and what died half-way is cleared away by the next commit or rebuild. A disk that is busy
takes seconds to make a file safe from the power going, and to remove one: a new index waits for that before it is used, a
change is shown first and made safe right after, when also what it replaced is removed. Should the power go between the
two, the checksums say so and the index is built again.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from whoosh.index import FileIndex

from app.market.search_index.index.codec import (
    NAME,
    Folder,
    Writer,
    contents,
    contents_file,
    file_of,
    merge_segments,
    new_segment,
    to_tidy,
)
from app.market.search_index.index.layout import LAYOUT, schema, to_fields
from app.market.search_index.index.manifest import Damaged, Manifest
from app.market.search_index.rules.questions import Document

MANIFEST = "manifest.json"
MANIFESTS = "manifest-*.json"
BEGINS = "built-"
DRAFT = ".draft"
READINGS = 5
AT_ONCE = 1024 * 1024
_CONTENTS = re.compile(r"_\w+_([0-9]+)\.toc")


class IndexStore:
    """The folder all indexes of one installation are built in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._not_yet_safe: list[Path] = []
        self._left: list[Path] = []

    def stamp(self) -> tuple[int, int] | None:
        """Changes with every commit of any process; nothing when there is no index."""
        try:
            found = (self.root / MANIFEST).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def manifest(self) -> Manifest | None:
        """What is in use; nothing when there is no index, or none that this program can read."""
        for _ in range(READINGS):
            try:
                manifest = Manifest(**json.loads((self.root / MANIFEST).read_text()))
            except FileNotFoundError:
                # Either there is none, or it was replaced while its name was being followed.
                continue
            except (OSError, ValueError, TypeError):
                return None
            return manifest if manifest.layout == LAYOUT else None
        return None

    def folder_of(self, manifest: Manifest) -> Path:
        """Where an index lies."""
        return self.root / Path(manifest.folder).name

    @contextmanager
    def held(self, name: str) -> Iterator[bool]:
        """Hold a lock of the store if nobody else does, in any process; freed even by ``kill -9``."""
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
        """Hold a lock of the store, waiting for whoever holds it now."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def build(self, documents: Iterable[Document]) -> tuple[str, int, int]:
        """An index of these documents beside the one in use: its name, its generation, how many it holds."""
        folder = self.new_folder()
        writer = Writer(folder)
        _write(writer, documents)
        self._left += writer.folder.left
        return folder.name, int(writer.generation), writer.documents

    def take_in(self, manifest: Manifest, documents: Iterable[Document], gone: Iterable[int] = ()) -> Manifest:
        """Put documents in place of what stood under their numbers, and take out ``gone``; not yet in use (see ``put``).

        Raises:
            Damaged: when the index cannot be written.
        """
        held = list(documents)
        try:
            writer = Writer(self.folder_of(manifest))
            with _or_cancelled(writer):
                writer.take_out([*gone, *(document.listing_id for document in held)])
        except Exception as error:  # whatever a broken file makes of itself
            msg = f"the index cannot be written: {error!r}"
            raise Damaged(msg) from error
        _write(writer, held)
        self._left += writer.folder.left
        return replace(manifest, generation=int(writer.generation), documents=writer.documents)

    def tidy(self, choose: Callable[[Sequence[Any]], Sequence[Any]] = to_tidy) -> bool:
        """Merge segments that would keep a commit too long, while others write: whether there were any.

        They never change, so only the switch needs the lock; what was deleted from them meanwhile is deleted again then.
        """
        with self.held("tidying") as is_ours:
            manifest = self.manifest() if is_ours else None
            if manifest is None:
                return False
            folder = self.folder_of(manifest)
            for abandoned in folder.glob(f"*{DRAFT}"):
                abandoned.unlink()
            fresh = new_segment()
            draft = folder / f"{fresh.segid}{DRAFT}"
            try:
                chosen = choose(contents(folder).segments)
                if not chosen:
                    return False
                now = merge_segments(chosen, folder, fresh, draft.name)
            except FileNotFoundError:
                # Taken away meanwhile by a commit, and with it the need.
                return False
            except Exception as error:  # whatever a broken file makes of itself
                msg = f"the index cannot be tidied: {error!r}"
                raise Damaged(msg) from error
            with self.waited_for("writer"):
                is_done = self._put_in_place(manifest.folder, chosen, now, fresh, draft)
        self.make_safe()
        return is_done

    def _put_in_place(self, name: str, chosen: Sequence[Any], now: Sequence[Any], fresh: Any, draft: Path) -> bool:
        """Let ``fresh`` stand for the segments it was made of, if all of them are still there."""
        manifest = self.manifest()
        if manifest is None or manifest.folder != name or not self.is_settled(manifest):
            draft.unlink(missing_ok=True)
            return False
        writer = Writer(draft.parent)
        with _or_cancelled(writer):
            held = {segment.segment_id(): segment for segment in writer.segments}
            if any(segment.segment_id() not in held for segment in chosen):
                writer.cancel()
                draft.unlink()
                return False
            for segment, places in zip(chosen, now, strict=True):
                since = set(held.pop(segment.segment_id()).deleted_docs()) - set(segment.deleted_docs())
                for number in since:
                    fresh.delete_document(int(places[number]))
            draft.rename(draft.with_name(file_of(fresh)))
        writer.put_down(lambda *_: [*held.values(), fresh])
        self._left += writer.folder.left
        self.put(replace(manifest, generation=int(writer.generation), documents=writer.documents), at_once=True)
        return True

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
        generation = generation_in(folder)
        documents = sum(segment.doc_count() for segment in contents(folder, generation).segments)
        return self.put(replace(manifest, generation=generation, documents=documents))

    def new_folder(self) -> Path:
        """An empty index beside the one in use."""
        folder = self.root / f"{BEGINS}{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        FileIndex.create(Folder(folder), schema(), NAME)
        return folder

    def clear_away(self, keep: Iterable[str]) -> None:
        """Remove the folders of indexes no longer in use. Readers that still have one open keep what they opened."""
        kept = set(keep)
        for folder in self.root.glob(f"{BEGINS}*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def put(self, manifest: Manifest, *, at_once: bool = False) -> Manifest:
        """Make a manifest the one in use, in one rename, once its files are safe; or ``at_once``: see :meth:`make_safe`.

        Only for who holds the lock ``writer``, once there is an index.
        """
        folder = self.folder_of(manifest)
        before = self.manifest()
        known = before.files if before is not None and before.folder == manifest.folder else {}
        files: dict[str, tuple[int, int]] = {}
        for name in files_of(folder, manifest.generation):
            if name in known:
                # Each is written once and never again.
                files[name] = known[name]
            else:
                files[name] = (folder / name).stat().st_size, checksum(folder / name)
                self._not_yet_safe.append(folder / name)
        self._not_yet_safe.append(folder)
        if not at_once:
            self.make_safe()
        kept = {**asdict(manifest), "files": files}
        self._switch(json.dumps(kept), at_once=at_once)
        if not at_once:
            self.make_safe()
        return Manifest(**kept)

    def _switch(self, body: str, *, at_once: bool) -> None:
        """Point the manifest's name at a new file: to put a file in place of another waits for the disk, a link does not."""
        fresh = self.root / f"manifest-{secrets.token_hex(8)}.json"
        fresh.write_text(body)
        if not at_once:
            _to_disk(fresh)
        link = self.root / f"{fresh.name}.link"
        link.symlink_to(fresh.name)
        before = [one for one in self.root.glob(MANIFESTS) if one != fresh]
        link.replace(self.root / MANIFEST)
        self._left += before
        self._not_yet_safe += [fresh, self.root]

    def make_safe(self) -> None:
        """Bring to the disk what was put at once, then remove what it replaced. Needs no lock: it is done with by all."""
        waiting, self._not_yet_safe = self._not_yet_safe, []
        left, self._left = self._left, []
        for path in waiting:
            with suppress(FileNotFoundError):
                _to_disk(path)
        for path in left:
            path.unlink(missing_ok=True)


def files_of(folder: Path, generation: int) -> list[str]:
    """The names of the files that make up a generation.

    Raises:
        Exception: whatever a broken file makes of itself.
    """
    return [contents_file(generation), *map(file_of, contents(folder, generation).segments)]


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


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _or_cancelled(writer: Writer) -> Iterator[None]:
    """Let go of the lock when something goes wrong."""
    try:
        yield
    except BaseException:
        writer.cancel()
        raise


def _write(writer: Writer, documents: Iterable[Document]) -> None:
    with _or_cancelled(writer):
        for document in documents:
            writer.add_document(**to_fields(document))
    writer.put_down()
