"""No published table lets anybody work out what was withheld, however the figures fall."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.insight.trends.rules import (
    FEWEST,
    HIDDEN,
    TO_COME,
    Counted,
    Figure,
    Published,
    Sums,
    is_small,
    not_yet,
    pounds,
    publish,
    sum_of,
    to_nearest_five,
    withheld,
)
from tests.reaching import reached

KINDS = "abcdef"
SIDES = (True, False)

Rows = list[tuple[int, str, bool, int]]
"""Who bought what: (person, kind, on the framework, pence); a person may appear often."""

few_purchases = st.lists(
    st.tuples(st.integers(1, 14), st.sampled_from(KINDS), st.booleans(), st.integers(1, 90_000)), max_size=60
)
# How many people bought a kind on a side. The rules turn at one and at five, and on kinds sold on one side only.
BUYERS = st.sampled_from([0, 0, 0, 1, 3, 4, 5, 6, 9])


@st.composite
def large_tables(draw: st.DrawFn) -> Rows:
    """A council's month: several kinds, each with its own few or many buyers on each side, some of whom buy elsewhere too."""
    rows: Rows = []
    pool = draw(st.sampled_from([7, 15, 60]))
    for kind in KINDS[: draw(st.sampled_from([2, 3, 4, 6]))]:
        for side in SIDES:
            first, pence = draw(st.integers(0, pool)), draw(st.integers(1, 90_000))
            rows += [((first + number) % pool, kind, side, pence + number) for number in range(draw(BUYERS))]
    again = draw(st.integers(0, 9))
    return rows + rows[:again]


# Drawn as lists of rows alone, half of the tables had five rows or fewer: too few people for most rules to be asked.
purchases = st.one_of(large_tables(), large_tables(), large_tables(), few_purchases)


def table(**kinds: tuple[int, int]) -> Rows:
    """So many people who bought each kind on the framework and off it; everybody buys once, the n-th kind for £n0."""
    rows: Rows = []
    for number, (kind, buyers) in enumerate(kinds.items(), start=1):
        for side, people in zip(SIDES, buyers, strict=True):
            rows += [(len(rows) + n, kind, side, 1000 * number) for n in range(people)]
    return rows


# In each of these one rule alone stands between the reader and somebody's spending; and what it withholds.
TURNS = {
    "one small kind takes the smallest large one with it": (table(a=(2, 1), b=(9, 9), c=(9, 8)), "ac", False),
    "of two equally large kinds the one with less money": (table(a=(3, 0), c=(9, 0), b=(9, 0), d=(0, 9)), "ac", False),
    "two small kinds together are few still": (table(a=(1, 0), b=(2, 0), c=(9, 0), d=(20, 9)), "abc", False),
    "five are enough": (table(a=(5, 0), b=(5, 5)), "", False),
    "four are not": (table(a=(4, 0), b=(5, 5)), "ab", False),
    "alone off the framework": (table(a=(0, 3), b=(6, 0), c=(9, 9)), "abc", False),
    "alone on the framework": (table(a=(3, 0), b=(0, 6), c=(9, 9)), "abc", False),
    "the large one is alone on its side": (table(a=(3, 0), b=(6, 5), c=(9, 9), d=(9, 9)), "abc", False),
    "few on a side beside few": (table(a=(0, 3), b=(6, 0), c=(9, 4), d=(7, 0)), "ab", True),
    "few on the other side beside few": (table(a=(3, 0), b=(0, 6), c=(4, 9)), "ab", True),
    "a small framework": (table(a=(2, 9), b=(2, 9)), "", True),
    "a small rest": (table(a=(9, 2), b=(9, 2)), "", True),
    "a small side whose kinds would give nothing away": (table(a=(6, 0), b=(6, 0), c=(0, 3)), "ac", True),
    "nothing is left to show": (table(a=(3, 0), b=(4, 0)), "ab", False),
    "one side alone": (table(a=(9, 0), b=(7, 0)), "", False),
}


def _sums(rows: Iterable[tuple[int, str, bool, int]]) -> Sums:
    rows = list(rows)
    return Sums(len({row[0] for row in rows}), len(rows), sum(row[3] for row in rows))


def _counted(rows: Rows) -> Counted:
    def by_kind(side: bool, kinds: Iterable[str]) -> dict[str, Sums]:
        return {kind: _sums(r for r in rows if r[1] == kind and r[2] is side) for kind in kinds}

    return Counted(
        kinds={kind: _sums(r for r in rows if r[1] == kind) for kind in KINDS},
        framework=_sums(r for r in rows if r[2]),
        other=_sums(r for r in rows if not r[2]),
        whole=_sums(rows),
        # Kinds nobody bought may be left out, or be there with nothing.
        on_framework=by_kind(True, {r[1] for r in rows if r[2]}),
        off_framework=by_kind(False, KINDS),
    )


def turning(law: Callable[[Rows], None]) -> Callable[[Rows], None]:
    """Try a law on each of the turns by name, whatever else is drawn."""
    for rows, *_ in TURNS.values():
        law = example(rows)(law)
    return law


@turning
@given(purchases)
def test_nothing_published_speaks_of_fewer_than_five(rows: Rows) -> None:
    counted = _counted(rows)
    said = publish(counted)
    for kind, group in counted.kinds.items():
        assert said.kinds[kind] in {HIDDEN, Figure(pounds(group.pence))}
        assert group.people >= FEWEST or said.kinds[kind] == (HIDDEN if group.people else Figure(0))
    for figure, group in (
        (said.framework, counted.framework),
        (said.other, counted.other),
        (said.total, counted.whole),
        (said.people, counted.whole),
        (said.bookings, counted.whole),
    ):
        assert figure == HIDDEN or group.people == 0 or group.people >= FEWEST


def _cells(counted: Counted) -> list[tuple[str, bool]]:
    """The unknowns: each kind on each side."""
    return [(kind, side) for kind in counted.kinds for side in SIDES]


def _equations(counted: Counted, said: Published) -> list[list[int]]:
    """One row for each published figure: which unknowns it is the sum of."""
    cells = _cells(counted)
    rows = []
    if said.total != HIDDEN:
        rows.append([1 for _ in cells])
    rows.extend(
        [int(cell[1] is side) for cell in cells]
        for side, figure in ((True, said.framework), (False, said.other))
        if figure != HIDDEN
    )
    rows.extend([int(cell[0] == kind) for cell in cells] for kind, figure in said.kinds.items() if figure != HIDDEN)
    return rows


def _can_be_solved(equations: list[list[int]], wanted: list[int]) -> bool:
    """Whether the wanted sum is a combination of the equations."""
    if not equations:
        return False
    known = np.array(equations)
    return bool(np.linalg.matrix_rank(known) == np.linalg.matrix_rank(np.vstack([known, wanted])))


@turning
@given(purchases)
def test_no_withheld_figure_can_be_solved_from_the_others(rows: Rows) -> None:
    counted = _counted(rows)
    said = publish(counted)
    cells = _cells(counted)
    equations = _equations(counted, said)
    for kind, figure in said.kinds.items():
        if figure == HIDDEN:
            assert not _can_be_solved(equations, [int(cell[0] == kind) for cell in cells])
    for side, figure in ((True, said.framework), (False, said.other)):
        if figure == HIDDEN:
            assert not _can_be_solved(equations, [int(cell[1] is side) for cell in cells])


@turning
@given(purchases)
def test_what_is_left_over_is_never_a_few_peoples_even_to_one_who_knows_the_rest(
    rows: Rows,
) -> None:
    """Take every shown kind, with its split known from elsewhere, from each published sum: many must remain."""
    counted = _counted(rows)
    said = publish(counted)
    hidden = {kind for kind, figure in said.kinds.items() if figure == HIDDEN}
    for figure, sides in ((said.total, SIDES), (said.framework, (True,)), (said.other, (False,))):
        remains = [r for r in rows if r[1] in hidden and r[2] in sides]
        if figure != HIDDEN and remains:
            assert len({r[0] for r in remains}) >= FEWEST
            assert len({r[1] for r in remains}) > 1 or {r[1] for r in rows if r[2] in sides} == {r[1] for r in remains}


@turning
@given(purchases)
def test_no_more_is_withheld_than_there_is_reason_for(rows: Rows) -> None:
    counted = _counted(rows)
    everything_is_large = all(
        group.people >= FEWEST or not group.people
        for group in (*counted.kinds.values(), counted.framework, counted.other)
    )
    if everything_is_large:
        assert withheld(counted) == (frozenset(), False)


@turning
@given(purchases)
def test_each_published_sum_costs_one_large_kind_at_most(rows: Rows) -> None:
    counted = _counted(rows)
    hidden, hides_split = withheld(counted)
    small = {kind for kind, group in counted.kinds.items() if is_small(group)}
    assert small <= hidden
    assert len(hidden - small) <= (1 if hides_split else 3)
    assert small or not hidden


@pytest.mark.parametrize(("rows", "hidden", "hides_split"), TURNS.values(), ids=TURNS)
def test_at_each_turn_just_so_much_is_withheld(rows: Rows, hidden: str, hides_split: bool) -> None:
    counted = _counted(rows)
    assert withheld(counted) == (frozenset(hidden), hides_split)
    said = publish(counted)
    assert {kind for kind, figure in said.kinds.items() if figure == HIDDEN} == set(hidden)
    assert (said.framework == HIDDEN, said.other == HIDDEN) == (hides_split, hides_split)
    assert said.total == Figure(pounds(counted.whole.pence))
    assert (said.people, said.bookings) == (
        Figure(to_nearest_five(counted.whole.people)),
        Figure(to_nearest_five(len(rows))),
    )
    share = Figure(round(100 * counted.framework.pence / counted.whole.pence))
    assert said.framework_share == (HIDDEN if hides_split else share)


def test_a_period_that_has_not_ended_says_nothing_at_all() -> None:
    said = not_yet("ab")
    assert said.kinds == {"a": TO_COME, "b": TO_COME}
    assert [said.framework, said.other, said.total, said.people, said.bookings] == [TO_COME] * 5
    assert said.framework_share == TO_COME


def _states(rows: Rows) -> Iterator[str]:
    counted = _counted(rows)
    if len(rows) >= 20:
        yield "20 rows and more"
    if is_small(counted.whole):
        yield "few in all"
        return
    hidden, hides_split = withheld(counted)
    small = {kind for kind, group in counted.kinds.items() if is_small(group)}
    few_on_a_side = is_small(counted.framework) or is_small(counted.other)
    for_the_total = withheld(replace(counted, on_framework={}, off_framework={}))[0]
    states = {
        "a small kind": small,
        "a large kind beside it": hidden - small,
        "several small kinds": len(small) > 1,
        "nothing withheld": not hidden and not hides_split,
        "few on a side": few_on_a_side,
        "a side asks for more than the total": not hides_split and hidden != for_the_total,
        "no kind makes a side safe": hides_split and not few_on_a_side,
        "a kind nobody bought": any(not group.people for group in counted.kinds.values()),
        "somebody buys two kinds": len(rows) > counted.whole.people,
    }
    yield from (name for name, holds in states.items() if holds)


def test_the_tables_drawn_reach_every_turn() -> None:
    found = reached(purchases, _states)
    assert found["20 rows and more"] >= 40
    assert {name: count for name, count in found.items() if count < 3} == {}
    assert len(found) == 11


def test_the_kind_hidden_beside_a_small_one_is_the_smallest_that_will_do() -> None:
    kinds = {"a": Sums(3, 3, 900), "b": Sums(40, 40, 9000), "c": Sums(6, 6, 5000), "d": Sums()}
    whole = Sums(45, 49, 14_900)
    counted = Counted(kinds, whole, Sums(), whole, kinds, {})
    said = publish(counted)
    assert {kind: str(figure) for kind, figure in said.kinds.items()} == {"a": "[c]", "b": "90", "c": "[c]", "d": "0"}
    assert (said.total.pounds, said.framework.pounds, said.other.pounds) == ("£149", "£149", "£0")
    assert str(said.framework_share) == "100"


def test_a_period_with_a_few_people_says_nothing() -> None:
    few = Sums(4, 9, 100)
    said = publish(Counted({"a": few, "b": Sums()}, few, Sums(), few, {"a": few}, {}))
    assert [said.total, said.framework, said.other, said.people, said.bookings, said.kinds["a"]] == [HIDDEN] * 6
    assert said.kinds["b"] == Figure(0)
    assert said.framework_share == HIDDEN


def test_a_small_side_takes_the_other_with_it() -> None:
    kinds = {"a": Sums(20, 20, 2000)}
    on, off = Sums(18, 18, 1500), Sums(2, 2, 500)
    said = publish(Counted(kinds, on, off, Sums(20, 20, 2000), {"a": on}, {"a": off}))
    assert (said.framework, said.other, said.total, said.kinds["a"]) == (HIDDEN, HIDDEN, Figure(20), Figure(20))


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (102, 100)])
def test_people_are_rounded_to_five(count: int, shown: int) -> None:
    assert to_nearest_five(count) == shown


@pytest.mark.parametrize(("pence", "shown"), [(0, 0), (49, 0), (50, 1), (149, 1), (150, 2)])
def test_money_is_rounded_to_pounds(pence: int, shown: int) -> None:
    assert pounds(pence) == shown


def test_a_sum_is_of_what_was_published() -> None:
    assert sum_of([Figure(3), HIDDEN, Figure(4)]) == Figure(7)
    assert sum_of([HIDDEN, HIDDEN]) == HIDDEN
    assert str(sum_of([])) == "[x]"
