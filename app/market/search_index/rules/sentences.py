"""Reading whole sentences: what may stand inside a phrase, what is not wanted, and how old somebody is."""

from collections.abc import Sequence

from app.market.search_index.rules.words import listed

LIGHT = listed("light.txt")
"""Words that may stand anywhere inside a phrase of the vocabulary: *cook my tea*, *wash his hair*, *a break for mum*."""

_NOT = frozenset(["not", "avoid", "hates", "refuses"])
_NOT_OF_TWO = frozenset(
    [
        *((word, "want") for word in ("dont", "doesnt", "didnt", "not", "wont")),
        *((word, "need") for word in ("dont", "doesnt", "not")),
        ("instead", "of"),
        ("rather", "than"),
    ]
)
_STILL_NOT = frozenset(["a", "an", "any", "the", "in", "into", "at", "to", "go", "going", "be", "live", "have", "use"])
OLD, YOUNG, CHILD = ("older", "people"), ("young", "adults"), ("children",)
_OLD_FROM, _CHILD_TO, _YOUNG_TO, _OLDEST = 60, 16, 26, 115
_AGED = frozenset(["aged", "age", "is", "im", "am", "hes", "shes", "are", "turned", "nearly", "over"])
_YEARS = frozenset(["year", "years", "yr", "yrs", "yo"])


def denied_from(words: Sequence[str]) -> set[int]:
    """Where things begin that are *not* wanted: ``not in a care home`` -> where ``care`` stands."""
    denied = set()
    for place, word in enumerate(words):
        after = place + 1 if word in _NOT else place + 2 if tuple(words[place : place + 2]) in _NOT_OF_TWO else 0
        if after:
            while after < len(words) and words[after] in _STILL_NOT:
                after += 1
            denied.add(after)
    return denied


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
