"""A council's rules on a day, and those to come, as its people read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.people.councils.rules.plain_words import PlainRule
from app.people.councils.rules.policies import POLICIES


@dataclass(frozen=True, slots=True)
class SetRule:
    """One row of a council's rules: its name, what it says, its first day, and whether a commissioner set it."""

    name: str
    value: Any
    valid_from: date
    is_by_commissioner: bool


@dataclass(frozen=True, slots=True)
class SaidRule:
    """What a rule says from a day on. No day: the council never set it, and this holds until it does."""

    words: PlainRule
    since: date | None = None
    is_by_commissioner: bool = False


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """One rule: what it says today, and what it will say, soonest first."""

    name: str
    now: SaidRule
    to_come: list[SaidRule]
    is_obeyed: bool


def rules_on(rows: Iterable[SetRule], today: date) -> list[RuleInForce]:
    """Every rule there is, as it stands today. A row of a rule that is no more, or of a value it may not have, is nothing.

    Args:
        rows: what a council ever set, in any order.
        today: the day; what begins on it is in force.
    """
    said: dict[str, list[SetRule]] = {name: [] for name in POLICIES}
    for row in sorted(rows, key=lambda one: one.valid_from):
        if row.name in POLICIES and POLICIES[row.name].fits(row.value):
            said[row.name].append(row)
    found = []
    for name, known in POLICIES.items():
        begun = [_said(row) for row in said[name] if row.valid_from <= today]
        now = begun[-1] if begun else SaidRule(known.in_plain_words(known.otherwise))
        to_come = [_said(row) for row in said[name] if row.valid_from > today]
        found.append(RuleInForce(name, now, to_come, known.is_obeyed))
    return found


def _said(row: SetRule) -> SaidRule:
    return SaidRule(POLICIES[row.name].in_plain_words(row.value), row.valid_from, row.is_by_commissioner)
