"""One immutable part of the index: its numbers, its postings and its facts, as they lie in its flat file."""

from pathlib import Path

import numpy as np

from app.search.index.flat import Flat, Ids, Keys, Weights
from app.search.index.layout import Numbers, to_facts
from app.search.index.manifest import Damaged
from app.search.rules.asked import Facts

__all__ = ["Ids", "Keys", "Segment", "Weights"]


class Segment:
    """Never changes; what was deleted from it since is the snapshot's to know. Kept from one snapshot to the next."""

    def __init__(self, flat: Flat) -> None:
        """See that the numbers are those of listings.

        Raises:
            Damaged: when they are not.
        """
        self.flat = flat
        self.numbers: Numbers = flat.numbers
        self.size = len(self.numbers)
        if not (self.numbers["listing"] > 0).all():
            msg = "the numbers of a segment are cut short"
            raise Damaged(msg)

    def ids(self, field: str, term: str) -> Ids:
        """The documents with a term, deleted ones included."""
        return self.flat.ids(field, term)

    def postings(self, field: str, term: str) -> tuple[Ids, Weights]:
        """The documents with a term, and how often each has it, deleted ones included."""
        ids = self.flat.ids(field, term)
        return ids, self.flat.often(term) if field == "words" else np.ones(len(ids), np.float32)

    def keys(self, term: str) -> Keys:
        """Where a term stands in the words of every document: ``document << POSITION_BITS | position``, in order."""
        return self.flat.keys(term)

    def beginning(self, start: str) -> dict[str, int]:
        """The words as written that begin so, and in how many documents each stands."""
        terms = self.flat.terms["surface"]
        return {terms[place].decode(): self.flat.how_often_at("surface", place) for place in terms.between(start)}

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so."""
        terms = self.flat.terms["marks"]
        return [terms[place].decode() for place in terms.between(start)]

    def how_often(self, field: str, term: str) -> int:
        """In how many documents a term stands, deleted ones included; without reading the postings."""
        return self.flat.how_often(field, term)

    def facts(self, number: int) -> Facts:
        """What was stored of a document.

        Raises:
            Damaged: when it cannot be read.
        """
        try:
            return to_facts({"facts": self.flat.facts(number)})
        except Exception as error:
            msg = f"what was stored cannot be read: {error!r}"
            raise Damaged(msg) from error


def open_segment(path: Path) -> Segment:
    """The segment of a file.

    Raises:
        OSError: when it is not there.
        ValueError: when it is not whole.
        Damaged: when its numbers are not those of listings.
    """
    return Segment(Flat(path))
