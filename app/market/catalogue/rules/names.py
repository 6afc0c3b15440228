"""Names from registers that shout, written as people write them."""

import re

SMALL = frozenset("a an and as at by de for from in of on or the to with".split())  # noqa: SIM905 - a list of words reads best as words
KEPT = frozenset(
    "BAME BME CIC CIO DIY GM LGBT LGBTQ NHS PE PTA PTFA PTSA RAF RSPCA RNLI RVS TA UK USA YMCA YWCA II III IV".split()  # noqa: SIM905
)
SHORTENED = frozenset("ST DR MR MRS MS LTD SR BR FR REV ST.".split())  # noqa: SIM905
"""Words without a vowel that are not initials."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def as_title(name: str) -> str:
    """``"THE FRIENDS OF ST ANN'S (SALE)"`` -> ``"The Friends of St Ann's (Sale)"``; a name that does not shout stays.

    Initials stay capital where they can be told: single letters, words without a vowel, and a list of known ones.
    """
    plain = " ".join(name.split())
    if plain != plain.upper():
        return plain

    def written(found: re.Match[str]) -> str:
        if _is_initials(plain, found):
            return found.group()
        return _word(found.group(), is_first=_begins(plain, found.start()))

    return _WORD.sub(written, plain)


def _is_initials(name: str, found: re.Match[str]) -> bool:
    """Whether a word is one letter of ``P.T.A.``, or stands in brackets for the words before it: ``(FAST)``."""
    word, before, after = found.group(), name[: found.start()], name[found.end() :]
    if len(word) == 1 and (before.endswith(".") or after.startswith(".")):
        return True
    if not (before.endswith("(") and after.startswith(")")):
        return False
    initials = iter(one[0] for one in _WORD.findall(before))
    return len(word) > 1 and all(letter in initials for letter in word)


def _begins(name: str, start: int) -> bool:
    """Whether a word opens the name, or what stands in brackets or after a dash or colon."""
    before = name[:start].rstrip()
    return not before or before[-1] in "(:–-\"“'"


def _word(word: str, *, is_first: bool) -> str:
    letters = word.replace("’", "'")
    if re.fullmatch(r"\d+(ST|ND|RD|TH|S)", letters):
        return word.lower()
    if word.lower() in SMALL and not is_first:
        return word.lower()
    if word.lower() in SMALL or word in SHORTENED:
        return word.capitalize()
    if word in KEPT or re.search(r"\d", word) or not re.search(r"[AEIOUY]", letters):
        return word
    head, mark, tail = letters.partition("'")
    if mark and len(head) == 1 and len(tail) > 1:
        return f"{head}'{_capital(tail)}"
    return _capital(head) + mark + tail.lower()


def _capital(word: str) -> str:
    if word.startswith("MC") and len(word) > 4:  # noqa: PLR2004 - McCoy, not Mcs
        return "Mc" + word[2:].capitalize()
    return word.capitalize()


def shortened(text: str, longest: int) -> str:
    """Text of at most so many characters, cut between words and marked as cut."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
