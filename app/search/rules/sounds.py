"""Words that sound alike, however they are written: *physio* and *fizio*, *dementia* and *demensha*."""

import re
from collections.abc import Iterable

from app.search.rules.spelling import distance

_RULES = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"^(?:ps|sc(?=[eiy])|c(?=[eiy]))", "s"),
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"wh", "w"),
        (r"ph|gh(?=t?$)(?<=ough)", "f"),
        (r"gh", ""),
        (r"tch", "ch"),
        (r"(?<=..)e$", ""),
        (r"(?:ti|s?si|ci)(?=[ao])|sh", "x"),
        (r"ch(?=[lr])|ck|qu?|c(?![eiyh])", "k"),
        (r"c(?=[eiy])|z", "s"),
        (r"dg|g(?=[eiy])", "j"),
        (r"ng", "n"),
        (r"(?<!^)r(?![aeiouy])", ""),
        (r"(?<!^)[aeiouyhw]", ""),
        (r"^[aeiouy]", "a"),
        (r"(.)\1+", r"\1"),
    )
]
SHORTEST, LONG, FAR, FARTHER = 5, 8, 2, 3
"""Words of so many letters may be two letters apart to be meant, longer ones three; too many short ones sound alike."""


def sound(word: str) -> str:
    """What is left of a folded word when only how it sounds is kept, roughly and in British English."""
    for pattern, instead in _RULES:
        word = pattern.sub(instead, word)
    return word


class Sounds:
    """Known words by their sound."""

    def __init__(self, known: Iterable[str]) -> None:
        self._alike: dict[str, list[str]] = {}
        for word in known:
            if word.isalpha() and word.isascii():
                self._alike.setdefault(sound(word), []).append(word)

    def nearest(self, word: str) -> tuple[str, int] | None:
        """The known word that sounds the same and is fewest letters away, and how many; nothing when none is near."""
        if len(word) < SHORTEST:
            return None
        most = FAR if len(word) < LONG else FARTHER
        found = [(distance(word, other, most), other) for other in self._alike.get(sound(word), ())]
        away, other = min(found, default=(most + 1, ""))
        return (other, away) if away <= most else None
