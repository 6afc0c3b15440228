"""The price on a card, as it applies to what was asked: that of the days chosen, else from Monday to Friday."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.money import Money
from app.search.rules.asked import Hit
from app.search.rules.narrowing import DayKind, applying

ON = {DayKind.WEEKDAY: "on weekdays", DayKind.SATURDAY: "on Saturdays", DayKind.SUNDAY: "on Sundays"}


@dataclass(frozen=True, slots=True)
class Price:
    """The amount (empty when there is none), what it is for, and what other chosen days cost when that differs."""

    amount: str
    words: str
    others: tuple[str, ...] = ()


def price_of(hit: Hit, days: Sequence[int]) -> Price:
    """``£27.50``, ``an hour on weekdays``; on chosen days ``£29.00``, ``an hour on Saturdays``, ``£31.00 on Sundays``."""
    facts = hit.facts
    amount, _, unit = facts.price.partition(" ")
    if facts.amounts is None or not amount.startswith("£"):
        return Price("", facts.price)
    if not days or unit == facts.unit:
        return Price(amount, unit)
    (kind, pence), *others = applying(facts.amounts, days, hit.days).items()
    dearer = tuple(f"{Money(other)} {ON[also]}" for also, other in others if other != pence)
    return Price(str(Money(pence)), f"{facts.unit} {ON[kind]}", dearer)
