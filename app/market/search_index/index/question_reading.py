"""Reading a question against what the index holds: spelling mended, phrases found, each word with its other words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.market.search_index.index.corrections import mended
from app.market.search_index.index.phrases import phrase_at, phrases
from app.market.search_index.index.snapshot import Snapshot
from app.market.search_index.index.stems import stem, stems_of
from app.market.search_index.rules.sentences import age_group, denied_from, is_refused
from app.market.search_index.rules.vocabulary import Meaning
from app.market.search_index.rules.words import ASKING, EMPTY, QuestionWords, read_question, worth_asking
from app.people.councils.rules.geography import INWARD_LENGTH, compact_or_none

SHORTEST_START = 3
"""Letters after which a word not known is taken for the beginning of others."""
STARTS_MOST = 30
PLACE_WORDS = 3
BEFORE_A_PLACE = frozenset(["in", "near", "at", "around", "by", "from", "to"])
_OUTWARD = re.compile("[a-z]{1,2}[0-9][a-z0-9]?")
OR = frozenset(["or", "nor", "and"])
"""Between two things neither of which is wanted."""
CONCEPTS_MOST = 8
"""Things that are looked for: what bounds the work of any question at all."""
OTHER_WORDS, APART = 0.5, 0.4
"""What another word for the same thing says, and words of a phrase that do not stand together, beside the words themselves."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One phrasing of what is asked for: stems that must all be there, together when ``is_phrase``, and how much that says.

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
    ways: tuple[Phrasing, ...]
    kinds: tuple[str, ...] = ()
    often_under: tuple[str, ...] = ()
    is_meant: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words, mended, and which of them stand together."""

    question: QuestionWords
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
    snapshot.foresee(
        (field, term)
        for word in question.words
        for field, term in (("surface", word), ("words", stem(word)), ("place", stem(word)))
    )
    read_as, corrected = (question, None) if is_exact else mended(snapshot, question)
    return Reading(read_as, tuple(worth_asking(read_as.words)), corrected)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Something that was said not to be wanted, and the words that say so, by their numbers."""

    concept: Concept
    begin: int
    end: int


def concepts_of(snapshot: Snapshot, reading: Reading) -> tuple[list[Concept], list[Unwanted]]:
    """What is asked for, in the order it was said, and what was said not to be wanted."""
    words, telling = reading.question.words, reading.telling
    runs = dict(reading.question.together)
    denied = denied_from(words)
    concepts: list[Concept] = []
    unwanted: list[Unwanted] = []
    place = 0
    while place < len(words) and len(concepts) + len(unwanted) < CONCEPTS_MOST:
        is_quoted = place in runs
        end, meant = (runs[place], ()) if is_quoted else phrase_at(words, reading.free_until(place))
        if any(telling[place:end]) or place in denied or (meant and end - place > 1 and place not in reading.elsewhere):
            is_last = end == len(words) and not meant
            endings = _endings(snapshot, words[place]) if is_last else ()
            concept = _concept(words[place:end], meant, endings, is_quoted=is_quoted)
            if place in denied and (concept.kinds or is_refused(words, denied[place], place)):
                unwanted.append(Unwanted(concept, denied[place], end))
                if end + 1 < len(words) and words[end] in OR:
                    denied.setdefault(end + 1, end)
            elif any(telling[place:end]) or (meant and end - place > 1):
                concepts.append(concept)
        place = end
    group = age_group(words)
    if concepts and group and len(concepts) < CONCEPTS_MOST:
        concepts.append(replace(_concept(group, phrases()[group]), is_meant=False))
    return concepts, unwanted


def phrase_words_apart(concept: Concept) -> list[Concept]:
    """The single words of a phrase that no document has as a phrase."""
    words = [word for word in concept.words if word not in EMPTY and word not in ASKING]
    return [_concept((word,), phrase_at([word], range(1))[1]) for word in words]


def _concept(
    words: tuple[str, ...], meant: tuple[Meaning, ...], endings: Sequence[Phrasing] = (), *, is_quoted: bool = False
) -> Concept:
    stems = tuple(stems_of(words)) or tuple(stem(word) for word in words)
    kinds = tuple(dict.fromkeys(kind for meaning in meant for kind in meaning.kinds))
    under = tuple(dict.fromkeys(kind for meaning in meant for kind in meaning.often_under if kind not in kinds))
    own = _said_so(stems, len(words), is_quoted=is_quoted, is_meant=bool(meant), has_kinds=bool(kinds))
    ways = dict.fromkeys([*own, *_other_ways(meant, stems), *endings])
    return Concept(words, tuple(ways), kinds, under, is_meant=is_quoted or bool(meant))


def _said_so(
    stems: tuple[str, ...], words: int, *, is_quoted: bool, is_meant: bool, has_kinds: bool
) -> tuple[Phrasing, ...]:
    """The ways a listing may say just what was asked."""
    if words == 1 or not (is_quoted or is_meant):
        return (Phrasing(stems),)
    if len(stems) == 1:
        return (Phrasing(stems, is_within_kinds=has_kinds),)
    together = Phrasing(stems, is_phrase=True)
    # Where no kind stands for it, its words may also stand apart, unless they were put in quotation marks.
    return (together,) if is_quoted or has_kinds else (together, Phrasing(stems, APART))


def _other_ways(meant: Sequence[Meaning], own: tuple[str, ...]) -> list[Phrasing]:
    found = {}
    for meaning in meant:
        for phrase in meaning.phrases:
            stems = tuple(stems_of(phrase))
            if stems and stems != own:
                is_cut = len(stems) == 1 and len(phrase) > 1
                found[stems] = Phrasing(stems, OTHER_WORDS, is_phrase=len(stems) > 1, is_within_kinds=is_cut)
    return list(found.values())


def _endings(snapshot: Snapshot, word: str) -> list[Phrasing]:
    """What a last word not known may be the beginning of."""
    if len(word) < SHORTEST_START or snapshot.is_written(word) or snapshot.is_known(stem(word)):
        return []
    return [Phrasing((stem(longer),), 0.9) for longer in snapshot.beginning(word, STARTS_MOST)]


def runs_naming_places(snapshot: Snapshot, reading: Reading) -> list[tuple[int, int]]:
    """Runs of words that may name a place, most likely first: the last words, then the first, longest first."""
    words = reading.question.words
    taken = {place for begin, end in _phrases_in(reading) for place in range(begin, end)}

    def may_be(begin: int, end: int) -> bool:
        return (
            words[begin] not in EMPTY
            and taken.isdisjoint(range(begin, end))
            and (
                is_postcode(words[begin:end])
                or all(
                    any(c.isdigit() for c in word) or bool(snapshot.mask("place", stem(word)).any())
                    for word in words[begin:end]
                    if word not in EMPTY
                )
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
    pairs = [(begin, begin + 2) for begin in range(len(words) - 1) if is_postcode(words[begin : begin + 2])]
    ones = [(begin, begin + 1) for begin, word in enumerate(words) if is_postcode([word]) or _OUTWARD.fullmatch(word)]
    return pairs + ones


def is_postcode(words: Sequence[str]) -> bool:
    """Whether these words are a whole postcode in its halves, or run together, with O for 0 and the like.

    ``["m31", "4fa"]`` is one, ``["is", "10am"]`` is not, although its letters are.
    """
    if len(words) > 2 or (len(words) == 2 and len(words[1]) != INWARD_LENGTH):  # noqa: PLR2004 - its halves
        return False
    return len(words) > 0 and compact_or_none(" ".join(words)) is not None


def _phrases_in(reading: Reading) -> list[tuple[int, int]]:
    """Where phrases of several words that mean one thing stand: no place is looked for inside one."""
    words, place, found = reading.question.words, 0, []
    while place < len(words):
        end, meant = phrase_at(words, reading.free_until(place))
        if meant and end - place > 1:
            found.append((place, end))
        place = end
    return found
