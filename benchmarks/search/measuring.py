"""Asking every engine the same questions, a few at a time in turn, so that a busy moment of the machine strikes all."""

import gc
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from benchmarks.search.engines import Engine
from benchmarks.search.questions import Asked

AT_A_TIME = 25


@dataclass
class Times:
    """Milliseconds of every question, by kind."""

    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def all_cpu(self) -> list[float]:
        """Of all kinds."""
        return [one for found in self.cpu.values() for one in found]

    def all_wall(self) -> list[float]:
        """Of all kinds."""
        return [one for found in self.wall.values() for one in found]


def share(values: Iterable[float], percent: float) -> float:
    """A percentile, between neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ask_all(engines: Sequence[Engine], questions: Sequence[Asked]) -> dict[str, Times]:
    """Every question once to every engine."""
    found = {engine.name: Times() for engine in engines}
    left = iter(questions)
    # Parents of large lists would be walked through by the collector in the middle of a question.
    gc.collect()
    gc.freeze()
    while some := list(islice(left, AT_A_TIME)):
        for engine in engines:
            times = found[engine.name]
            for asked in some:
                cpu, wall = engine.cpu(), time.perf_counter()
                engine.ask(asked)
                times.wall[asked.kind].append((time.perf_counter() - wall) * 1000)
                times.cpu[asked.kind].append((engine.cpu() - cpu) * 1000)
    gc.unfreeze()
    return found
