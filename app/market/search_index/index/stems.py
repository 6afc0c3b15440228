"""Cutting words down to their stems, so that *cleaning*, *cleaner* and *cleaners* meet."""

from collections.abc import Iterable
from functools import lru_cache

from whoosh.lang.porter2 import stem as _porter

from app.market.search_index.rules.words import EMPTY, words_in


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one folded word: ``libraries`` -> ``librari``. Words with digits stay as they are."""
    return str(_porter(word)) if word.isalpha() and word.isascii() else word


def stems_of(words: Iterable[str]) -> list[str]:
    """The stems of words, the emptiest of them left out."""
    return [stem(word) for word in words if word not in EMPTY]


def stems_in(text: str) -> list[str]:
    """The stems of a text, in order."""
    return stems_of(words_in(text))
