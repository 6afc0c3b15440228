"""The phrases of the vocabulary, laid out to be found in a question: as written, without endings, without light words."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from app.market.search_index.rules.sentences import LIGHT
from app.market.search_index.rules.sounds import Sounds
from app.market.search_index.rules.vocabulary import Meaning, meanings

Phrase = tuple[str, ...]
_VOWELS = frozenset("aeiouy")


def phrase_at(words: Sequence[str], free: range) -> tuple[int, tuple[Meaning, ...]]:
    """Up to where the longest phrase of the vocabulary that begins here reaches, and what it means; else the one word.

    Light words may stand inside a phrase, and one of the vocabulary may be said without its own.
    """
    begin = free.start
    upto, meant = _just_so(words, free)
    if words[begin] in LIGHT:
        return upto, meant
    heavy = [place for place in free if words[place] not in LIGHT][: _longest()]
    for count in range(len(heavy), 1, -1):
        end = heavy[count - 1] + 1
        if end <= upto and meant:
            break
        said = _without_light().get(tuple(bare(words[place]) for place in heavy[:count]))
        if said:
            return end, said
    return upto, meant


def _just_so(words: Sequence[str], free: range) -> tuple[int, tuple[Meaning, ...]]:
    begin = free.start
    for upto in range(min(free.stop, begin + _longest()), begin, -1):
        # Just so before much like it: a toilet is not toileting.
        meant = phrases().get(tuple(words[begin:upto])) or _bare().get(tuple(map(bare, words[begin:upto])))
        if meant:
            return upto, meant
    return begin + 1, ()


@lru_cache(maxsize=20_000)
def bare(word: str) -> str:
    """A word without its ending, roughly: at a twentieth of what a stem costs, and the vocabulary has thousands."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - *lies* and *ties* are not *ly* and *ty*
        return word[:-3] + "y"
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":  # noqa: PLR2004 - *gas* and *bus* are no plurals
        word = word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending) and not _VOWELS.isdisjoint(word[: -len(ending)]):
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 4 and word[-1] == "e" else word  # noqa: PLR2004 - *care* is not *car*


@cache
def phrases() -> dict[Phrase, tuple[Meaning, ...]]:
    """Every phrase as it is written, and the groups it stands in."""
    return _gathered(lambda word: word)


@cache
def _bare() -> dict[Phrase, tuple[Meaning, ...]]:
    return _gathered(bare)


@cache
def _without_light() -> dict[Phrase, tuple[Meaning, ...]]:
    return {key: meant for key, meant in _gathered(bare, LIGHT).items() if len(key) > 1}


def _gathered(cut: Callable[[str], str], but: frozenset[str] = frozenset()) -> dict[Phrase, tuple[Meaning, ...]]:
    gathered: dict[Phrase, tuple[Meaning, ...]] = {}
    for meaning in meanings():
        for phrase in meaning.heard:
            key = tuple(cut(word) for word in phrase if word not in but)
            known = gathered.get(key, ())
            if not any(one is meaning for one in known):
                gathered[key] = (*known, meaning)
    return gathered


@cache
def _longest() -> int:
    return max(map(len, phrases()))


@cache
def spoken() -> frozenset[str]:
    """Every word of the vocabulary."""
    return frozenset(word for phrase in phrases() for word in phrase)


@cache
def sounds() -> Sounds:
    """Every word of the vocabulary by its sound; made when somebody first misspells a word."""
    return Sounds(sorted(spoken()))


@cache
def _beside() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """For phrases of two words, which words stand before a second one, and which after a first one."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for phrase in phrases():
        if len(phrase) == 2:  # noqa: PLR2004 - two words
            before.setdefault(phrase[1], []).append(phrase[0])
            after.setdefault(phrase[0], []).append(phrase[1])
    return before, after


def before(word: str) -> Sequence[str]:
    """The first words of the two-word phrases that end with this one."""
    return _beside()[0].get(word, ())


def following_words(word: str) -> Sequence[str]:
    """The second words of the two-word phrases that begin with this one."""
    return _beside()[1].get(word, ())
