"""How much each document says of one thing asked for: worked out among the documents that have its words, not among all."""

from collections.abc import Sequence

import numpy as np

from app.search.index.reading import Way
from app.search.index.segment import Ids
from app.search.index.snapshot import Scores, Snapshot


def says(snapshot: Snapshot, way: Way) -> tuple[Ids, Scores]:
    """The documents that say it in one way, in order, and how much."""
    found = [snapshot.impact(stem) for stem in way.stems]
    if len(found) == 1:
        ids, scores = found[0]
        return ids, scores if way.weight == 1 else scores * np.float32(way.weight)
    ids = snapshot.ids_together(way.stems) if way.is_phrase else _in_all([one for one, _ in found])
    total = np.zeros(len(ids), np.float32)
    if len(ids):
        for having, scores in found:
            total += scores[np.searchsorted(having, ids)]
    return ids, total * np.float32(way.weight)


def _in_all(lists: Sequence[Ids]) -> Ids:
    """The documents that stand in every list: the shortest list, less what the others lack."""
    shortest, *others = sorted(lists, key=len)
    for other in others:
        if not len(shortest) or not len(other):
            return shortest[:0]
        at = np.searchsorted(other, shortest)
        at[at == len(other)] = 0
        shortest = shortest[other[at] == shortest]
    return shortest


def take_best(best: Scores, ids: Ids, scores: Scores) -> None:
    """Let each document keep the better of what it had and what it has now."""
    best[ids] = np.maximum(best[ids], scores)
