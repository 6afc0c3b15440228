"""How much each document says of one thing asked for: worked out among the documents that have its words, not among all."""

import numpy as np

from app.market.search_index.index.question_reading import Phrasing
from app.market.search_index.index.segment_file import Ids
from app.market.search_index.index.snapshot import Scores, Snapshot, documents_in_all


def says(snapshot: Snapshot, way: Phrasing) -> tuple[Ids, Scores]:
    """The documents that match one phrasing, in order, with the score of each."""
    found = [snapshot.impact(stem) for stem in way.stems]
    if len(found) == 1:
        ids, scores = found[0]
        return ids, scores if way.weight == 1 else scores * np.float32(way.weight)
    ids = snapshot.ids_together(way.stems) if way.is_phrase else documents_in_all([one for one, _ in found])
    total = np.zeros(len(ids), np.float32)
    if len(ids):
        for having, scores in found:
            total += scores[np.searchsorted(having, ids)]
    return ids, total * np.float32(way.weight)


def take_best(best: Scores, ids: Ids, scores: Scores) -> None:
    """Let each document keep the better of what it had and what it has now."""
    best[ids] = np.maximum(best[ids], scores)
