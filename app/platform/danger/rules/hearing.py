"""Hears danger in what somebody typed: shapes of meaning looked for sentence by sentence, spelling forgiven.

Nothing of what was typed is kept, not even in memory: whoever asks gets a level and kinds, never the words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from app.platform.danger.rules.kinds import Danger, Heard, Level
from app.platform.danger.rules.reading import Row, Run, Shape, expand, vocabulary

TEXT_MOST = 20_000
SENTENCE_MOST, SENTENCE_SHARED = 40, 12
"""Words of a sentence that are looked at together, and how many of them again with what follows."""
BESIDE = 16
"""Words within which rows in any order stand."""
SPELLED_FROM, SPELLED_LONG = 5, 8
"""Letters from which one may be wrong, and from which two may."""
TAKEN_OUT = "·"

Spans = Mapping[int, list[tuple[int, int]]]


def hear(text: str) -> Heard | None:
    """The danger in a text of any length; nothing when there is none."""
    found: dict[Danger, Level] = {}
    for sentence in _sentences(text[:TEXT_MOST]):
        for danger, level in _heard_in(sentence):
            if found.get(danger) is not Level.NOW:
                found[danger] = level
    if not found:
        return None
    level = Level.NOW if Level.NOW in found.values() else Level.MILD
    return Heard(level, tuple(danger for danger in Danger if found.get(danger) is level))


def _heard_in(sentence: Run) -> Iterator[tuple[Danger, Level]]:
    words = vocabulary()
    spans = _index().spans(sentence)
    is_about = words.about in spans
    for shape in words.shapes:
        if _is_met(shape, spans):
            yield shape.danger, Level.MILD if is_about and not shape.is_sure else shape.level


def _is_met(shape: Shape, spans: Spans) -> bool:
    if not shape.needs <= spans.keys():
        return False
    return _stands(shape.rows, spans) and not any(_stands(rows, spans) for rows in shape.unless)


def shapes_met(text: str) -> list[Shape]:
    """Every shape that is met, for whoever keeps the vocabulary."""
    return [
        shape
        for sentence in _sentences(text)
        for spans in [_index().spans(sentence)]
        for shape in vocabulary().shapes
        if _is_met(shape, spans)
    ]


def _stands(rows: tuple[Row, ...], spans: Spans) -> bool:
    places = []
    for row in rows:
        found = list(_places(row, spans))
        if not found:
            return False
        places.append(found)
    if len(places) == 1:
        return True
    first, *others = places
    return any(all(any(abs(begin - other) <= BESIDE for other, _ in found) for found in others) for begin, _ in first)


def _places(row: Row, spans: Spans) -> list[tuple[int, int]]:
    """Where a row stands: each beginning and the ends it may have."""
    places = spans.get(row[0].choices, [])
    for part in row[1:]:
        here = spans.get(part.choices, ())
        places = list({(begin, end) for begin, before in places for at, end in here if 0 <= at - before <= part.gap})
        if not places:
            break
    return places


# Reading what was typed


def _sentences(text: str) -> Iterator[Run]:
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`´]", "", plain)
    plain = re.sub(r"(.)\1{2,}", r"\1\1", plain)
    for sentence in re.split(r"[.!?;\n]+", plain):
        typed = tuple(re.findall(r"[a-z0-9]+", sentence))
        if not typed:
            continue
        said = _without_everyday(expand(tuple(_spelled(word) for word in typed), vocabulary().short))
        for at in range(0, max(1, len(said) - SENTENCE_SHARED), SENTENCE_MOST - SENTENCE_SHARED):
            yield said[at : at + SENTENCE_MOST]


def _without_everyday(said: Run) -> Run:
    spans = _index().spans(said)
    out: set[int] = set()
    for row in vocabulary().everyday:
        if row[0].choices in spans:
            for begin, end in _places(row, spans):
                out.update(range(begin, end))
    return tuple(TAKEN_OUT if at in out else word for at, word in enumerate(said))


def _spelled(word: str) -> str:
    """The word of danger that was meant; a word that is known, ordinary or short stays as it is."""
    words = vocabulary()
    if len(word) < SPELLED_FROM or (word,) in words.short or word in words.ordinary or _index().knows(word):
        return word
    most = 2 if len(word) >= SPELLED_LONG else 1
    alike = (other for other in words.spelled if abs(len(word) - len(other)) <= most and other[0] in word[:2])
    near = [(away, other) for other in alike if (away := _distance(word, other, most)) <= most]
    return min(near)[1] if near else word


def _distance(word: str, other: str, most: int) -> int:
    """Letters wrong, missing, too many or swapped between two words; beyond ``most`` only that it is more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        now = [i]
        for j, beside in enumerate(other, start=1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != beside))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == beside:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, row = row, now
        if min(row) > most:
            break
    return row[-1]


class _Index:
    """Which choices each word may begin: one look for each word of a sentence."""

    def __init__(self) -> None:
        words = vocabulary()
        self._whole: dict[str, dict[Run, list[int]]] = {}
        self._starts: dict[str, dict[Run, list[int]]] = {}
        self._known: set[str] = {word for run in words.short.values() for word in run}
        for place, runs in enumerate(words.choices):
            for run in runs:
                table = self._starts if run[0].endswith("*") else self._whole
                table.setdefault(run[0].rstrip("*"), {}).setdefault(run, []).append(place)
                self._known.update(word for word in run if not word.endswith("*"))

    def knows(self, word: str) -> bool:
        """Whether a word stands in the vocabulary as it is."""
        return word in self._known

    def spans(self, said: Run) -> Spans:
        """Where each choice stands: its beginning, and its end (not in it)."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for at, word in enumerate(said):
            beginning = [self._whole.get(word, {})]
            beginning += [self._starts.get(word[:n], {}) for n in range(2, len(word) + 1)]
            for run, places in (one for runs in beginning for one in runs.items()):
                end = at + len(run)
                if end <= len(said) and all(map(_is, said[at + 1 : end], run[1:])):
                    for place in places:
                        spans.setdefault(place, []).append((at, end))
        return spans


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@cache
def _index() -> _Index:
    return _Index()
