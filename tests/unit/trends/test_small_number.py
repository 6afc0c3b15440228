"""A council that asks for more people behind a figure than five gets them: in sums, in counts and in what is rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.disclosure.rules import Thresholds, pounds, to_nearest_five
from app.insight.trends.queries.counting import NO_LOCALITY
from app.insight.trends.rules.figures import HIDDEN, Figure
from app.insight.trends.rules.tables import delivered_table, spend_tables
from app.support.visits.queries.figures import ProviderFigures
from app.support.visits.rules.figures import VisitFigures
from tests.unit.trends.councils import bought, names

SUMS = VisitFigures(60, 3600, 3000, 3590, 100, timed=50, short_but_full=12, missed=9)


@pytest.mark.parametrize(("people", "is_shown"), [(5, False), (9, False), (10, True)])
def test_a_kind_that_fewer_than_ten_bought_is_withheld_where_ten_are_asked_for(people: int, is_shown: bool) -> None:
    purchases = bought(range(people), "a") + bought(range(50, 80), "b")
    kinds = spend_tables(purchases, names(purchases), Thresholds(10))[1]
    said = {row.code: row.figures["spend_pounds"] for row in kinds.rows}
    # One withheld kind alone could be worked out from the total.
    together = {} if is_shown else {"together-1": Figure(10 * (people + 30))}
    assert said == {
        "a": Figure(10 * people) if is_shown else HIDDEN,
        "b": Figure(300) if is_shown else HIDDEN,
        **together,
    }


def test_a_whole_period_of_nine_is_withheld_where_ten_are_asked_for() -> None:
    purchases = bought(range(3), "a") + bought(range(3, 9), "b", place=NO_LOCALITY)
    for table in spend_tables(purchases, names(purchases), Thresholds(10)):
        assert {str(one) for row in table.rows for one in row.figures.values()} == {"[c]"}
    assert spend_tables(purchases, names(purchases), Thresholds())[0].rows[0].figures["spend_pounds"] == Figure(90)


def test_a_sum_that_is_mostly_one_persons_is_withheld() -> None:
    purchases = bought(range(9), "a") + bought([9], "a", pence=36_001)
    assert spend_tables(purchases, names(purchases), Thresholds())[0].rows[0].figures["spend_pounds"] == HIDDEN
    purchases = bought(range(9), "a") + bought([9], "a", pence=36_000)
    assert spend_tables(purchases, names(purchases), Thresholds())[0].rows[0].figures["spend_pounds"] == Figure(450)


@pytest.mark.parametrize(
    ("providers", "hours", "price"),
    [([1, 2], "[c]", "[c]"), ([1, 2, 3], "12", "1000"), ([1] * 10 + [2, 3], "[c]", "[c]")],
)
def test_hours_and_prices_need_three_providers_and_none_of_them_most_of_it(
    providers: list[int], hours: str, price: str
) -> None:
    purchases = tuple(
        one
        for number in range(12)
        for one in bought([number], "a", provider=providers[number % len(providers)], minutes=60)
    )
    row = spend_tables(purchases, names(purchases), Thresholds())[1].rows[0]
    assert (str(row.figures["hours"]), row.figures["price_pence"].mark or str(row.figures["price_pence"].number)) == (
        hours,
        price,
    )


def test_a_providers_shares_and_counts_follow_it() -> None:
    few, many = (ProviderFigures("P", people, SUMS, people, people) for people in (9, 11))
    rows = [row.figures for row in delivered_table([few, many], Thresholds(10)).rows]
    assert set(rows[0].values()) == {HIDDEN}
    assert {code: str(one) for code, one in rows[1].items()} == {
        "given_percent": "83",
        "charged_percent": "100",
        "short_but_full": "10",
        "missed": "[c]",
        "stands_out": "1",
    }


@given(st.integers(5, 50), st.integers(0, 200))
def test_a_count_that_is_shown_never_reads_as_fewer_than_are_asked_for(fewest: int, count: int) -> None:
    said = to_nearest_five(count, fewest)
    assert said % 5 == 0
    if count >= fewest:
        assert said >= fewest
        assert abs(said - count) < 5
    else:
        assert abs(said - count) <= 2


@pytest.mark.parametrize(("pence", "shown"), [(0, 0), (49, 0), (50, 1), (149, 1), (150, 2), (-50, 0), (-8000, -80)])
def test_money_is_rounded_to_pounds(pence: int, shown: int) -> None:
    assert pounds(pence) == shown
