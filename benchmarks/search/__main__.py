"""``make bench-search``: print the tables; the exit status says whether every target was met.

``SIZES=1000,10000`` and ``ENGINES=ours,tantivy`` shorten the run; ``UNSEEN`` is how many other questions are asked.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.market.search_index.rules.questions import Document
from benchmarks._table import show, verdict
from benchmarks.search import corpus, processes, questions
from benchmarks.search.engines import ENGINES, Engine
from benchmarks.search.measuring import Times, ask_all, share
from benchmarks.search.processes import Following, Start
from benchmarks.search.targets import TARGETS, Targets

SIZES = [int(size) for size in os.environ.get("SIZES", "1000,10000,100000").split(",")]
NAMES = os.environ.get("ENGINES", ",".join(ENGINES)).split(",")
UNSEEN = int(os.environ.get("UNSEEN", "1000"))
UPDATES = 20


@dataclass
class Built:
    """An engine with its index."""

    engine: Engine
    cpu: float
    size: int
    first: Times
    unseen: Times
    changes: list[float]


@dataclass
class Ours:
    """What only our engine is judged by."""

    start: Start
    megabytes: float
    following: Following


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def _built(name: str, folder: Path, documents: Sequence[Document]) -> Built:
    engine = ENGINES[name]()
    before = engine.cpu()
    engine.build(folder / name, documents)
    spent = engine.cpu() - before + getattr(engine, "built_cpu", 0.0)
    engine.open()
    return Built(engine, spent, engine.size(), Times(), Times(), [])


def _measure(size: int, folder: Path) -> list[str]:
    documents = list(corpus.documents(size))
    all_built = [_built(name, folder, documents) for name in NAMES]
    engines = [built.engine for built in all_built]
    first = ask_all(engines, questions.standard())
    unseen = ask_all(engines, questions.unseen(UNSEEN))
    for built in all_built:
        built.first, built.unseen = first[built.engine.name], unseen[built.engine.name]
        for document in documents[:UPDATES]:
            begins = time.perf_counter()
            built.engine.change(document)
            built.changes.append((time.perf_counter() - begins) * 1000)
    for built in all_built:
        built.engine.close()
    own = None
    if "ours" in NAMES:
        place = folder / "ours"
        own = Ours(processes.cold_start(place), processes.memory(place), processes.following(place, documents[0]))
    _tell(size, all_built, own)
    return _missed(size, all_built, own)


def _tell(size: int, all_built: Sequence[Built], own: Ours | None) -> None:
    def spread(values: Sequence[float]) -> list[str]:
        return [f"{share(values, percent):.2f}" for percent in (50, 95, 99)]

    rows = [
        (
            built.engine.name,
            *spread(built.unseen.all_cpu()),
            *spread(built.unseen.all_wall()),
            *spread(built.first.all_cpu()),
            *spread(built.changes)[:2],
            f"{built.cpu:.1f}",
            f"{built.size / 1e6:.1f}",
        )
        for built in all_built
    ]
    head = ("engine", "CPU p50", "p95", "p99", "wall p50", "p95", "p99", "first p50", "p95", "p99")
    head += ("update p50", "p95", "build CPU s", "MB")
    show(f"{size:,} listings, {UNSEEN} unseen questions, milliseconds ({_load()})", head, rows)
    kinds = list(questions.MIX)
    rows = [
        (
            built.engine.name,
            *(f"{share(built.unseen.cpu[k], 50):.2f} / {share(built.unseen.cpu[k], 95):.2f}" for k in kinds),
        )
        for built in all_built
    ]
    show(f"{size:,} listings: CPU p50 / p95 by kind of question", ("engine", *kinds), rows)
    _tell_ratios(size, all_built)
    if own is not None:
        start, follows = own.start, own.following
        rows = [
            ("cold process: opening to first answer, wall ms", f"{start.wall * 1000:.0f}"),
            ("the same, CPU ms", f"{start.cpu * 1000:.0f}"),
            ("cold process: CPU ms with all imports", f"{start.whole_cpu * 1000:.0f}"),
            ("memory of its own after all questions, MB", f"{own.megabytes:.0f}"),
            ("commit of one change, wall ms p50", f"{follows.commit_p50:.1f}"),
            ("commit of one change, wall ms p95", f"{follows.commit_p95:.1f}"),
            (f"commit begun to seen in {processes.WORKERS} workers, ms p50", f"{follows.seen_p50:.0f}"),
            (f"commit begun to seen in {processes.WORKERS} workers, ms most", f"{follows.seen_most:.0f}"),
            ("questions a CPU second while written to", f"{follows.a_cpu_second:.0f}"),
        ]
        show(f"{size:,} listings: our processes ({_load()})", ("measure", "found"), rows)
    sys.stdout.flush()


def _ratios(all_built: Sequence[Built]) -> dict[str, tuple[float, float]]:
    ours = next((built for built in all_built if built.engine.name == "ours"), None)
    if ours is None:
        return {}
    found = {}
    for other in all_built:
        if other is not ours:
            p50, p95 = (share(ours.unseen.all_cpu(), p) / share(other.unseen.all_cpu(), p) for p in (50, 95))
            found[other.engine.name] = (p50, p95)
    return found


def _tell_ratios(size: int, all_built: Sequence[Built]) -> None:
    goals = TARGETS[size].ratios if size in TARGETS else {}
    rows = []
    for name, (p50, p95) in _ratios(all_built).items():
        goal = goals.get(name)
        rows.append((name, f"{p50:.2f}", goal[0] if goal else "", f"{p95:.2f}", goal[1] if goal else ""))
    if rows:
        show(f"{size:,} listings: ours over each, CPU", ("engine", "p50", "at most", "p95", "at most"), rows)


def _missed(size: int, all_built: Sequence[Built], own: Ours | None) -> list[str]:
    goals = TARGETS.get(size)
    ours = next((built for built in all_built if built.engine.name == "ours"), None)
    if goals is None or ours is None or own is None:
        return []
    found = [*_judged(goals, ours, own)]
    for name, (p50, p95) in _ratios(all_built).items():
        most = goals.ratios[name]
        found.append((f"p50 over {name}", p50, most[0] or float("inf")))
        found.append((f"p95 over {name}", p95, most[1]))
    return [f"{size:,}: {name} {value:.2f}, at most {most}" for name, value, most in found if value > most]


def _judged(goals: Targets, ours: Built, own: Ours) -> list[tuple[str, float, float]]:
    cpu, follows = ours.unseen.all_cpu(), own.following
    return [
        ("p50 ms", share(cpu, 50), goals.p50),
        ("p95 ms", share(cpu, 95), goals.p95),
        ("p99 ms", share(cpu, 99), goals.p99),
        ("phrase p95 ms", share(ours.unseen.cpu["phrase"], 95), goals.phrase_p95),
        ("first pass p95 ms", share(ours.first.all_cpu(), 95), goals.first_p95),
        ("ms CPU a question while written to", 1000 / follows.a_cpu_second, 1000 / goals.a_cpu_second),
        ("cold start s", own.start.wall, goals.cold_s),
        ("commit p50 ms", follows.commit_p50, goals.commit_p50),
        ("commit p95 ms", follows.commit_p95, goals.commit_p95),
        ("seen everywhere ms", follows.seen_most, goals.seen_ms),
        ("memory MB", own.megabytes, goals.megabytes),
        ("build CPU s", ours.cpu, goals.build_cpu_s),
    ]


def main() -> int:
    """Every size in turn."""
    missed = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            missed += _measure(size, Path(name))
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
