"""Reading the judgements, and grading what is listed by them; the arithmetic of NDCG and recall."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2
from pathlib import Path

from app.market.search_index.rules.questions import Document
from app.market.search_index.rules.words import words_in

FILE = Path(__file__).parent / "judgements.txt"
TUNED_TO = Path(__file__).parent / "tuning.txt"
UNTUNED = tuple(Path(__file__).parent / f"{name}.txt" for name in ("unseen", "held_out", "fresh"))
"""Questions that search was never tuned to: they show how far the tuning carries."""
CONDITIONS = frozenset(["kind", "says", "titled", "seller", "in", "reaches"])
BEST = 3
LOOKED_AT, FOUND_BY = 10, 20
GOOD = 2
"""From this grade on a listing is an answer."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A grade, and the conditions that must all hold: a name and its choices, of which one is enough."""

    grade: int
    conditions: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One judged question."""

    words: str
    sort: str
    council: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """What a listing is judged by: each part folded, with a space at either end."""

    kind: str
    says: str
    titled: str
    seller: str
    place: str
    is_whole_council: bool


def read_judgements(text: str) -> list[Question]:
    """Every judged question of a text.

    Raises:
        ValueError: naming a line that cannot be read.
    """
    found: list[Question] = []
    sort = council = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        section = re.fullmatch(r"\[(\w+) @ ([\w-]+)\]", line)
        if section:
            sort, council = section.groups()
        elif not line.startswith(" "):
            found.append(Question(line.strip(), sort, council, ()))
        elif not found or not sort:
            raise ValueError(f"line {number} belongs to no question")
        else:
            last = found[-1]
            found[-1] = Question(last.words, last.sort, last.council, (*last.rules, _rule(number, line)))
    for question in found:
        if not question.rules:
            raise ValueError(f"{question.words!r} has no judgement")
    return found


def _rule(number: int, line: str) -> Rule:
    grade, _, rest = line.strip().partition(" ")
    conditions = []
    for part in rest.split(";"):
        name, _, choices = part.strip().partition(" ")
        said = tuple(choice.strip() for choice in choices.split(",") if choice.strip())
        if name not in CONDITIONS or not said:
            raise ValueError(f"line {number} has a condition that is not known: {part.strip()!r}")
        conditions.append((name, said))
    if grade not in {"1", "2", "3"}:
        raise ValueError(f"line {number} has no grade from 1 to 3")
    return Rule(int(grade), tuple(conditions))


def text_of(document: Document) -> Text:
    """What a listing is judged by."""
    facts = document.facts
    return Text(
        facts.kind,
        _folded(f"{facts.title} | {facts.summary} | {document.keywords} | {facts.description}"),
        _folded(facts.title),
        _folded(facts.provider),
        _folded(document.address),
        any(mark.startswith("whole:") for mark in document.marks),
    )


def _folded(text: str) -> str:
    return f" {' '.join(words_in(text))} "


@cache
def _as_said(choice: str) -> str:
    words = " ".join(words_in(choice))
    return f" {words}" if choice.endswith("*") else f" {words} "


def grade(text: Text, rules: Iterable[Rule]) -> int:
    """How good an answer a listing is: the best grade of a rule that holds, else 0."""
    return max((rule.grade for rule in rules if all(_holds(text, *one) for one in rule.conditions)), default=0)


def _holds(text: Text, name: str, choices: Sequence[str]) -> bool:
    if name == "kind":
        return text.kind in choices
    if name == "reaches" and text.is_whole_council:
        return True
    part = text.place if name in {"in", "reaches"} else getattr(text, name)
    return any(_as_said(choice) in part for choice in choices)


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one question was answered. ``recall`` counts answers among the first twenty, of as many as fit there."""

    question: Question
    ndcg: float
    recall: float
    is_empty: bool
    answers: int


def measure(question: Question, grades: Mapping[int, int], shown: Sequence[int]) -> Measured:
    """Compare what was shown, in order, with what could have been.

    Args:
        question: what was asked.
        grades: the grade of every listing that could be shown, by its id.
        shown: the ids of the first twenty results, in order.
    """
    best = _gain(sorted(grades.values(), reverse=True)[:LOOKED_AT])
    got = _gain([grades.get(one, 0) for one in shown[:LOOKED_AT]])
    answers = {one for one, value in grades.items() if value >= min(GOOD, max(grades.values(), default=0)) and value}
    room = min(FOUND_BY, len(answers))
    seen = len(answers & set(shown[:FOUND_BY]))
    return Measured(
        question, got / best if best else 0.0, seen / room if room else 0.0, bool(answers) and not shown, len(answers)
    )


def _gain(grades: Iterable[int]) -> float:
    return sum((2**value - 1) / log2(place + 2) for place, value in enumerate(grades))
