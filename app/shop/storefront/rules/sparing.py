"""What is to spare once a week is paid for until the year ends, or how much is too little."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

Need = tuple[int, frozenset[int]]
"""Pence, and the numbers of the money that may pay them."""


@dataclass(frozen=True, slots=True)
class Against:
    """The rest of a year of a week beside the money that may pay for it, in pence.

    ``has_pence`` is what is left now and still comes until then, of the money that may pay for any of the week, less
    ``promised_pence``. Never in it: what was spent or is set aside, what the person pays towards the budget, and what is
    kept back for a bad spell. ``short_pence`` can be more than the sums say, where some of that money may not pay for all.
    """

    from_on: date
    until: date
    costs_pence: int
    has_pence: int
    promised_pence: int
    short_pence: int

    @property
    def spare_pence(self) -> int:
        """What is left over; nothing where it is too little."""
        return 0 if self.short_pence else self.has_pence - self.costs_pence


def against(
    *,
    from_on: date,
    until: date,
    costs: Sequence[Need],
    money: Mapping[int, int],
    promised: Sequence[Need] = (),
) -> Against:
    """Hold what a week costs until a day against the money there is until then.

    Args:
        from_on: the first day counted.
        until: the last one.
        costs: what each listing of the week costs in that time, and which money may pay it.
        money: what is left and comes in that time, by the number of the money.
        promised: what else needs this money: visits that repeat already and are not made yet.
    """
    usable = frozenset().union(*(pots for _, pots in costs)) & money.keys()
    needed = sum(pence for pence, pots in promised if pots & usable)
    has = sum(money[pot] for pot in usable) - needed
    whole = sum(pence for pence, _ in costs)
    return Against(
        from_on,
        until,
        whole,
        has,
        needed,
        max(0, whole - has, whole - _can_be_paid(costs, {p: money[p] for p in usable})),
    )


def _can_be_paid(costs: Sequence[Need], money: Mapping[int, int]) -> int:
    """How much of these can be paid at most, each only from money that may pay it.

    By the smallest cut: for some of the money, all there is in it, and all that money outside it may pay.
    """
    sums = {pot: max(0, pence) for pot, pence in money.items()}
    return min(
        sum(sums[pot] for pot in cut) + sum(pence for pence, pots in costs if pots & (sums.keys() - set(cut)))
        for cut in _each_choice(sums)
    )


def _each_choice(pots: Collection[int]) -> list[tuple[int, ...]]:
    """Every choice among a few: nobody has more than a handful of sums of money."""
    return [some for number in range(len(pots) + 1) for some in combinations(sorted(pots), number)]
