"""Reading whole sentences: what may stand inside a phrase, what is not wanted, and how old somebody is."""

from collections.abc import Sequence

from app.market.search_index.rules.words import listed

LIGHT = listed("light.txt")
"""Words that may stand anywhere inside a phrase of the vocabulary: *cook my tea*, *wash his hair*, *a break for mum*."""

_NOT = frozenset(["not", "avoid", "hates", "refuses"])
_BUT = frozenset(["except", "excluding", "excepting"])
_NOT_OF_TWO = frozenset(
    [
        *((word, "want") for word in ("dont", "doesnt", "didnt", "not", "wont")),
        *((word, "need") for word in ("dont", "doesnt", "not")),
        ("instead", "of"),
        ("rather", "than"),
    ]
)
_BUT_OF_TWO = frozenset([("anything", "but"), ("apart", "from"), ("other", "than"), ("but", "not"), ("but", "no")])
_STILL_NOT = frozenset(
    ["a", "an", "any", "the", "in", "into", "at", "to", "go", "going", "be", "live", "have", "use", "for", "with", "of"]
)
REFUSED = frozenset(
    [
        "dog",
        "dogs",
        "cat",
        "cats",
        "pet",
        "pets",
        "animal",
        "animals",
        "smoker",
        "smokers",
        "smoking",
        "alcohol",
        "drinking",
        "religion",
        "religious",
        "church",
        "agency",
        "agencies",
        "residential",
        "nursing",
    ]
)
"""What *no* before it refuses. *No* before anything else mostly says what is lacking: no food, no family nearby."""


OLD, YOUNG, CHILD = ("older", "people"), ("young", "adults"), ("children",)
_OLD_FROM, _CHILD_TO, _YOUNG_TO, _OLDEST = 60, 16, 26, 115
_AGED = frozenset(["aged", "age", "is", "im", "am", "hes", "shes", "are", "turned", "nearly", "over"])
_YEARS = frozenset(["year", "years", "yr", "yrs", "yo"])


def denied_from(words: Sequence[str]) -> dict[int, int]:
    """Where things begin that are *not* wanted, and where the words begin that say so.

    ``not in a care home`` -> where ``care`` stands, and where ``not`` does.
    """
    denied: dict[int, int] = {}
    for place in range(len(words)):
        after = _after_not(words, place)
        while after and after < len(words) and words[after] in _STILL_NOT:
            after += 1
        if after and denied.get(after, place) >= place:
            denied[after] = place
    return denied


def _after_not(words: Sequence[str], place: int) -> int:
    """Where what is not wanted may begin, when a word says that something is not; else 0."""
    if tuple(words[place : place + 2]) in _NOT_OF_TWO | _BUT_OF_TWO:
        return place + 2
    word, beside = words[place], words[place + 1] if place + 1 < len(words) else ""
    return place + 1 if word in _NOT | _BUT or (word == "no" and beside in REFUSED) else 0


def is_refused(words: Sequence[str], begin: int, place: int) -> bool:
    """Whether the words from ``begin`` say of the thing at ``place`` that it must not be, whatever sort of thing it is."""
    said = tuple(words[begin : begin + 2])
    return words[begin] in _BUT or said in _BUT_OF_TWO or words[place] in REFUSED


def age_group(words: Sequence[str]) -> tuple[str, ...]:
    """Who an age that was told makes somebody: ``my mum is 85`` -> older people. Nothing when none was told."""
    for place, word in enumerate(words):
        if not (word.isdecimal() and len(word) <= 3):  # noqa: PLR2004 - nobody is a thousand
            continue
        before = words[place - 1] if place else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        if before in _AGED or after in _YEARS:
            age = int(word)
            if age <= _CHILD_TO:
                return CHILD
            if age <= _YOUNG_TO:
                return YOUNG
            return OLD if _OLD_FROM <= age <= _OLDEST else ()
    return ()
