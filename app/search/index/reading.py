"""Reading a question against what the index holds: spelling mended, phrases found, each word with its other words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.search.index.snapshot import Snapshot
from app.search.index.stems import stem, stems_of
from app.search.rules.spelling import SHORTEST
from app.search.rules.vocabulary import Meaning, meanings
from app.search.rules.words import EMPTY, Question, read_question, worth_asking

SHORTEST_START = 3
"""Letters after which a word not known is taken for the beginning of others."""
STARTS_MOST = 30
OTHER_WORDS = 0.5
"""What another word for the same thing says, beside the word itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of saying it: stems that must all be there, together when ``is_phrase``, and how much that says."""

    stems: tuple[str, ...]
    weight: float = 1.0
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing asked for: ways of saying it, of which one is enough, and the kinds of support it names.

    ``often_under`` are kinds that count only for listings that say it in words as well.
    """

    words: tuple[str, ...]
    ways: tuple[Way, ...]
    kinds: tuple[str, ...] = ()
    often_under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words, mended, and which of them stand together."""

    question: Question
    telling: tuple[bool, ...]
    corrected: str | None = None

    def without(self, begin: int, end: int) -> "Reading":
        """The same question with the words from ``begin`` up to ``end`` left to somebody else."""
        return replace(self, telling=tuple(t and not begin <= i < end for i, t in enumerate(self.telling)))


def read(snapshot: Snapshot, text: str, *, is_exact: bool) -> Reading:
    """Take the words out of a text, and mend those the index does not know."""
    question = read_question(text)
    words = list(question.words)
    snapshot.foresee(
        (field, term)
        for word in words
        for field, term in (("surface", word), ("words", stem(word)), ("place", stem(word)))
    )
    if not is_exact:
        for place, word in enumerate(words):
            if not _is_known(snapshot, word, is_last=place == len(words) - 1):
                words[place] = snapshot.spell().nearest(word) or word
    mended = replace(question, words=tuple(words))
    corrected = None if mended == question else _said(mended)
    return Reading(mended, tuple(worth_asking(mended.words)), corrected)


def _said(question: Question) -> str:
    begins = {begin for begin, _ in question.together}
    ends = {end - 1 for _, end in question.together}
    return " ".join(f"{chr(34) * (i in begins)}{w}{chr(34) * (i in ends)}" for i, w in enumerate(question.words))


def _is_known(snapshot: Snapshot, word: str, *, is_last: bool) -> bool:
    if len(word) < SHORTEST or word in EMPTY or any(c.isdigit() for c in word):
        return True
    if word in _spoken() or snapshot.is_written(word) or snapshot.is_known(stem(word)):
        return True
    return is_last and bool(snapshot.beginning(word, 1))


def concepts_of(snapshot: Snapshot, reading: Reading) -> list[Concept]:
    """What is asked for, in the order it was said."""
    words, telling = reading.question.words, reading.telling
    runs = dict(reading.question.together)
    stems = [stem(word) for word in words]
    found: list[Concept] = []
    place = 0
    while place < len(words):
        end, meant = (runs[place], ()) if place in runs else _phrase_at(stems, place, len(words))
        if any(telling[place:end]):
            kept = tuple(stems_of(words[place:end])) or tuple(stems[place:end])
            own = Way(kept, is_phrase=place in runs and len(kept) > 1)
            is_last = end == len(words)
            ways = (
                own,
                *_other_ways(meant, kept),
                *(_endings(snapshot, words[place]) if is_last and not meant else ()),
            )
            kinds = tuple(dict.fromkeys(kind for meaning in meant for kind in meaning.kinds))
            under = tuple(dict.fromkeys(kind for meaning in meant for kind in meaning.often_under))
            found.append(Concept(words[place:end], tuple(dict.fromkeys(ways)), kinds, under))
        place = end
    return found


def _other_ways(meant: Sequence[Meaning], own: tuple[str, ...]) -> list[Way]:
    others = (tuple(stems_of(phrase)) for meaning in meant for phrase in meaning.phrases)
    return [
        Way(stems, OTHER_WORDS, is_phrase=len(stems) > 1) for stems in dict.fromkeys(others) if stems and stems != own
    ]


def _endings(snapshot: Snapshot, word: str) -> list[Way]:
    """What a last word not known may be the beginning of."""
    if len(word) < SHORTEST_START or snapshot.is_written(word) or snapshot.is_known(stem(word)):
        return []
    return [Way((stem(longer),), 0.9) for longer in snapshot.beginning(word, STARTS_MOST)]


def _phrase_at(stems: Sequence[str], begin: int, end: int) -> tuple[int, tuple[Meaning, ...]]:
    """The longest phrase of the vocabulary that stands here, and what it means; else the one word."""
    for upto in range(min(end, begin + _longest()), begin, -1):
        meant = _phrases().get(tuple(stems[begin:upto]))
        if meant:
            return upto, meant
    return begin + 1, ()


@cache
def _phrases() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    found: dict[tuple[str, ...], tuple[Meaning, ...]] = {}
    for meaning in meanings():
        for phrase in meaning.phrases:
            stems = tuple(stem(word) for word in phrase)
            if meaning not in found.get(stems, ()):
                found[stems] = (*found.get(stems, ()), meaning)
    return found


@cache
def _longest() -> int:
    return max(len(phrase) for phrase in _phrases())


@cache
def _spoken() -> frozenset[str]:
    return frozenset(word for meaning in meanings() for phrase in meaning.phrases for word in phrase)


def runs_naming_places(snapshot: Snapshot, reading: Reading) -> list[tuple[int, int]]:
    """Runs of words that may name a place, most likely first: the last words, then the first, longest first."""
    words = reading.question.words

    def may_be(begin: int, end: int) -> bool:
        return (
            all(
                any(c.isdigit() for c in word) or bool(snapshot.mask("place", stem(word)).any())
                for word in words[begin:end]
                if word not in EMPTY
            )
            and words[begin] not in EMPTY
        )

    count = len(words)
    runs = [(begin, count) for begin in range(max(0, count - 3), count)] + [
        (0, end) for end in range(min(2, count), 0, -1)
    ]
    return [run for run in dict.fromkeys(runs) if may_be(*run)]
