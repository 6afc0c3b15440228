"""Mending spelling out of flat files: the same table as ``rules/spelling.py`` makes, sorted on the disk and shared.

For every word, what is left when letters are left out of its beginning, as a number; a misspelt word meets its
neighbours by the numbers they have in common. Numbers that meet by chance are found out when the letters are compared.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.market.search_index.rules.spelling import COMPARED, LONG, SHORTEST, Spelling, without

COMMON_ENOUGH = 50_000
"""In an index of so many documents and more, a word must stand in two to be a spelling of another."""

Marks = NDArray[np.uint32]
Places = NDArray[np.int32]


def least_often(documents: int) -> int:
    """In how many documents a word must stand to be a spelling of another."""
    return 1 + (documents >= COMMON_ENOUGH)


def slips_of(words: Iterable[tuple[bytes, int]], documents: int) -> tuple[Marks, Places]:
    """The table for words, each with how many documents it stands in."""
    least = least_often(documents)
    marks: list[int] = []
    places: list[int] = []
    for place, (letters, many) in enumerate(words):
        word = letters.decode()
        if many >= least and len(word) >= SHORTEST - 1 and not word.isdigit():
            less = without(word[:COMPARED], 2 if len(word) >= LONG - 1 else 1)
            marks += [crc32(one.encode()) for one in less]
            places += [place] * (len(marks) - len(places))
    found, at = np.array(marks, np.uint32), np.array(places, np.int32)
    order = np.argsort(found, kind="stable")
    return found[order], at[order]


class Slips:
    """A spelling table in a flat file: known words by what is left when letters are taken out."""

    def __init__(self, marks: Marks, places: Places) -> None:
        self._marks = marks
        self._places = places

    def near(self, marks: Sequence[int]) -> set[int]:
        """The places of words that share any of these numbers."""
        asked = np.array(marks, np.uint32)
        begins, ends = np.searchsorted(self._marks, asked), np.searchsorted(self._marks, asked, side="right")
        found: set[int] = set()
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            if end > begin:
                found.update(self._places[begin:end].tolist())
        return found


class Mending(Spelling):
    """Spelling out of segments, each by the table in its file; and words ``spoken`` whether they stand anywhere or not."""

    def __init__(self, segments: Sequence[Any], spoken: Spelling, least: int) -> None:
        """Know the words of the segments that stand in ``least`` documents. Costs nothing to make."""
        super().__init__({})
        self._segments = segments
        self._spoken = spoken
        self._least = least

    def near(self, word: str, most: int) -> set[str]:
        """Known words that may be near."""
        found = self._spoken.near(word, most)
        marks = [crc32(one.encode()) for one in without(word[:COMPARED], most)]
        for segment in self._segments:
            terms = segment.flat.terms["surface"]
            found.update(terms[place].decode() for place in segment.flat.slips.near(marks))
        if self._least == 1:
            return found
        return {one for one in found if one in self._spoken or self.often(one) >= self._least}

    def often(self, word: str) -> int:
        """In how many documents a word stands; a spoken one at least once."""
        counted: int = sum(segment.how_often("surface", word) for segment in self._segments)
        return max(counted, int(word in self._spoken))
