"""Names and ways to reach somebody in words everybody will read: found, so that their writer can take them out.

Names somebody could be known by here (the person, those beside them, the provider's staff) are looked for as they are
written; other names by how people write them ("Mrs Hale", "her name is Ann") and by a list of common first names. What a
provider or a listing is called may be said.
"""

import re
from calendar import day_name, month_name
from collections.abc import Collection, Iterator
from pathlib import Path

PART_LEAST = 3
"""Letters from which a part of a name is looked for by itself."""
DIGITS_OF_A_TELEPHONE = 9

FIRST_NAMES = frozenset((Path(__file__).parent / "first_names.txt").read_text(encoding="utf-8").split())
"""Common first names; those that are ordinary words too (Grace, Mark, May, Rose, Will) are not among them."""
NO_NAMES = frozenset((*day_name, *month_name, "Christmas", "Easter", "I", "It", "The", "They", "She", "He", "We", "My"))
"""What may stand where a name could."""

_WAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"(?:https?://|www\.)\S+",
        r"(?<![@\w.-])[\w-]+\.(?:co\.uk|org\.uk|com|org|net|uk)\b",
        r"(?<![\w@])@\w{3,}",
        r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b",
        r"\b\d+[a-z]?,?\s+(?:\w+\s+){1,2}(?:street|road|avenue|lane|close|drive|terrace|crescent|gardens)\b",
    )
)
_NUMBER = re.compile(r"(?<!\w)\+?\d[\d\s().-]{6,}\d")
_NAME = r"[A-ZÀ-Þ][\w'’-]+"
_SAID = (
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Nurse)\.?\s+({_NAME})"),
    re.compile(rf"\b(?:called|named|[Nn]ame is|[Nn]ame was|[Nn]ame['’]s)\s+({_NAME})"),
)
_WORD = re.compile(_NAME)


def personal_in(words: str, names: Collection[str] = (), *, called: Collection[str] = ()) -> list[str]:
    """Names, addresses, telephone numbers and web addresses in a text, as they are written in it, each once.

    Args:
        words: what somebody typed.
        names: full names that must not be said.
        called: what the provider and its listing are called: those words may be said, unless they are one of ``names``.
    """
    return list(dict.fromkeys([*_ways_in(words), *_names_in(words, names, called)]))


def personal_refusal(found: Collection[str]) -> str:
    """What to say of them, and how to mend it: nothing is lost, and nothing was sent."""
    several = " and ".join(f"“{one}”" for one in found)
    return (
        f"Take out {several}. Everybody can read this, so it names nobody and says no address, telephone or website. "
        "You can write “the worker” or “my mother” instead"
    )


def _ways_in(words: str) -> Iterator[str]:
    for pattern in _WAYS:
        yield from (found.group().strip() for found in pattern.finditer(words))
    for found in _NUMBER.finditer(words):
        if sum(letter.isdigit() for letter in found.group()) >= DIGITS_OF_A_TELEPHONE:
            yield found.group().strip()


def _names_in(words: str, names: Collection[str], called: Collection[str]) -> Iterator[str]:
    known = {part.lower() for name in names for part in re.findall(r"[\w'’-]+", name) if len(part) >= PART_LEAST}
    free = {part.lower() for name in called for part in re.findall(r"[\w'’-]+", name)}
    for name in names:
        whole = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE)
        if whole is not None:
            yield whole.group()
    for pattern in _SAID:
        for found in pattern.finditer(words):
            if found.group(1) not in NO_NAMES and found.group(1).lower() not in free:
                yield found.group(1)
    for found in _WORD.finditer(words):
        bare = re.sub(r"['’]s$", "", found.group())
        if bare.lower() in known or (bare in FIRST_NAMES and bare.lower() not in free):
            yield bare
