"""The piece of a text that shows why it was found, with the words asked for marked."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache

from app.market.search_index.index.stems import stem
from app.market.search_index.rules.words import fold, spans_in

WIDTH = 180
LEAD = 40

Parts = tuple[tuple[str, bool], ...]
Asked = Callable[[str], bool]

_SPOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_JOINED = re.compile(r"[^\W_]+(?:'[^\W_]+)+")
_BEYOND = re.compile(r"[^\W\x00-\x7f]")
_UNLIKE = {"die": "d", "lie": "l", "tie": "t"}
"""Stems whose words begin otherwise: dying, lying, tying."""


def marked(text: str, asked: frozenset[str]) -> list[tuple[int, int]]:
    """Where the words stand whose stems were asked for.

    Looks only at words that begin as a stem does, which is some ten times quicker than at every word.
    """
    plain = text if text.isascii() else text.replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    low = plain.lower()
    if len(low) != len(text) or (not plain.isascii() and _BEYOND.search(plain)):
        return [(begin, end) for begin, end in spans_in(text) if stem(fold(text[begin:end])) in asked]
    found: dict[int, int] = {}
    for start in _starts(asked):
        place = low.find(start)
        while place >= 0:
            if (not place or low[place - 1] == " " or _begins_a_word(low, place)) and place not in found:
                _look(low, place, asked, found)
            place = low.find(start, place + 1)
    if "'" in low:
        for joined in _JOINED.finditer(low):
            _look(low, joined.start(), asked, found)
    return sorted(found.items())


def _begins_a_word(low: str, place: int) -> bool:
    before = low[place - 1]
    return not (before.isalnum() or (before == "'" and place > 1 and low[place - 2].isalnum()))


def _look(low: str, place: int, asked: frozenset[str], found: dict[int, int]) -> None:
    word = _SPOKEN.match(low, place)
    if word is not None and _cut(word.group()) in asked:
        found[place] = word.end()


@lru_cache(maxsize=20_000)
def _cut(word: str) -> str:
    return stem(fold(word))


@lru_cache(maxsize=512)
def _starts(asked: frozenset[str]) -> tuple[str, ...]:
    """How the words of these stems begin, whatever their endings; none that begins with another."""
    found: list[str] = []
    for start in sorted({start_of(one) for one in asked if one}):
        if not found or not start.startswith(found[-1]):
            found.append(start)
    return tuple(found)


def start_of(stem_asked: str) -> str:
    """The letters that every word of a stem begins with: ``librari`` -> ``librar``, for *library* and *libraries*."""
    if stem_asked in _UNLIKE:
        return _UNLIKE[stem_asked]
    less = 2 if stem_asked.endswith("bl") else 1
    return stem_asked[:-less] if len(stem_asked) > less else stem_asked


def excerpt(summary: str, description: str, asked: frozenset[str]) -> Parts:
    """The summary; or, when only the description has what was asked for, the stretch of it that has the most."""
    text, spots = summary, marked(summary, asked) if asked else []
    if description and asked and not spots:
        spots = marked(description, asked)
        text = description if spots or not summary else summary
    if not text:
        text = description
    begin, end = _stretch(text, spots)
    parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
    place = begin
    for spot_begin, spot_end in spots:
        if begin <= spot_begin and spot_end <= end:
            if place < spot_begin:
                parts.append((text[place:spot_begin], False))
            parts.append((text[spot_begin:spot_end], True))
            place = spot_end
    if place < end:
        parts.append((text[place:end], False))
    if end < len(text):
        parts.append((" …", False))
    return tuple(parts)


def _stretch(text: str, spots: list[tuple[int, int]]) -> tuple[int, int]:
    """From where to where to show: whole words, as many spots as there can be."""
    if len(text) <= WIDTH + LEAD:
        return 0, len(text)
    best, most = 0, 0
    begins = [place for place, _ in spots]
    for before, place in enumerate(begins):
        count = bisect_right(begins, place + WIDTH - LEAD) - before
        if count > most:
            best, most = place, count
    begin = 0 if best <= LEAD else text.find(" ", best - LEAD, best) + 1 or best
    end = begin + WIDTH
    if end >= len(text):
        return begin, len(text)
    return begin, max(text.rfind(" ", begin, end), begin + WIDTH // 2)
