"""Shares of a booking sum to the penny: every visit, and all of them."""

from hypothesis import given
from hypothesis import strategies as st

from app.support.sharing import rules

PARTS = st.lists(st.integers(1, rules.MOST_PARTS), min_size=2, max_size=rules.MOST_SHARING)
# Prices of a few pence too: there the odd penny is all there is.
PRICES = st.lists(st.integers(0, 4) | st.integers(0, 50_000), max_size=30)


@given(PRICES, PARTS)
def test_every_visit_sums_and_nobody_is_ever_a_penny_off_their_share(prices: list[int], parts: list[int]) -> None:
    shares = rules.split_visits(prices, parts)
    assert [sum(visit) for visit in shares] == prices
    assert all(pays >= 0 for visit in shares for pays in visit)
    whole, paid, price = sum(parts), [0] * len(parts), 0
    for cost, visit in zip(prices, shares, strict=True):
        price += cost
        paid = [before + now for before, now in zip(paid, visit, strict=True)]
        assert all(abs(has * whole - price * part) < whole for has, part in zip(paid, parts, strict=True))
    assert rules.amounts(prices, parts) == paid
    assert sum(paid) == sum(prices)


def test_the_odd_penny_goes_round() -> None:
    assert rules.split_visits([4125] * 4, [1, 1]) == [[2063, 2062], [2062, 2063], [2063, 2062], [2062, 2063]]
    assert rules.amounts([4125] * 4, [1, 1]) == [8250, 8250]
    assert rules.split_visits([100], [1, 1, 1]) == [[34, 33, 33]]
    assert rules.split_visits([1, 1, 1], [1, 1, 1]) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
