"""What one process cannot show: a cold start, memory, and how soon a change is seen in every worker."""

import dataclasses
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.market.search_index.index.manifest import Manifest
from app.market.search_index.index.store import IndexStore
from app.market.search_index.rules.questions import Document
from benchmarks.search.measuring import share
from benchmarks.search.worker import WATCHED

WORKERS = 2
CHANGES = 24
EVERY_SECONDS = 0.5
STARTS = 3


@dataclass(frozen=True)
class Start:
    """A cold process: from its first look at the index to its first answer, and its CPU since it began."""

    wall: float
    cpu: float
    whole_cpu: float


@dataclass(frozen=True)
class Following:
    """Milliseconds: of a commit, and from its beginning until it could be seen in the last of the workers."""

    commit_p50: float
    commit_p95: float
    seen_p50: float
    seen_most: float
    a_cpu_second: float
    """Questions a worker answered in a second of its CPU meanwhile."""


def _worker(what: str, folder: Path, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.search.worker", what, str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def _said(what: str, folder: Path) -> list[float]:
    worker = _worker(what, folder)
    said, _ = worker.communicate(timeout=600)
    if worker.returncode:
        raise SystemExit(f"a worker failed: {what}")
    return [float(word) for word in said.split()]


def cold_start(folder: Path) -> Start:
    """The median of a few (the files are in the system's memory, as after a deployment)."""
    found = [_said("cold", folder) for _ in range(STARTS)]
    return Start(*(statistics.median(column) for column in zip(*found, strict=True)))


def memory(folder: Path) -> float:
    """Megabytes a worker holds for itself after all questions, above what it held before."""
    return _said("memory", folder)[0] / 1e6


def following(folder: Path, watched: Document) -> Following:
    """Change one listing twice a second while workers search."""
    assert watched.listing_id == WATCHED
    with tempfile.TemporaryDirectory() as name:
        ending = Path(name) / "ending"
        workers = [_worker("serve", folder, str(ending)) for _ in range(WORKERS)]
        lines: list[list[str]] = [[] for _ in workers]

        def listen(number: int) -> None:
            output = workers[number].stdout
            assert output is not None
            lines[number].extend(line.strip() for line in output)

        threads = [threading.Thread(target=listen, args=(number,)) for number in range(WORKERS)]
        for thread in threads:
            thread.start()
        rest = threading.Event()
        while not all(lines):
            rest.wait(0.05)
        commits, begins = _commit(folder, watched)
        rest.wait(2 * EVERY_SECONDS)
        ending.touch()
        for thread in threads:
            thread.join()
    return _told(lines, commits, begins)


def _commit(folder: Path, watched: Document) -> tuple[list[float], dict[int, float]]:
    store, rest = IndexStore(folder), threading.Event()
    commits, begins = [], {}
    for number in range(CHANGES):
        manifest = store.manifest()
        assert isinstance(manifest, Manifest)
        pence = 1_000_000 + number
        begins[pence] = time.monotonic()
        store.put(store.take_in(manifest, [dataclasses.replace(watched, pence=pence)]), at_once=True)
        commits.append((time.monotonic() - begins[pence]) * 1000)
        store.make_safe()
        rest.wait(EVERY_SECONDS)
    return commits, begins


def _told(lines: Sequence[Sequence[str]], commits: Sequence[float], begins: dict[int, float]) -> Following:
    seen: dict[int, list[float]] = {pence: [] for pence in begins}
    rates = []
    for told in lines:
        states = [(int(pence), float(moment)) for pence, moment in (line.split() for line in told[1:-1])]
        for pence, moments in seen.items():
            # A worker that was busy sees a later change, and this one with it.
            moments.append(next(moment for state, moment in states if state >= pence and state in begins))
        count, cpu = told[-1].split()
        rates.append(int(count) / float(cpu))
    waits = [(max(moments) - begins[pence]) * 1000 for pence, moments in seen.items()]
    return Following(share(commits, 50), share(commits, 95), share(waits, 50), max(waits), statistics.mean(rates))
