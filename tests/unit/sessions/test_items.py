"""What goes back for things sent back: each its price, with the last one everything, and never more than was paid."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.refusals import Conflict
from app.support.sessions.rules import back_for, must_be_returnable, weekly

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.integers(1, 9000), st.integers(0, 2500))
def test_all_of_it_comes_back_to_the_penny_in_whatever_parcels(parcels: list[int], each: int, delivery: int) -> None:
    bought = sum(parcels)
    paid, back, given_pence = bought * each + delivery, 0, 0
    for parcel in parcels:
        pence = back_for(
            quantity=parcel, bought=bought, back_before=back, each_pence=each, paid_pence=paid, given=given_pence
        )
        back, given_pence = back + parcel, given_pence + pence
        assert pence == (parcel * each if back < bought else parcel * each + delivery)
    assert given_pence == paid
    with pytest.raises(Conflict, match="All of these have been sent back already"):
        back_for(quantity=1, bought=bought, back_before=back, each_pence=each, paid_pence=paid, given=given_pence)


def test_fourteen_days_to_the_second() -> None:
    must_be_returnable(NOON, now=NOON + timedelta(days=14))
    with pytest.raises(Conflict, match="14 days"):
        must_be_returnable(NOON, now=NOON + timedelta(days=14, seconds=1))
    with pytest.raises(Conflict, match="not arrived yet"):
        must_be_returnable(None, now=NOON)


def test_two_in_the_afternoon_stays_two_in_the_afternoon() -> None:
    times = weekly(date(2026, 10, 22), time(14), time(16), weeks=2)
    assert [starts.astimezone(UTC).hour for starts, _ in times] == [13, 14]
