"""Fields whose words come already cut and spaced, as Whoosh is told of them; ``segment_writer.py`` takes them apart."""

from typing import Any

from whoosh import fields, formats
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer

_SPACED: Any = SpaceSeparatedTokenizer()

BREAK = "|"
"""Stands between the parts of a text, so that no phrase is found across two of them; takes a place, is no word."""


class Bag(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field that stores only which documents have a word: not where in the text it stands."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), _SPACED)


class Text(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field that also knows where each of its words stands. How long it is stands in the row of numbers."""

    def __init__(self) -> None:
        super().__init__(formats.Positions(), _SPACED)
