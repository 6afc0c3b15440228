"""Reading a question against what the index holds: spelling mended, phrases found, each word with its other words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.search.index.snapshot import Snapshot
from app.search.index.stems import stem, stems_of
from app.search.rules.sentences import LIGHT, age_group, denied_from
from app.search.rules.spelling import SHORTEST, Spelling, distance
from app.search.rules.vocabulary import Meaning, meanings
from app.search.rules.words import ASKING, EMPTY, Question, read_question, worth_asking

SHORTEST_START = 3
"""Letters after which a word not known is taken for the beginning of others."""
STARTS_MOST = 30
PLACE_WORDS = 3
BEFORE_A_PLACE = frozenset(["in", "near", "at", "around", "by", "from", "to"])
_POSTCODE, _OUTWARD = re.compile("[a-z]{1,2}[0-9][a-z0-9]?[0-9][a-z]{2}"), re.compile("[a-z]{1,2}[0-9][a-z0-9]?")
MENDED_MOST, CONCEPTS_MOST = 8, 8
"""Words of one question that are mended, and things that are looked for: what bounds the work of any question at all."""
OTHER_WORDS, APART = 0.5, 0.4
"""What another word for the same thing says, and words of a phrase that do not stand together, beside the words themselves."""
SELDOM, OFTEN, LONG_ENOUGH = 2, 10, 6
"""A word that stands in so few listings may be a slip of whoever wrote them, when one letter away is one of the vocabulary
that stands in so many; shorter words never are."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of saying it: stems that must all be there, together when ``is_phrase``, and how much that says.

    What is left of a phrase without its empty words (*live in*) may say something else: it counts within the kinds only.
    """

    stems: tuple[str, ...]
    weight: float = 1.0
    is_phrase: bool = False
    is_within_kinds: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing asked for: ways of saying it, of which one is enough, and the kinds of support it names.

    ``often_under`` are kinds that count only for listings that say it in words as well. ``is_meant``: the vocabulary knows
    it, or it was put in quotation marks; beside such things other words only help to put the results in order.
    """

    words: tuple[str, ...]
    ways: tuple[Way, ...]
    kinds: tuple[str, ...] = ()
    often_under: tuple[str, ...] = ()
    is_meant: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words, mended, and which of them stand together."""

    question: Question
    telling: tuple[bool, ...]
    corrected: str | None = None
    elsewhere: tuple[int, ...] = ()
    """Words left to somebody else: those that name a place."""

    def without(self, begin: int, end: int) -> "Reading":
        """The same question with the words from ``begin`` up to ``end`` left to somebody else."""
        telling = tuple(t and not begin <= i < end for i, t in enumerate(self.telling))
        return replace(self, telling=telling, elsewhere=(*self.elsewhere, *range(begin, end)))

    def free_until(self, place: int) -> range:
        """From a word up to the next that was left to somebody else, or that stands in quotation marks."""
        taken = {*self.elsewhere, *(begin for begin, _ in self.question.together)}
        end = min((one for one in taken if one > place), default=len(self.question.words))
        return range(place, end)


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
        strange = [
            place for place, word in enumerate(words) if not _is_known(snapshot, word, is_last=place == len(words) - 1)
        ]
        for place in strange[:MENDED_MOST]:
            word = words[place]
            words[place] = snapshot.spell().nearest(word, but=word) or word
    mended = replace(question, words=tuple(words))
    corrected = None if mended == question else _said(mended)
    return Reading(mended, tuple(worth_asking(mended.words)), corrected)


def _said(question: Question) -> str:
    begins = {begin for begin, _ in question.together}
    ends = {end - 1 for _, end in question.together}
    return " ".join(f"{chr(34) * (i in begins)}{w}{chr(34) * (i in ends)}" for i, w in enumerate(question.words))


def _is_known(snapshot: Snapshot, word: str, *, is_last: bool) -> bool:
    if len(word) < SHORTEST or word in EMPTY or word in ASKING or any(c.isdigit() for c in word):
        return True
    if word in _spoken():
        return True
    if snapshot.is_written(word) or snapshot.is_known(stem(word)):
        return not _is_slip(snapshot, word)
    return is_last and bool(snapshot.beginning(word, 1))


def _is_slip(snapshot: Snapshot, word: str) -> bool:
    """Whether somebody who wrote a listing seems to have misspelt a word of the vocabulary just so."""
    if len(word) < LONG_ENOUGH or len(snapshot.impact(stem(word))[0]) > SELDOM:
        return False
    meant = _spoken_nearly().nearest(word, but=word)
    if meant is None or stem(meant) == stem(word) or distance(word, meant, 1) > 1:
        return False
    return len(snapshot.impact(stem(meant))[0]) >= OFTEN


def concepts_of(snapshot: Snapshot, reading: Reading) -> list[Concept]:
    """What is asked for, in the order it was said; what was said not to be wanted is left out, as long as others remain."""
    words, telling = reading.question.words, reading.telling
    runs = dict(reading.question.together)
    stems = [stem(word) for word in words]
    denied = denied_from(words)
    found: list[Concept] = []
    unwanted: list[Concept] = []
    place = 0
    while place < len(words) and len(found) < CONCEPTS_MOST:
        is_quoted = place in runs
        end, meant = (runs[place], ()) if is_quoted else _phrase_at(words, stems, reading.free_until(place))
        if any(telling[place:end]) or (meant and end - place > 1 and place not in reading.elsewhere):
            is_last = end == len(words) and not meant
            endings = _endings(snapshot, words[place]) if is_last else ()
            concept = _concept(words[place:end], meant, endings, is_quoted=is_quoted)
            (unwanted if place in denied and concept.kinds else found).append(concept)
        place = end
    group = age_group(words)
    if found and group and len(found) < CONCEPTS_MOST:
        found.append(replace(_concept(group, _phrases()[group]), is_meant=False))
    return found or unwanted


def apart(concept: Concept) -> list[Concept]:
    """The words of a phrase that nothing says, each by itself."""
    words = [word for word in concept.words if word not in EMPTY and word not in ASKING]
    return [_concept((word,), _phrase_at([word], [stem(word)], range(1))[1]) for word in words]


def _concept(
    words: tuple[str, ...], meant: tuple[Meaning, ...], endings: Sequence[Way] = (), *, is_quoted: bool = False
) -> Concept:
    stems = tuple(stems_of(words)) or tuple(stem(word) for word in words)
    kinds = tuple(dict.fromkeys(kind for meaning in meant for kind in meaning.kinds))
    under = tuple(dict.fromkeys(kind for meaning in meant for kind in meaning.often_under if kind not in kinds))
    own = _said_so(stems, len(words), is_quoted=is_quoted, is_meant=bool(meant), has_kinds=bool(kinds))
    ways = dict.fromkeys([*own, *_other_ways(meant, stems), *endings])
    return Concept(words, tuple(ways), kinds, under, is_meant=is_quoted or bool(meant))


def _said_so(
    stems: tuple[str, ...], words: int, *, is_quoted: bool, is_meant: bool, has_kinds: bool
) -> tuple[Way, ...]:
    """The ways a listing may say just what was asked."""
    if words == 1 or not (is_quoted or is_meant):
        return (Way(stems),)
    if len(stems) == 1:
        return (Way(stems, is_within_kinds=has_kinds),)
    together = Way(stems, is_phrase=True)
    # Where no kind stands for it, its words may also stand apart, unless they were put in quotation marks.
    return (together,) if is_quoted or has_kinds else (together, Way(stems, APART))


def _other_ways(meant: Sequence[Meaning], own: tuple[str, ...]) -> list[Way]:
    found = {}
    for meaning in meant:
        for phrase in meaning.phrases:
            stems = tuple(stems_of(phrase))
            if stems and stems != own:
                is_cut = len(stems) == 1 and len(phrase) > 1
                found[stems] = Way(stems, OTHER_WORDS, is_phrase=len(stems) > 1, is_within_kinds=is_cut)
    return list(found.values())


def _endings(snapshot: Snapshot, word: str) -> list[Way]:
    """What a last word not known may be the beginning of."""
    if len(word) < SHORTEST_START or snapshot.is_written(word) or snapshot.is_known(stem(word)):
        return []
    return [Way((stem(longer),), 0.9) for longer in snapshot.beginning(word, STARTS_MOST)]


def _phrase_at(words: Sequence[str], stems: Sequence[str], free: range) -> tuple[int, tuple[Meaning, ...]]:
    """The longest phrase of the vocabulary that stands here, and what it means; else the one word.

    Light words may stand inside a phrase, and one of the vocabulary may be said without its own.
    """
    begin = free.start
    upto, meant = _phrase_just_so(words, stems, free)
    if words[begin] in LIGHT:
        return upto, meant
    heavy = [place for place in free if words[place] not in LIGHT][: _longest()]
    for count in range(len(heavy), 1, -1):
        end = heavy[count - 1] + 1
        if end <= upto and meant:
            break
        said = _phrases_cut().get(tuple(stems[place] for place in heavy[:count]))
        if said:
            return end, said
    return upto, meant


def _phrase_just_so(words: Sequence[str], stems: Sequence[str], free: range) -> tuple[int, tuple[Meaning, ...]]:
    begin = free.start
    for upto in range(min(free.stop, begin + _longest()), begin, -1):
        # Just so before much like it: a toilet is not toileting.
        meant = _phrases().get(tuple(words[begin:upto])) or _phrases_by_stem().get(tuple(stems[begin:upto]))
        if meant:
            return upto, meant
    return begin + 1, ()


@cache
def _phrases() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    return _gathered(lambda word: word)


@cache
def _phrases_by_stem() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    return _gathered(stem)


@cache
def _phrases_cut() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    """Phrases without their light words, of which at least two words remain."""
    return {key: meant for key, meant in _gathered(stem, LIGHT).items() if len(key) > 1}


def _gathered(
    cut: Callable[[str], str], but: frozenset[str] = frozenset()
) -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    found: dict[tuple[str, ...], tuple[Meaning, ...]] = {}
    for meaning in meanings():
        for phrase in meaning.heard:
            key = tuple(cut(word) for word in phrase if word not in but)
            if meaning not in found.get(key, ()):
                found[key] = (*found.get(key, ()), meaning)
    return found


@cache
def _longest() -> int:
    return max(map(len, _phrases()))


@cache
def _spoken() -> frozenset[str]:
    return frozenset(word for meaning in meanings() for phrase in meaning.heard for word in phrase)


@cache
def _spoken_nearly() -> Spelling:
    return Spelling(dict.fromkeys(_spoken(), 1))


def runs_naming_places(snapshot: Snapshot, reading: Reading) -> list[tuple[int, int]]:
    """Runs of words that may name a place, most likely first: the last words, then the first, longest first."""
    words = reading.question.words
    stems = [stem(word) for word in words]
    phrases = {place for begin, end in _phrases_in(reading, stems) for place in range(begin, end)}

    def may_be(begin: int, end: int) -> bool:
        return (
            words[begin] not in EMPTY
            and phrases.isdisjoint(range(begin, end))
            and all(
                any(c.isdigit() for c in word) or bool(snapshot.mask("place", stem(word)).any())
                for word in words[begin:end]
                if word not in EMPTY
            )
        )

    count = len(words)
    runs = [run for run in _postcodes_in(words) if may_be(*run)]
    runs += [
        (begin + 1, end)
        for begin, word in enumerate(words)
        if word in BEFORE_A_PLACE
        for end in range(min(count, begin + 1 + PLACE_WORDS), begin + 1, -1)
    ]
    runs += [(begin, count) for begin in range(max(0, count - PLACE_WORDS), count)]
    runs += [(0, end) for end in range(min(2, count), 0, -1)]
    return [run for run in dict.fromkeys(runs) if may_be(*run)]


def _postcodes_in(words: Sequence[str]) -> list[tuple[int, int]]:
    """Where something shaped like a postcode stands, whole ones first; or the first half of one."""
    pairs = [
        (begin, begin + 2) for begin in range(len(words) - 1) if _POSTCODE.fullmatch("".join(words[begin : begin + 2]))
    ]
    ones = [
        (begin, begin + 1) for begin, word in enumerate(words) if _POSTCODE.fullmatch(word) or _OUTWARD.fullmatch(word)
    ]
    return pairs + ones


def _phrases_in(reading: Reading, stems: Sequence[str]) -> list[tuple[int, int]]:
    """Where phrases of several words that mean one thing stand: no place is looked for inside one."""
    words, place, found = reading.question.words, 0, []
    while place < len(words):
        end, meant = _phrase_at(words, stems, reading.free_until(place))
        if meant and end - place > 1:
            found.append((place, end))
        place = end
    return found
