"""The piece of a text that shows why it was found, with the words asked for marked."""

from collections.abc import Callable

from app.search.index.stems import stem
from app.search.rules.words import fold, spans_in

WIDTH = 180
LEAD = 40

Parts = tuple[tuple[str, bool], ...]
Asked = Callable[[str], bool]


def marked(text: str, asked: frozenset[str]) -> list[tuple[int, int]]:
    """Where the words stand whose stems were asked for."""
    return [(begin, end) for begin, end in spans_in(text) if stem(fold(text[begin:end])) in asked]


def excerpt(summary: str, description: str, asked: frozenset[str]) -> Parts:
    """The summary; or, when only the description has what was asked for, the stretch of it that has the most."""
    text, spots = summary, marked(summary, asked) if asked else []
    if description and asked and not spots:
        spots = marked(description, asked)
        text = description if spots or not summary else summary
    if not text:
        text = description
    begin, end = _stretch(text, spots)
    parts: list[tuple[str, bool]] = []
    place = begin
    for spot_begin, spot_end in spots:
        if begin <= spot_begin and spot_end <= end:
            parts += [(text[place:spot_begin], False), (text[spot_begin:spot_end], True)]
            place = spot_end
    parts.append((text[place:end], False))
    if begin:
        parts.insert(0, ("… ", False))
    if end < len(text):
        parts.append((" …", False))
    return tuple((words, is_asked) for words, is_asked in parts if words)


def _stretch(text: str, spots: list[tuple[int, int]]) -> tuple[int, int]:
    """From where to where to show: whole words, as many spots as there can be."""
    if len(text) <= WIDTH + LEAD:
        return 0, len(text)
    best, most = 0, 0
    for place, _ in spots:
        count = sum(place <= begin <= place + WIDTH - LEAD for begin, _ in spots)
        if count > most:
            best, most = place, count
    begin = 0 if best <= LEAD else text.find(" ", best - LEAD, best) + 1 or best
    end = begin + WIDTH
    if end >= len(text):
        return begin, len(text)
    return begin, max(text.rfind(" ", begin, end), begin + WIDTH // 2)
