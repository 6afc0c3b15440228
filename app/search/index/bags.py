"""Fields whose words come already cut and spaced: taken apart here, at a third of what Whoosh's own analysers cost."""

from collections.abc import Iterator
from typing import Any

from whoosh import fields, formats
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer

Posting = tuple[bytes, int, float, bytes]

BREAK = "|"
"""Stands between the parts of a text, so that no phrase is found across two of them; takes a place, is no word."""


class Bag(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field of which only matters which documents have a word."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), SpaceSeparatedTokenizer())

    def index(self, value: str, **_: Any) -> Iterator[Posting]:
        """Each word once."""
        return ((word.encode(), 1, 1.0, b"") for word in set(value.split()))


class Text(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field that also knows where each of its words stands. How long it is stands in the row of numbers."""

    def __init__(self) -> None:
        super().__init__(formats.Positions(), SpaceSeparatedTokenizer())

    def index(self, value: str, **_: Any) -> Iterator[Posting]:
        """Each word once, with its places."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(value.split()):
            found.setdefault(word, []).append(place)
        found.pop(BREAK, None)
        encode = self.format.encode
        return ((word.encode(), len(places), float(len(places)), encode(places)) for word, places in found.items())
