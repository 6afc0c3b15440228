"""No published table lets anybody work out what was withheld, however the figures fall."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.trends.rules import (
    FEWEST,
    HIDDEN,
    Counted,
    Figure,
    Published,
    Sums,
    pounds,
    publish,
    rounded,
    sum_of,
    withheld,
)

KINDS = "abcdef"
SIDES = (True, False)

# Who bought what: (person, kind, on the framework, pence); a person may appear often.
purchases = st.lists(
    st.tuples(st.integers(1, 14), st.sampled_from(KINDS), st.booleans(), st.integers(1, 90_000)), max_size=60
)


def _sums(rows: Iterable[tuple[int, str, bool, int]]) -> Sums:
    rows = list(rows)
    return Sums(len({row[0] for row in rows}), len(rows), sum(row[3] for row in rows))


def _counted(rows: list[tuple[int, str, bool, int]]) -> Counted:
    kinds = sorted({row[1] for row in rows})
    return Counted(
        kinds={kind: _sums(r for r in rows if r[1] == kind) for kind in kinds},
        framework=_sums(r for r in rows if r[2]),
        other=_sums(r for r in rows if not r[2]),
        whole=_sums(rows),
        on_framework={kind: _sums(r for r in rows if r[1] == kind and r[2]) for kind in kinds},
        off_framework={kind: _sums(r for r in rows if r[1] == kind and not r[2]) for kind in kinds},
    )


@given(purchases)
def test_nothing_published_speaks_of_fewer_than_five(rows: list[tuple[int, str, bool, int]]) -> None:
    counted = _counted(rows)
    said = publish(counted)
    for kind, group in counted.kinds.items():
        assert said.kinds[kind] in {HIDDEN, Figure(pounds(group.pence))}
        assert said.kinds[kind] == HIDDEN or group.people == 0 or group.people >= FEWEST
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


@given(purchases)
def test_no_withheld_figure_can_be_solved_from_the_others(rows: list[tuple[int, str, bool, int]]) -> None:
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


@given(purchases)
def test_what_is_left_over_is_never_a_few_peoples_even_to_one_who_knows_the_rest(
    rows: list[tuple[int, str, bool, int]],
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


@given(purchases)
def test_no_more_is_withheld_than_there_is_reason_for(rows: list[tuple[int, str, bool, int]]) -> None:
    counted = _counted(rows)
    everything_is_large = all(
        group.people >= FEWEST or not group.people
        for group in (*counted.kinds.values(), counted.framework, counted.other)
    )
    if everything_is_large:
        assert withheld(counted) == (frozenset(), False)


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
    assert rounded(count) == shown


@pytest.mark.parametrize(("pence", "shown"), [(0, 0), (49, 0), (50, 1), (149, 1), (150, 2)])
def test_money_is_rounded_to_pounds(pence: int, shown: int) -> None:
    assert pounds(pence) == shown


def test_a_sum_is_of_what_was_published() -> None:
    assert sum_of([Figure(3), HIDDEN, Figure(4)]) == Figure(7)
    assert sum_of([HIDDEN, HIDDEN]) == HIDDEN
    assert str(sum_of([])) == "[x]"
