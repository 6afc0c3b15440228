"""Mending the words of a question: near misses, words that sound right, words run together or torn apart, slips of a keyboard."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from app.market.search_index.index.phrases import before, following_words, phrases, sounds, spoken
from app.market.search_index.index.snapshot import Snapshot
from app.market.search_index.index.stems import stem, stems_of
from app.market.search_index.rules.sounds import sound
from app.market.search_index.rules.spelling import SHORTEST, Spelling, distance
from app.market.search_index.rules.vocabulary import meanings
from app.market.search_index.rules.words import ASKING, EMPTY, WORDS_MOST, QuestionWords
from app.platform.danger.rules.hearing import meant_by
from app.platform.english.rules.known_words import is_word

MENDED_MOST = 8
"""Words of one question that are mended: what bounds the work of any question at all."""
SELDOM, OFTEN, LONG_ENOUGH = 2, 10, 6
"""A word that stands in so few listings may be a slip of whoever wrote them, when one letter away is one of the vocabulary
that stands in so many; shorter words never are."""
PART, LEAST_AFTER = 3, 2
"""Letters that the first and the second of two words run together have at least."""


def mended(snapshot: Snapshot, question: QuestionWords) -> tuple[QuestionWords, str | None]:
    """The question as it was probably meant, and how to say so when that is not what was typed."""
    words = list(question.words)
    last = len(words) - 1
    strange = [place for place, word in enumerate(words) if not _is_known(snapshot, word, is_last=place == last)]
    strange = strange[:MENDED_MOST]
    for place in strange:
        if question.together or not (_parts(words[place]) or (place == last and _end(snapshot, words))):
            words[place] = _nearest(snapshot, words[place])
    if not question.together:
        words = _reread(snapshot, words, [place for place in strange if words[place] == question.words[place]])
    found = tuple(words[:WORDS_MOST])
    corrected = None if found == question.words else _said(replace(question, words=found))
    return replace(question, words=(*found[:-1], _end(snapshot, found) or found[-1]) if found else ()), corrected


def _said(question: QuestionWords) -> str:
    begins = {begin for begin, _ in question.together}
    ends = {end - 1 for _, end in question.together}
    return " ".join(f"{chr(34) * (i in begins)}{w}{chr(34) * (i in ends)}" for i, w in enumerate(question.words))


def _is_known(snapshot: Snapshot, word: str, *, is_last: bool) -> bool:
    if len(word) < SHORTEST or word in EMPTY or word in ASKING or any(c.isdigit() for c in word):
        return True
    # A right word stays, though no listing has it: changed, it would ask for something else (vomiting, visiting).
    if word in spoken() or is_word(word) or meant_by(word) == word:
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


def _nearest(snapshot: Snapshot, word: str) -> str:
    """The known word it is nearest to by its letters; when that is not very near, one of the vocabulary that sounds the same.

    A slip of a word of danger (``chocking``) becomes that word and no other (``checking``).
    """
    danger = meant_by(word)
    if danger and distance(word, danger, 1) <= 1:
        return danger
    near = snapshot.spell().nearest(word, but=word)
    if near is not None and distance(word, near, 1) <= 1:
        return near
    alike = sounds().nearest(word)
    if alike is not None and (near is None or alike[1] <= distance(word, near, 2) + 1):
        return alike[0]
    return near or word


def _reread(snapshot: Snapshot, words: Sequence[str], strange: Sequence[int]) -> list[str]:
    """Words nobody knows taken apart or put together; words that are wrong only beside their neighbours put right."""
    found: list[str] = []
    place = 0
    while place < len(words):
        word, beside = words[place], words[place + 1] if place + 1 < len(words) else ""
        if beside and {place, place + 1} & set(strange) and _is_one(snapshot, word + beside):
            found.append(word + beside)
            place += 1
        elif place in strange and not (place == len(words) - 1 and _end(snapshot, words)):
            found += _apart(snapshot, word)
        else:
            found.append(word)
        place += 1
    for place in range(len(found) - 1):
        found[place : place + 2] = _together(snapshot, found[place], found[place + 1])
    return found


def _is_one(snapshot: Snapshot, word: str) -> bool:
    return word in spoken() or snapshot.is_written(word)


def _pairs(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(PART, len(word) - LEAST_AFTER + 1)]


def _parts(word: str) -> list[str]:
    """The phrase of two words that is run together in one."""
    return next((list(pair) for pair in _pairs(word) if pair in phrases()), [])


def _apart(snapshot: Snapshot, word: str) -> list[str]:
    """``lunchclub`` -> ``lunch club``, when that is a phrase or both words stand together in a listing."""
    phrase = _parts(word)
    if phrase:
        return phrase
    for pair in _pairs(word):
        if spoken().issuperset(pair) and len(snapshot.ids_together(stems_of(pair))):
            return list(pair)
    return [word]


def _together(snapshot: Snapshot, one: str, other: str) -> list[str]:
    """``foot bank`` -> ``food bank``, ``carers brake`` -> ``carers break``: words that are a phrase people use but for a slip."""
    if (one, other) in phrases():
        return [one, other]
    meant = [[said, other] for said in before(other) if _may_be(snapshot, one, said)]
    meant += [[one, said] for said in following_words(one) if _may_be(snapshot, other, said)]
    return meant[0] if meant and not len(snapshot.ids_together(stems_of((one, other)))) else [one, other]


def _may_be(snapshot: Snapshot, word: str, other: str) -> bool:
    """Whether a word is one letter from another, or sounds the same and is two; short ones only when nobody knows them."""
    if word[0] != other[0] or len(other) < SHORTEST or (word,) in phrases() or stem(word) == stem(other):
        return False
    if len(word) < SHORTEST and (word in EMPTY or word in ASKING or word in spoken() or snapshot.is_written(word)):
        return False
    away = distance(word, other, 2)
    is_near = away == 1 or (away == 2 and sound(word) == sound(other))  # noqa: PLR2004 - letters
    return is_near and meant_by(word) != word


def _end(snapshot: Snapshot, words: Sequence[str]) -> str | None:
    """A last word not yet typed to its end, where it ends a phrase of two: ``walking fram``."""
    if len(words) < 2 or len(words[-1]) < PART or _is_one(snapshot, words[-1]):  # noqa: PLR2004 - two words
        return None
    ends = [word for word in following_words(words[-2]) if word.startswith(words[-1])]
    return min(ends, key=lambda word: (len(word), word), default=None)


@cache
def _spoken_nearly() -> Spelling:
    return Spelling(dict.fromkeys((word for meaning in meanings() for phrase in meaning.phrases for word in phrase), 1))
