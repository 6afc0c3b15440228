"""Hears danger in what somebody typed: shapes of meaning looked for sentence by sentence, spelling forgiven.

Nothing of what was typed is kept, not even in memory: whoever asks gets a level and kinds, never the words.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from app.platform.danger.rules.kinds import Danger, Heard, Level
from app.platform.danger.rules.reading import Row, Run, Shape, expand, vocabulary
from app.platform.english.rules.known_words import is_word

TEXT_MOST = 20_000
SENTENCE_MOST, SENTENCE_SHARED = 40, 12
"""Words of a sentence that are looked at together, and how many of them again with what follows."""
BESIDE = 16
"""Words within which rows in any order stand."""
SPELLED_FROM, SPELLED_LONG = 5, 10
"""Letters from which one may be wrong, and from which two may."""
SOUNDS_FROM = 4
"""Consonants that a word known by its sound alone has at least."""
PART = 2
"""Letters that each of two words run together has at least."""
TAKEN_OUT = "·"


class Spans:
    """Where the choices of the vocabulary stand in a sentence: each a beginning, and an end (not in it)."""

    def __init__(self, found: list[tuple[frozenset[int], int, int]]) -> None:
        self._found = found
        self._at: dict[int, list[tuple[int, int]]] = {}
        self.places = frozenset().union(*(places for places, _, _ in found))

    def __contains__(self, place: int) -> bool:
        """Whether a choice stands anywhere."""
        return place in self.places

    def at(self, place: int) -> list[tuple[int, int]]:
        """Where a choice stands; looked up only for shapes all of whose parts are there."""
        if place not in self._at:
            self._at[place] = [(begin, end) for places, begin, end in self._found if place in places]
        return self._at[place]


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
    spans = _index().spans(sentence)
    for shape in _index().shapes(spans):
        level = _level(shape, spans)
        if level is not None and _is_met(shape, spans):
            yield shape.danger, level


def _level(shape: Shape, spans: Spans) -> Level | None:
    """How loudly a shape is answered beside what else the sentence says; not at all when danger is only its subject."""
    words = vocabulary()
    if shape.is_sure:
        return shape.level
    if words.about in spans:
        if words.speaking not in spans:
            return None
        if words.looking in spans:
            return Level.MILD
    if shape.danger is Danger.EMERGENCY and words.thanks in spans:
        return None
    if words.past in spans and words.still not in spans:
        return None if shape.danger is Danger.EMERGENCY else Level.MILD
    return shape.level


def _is_met(shape: Shape, spans: Spans) -> bool:
    if not shape.needs <= spans.places:
        return False
    return _stands(shape.rows, spans) and not any(_stands(rows, spans) for rows in shape.unless)


def shapes_met(text: str) -> list[Shape]:
    """Every shape that is met, for whoever keeps the vocabulary."""
    return [
        shape
        for sentence in _sentences(text)
        for spans in [_index().spans(sentence)]
        for shape in _index().shapes(spans)
        if _level(shape, spans) is not None and _is_met(shape, spans)
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
    places = spans.at(row[0].choices)
    for part in row[1:]:
        here = spans.at(part.choices)
        places = list({(begin, end) for begin, before in places for at, end in here if 0 <= at - before <= part.gap})
        if not places:
            break
    return places


# Reading what was typed


def _sentences(text: str) -> Iterator[Run]:
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`´]", "", plain)
    plain = re.sub(r"([^\d\s])\1{2,}", r"\1\1", plain)
    for sentence in re.split(r"[.!?;\n]+", plain):
        typed = tuple(re.findall(r"[a-z0-9]+", sentence))
        if not typed:
            continue
        spelled = tuple(one for word in typed for one in _spelled(word))
        said = _without_everyday(expand(spelled, vocabulary().short))
        for at in range(0, max(1, len(said) - SENTENCE_SHARED), SENTENCE_MOST - SENTENCE_SHARED):
            yield said[at : at + SENTENCE_MOST]


def _without_everyday(said: Run) -> Run:
    spans = _index().spans(said)
    out: set[int] = set()
    for row in _index().sayings(spans):
        for begin, end in _places(row, spans):
            out.update(range(begin, end))
    return tuple(TAKEN_OUT if at in out else word for at, word in enumerate(said))


def meant_by(word: str) -> str:
    """The word of danger that a lower-case word is, or is a slip of; empty when it is neither.

    For the search, which must not put another word in its place.
    """
    short = vocabulary().short.get((word,), ())
    if len(short) == 1 and short[0] in vocabulary().spelled:
        return short[0]
    meant = _spelled(word)
    return meant[0] if len(meant) == 1 and meant[0] in vocabulary().spelled else ""


def _spelled(word: str) -> Run:
    """The word of danger that was meant; a word that is one already, of English or of the vocabulary, stays as it is."""
    words = vocabulary()
    if len(word) < SPELLED_FROM or (word,) in words.short or _index().knows(word) or is_word(word):
        return (word,)
    near = _nearest(word) or (word.endswith("in") and _nearest(word + "g")) or _sounding(word)
    return (near,) if near else _apart(word)


def _nearest(word: str) -> str:
    """The word of danger fewest letters away; the word itself where an ordinary one is as near."""
    most = 2 if len(word) >= SPELLED_LONG else 1
    begun = (other for letter in set(word[:2]) for other in _by_letter().get(letter, ()))
    alike = (other for other in begun if abs(len(word) - len(other)) <= most)
    near = [
        (away, other not in vocabulary().ordinary, -len(other), other)
        for other in alike
        if (away := _distance(word, other, most)) <= most
    ]
    if not near:
        return ""
    _, is_danger, _, meant = min(near)
    return meant if is_danger else word


def _sounding(word: str) -> str:
    """The word of danger that has the same consonants to the ear (``sooicidal``); of short ones too many do."""
    heard = _consonants(word)
    return _by_sound().get(heard, "") if len(heard) >= SOUNDS_FROM else ""


def _consonants(word: str) -> str:
    for letters, sound in (("ph", "f"), ("ck", "k"), ("qu", "k"), ("gh", ""), ("ce", "s"), ("ci", "s"), ("cy", "s")):
        word = word.replace(letters, sound)
    word = re.sub(r"(.)\1+", r"\1", word)
    return word.translate(str.maketrans("cqz", "kks", "aeiouywh"))


@cache
def _by_letter() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in vocabulary().spelled | vocabulary().ordinary:
        found.setdefault(word[0], []).append(word)
    return found


@cache
def _by_sound() -> dict[str, str]:
    return {_consonants(word): word for word in sorted(vocabulary().spelled, key=len, reverse=True)}


def _apart(word: str) -> Run:
    """Two words run together, when the vocabulary knows both and one is a word of danger."""
    for at in range(PART, len(word) - PART + 1):
        pair = (word[:at], word[at:])
        if all(map(_index().knows, pair)) and not vocabulary().spelled.isdisjoint(pair):
            return pair
    return (word,)


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
    """Which choices each word may begin, and which shapes their rarest part: one look for each word of a sentence."""

    def __init__(self) -> None:
        words = vocabulary()
        self._known: set[str] = {word for run in words.short.values() for word in run}
        places: dict[Run, set[int]] = {}
        for place, runs in enumerate(words.choices):
            for run in runs:
                places.setdefault(run, set()).add(place)
                self._known.update(word for word in run if not word.endswith("*"))
        self._whole: dict[str, list[tuple[Run, frozenset[int]]]] = {}
        self._starts: dict[str, list[tuple[Run, frozenset[int]]]] = {}
        for run, found in places.items():
            table = self._starts if run[0].endswith("*") else self._whole
            table.setdefault(run[0].rstrip("*"), []).append((run[1:], frozenset(found)))
        self._shapes: dict[int, list[Shape]] = {}
        for shape in words.shapes:
            rarest = min(shape.needs, key=lambda place: (len(words.choices[place]), place))
            self._shapes.setdefault(rarest, []).append(shape)
        self._sayings: dict[int, list[Row]] = {}
        for row in words.everyday:
            self._sayings.setdefault(row[0].choices, []).append(row)

    def knows(self, word: str) -> bool:
        """Whether a word stands in the vocabulary as it is."""
        return word in self._known

    def shapes(self, spans: Spans) -> Iterator[Shape]:
        """Every shape that may be met."""
        for place in sorted(spans.places & self._shapes.keys()):
            yield from self._shapes[place]

    def sayings(self, spans: Spans) -> Iterator[Row]:
        """Every everyday saying that begins somewhere."""
        for place in spans.places & self._sayings.keys():
            yield from self._sayings[place]

    def spans(self, said: Run) -> Spans:
        """Where each choice stands."""
        found: list[tuple[frozenset[int], int, int]] = []
        for at, word in enumerate(said):
            runs = list(self._whole.get(word, ()))
            if word[-1] == "s" and word[:-1] in vocabulary().persons:
                runs += self._whole.get(word[:-1], ())
            for letters in range(2, len(word) + 1):
                runs += self._starts.get(word[:letters], ())
            for rest, places in runs:
                end = at + 1 + len(rest)
                if not rest or (end <= len(said) and all(map(_is, said[at + 1 : end], rest))):
                    found.append((places, at, end))
        return Spans(found)


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@cache
def _index() -> _Index:
    return _Index()
