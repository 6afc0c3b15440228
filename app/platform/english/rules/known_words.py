"""What is a word: the list of 82,765 that ``symspellpy`` carries, and the everyday and dialect words beside this file.

Of the package only its list is read, never its speller. A process keeps the words as sorted numbers (a third of a
megabyte), made at the first question asked; two words with one number are rarer than one in fifty thousand.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from zlib import crc32

LIST = files("symspellpy") / "frequency_dictionary_en_82_765.txt"
EVERYDAY = Path(__file__).with_name("everyday.txt")
OWNED = 4
"""Letters from which a word with an s is somebody's thing (``nans``), when it is a word without."""


def is_word(word: str) -> bool:
    """Whether a word, lower case and without apostrophes (``nans``, ``dont``), is one of British English."""
    return _stands(word) or (len(word) >= OWNED and word[-1] == "s" and word[-2] != "s" and _stands(word[:-1]))


def _stands(word: str) -> bool:
    numbers, number = _numbers(), crc32(word.encode())
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


@cache
def _numbers() -> "array[int]":
    return array("I", sorted({crc32(word.encode()) for word in (*packaged(), *everyday())}))


def packaged() -> Iterator[str]:
    """The words of the package, without their apostrophes."""
    for line in LIST.read_text(encoding="utf-8-sig").replace("'", "").splitlines():
        yield line.partition(" ")[0]


def everyday() -> list[str]:
    """The words that the package does not know."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
