"""Disclosure control of linked tables: which groups of purchases may be added up and shown.

A group may be shown when nobody stands behind it, or when at least ``fewest`` people do and none of them has more than a
share of its money. Groups too small are put together, in sight, until they may be shown, so that a table is always whole:
what remains of its total when some rows are taken off are other rows, each of which may be shown itself.

Two tables of the same purchases (by kind, by locality) can be taken off each other as well. Whoever knows which kinds are
bought where can add up some rows of one and take off rows of the other wholly inside them; everything that can be worked
out without a guess is a sum of such differences (the equations of a transportation problem: each level of their multipliers
is a cut whose edges run one way). :func:`unsafe_cut` tries them all. Therefore no difference, whoever makes it, is of
fewer people than a row, and nobody has more of it than of a row.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

FEWEST = 5
"""The fewest people whose spending may be shown together, where a council asks for no more."""
FEWEST_PROVIDERS = 3
"""The fewest providers behind an average price."""
USUAL_SHARE = 80
"""How many per cent of a sum one person, or of what an average is made of one provider, may have."""
ROUNDED_TO = 5
MOST_SETS = 8
"""How many rows the smaller of two linked tables may have: all of their subsets are tried."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a council asks of its figures."""

    fewest: int = FEWEST
    largest_share: int = USUAL_SHARE
    """Per cent."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one person paid in one period with one booking. Never shown.

    ``minutes`` are those charged; nothing when not all of its visits have been recorded, or for things.
    """

    person: int
    booking: int
    kind: str
    is_framework: bool
    provider: int
    locality: str
    pence: int
    minutes: int | None = None


Purchases = tuple[Purchase, ...]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a table: what it puts together, and the purchases behind it."""

    members: tuple[str, ...]
    purchases: Purchases


def people_behind(purchases: Collection[Purchase]) -> int:
    """How many different people."""
    return len({one.person for one in purchases})


def sums_by(purchases: Collection[Purchase], who: Callable[[Purchase], Name]) -> dict[Name, int]:
    """The pence of each person, or provider, or whatever is asked."""
    sums: dict[Name, int] = {}
    for one in purchases:
        sums[who(one)] = sums.get(who(one), 0) + one.pence
    return sums


def is_dominated(parts: Collection[int], largest_share: int) -> bool:
    """Whether one part is more than so many per cent of all."""
    return max(parts, default=0) * 100 > sum(parts) * largest_share


def may_be_shown(purchases: Collection[Purchase], limits: Thresholds) -> bool:
    """Whether a sum of these gives nobody away; nobody at all is no secret."""
    each = sums_by(purchases, lambda one: one.person)
    return not each or (len(each) >= limits.fewest and not is_dominated(each.values(), limits.largest_share))


def may_be_averaged(purchases: Collection[Purchase], limits: Thresholds) -> bool:
    """Whether an average price of these tells of no single provider."""
    each = sums_by(purchases, lambda one: one.provider)
    return len(each) >= FEWEST_PROVIDERS and not is_dominated(each.values(), limits.largest_share)


def grouped(parts: Mapping[str, Purchases], limits: Thresholds) -> list[Group]:
    """The rows of a table: parts that may be shown, and all others together with as few of those as make it safe.

    Parts of nobody are left out. Where even all together may not be shown, they are one group that may not.
    """
    there = {name: part for name, part in parts.items() if part}
    alone = {name: part for name, part in there.items() if may_be_shown(part, limits)}
    together = sorted(there.keys() - alone.keys())
    while together and alone and not may_be_shown(_all(there, together), limits):
        smallest = min(alone, key=lambda name: (people_behind(alone[name]), len(alone[name]), name))
        together.append(smallest)
        del alone[smallest]
    groups = [Group((name,), part) for name, part in alone.items()]
    return [*groups, Group(tuple(sorted(together)), _all(there, together))] if together else groups


def _all(parts: Mapping[str, Purchases], names: Collection[str]) -> Purchases:
    return tuple(one for name in names for one in parts[name])


def halves(group: Group) -> list[Group]:
    """A group's purchases from framework providers and from others, each under both names; empty ones left out."""
    sides = [tuple(one for one in group.purchases if one.is_framework is side) for side in (True, False)]
    return [Group(group.members, side) for side in sides if side]


def merged(groups: Sequence[Group], first: Group, second: Group) -> list[Group]:
    """The same rows with two of them put together."""
    both = Group(tuple(sorted({*first.members, *second.members})), (*first.purchases, *second.purchases))
    return [*(one for one in groups if one is not first and one is not second), both]


def unsafe_cut(rows: Sequence[Group], columns: Sequence[Group], limits: Thresholds) -> list[Group] | None:
    """Rows from which some columns can be taken off so that what remains may not be shown; nothing when there are none.

    Args:
        rows: one table.
        columns: another of the same purchases, of :data:`MOST_SETS` rows at most.
        limits: what the council asks.
    """
    number = {id(one): n for n, column in enumerate(columns) for one in column.purchases}
    where = [frozenset(number[id(one)] for one in row.purchases) for row in rows]
    for size in range(1, len(columns)):
        for chosen in map(frozenset, combinations(range(len(columns)), size)):
            touched = [row for row, places in zip(rows, where, strict=True) if places & chosen]
            remains = [one for row in touched for one in row.purchases if number[id(one)] not in chosen]
            if not may_be_shown(remains, limits):
                return touched
    return None


@dataclass(frozen=True, slots=True)
class Linked:
    """Two tables that may be shown beside each other."""

    kinds: list[Group]
    is_split: dict[tuple[str, ...], bool]
    """Whether a row of kinds may also be shown by framework and other providers."""
    localities: list[Group]


def linked(purchases: Purchases, limits: Thresholds) -> Linked:
    """The rows by kind (and by side of the framework where that is safe) and by locality.

    Kinds are kept before sides, and sides are given up before localities are put together.
    """
    kinds = grouped(_parts(purchases, lambda one: one.kind), limits)
    localities = grouped(_parts(purchases, lambda one: one.locality), limits)
    while len(localities) > MOST_SETS:
        localities = merged(localities, *_two_smallest(localities))
    split = {row.members: all(may_be_shown(half.purchases, limits) for half in halves(row)) for row in kinds}
    while True:
        rows = [part for row in kinds for part in (halves(row) if split[row.members] else [row])]
        cut = unsafe_cut(rows, localities, limits)
        if cut is None:
            return Linked(kinds, split, localities)
        with_two_sides = {row.members for row in kinds if split[row.members] and len(halves(row)) > 1}
        given_up = with_two_sides & {row.members for row in cut}
        if given_up:
            split.update(dict.fromkeys(given_up, False))
        else:
            localities = merged(localities, *_two_smallest(localities))


def _two_smallest(groups: Sequence[Group]) -> tuple[Group, Group]:
    first, second, *_ = sorted(groups, key=lambda one: (people_behind(one.purchases), one.members))
    return first, second


def _parts(purchases: Purchases, name: Callable[[Purchase], str]) -> dict[str, Purchases]:
    parts: dict[str, list[Purchase]] = {}
    for one in purchases:
        parts.setdefault(name(one), []).append(one)
    return {of: tuple(ones) for of, ones in parts.items()}


def to_nearest_five(count: int, fewest: int = FEWEST) -> int:
    """The nearest five; halves do not occur. A count that may be shown never reads as one that may not.

    Where at least seven are asked for, seven would round to 5: it reads 10, as every count from 7 to 12 does.
    """
    nearest = (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    return max(nearest, -(-fewest // ROUNDED_TO) * ROUNDED_TO) if count >= fewest else nearest


def pounds(pence: int) -> int:
    """The nearest whole pound, half a pound up."""
    return (pence + 50) // 100
