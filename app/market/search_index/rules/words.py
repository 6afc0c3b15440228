"""Reading words as people write them: case, accents and apostrophes folded away; quotation marks kept as phrases."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

WORDS_MOST = 24
"""Words of a question that are looked for; nobody reads the answers to more."""
WORD_LONGEST = 40


def listed(name: str) -> frozenset[str]:
    """The words of a file beside this one; lines that begin with ``#`` are remarks."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


EMPTY = listed("empty.txt")
"""Words too common to be worth keeping."""

ASKING = listed("asking.txt")
"""Words people ask with: left out of a question as long as others remain."""

_WORD = re.compile(r"[^\W_]+")
_SPOKEN = re.compile(r"[^\W_]+(?:['’‘ʼ][^\W_]+)*")
_QUOTED = re.compile(r'"([^"]*)"')
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))
_QUOTES = dict.fromkeys(map(ord, "“”„«»"), '"')


def fold(text: str) -> str:
    """``"Café O’Brien’s"`` -> ``"cafe obriens"``."""
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def words_in(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return [word[:WORD_LONGEST] for word in _WORD.findall(fold(text))]


def spans_in(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand, apostrophes inside them included."""
    return [found.span() for found in _SPOKEN.finditer(text)]


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The words of a question, and which runs of them must stand together (from and up to, by their numbers)."""

    words: tuple[str, ...]
    together: tuple[tuple[int, int], ...] = ()


def read_question(text: str) -> QuestionWords:
    """Take a question apart. Anything at all can be read; what holds no words asks for everything."""
    text = text.translate(_QUOTES)
    words: list[str] = []
    together: list[tuple[int, int]] = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        words += words_in(text[end : quoted.start()])
        inside = words_in(quoted.group(1))
        if len(inside) > 1 and len(words) + len(inside) <= WORDS_MOST:
            together.append((len(words), len(words) + len(inside)))
        words += inside
        end = quoted.end()
    words += words_in(text[end:])
    return QuestionWords(tuple(words[:WORDS_MOST]), tuple(together))


def worth_asking(words: tuple[str, ...]) -> list[bool]:
    """Which words of a question say what is wanted; when none does, all that are worth keeping, else all."""
    telling = [not (word in EMPTY or word in ASKING or word.isdigit()) for word in words]
    if any(telling):
        return telling
    kept = [word not in EMPTY for word in words]
    return kept if any(kept) else [True] * len(words)
