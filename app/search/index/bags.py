"""Fields whose words come already cut and spaced: taken apart here, at a third of what Whoosh's own analysers cost."""

from collections.abc import Generator
from typing import Any

from whoosh import fields, formats
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer

Posting = tuple[bytes, int, float, bytes]

_SPACED: Any = SpaceSeparatedTokenizer()
_PLACES: Any = formats.Positions()

BREAK = "|"
"""Stands between the parts of a text, so that no phrase is found across two of them; takes a place, is no word."""


class Bag(fields.FieldType):
    """A field of which only matters which documents have a word."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), _SPACED)

    def index(self, value: str, **_: Any) -> Generator[Posting, Any, None]:
        """Each word once."""
        yield from ((word.encode(), 1, 1.0, b"") for word in set(value.split()))


class Text(fields.FieldType):
    """A field that also knows where each of its words stands. How long it is stands in the row of numbers."""

    def __init__(self) -> None:
        super().__init__(_PLACES, _SPACED)

    def index(self, value: str, **_: Any) -> Generator[Posting, Any, None]:
        """Each word once, with its places."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(value.split()):
            found.setdefault(word, []).append(place)
        found.pop(BREAK, None)
        for word, places in found.items():
            yield word.encode(), len(places), float(len(places)), _PLACES.encode(places)
