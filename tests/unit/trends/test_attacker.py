"""An attacker with linear programming, given every table of every publication of a random small council, finds nobody.

The attacker knows which kinds are bought in which locality on which side of the framework (all that is not nothing), and
every published figure with its rounding. What is sought is the least and the most each cell of that could be: for people,
and for pounds. ``ROUNDS=200`` tries so many councils; the suite ten.
"""

import random
from collections import defaultdict
from collections.abc import Iterable

import highspy
import pytest

from app.insight.disclosure import rules as disclosure
from app.insight.disclosure.rules import Purchase, Purchases, Thresholds, may_be_shown, people_behind, unsafe_cut
from app.insight.trends.rules.figures import Row, Table
from app.insight.trends.rules.tables import TOGETHER, corrections_table, largest_part_shown, spend_tables
from tests.processes import rounds
from tests.unit.trends.councils import bought, names

THRESHOLDS = Thresholds()
PERIODS = 4

Cell = tuple[str, bool, str]
"""Kind, side of the framework, locality."""


def council(chance: random.Random) -> list[Purchases]:
    """Some periods of a small council: few kinds that many buy, many that few do, some sold in one place or on one side."""
    people = [
        (number, chance.choice("pppqqr" if chance.random() < 0.9 else "s")) for number in range(chance.randint(4, 60))
    ]
    kinds = {kind: (chance.choice([0, 1, 1, 2]), chance.choice([None, None, *"pqr"])) for kind in "abcdefg"}
    favours = [chance.choices("abcdefg", [9, 6, 3, 1, 1, 1, 1], k=chance.randint(1, 3)) for _ in people]
    made, booking = [], 0
    for _ in range(PERIODS):
        bought = []
        for (person, place), favoured in zip(people, favours, strict=True):
            for kind in favoured:
                sides, only_in = kinds[kind]
                if chance.random() < 0.2 or (only_in and only_in != place):
                    continue
                booking += 1
                bought.append(
                    Purchase(
                        person=person,
                        booking=booking,
                        kind=kind,
                        is_framework=sides == 1 or (sides == 2 and chance.random() < 0.7),
                        provider=chance.randint(1, 4),
                        locality=place,
                        pence=int(chance.lognormvariate(8, 1.2)) + 100,
                        minutes=chance.choice([60, 90]),
                    )
                )
        made.append(tuple(bought))
    return made


def neighbours() -> Purchases:
    """A kind that is bought in one place only, by all but one of those who buy there: the place less the kind is theirs."""
    return (
        bought(range(10), "a", pence=10_000)
        + bought([10], "b", pence=10_000)
        + bought(range(11, 30), "b", place="q", pence=10_000)
    )


def cell_of(one: Purchase) -> Cell:
    return one.kind, one.is_framework, one.locality


def cells_of(purchases: Iterable[Purchase]) -> dict[Cell, list[Purchase]]:
    found = defaultdict(list)
    for one in purchases:
        found[cell_of(one)].append(one)
    return found


def members(table: Table, row: Row) -> set[str]:
    """Which kinds or localities a row speaks of, as its words say."""
    if row.code.startswith(TOGETHER):
        return set(row.name.removeprefix("Together: ").split(", "))
    return {row.code}


def published(tables: list[Table], cells: Iterable[Cell]) -> list[tuple[str, set[Cell], int]]:
    """Every figure that is a sum over cells: its measure, its cells, and what it says."""
    whole, kinds, sides, places = tables
    cells = set(cells)
    said = [(code, cells, one.number) for code, one in whole.rows[0].figures.items()]
    for row in kinds.rows:
        its = {cell for cell in cells if cell[0] in members(kinds, row)}
        said += [(code, its, one.number) for code, one in row.figures.items() if code in ("spend_pounds", "people")]
    shown: set[Cell] = set()
    for row in sides.rows:
        of = shown if row.code == "shown" else {cell for cell in cells if cell[0] in members(sides, row)}
        for code, side in (("framework_pounds", True), ("other_pounds", False)):
            number = row.figures[code].number
            said.append(("spend_pounds", {cell for cell in of if cell[1] is side}, number))
            shown |= of if number is not None else set()
    for row in places.rows:
        its = {cell for cell in cells if cell[2] in members(places, row)}
        said.append(("spend_pounds", its, row.figures["spend_pounds"].number))
    return [(measure, its, number) for measure, its, number in said if number is not None]


class Attack:
    """All that is known of the cells of one period, as linear bounds on them."""

    def __init__(self, cells: list[Cell], said: list[tuple[str, set[Cell], int]], measure: str) -> None:
        self.at = {cell: n for n, cell in enumerate(cells)}
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        least = 0.01 if measure == "spend_pounds" else 1.0
        for _ in cells:
            self.solver.addVar(least, highspy.kHighsInf)
        for what, its, number in said:
            if what != measure or not its:
                continue
            columns = [self.at[cell] for cell in its]
            if measure == "spend_pounds":
                self._bound(number - 0.5, number + 0.5, columns)
            else:
                # Different people: no cell has more of them, and all cells together no fewer.
                self._bound(max(number - 2, THRESHOLDS.fewest), highspy.kHighsInf, columns)
                for column in columns:
                    self._bound(0, number + 2, [column])

    def _bound(self, low: float, high: float, columns: list[int]) -> None:
        self.solver.addRow(low, high, len(columns), columns, [1.0] * len(columns))

    def range_of(self, cells: Iterable[Cell]) -> tuple[float, float]:
        """The least and the most that the cells together can be."""
        columns = {self.at[cell] for cell in cells}
        for column in range(len(self.at)):
            self.solver.changeColCost(column, 1.0 if column in columns else 0.0)
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            self.solver.changeObjectiveSense(sense)
            self.solver.run()
            is_bounded = self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(self.solver.getInfo().objective_function_value if is_bounded else float("inf"))
        return ends[0], ends[1]


def faults_in(purchases: Purchases, thresholds: Thresholds = THRESHOLDS) -> list[str]:
    """What an attacker learns of a period that nobody may: each cell of too few people that is narrowed too far."""
    tables = spend_tables(purchases, names(purchases), thresholds)
    cells = cells_of(purchases)
    said = published(tables, cells)
    faults = []
    people, money = (Attack(list(cells), said, measure) for measure in ("people", "spend_pounds"))
    for cell, ones in cells.items():
        if people_behind(ones) >= thresholds.fewest:
            continue
        least, most = people.range_of([cell])
        if least > 1.001 or most < thresholds.fewest - 1:
            faults.append(f"{cell}: {least:.0f} to {most:.0f} people")
        least, most = money.range_of([cell])
        spent = sum(one.pence for one in ones) / 100
        # Nobody has more than 80% of a sum that is shown, so that who stands alone in a cell is a quarter more at least.
        if people_behind(ones) == 1 and most < spent * 1.25 - 1.5:
            faults.append(f"{cell}: £{least:.2f} to £{most:.2f}, and it is £{spent:.2f}")
    return faults


@pytest.mark.parametrize("seed", range(rounds(10)))
def test_an_attacker_finds_nobody_in_a_small_council(seed: int) -> None:
    chance = random.Random(seed)
    told: dict[int, int] = defaultdict(int)
    now: dict[tuple[int, int], int] = {}
    for purchases in council(chance):
        assert faults_in(purchases) == []
        # Between publications some are disputed and some put right; what is told of that is never of a few.
        changes = {key: pence - told[key[1]] for key, pence in now.items() if pence != told[key[1]]}
        table, may_be_told = corrections_table(changes, THRESHOLDS)
        changed = {person for person, _ in changes}
        assert may_be_told <= (len(changed) >= THRESHOLDS.fewest)
        assert (table.rows[0].figures["change_pounds"].number is None) is (bool(changes) and not may_be_told)
        if may_be_told:
            told.update({booking: now[person, booking] for person, booking in changes})
        for one in purchases:
            told[one.booking] = one.pence
            now[one.person, one.booking] = chance.choice([one.pence] * 15 + [0])


def _shown_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "may_be_shown", lambda *_: True)


def _never_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "unsafe_cut", lambda *_: None)


@pytest.mark.parametrize("breaks", [_shown_alone, _never_linked])
def test_the_attacker_finds_somebody_where_a_rule_is_left_out(breaks: object, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch)  # type: ignore[operator] # it is one of the two above
    found = [faults_in(purchases) for seed in range(4) for purchases in [*council(random.Random(seed)), neighbours()]]
    assert any(found)


def test_a_place_less_the_only_kind_bought_there_is_nobodys() -> None:
    assert faults_in(neighbours()) == []
    _, kinds, _, places = spend_tables(neighbours(), names(neighbours()), THRESHOLDS)
    assert [str(row.figures["spend_pounds"]) for row in kinds.rows] == ["1,000", "2,000"]
    assert [(row.code, str(row.figures["spend_pounds"])) for row in places.rows] == [
        ("p", "[c]"),
        ("q", "[c]"),
        ("together-1", "3,000"),
    ]


def test_every_cut_between_two_tables_is_tried() -> None:
    chance = random.Random(1)
    for _ in range(60):
        for purchases in council(chance):
            found = disclosure.linked(purchases, THRESHOLDS)
            rows = [
                part
                for row in found.kinds
                for part in (disclosure.halves(row) if found.is_split[row.members] else [row])
            ]
            assert unsafe_cut(rows, found.localities, THRESHOLDS) is None
            if may_be_shown(purchases, THRESHOLDS):
                assert all(may_be_shown(row.purchases, THRESHOLDS) for row in [*rows, *found.localities])
            for groups in (rows, found.localities):
                assert sorted(one.booking for row in groups for one in row.purchases) == [
                    one.booking for one in purchases
                ]


def test_at_four_hundred_people_most_spending_is_visible_by_kind_and_by_locality() -> None:
    chance = random.Random(7)
    purchases = tuple(
        Purchase(
            person=person,
            booking=person * 10 + nth,
            kind=kind,
            is_framework=kind in "abc" and chance.random() < 0.8,
            provider=chance.randint(1, 9),
            locality=f"place {person % 9 % 6}",
            pence=int(chance.lognormvariate(9, 1)),
        )
        for person in range(400)
        for nth, kind in enumerate(set(chance.choices("abcdefghijkl", [20, 15, 10, 8, 6, 5, 4, 3, 2, 1, 1, 0.3], k=2)))
    )
    _, kinds, _, places = spend_tables(purchases, names(purchases), THRESHOLDS)
    assert largest_part_shown(kinds, purchases) >= 70
    assert largest_part_shown(places, purchases) >= 70
