"""Who pays how much: purses, lawful ways to pay a price from them, and shares that come to it exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from app.base.money import Money
from app.base.refusals import BadInput, Conflict


def spent_of(charged_pence: int, amounts: Sequence[int], owners: Sequence[int] = ()) -> list[int]:
    """How much of each sum set aside was spent.

    Each person's sums are emptied one before the next, as when it was booked; several people who share a visit pay in
    the proportions of what each of them set aside, to the penny.

    Args:
        charged_pence: what the visit costs in the end.
        amounts: the sums set aside, in the order in which they pay.
        owners: whose each of them is; one person's when not said.

    Raises:
        NotEnoughMoney: when more is charged than was set aside.
    """
    owners = owners or [0] * len(amounts)
    sums: dict[int, int] = dict.fromkeys(owners, 0)
    for owner, amount in zip(owners, amounts, strict=True):
        sums[owner] += amount
    if charged_pence > sum(sums.values()):
        raise NotEnoughMoney(costs=charged_pence, has=sum(sums.values()))
    if not charged_pence:
        return [0] * len(amounts)
    parts = Money(charged_pence).split(list(sums.values()))
    shares = {owner: part.pence for owner, part in zip(sums, parts, strict=True)}
    spent = []
    for owner, amount in zip(owners, amounts, strict=True):
        pays = min(amount, shares[owner])
        shares[owner] -= pays
        spent.append(pays)
    return spent


class NotEnoughMoney(Conflict):
    """What was chosen to pay with does not stretch to the price. Amounts are pence."""

    def __init__(self, *, costs: int, has: int) -> None:
        self.costs_pence = costs
        self.has_pence = has
        self.short_by_pence = costs - has
        super().__init__(
            f"This costs {Money(costs)} and you have {Money(has)}: {Money(costs - has)} short. "
            "Nothing was booked. Choose fewer hours, add your own money, or look at other providers."
        )


def share_out(prices: Sequence[int], pots: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Pay each visit in turn from the pots in their order, emptying one before touching the next.

    Args:
        prices: pence of each visit, in the order they happen.
        pots: (id, pence available) in the order they are to pay.

    Returns:
        For each visit the (pot id, pence) that pay for it; they sum exactly to its price.

    Raises:
        NotEnoughMoney: when all of them together do not stretch to all of it.
    """
    left = [[pot, max(0, available)] for pot, available in pots]
    has = sum(available for _, available in left)
    if sum(prices) > has:
        raise NotEnoughMoney(costs=sum(prices), has=has)
    shares: list[list[tuple[int, int]]] = []
    for price in prices:
        parts, due = [], price
        for purse in left:
            pays = min(due, purse[1])
            if pays:
                purse[1] -= pays
                due -= pays
                parts.append((purse[0], pays))
        shares.append(parts)
    return shares


@dataclass(frozen=True, slots=True)
class Purse:
    """One part of somebody's money as a way to pay: what is in it, and why it may not be used when it may not."""

    id: int
    public_id: str
    name: str
    has_pence: int
    closed_because: str | None
    is_own: bool = False
    """Own money: it may always make up the rest."""
    most_pence: int | None = None
    """How much of it was chosen to pay, when somebody said an amount."""

    @property
    def may_pay_pence(self) -> int:
        """The most it pays here."""
        return self.has_pence if self.most_pence is None else min(self.has_pence, self.most_pence)


@dataclass(frozen=True, slots=True)
class Part:
    """What one purse pays, and what it would have left."""

    purse: Purse
    pays_pence: int

    @property
    def left_pence(self) -> int:
        """What stays in it."""
        return self.purse.has_pence - self.pays_pence


@dataclass(frozen=True, slots=True)
class WayToPay:
    """One lawful way to pay all of it: one purse, or several in order."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> str:
        """How the choice travels in a form: public ids in order."""
        return ".".join(part.purse.public_id for part in self.parts)

    @property
    def words(self) -> str:
        """``Direct payment, then Individual service fund, and own money for the rest``."""
        *before, last = (part.purse for part in self.parts)
        named = ", then ".join(purse.name for purse in before)
        if not before:
            return last.name
        return f"{named}, and own money for the rest" if last.is_own else f"{named}, then {last.name}"


@dataclass(frozen=True, slots=True)
class ChosenPurse:
    """One sum of money somebody chose to pay with, by its public id, and how much of it when they said an amount."""

    public_id: str
    most_pence: int | None = None


def choices_in(words: str) -> list[ChosenPurse]:
    """Read a choice from an address: ``abc.def`` pays from abc, then def; ``abc-1250.def`` £12.50 from abc, the rest from def.

    Raises:
        BadInput: when it is not one.
    """
    chosen_purses = []
    for word in words.split("."):
        name, has_amount, pence = word.partition("-")
        is_amount = pence.isascii() and pence.isdigit() and 1 <= len(pence) <= 12 and int(pence) > 0  # noqa: PLR2004
        if not name.isalnum() or (has_amount and not is_amount):
            raise BadInput("Choose which of the money pays again.")
        chosen_purses.append(ChosenPurse(name, int(pence) if has_amount else None))
    if len({choice.public_id for choice in chosen_purses}) != len(chosen_purses):
        raise BadInput("Choose which of the money pays again.")
    return chosen_purses


def as_value(amounts: Sequence[tuple[str, int]]) -> str:
    """Amounts chosen one by one, as they travel in an address; those of nothing left out."""
    return ".".join(f"{public_id}-{pence}" for public_id, pence in amounts if pence)


def ways_to_pay(price: int, purses: Sequence[Purse]) -> list[WayToPay]:
    """Every sensible way to pay ``price`` pence: each open purse that can alone, else the shortest sets that can.

    A purse that can pay by itself is offered by itself only; the others together with one that makes up the rest.
    Sets of three or more are offered only when nothing shorter is enough.
    """
    usable = [purse for purse in purses if purse.closed_because is None and purse.has_pence > 0]
    ways = [WayToPay((Part(purse, price),)) for purse in usable if purse.has_pence >= price]
    too_small = [purse for purse in usable if purse.has_pence < price]
    for size in range(2, len(usable) + 1):
        if size > 2 and ways:  # noqa: PLR2004 - two is the shortest set there is
            break
        for chosen in permutations(usable, size):
            filling = chosen[:-1]
            before = sum(purse.has_pence for purse in filling)
            if any(purse not in too_small for purse in filling) or not before < price <= before + chosen[-1].has_pence:
                continue
            parts = [Part(purse, purse.has_pence) for purse in filling]
            ways.append(WayToPay((*parts, Part(chosen[-1], price - before))))
        if len(ways) > MOST_WAYS:
            break
    return ways[:MOST_WAYS]


def parts_of(price: int, purses: Sequence[Purse]) -> list[Part]:
    """What each of the purses chosen would pay of ``price`` pence, in their order; those that pay nothing left out.

    Raises:
        Conflict: when one of them may not be used for this, saying why.
        NotEnoughMoney: when they do not stretch to it.
    """
    for purse in purses:
        if purse.closed_because is not None:
            raise Conflict(f"{purse.name} cannot pay for this: {purse.closed_because}")
    for purse in purses:
        if purse.most_pence is not None and purse.most_pence > purse.has_pence:
            raise Conflict(
                f"{purse.name} has {Money(purse.has_pence)} left. Enter that or less, and the rest from other money."
            )
    shares = share_out([price], [(purse.id, purse.may_pay_pence) for purse in purses])
    by_id = {purse.id: purse for purse in purses}
    return [Part(by_id[pot], pence) for pot, pence in shares[0]]


def check_amounts(price: int, amounts: Sequence[tuple[Purse, int]]) -> None:
    """Let pass amounts that are there and come to the price.

    Raises:
        Conflict: saying which is too much, or by how much they miss the price.
    """
    for purse, pence in amounts:
        if pence > purse.has_pence:
            raise Conflict(f"{purse.name} has {Money(purse.has_pence)} left. Enter that or less.")
    said = sum(pence for _, pence in amounts)
    if said != price:
        off = f"{Money(abs(price - said))} too {'little' if said < price else 'much'}"
        raise Conflict(f"The amounts come to {Money(said)}, and this costs {Money(price)}: {off}. Change one of them.")


MOST_WAYS = 20
"""Beyond this nobody could choose; the page still offers every single purse first."""


def fitting(
    prices: Sequence[int], orders: Sequence[Sequence[int]], left: dict[int, int]
) -> list[list[tuple[int, int]] | None]:
    """Pay each visit in turn from its money in its order, as far as that goes; what it does not stretch to gets nothing.

    A dearer visit that does not fit does not stop a cheaper one after it.

    Args:
        prices: pence of each visit, in the order they happen.
        orders: for each visit the pots that pay for it, in the order they are emptied.
        left: pence in each pot; what is used is taken off.

    Returns:
        For each visit the (pot id, pence) that pay for it, summing to its price; nothing when it does not fit.
    """
    found: list[list[tuple[int, int]] | None] = []
    for price, order in zip(prices, orders, strict=True):
        if price > sum(max(0, left.get(pot, 0)) for pot in order):
            found.append(None)
            continue
        parts, due = [], price
        for pot in order:
            pays = min(due, max(0, left.get(pot, 0)))
            if pays:
                left[pot] -= pays
                due -= pays
                parts.append((pot, pays))
        found.append(parts)
    return found
