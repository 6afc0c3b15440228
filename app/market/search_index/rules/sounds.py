"""Words that sound alike, however they are written: *physio* and *fizio*, *dementia* and *demensha*."""

from collections.abc import Iterable

from app.market.search_index.rules.spelling import distance

_BEGINNINGS = (("ps", "s"), ("kn", "n"), ("gn", "n"), ("pn", "n"), ("wr", "r"))
_CLUSTERS = (
    *(("wh", "w"), ("ph", "f"), ("gh", ""), ("tch", "C"), ("ssio", "Xo"), ("tio", "Xo"), ("tia", "Xa"), ("sio", "Xo")),
    *(("cia", "Xa"), ("cio", "Xo"), ("sh", "X"), ("ch", "C"), ("ck", "k"), ("qu", "k"), ("ng", "n"), ("dg", "j")),
    *(
        ("ce", "se"),
        ("ci", "si"),
        ("cy", "sy"),
        ("ge", "je"),
        ("gi", "ji"),
        ("gy", "jy"),
        ("c", "k"),
        ("q", "k"),
        ("z", "s"),
    ),
)
_VOWELS = frozenset("aeiouy")
_SILENT = frozenset("aeiouyhw")
SHORTEST, LONG, FAR, FARTHER = 5, 8, 2, 3
"""Words of so many letters may be two letters apart to be meant, longer ones three; too many short ones sound alike."""


def sound(word: str) -> str:
    """What is left of a folded word when only how it sounds is kept, roughly and in British English."""
    for letters, instead in _BEGINNINGS:
        if word.startswith(letters):
            word = instead + word[len(letters) :]
    for letters, instead in _CLUSTERS:
        if letters in word:
            word = word.replace(letters, instead)
    if len(word) > 2 and word[-1] == "e":  # noqa: PLR2004 - more than a vowel must stay
        word = word[:-1]
    kept = ""
    for place, letter in enumerate(word):
        if place == 0:
            kept = "a" if letter in _VOWELS else letter
        elif letter not in _SILENT and letter != kept[-1] and (letter != "r" or word[place + 1 : place + 2] in _VOWELS):
            kept += letter
    return kept


class Sounds:
    """Known words by their sound."""

    def __init__(self, known: Iterable[str]) -> None:
        self._alike: dict[str, list[str]] = {}
        for word in known:
            if len(word) >= SHORTEST - 1 and word.isalpha() and word.isascii():
                self._alike.setdefault(sound(word), []).append(word)

    def nearest(self, word: str) -> tuple[str, int] | None:
        """The known word that sounds the same and is fewest letters away, and how many; nothing when none is near."""
        if len(word) < SHORTEST:
            return None
        most = FAR if len(word) < LONG else FARTHER
        found = [(distance(word, other, most), other) for other in self._alike.get(sound(word), ())]
        away, other = min(found, default=(most + 1, ""))
        return (other, away) if away <= most else None
