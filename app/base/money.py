"""Money in whole pence: parsed, printed, multiplied and shared out without losing a penny."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering

from app.base.text import clean_code

_AMOUNT = re.compile(
    r"(?:£|gbp)?\s*(?:(?P<pounds>\d{1,3}(?:(?P<apart>[, ])\d{3})(?:(?P=apart)\d{3})?|\d{1,9})(?:\.|(?:\.(?P<pence>\d{2})))?"
    r"|\.(?P<only>\d{2}))\s*(?:gbp|pounds?|quid)?",
    re.ASCII | re.IGNORECASE,
)
_IN_WORDS = re.compile(
    r"(?:£?(?P<pounds>\d{1,9}) ?(?:pounds?|quid)?(?: and)? )?(?P<pence>\d{1,2}) ?(?:p|pence|pennies)|(?P<one>\d{1,9}) ?pounds?(?: and)? (?P<rest>\d{2})",
    re.ASCII | re.IGNORECASE,
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole pence; may be negative (a difference), never a fraction.

    Anything that is not exactly an ``int`` is refused, because a database would quietly round it.
    """

    pence: int

    def __post_init__(self) -> None:
        if type(self.pence) is not int:
            msg = f"money is whole pence, not {type(self.pence).__name__}"
            raise TypeError(msg)

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Read what a person types: ``27``, ``27.50``, ``£1,234.50``, ``27 pounds 50``, ``50p``.

        Raises:
            ValueError: when it is not an amount in pounds with at most whole pence.
        """
        typed = clean_code(text)
        found = _AMOUNT.fullmatch(typed)
        if found is not None:
            pounds = int(re.sub("[, ]", "", found["pounds"] or "0"))
            return cls(pounds * 100 + int(found["pence"] or found["only"] or 0))
        said = _IN_WORDS.fullmatch(typed)
        if said is None:
            msg = "not an amount of money"
            raise ValueError(msg)
        return cls(int(said["pounds"] or said["one"] or 0) * 100 + int(said["pence"] or said["rest"]))

    def __str__(self) -> str:
        """Print as people read it: ``£27.50``, ``£1,234.00``, ``-£3.05``."""
        return printed(self.pence)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.pence + other.pence)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.pence - other.pence)

    def __lt__(self, other: "Money") -> bool:
        return self.pence < other.pence

    def __bool__(self) -> bool:
        return self.pence != 0

    def times(self, factor: int | Fraction) -> "Money":
        """Multiply by an exact factor, rounding half a penny up (away from zero).

        ``Money(2750).times(Fraction(90, 60))`` is ``Money(4125)``.
        """
        exact = Fraction(self.pence) * factor
        whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
        return Money(-whole if exact < 0 else whole)

    def split(self, weights: Sequence[int]) -> "list[Money]":
        """Share out by whole-number weights so that the parts sum exactly to the whole.

        Left-over pence go to the largest remainders first, earlier parts winning ties.

        Raises:
            ValueError: when there is no positive weight, a weight is negative or the amount is.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0 or self.pence < 0:
            msg = "shares need an amount and weights that are not negative, at least one of them positive"
            raise ValueError(msg)
        parts = [divmod(self.pence * weight, total) for weight in weights]
        left_over = self.pence - sum(whole for whole, _ in parts)
        by_remainder = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
        lucky = set(by_remainder[:left_over])
        return [Money(whole + (1 if i in lucky else 0)) for i, (whole, _) in enumerate(parts)]


def total(amounts: "Sequence[Money]") -> Money:
    """Add up amounts; nothing at all is ``£0.00``."""
    return Money(sum(amount.pence for amount in amounts))


def printed(pence: int) -> str:
    """Whole pence as people read them; see :meth:`Money.__str__`."""
    if type(pence) is not int:
        msg = f"money is whole pence, not {type(pence).__name__}"
        raise TypeError(msg)
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{pounds:,}.{rest:02d}"


def pounds_of(pence: int) -> Decimal:
    """Pence as finance systems and banks read pounds: ``13720.01``, ``-50.00``. A number, so that no table quotes its sign."""
    return Decimal(pence).scaleb(-2)
