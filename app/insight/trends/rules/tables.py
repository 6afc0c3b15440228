"""The finite set of tables that one publication is made of. Nothing else is ever worked out from the purchases.

Every sum of money is of rows that :mod:`app.insight.disclosure.rules` lets stand beside each other. Where a column is left
out of a table, it is so that rounded counts of two tables cannot be taken off each other (people by locality), or that
a withheld row cannot be solved from a total (hours). What is said of a provider by name is a share, never an amount.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.insight.disclosure.rules import (
    FEWEST_PROVIDERS,
    Group,
    Linked,
    Purchase,
    Purchases,
    Thresholds,
    is_dominated,
    linked,
    may_be_averaged,
    may_be_shown,
    people_behind,
    pounds,
    sums_by,
    to_nearest_five,
)
from app.insight.trends.rules.figures import HIDDEN, NOTHING, UNKNOWN, Figure, Measure, Row, Table

SPEND = Measure("spend_pounds", "Spend", "pounds", "Charged for visits delivered, less what came back; whole pounds")
PEOPLE = Measure("people", "People", "people", "Different people, rounded to 5")
BOOKINGS = Measure("bookings", "Bookings", "count", "Different bookings, rounded to 5")
HOURS = Measure(
    "hours",
    "Hours",
    "hours",
    f"Hours charged; withheld where fewer than {FEWEST_PROVIDERS} providers stand behind them",
)
PRICE = Measure(
    "price_pence", "Paid an hour", "pence",
    f"Money by hours, to the nearest 10p; withheld where fewer than {FEWEST_PROVIDERS} providers stand behind it or one is "
    "most of it",
)  # fmt: skip
FRAMEWORK = Measure("framework_pounds", "Framework", "pounds", "Of it charged by framework providers; whole pounds")
OTHER = Measure("other_pounds", "Others", "pounds", "Of it charged by other providers; whole pounds")
CHANGE = Measure("change_pounds", "Change", "pounds", "What was charged since, less what came back; whole pounds")
GIVEN = Measure("given_percent", "Given", "per cent", "Of the time planned, how much was given")
CHARGED = Measure("charged_percent", "Charged", "per cent", "Of the time planned, how much was charged")
SHORT = Measure(
    "short_but_full", "Short, charged in full", "count", "Stays shorter than planned charged as the whole; to 5"
)
MISSED = Measure("missed", "Missed", "count", "Visits that did not happen, rounded to 5")
STANDS_OUT = Measure("stands_out", "Look at this", "count", "1 where a fifth of the stays or more were short and full")

TOGETHER = "together"
"""The code of a row that puts together what could not be shown alone."""


class Minutes(Protocol):
    """The sums of a provider's visits, as the room of visits adds them up."""

    @property
    def planned_minutes(self) -> int:
        """As agreed."""

    @property
    def delivered_minutes(self) -> int:
        """Really given."""

    @property
    def charged_minutes(self) -> int:
        """Paid for."""

    @property
    def short_but_full(self) -> int:
        """Stays shorter than planned that were charged as the whole."""

    @property
    def missed(self) -> int:
        """Visits that did not happen."""

    @property
    def stands_out(self) -> bool:
        """Whether many stays were short and charged as the whole."""


class Visits(Protocol):
    """One provider's sums, with how many people stand behind them."""

    @property
    def name(self) -> str:
        """The provider's."""

    @property
    def people(self) -> int:
        """Different people visited."""

    @property
    def figures(self) -> Minutes:
        """The sums."""

    @property
    def short_people(self) -> int:
        """Those of them who had a short stay charged as full."""

    @property
    def missed_people(self) -> int:
        """Those of them who had a visit missed."""


@dataclass(frozen=True, slots=True)
class Names:
    """Words for codes, and which rows there were before: what was bought once and not now is shown as nobody's."""

    kinds: Mapping[str, str]
    localities: Mapping[str, str]


def spend_tables(purchases: Purchases, names: Names, limits: Thresholds) -> list[Table]:
    """All of it, by kind, on the framework and off it, and by locality."""
    found = linked(purchases, limits)
    is_open = may_be_shown(purchases, limits)
    return [
        Table("all", "All support", "", [SPEND, PEOPLE, BOOKINGS], [_all(purchases, limits)]),
        _by_kind(found, names, limits),
        _by_side(found, names, is_open=is_open),
        _by_locality(found, names, limits),
    ]


def _all(purchases: Purchases, limits: Thresholds) -> Row:
    return Row("all", "All support", _money_and_counts(Group((), purchases), limits))


def _money_and_counts(group: Group, limits: Thresholds) -> dict[str, Figure]:
    """Money, people and bookings: all of them, or none."""
    if not may_be_shown(group.purchases, limits):
        return {column.code: HIDDEN for column in (SPEND, PEOPLE, BOOKINGS)}
    bookings = len({one.booking for one in group.purchases})
    return {
        SPEND.code: Figure(_pounds(group.purchases)),
        PEOPLE.code: Figure(to_nearest_five(people_behind(group.purchases), limits.fewest)),
        BOOKINGS.code: Figure(to_nearest_five(bookings, limits.fewest)),
    }


def _pounds(purchases: Sequence[Purchase]) -> int:
    return pounds(sum(one.pence for one in purchases))


def _rows(
    groups: Sequence[Group], names: Mapping[str, str], columns: Sequence[Measure], of: Mapping[int, dict[str, Figure]]
) -> list[Row]:
    """A row for each name: its figures, or withheld where it is put together with others, or nobody's; then those together."""
    alone = {group.members[0]: of[id(group)] for group in groups if len(group.members) == 1}
    joined = [group for group in groups if len(group.members) > 1]
    inside = {name for group in joined for name in group.members}
    rows = []
    for code, name in sorted(names.items(), key=lambda one: one[1]):
        nothing = dict.fromkeys((column.code for column in columns), HIDDEN if code in inside else NOTHING)
        rows.append(Row(code, name, alone.get(code, nothing)))
    for number, group in enumerate(sorted(joined, key=lambda one: one.members), start=1):
        words = ", ".join(sorted(names[name] for name in group.members))
        rows.append(Row(f"{TOGETHER}-{number}", f"Together: {words}", of[id(group)]))
    return rows


def _by_kind(found: Linked, names: Names, limits: Thresholds) -> Table:
    columns = [SPEND, PEOPLE, BOOKINGS, HOURS, PRICE]
    of = {id(group): _money_and_counts(group, limits) | _hours(group, limits) for group in found.kinds}
    return Table("kinds", "Kinds of support", "Kind of support", columns, _rows(found.kinds, names.kinds, columns, of))


def _hours(group: Group, limits: Thresholds) -> dict[str, Figure]:
    """Hours and what one costs; not known while a visit is not recorded, and never of kinds put together."""
    minutes = [one.minutes for one in group.purchases]
    if len(group.members) > 1 or not may_be_shown(group.purchases, limits):
        said = HIDDEN, HIDDEN
    elif None in minutes:
        said = UNKNOWN, UNKNOWN
    elif not may_be_averaged(group.purchases, limits):
        said = HIDDEN, HIDDEN
    else:
        total = sum(one for one in minutes if one is not None)
        pence = sum(one.pence for one in group.purchases)
        said = Figure((total + 30) // 60), Figure((pence * 60 // total + 5) // 10 * 10) if total else UNKNOWN
    return {HOURS.code: said[0], PRICE.code: said[1]}


def _by_side(found: Linked, names: Names, *, is_open: bool) -> Table:
    """Each kind by framework and other providers where both may be shown, and the sum of those shown."""
    of: dict[int, dict[str, Figure]] = {}
    shown: list[Purchase] = []
    for group in found.kinds:
        if is_open and found.is_split[group.members]:
            of[id(group)] = _sides(group.purchases)
            shown.extend(group.purchases)
        else:
            of[id(group)] = {FRAMEWORK.code: HIDDEN, OTHER.code: HIDDEN}
    columns = [FRAMEWORK, OTHER]
    rows = _rows(found.kinds, names.kinds, columns, of)
    rows.append(
        Row("shown", "Of those shown here", _sides(shown) if shown or not found.kinds else of[id(found.kinds[0])])
    )
    return Table("framework", "Framework and other providers", "Kind of support", columns, rows)


def _sides(purchases: Sequence[Purchase]) -> dict[str, Figure]:
    return {
        FRAMEWORK.code: Figure(_pounds([one for one in purchases if one.is_framework])),
        OTHER.code: Figure(_pounds([one for one in purchases if not one.is_framework])),
    }


def _by_locality(found: Linked, names: Names, limits: Thresholds) -> Table:
    of = {
        id(group): {SPEND.code: Figure(_pounds(group.purchases)) if may_be_shown(group.purchases, limits) else HIDDEN}
        for group in found.localities
    }
    return Table(
        "localities", "Localities", "Locality", [SPEND], _rows(found.localities, names.localities, [SPEND], of)
    )


def corrections_table(changes: Mapping[tuple[int, int], int], limits: Thresholds) -> tuple[Table, bool]:
    """What has changed of earlier periods since they were published, and whether it may be said now.

    What may not be said yet waits, and is said with later changes once enough people stand behind all of them.

    Args:
        changes: pence by (person, booking).
        limits: what the council asks.
    """
    each: dict[int, int] = {}
    for (person, _), pence in changes.items():
        each[person] = each.get(person, 0) + abs(pence)
    may_be_said = len(each) >= limits.fewest and not is_dominated(each.values(), limits.largest_share)
    if not each:
        said = {CHANGE.code: NOTHING, PEOPLE.code: NOTHING}
    elif may_be_said:
        people = Figure(to_nearest_five(len(each), limits.fewest))
        said = {CHANGE.code: Figure(pounds(sum(changes.values()))), PEOPLE.code: people}
    else:
        said = {CHANGE.code: HIDDEN, PEOPLE.code: HIDDEN}
    row = Row("earlier", "Earlier periods", said)
    return Table("corrections", "Corrections to earlier periods", "", [CHANGE, PEOPLE], [row]), may_be_said


def delivered_table(providers: Sequence[Visits], limits: Thresholds) -> Table:
    """Of the time planned, how much each provider gave and charged: shares, so that no amount can be taken off another."""
    columns = [GIVEN, CHARGED, SHORT, MISSED, STANDS_OUT]
    rows = [
        Row(f"provider-{number}", one.name, _delivered(one, limits)) for number, one in enumerate(providers, start=1)
    ]
    return Table("delivered", "Given and charged, by provider", "Provider", columns, rows)


def _delivered(one: Visits, limits: Thresholds) -> dict[str, Figure]:
    sums = one.figures
    if one.people < limits.fewest or not sums.planned_minutes:
        return dict.fromkeys((column.code for column in (GIVEN, CHARGED, SHORT, MISSED, STANDS_OUT)), HIDDEN)
    short = _count(sums.short_but_full, one.short_people, limits)
    return {
        GIVEN.code: Figure(_percent(sums.delivered_minutes, sums.planned_minutes)),
        CHARGED.code: Figure(_percent(sums.charged_minutes, sums.planned_minutes)),
        SHORT.code: short,
        MISSED.code: _count(sums.missed, one.missed_people, limits),
        STANDS_OUT.code: HIDDEN if short == HIDDEN else Figure(int(sums.stands_out)),
    }


def _percent(part: int, whole: int) -> int:
    return (part * 100 + whole // 2) // whole


def _count(count: int, people: int, limits: Thresholds) -> Figure:
    is_few = count and (count < limits.fewest or people < limits.fewest)
    return HIDDEN if is_few else Figure(to_nearest_five(count, limits.fewest))


def largest_part_shown(table: Table, purchases: Purchases) -> int:
    """Of every hundred pounds, how many stand in rows of their own: how useful a table still is."""
    by_kind = sums_by(purchases, lambda one: one.kind if table.code == "kinds" else one.locality)
    shown = sum(
        pence for code, pence in by_kind.items() if (row := table.row(code)) and row.figures[SPEND.code] != HIDDEN
    )
    return shown * 100 // (sum(by_kind.values()) or 1)
