"""What holds for every quote, tried on many cards and visits; and what is refused."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.catalogue.rules.quote import BadTimes, Card, Extra, NoSuchAddOn, length_words, quote, stretches
from app.catalogue.rules.rates import AddOnBasis, DayKind, Unit, wrong_with_rate
from app.money import Money, total

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28)})
amounts = st.integers(min_value=1, max_value=50_000)
extras = st.builds(
    Extra,
    id=st.uuids().map(str),
    name=st.just("Extra"),
    basis=st.sampled_from(AddOnBasis),
    amount_pence=amounts,
    is_required=st.booleans(),
)
cards = st.builds(
    Card,
    valid_from=st.just(date(2026, 1, 1)),
    unit=st.sampled_from(Unit),
    weekday_pence=amounts,
    saturday_pence=amounts,
    sunday_pence=amounts,
    bank_holiday_pence=amounts,
    minimum_minutes=st.integers(min_value=0, max_value=180),
    minimum_charge_pence=st.integers(min_value=0, max_value=10_000),
    billing_step_minutes=st.sampled_from([1, 15, 30, 60]),
    add_ons=st.lists(extras, max_size=5, unique_by=lambda extra: extra.id).map(tuple),
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
near_edges = st.sampled_from(
    [datetime(2026, m, d, 20, tzinfo=UTC) for m, d in ((3, 28), (10, 24), (4, 2), (4, 5), (4, 6), (12, 25), (12, 31))]
).flatmap(lambda at: st.integers(0, 600).map(lambda minutes: at + timedelta(minutes=minutes)))
anywhere = st.integers(0, 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))
starts = st.one_of(near_edges, anywhere)
lengths = st.integers(min_value=1, max_value=22 * 60)


@given(card=cards, at=starts, minutes=lengths, data=st.data())
def test_the_lines_sum_to_the_total(card: Card, at: datetime, minutes: int, data: st.DataObject) -> None:
    chosen = [extra.id for extra in card.add_ons if data.draw(st.booleans())]
    made = quote(card, starts=at, ends=at + timedelta(minutes=minutes), add_ons=chosen, bank_holidays=HOLIDAYS)
    assert made.total == total([Money(line.pence) for line in made.lines])
    assert all(line.pence >= 0 for line in made.lines)
    assert made.total.pence >= card.minimum_charge_pence


@given(card=cards, at=starts, minutes=lengths, more=st.integers(min_value=1, max_value=60))
def test_staying_longer_never_lowers_the_price(card: Card, at: datetime, minutes: int, more: int) -> None:
    def price(length: int) -> Money:
        return quote(card, starts=at, ends=at + timedelta(minutes=length), bank_holidays=HOLIDAYS).total

    assert price(minutes) <= price(minutes + more)


@given(card=cards, at=starts, minutes=lengths, data=st.data())
def test_the_order_of_add_ons_does_not_matter(card: Card, at: datetime, minutes: int, data: st.DataObject) -> None:
    assume(len(card.add_ons) > 1)
    ids = [extra.id for extra in card.add_ons]
    mixed = data.draw(st.permutations(ids))
    ends = at + timedelta(minutes=minutes)
    assert quote(card, starts=at, ends=ends, add_ons=ids) == quote(card, starts=at, ends=ends, add_ons=mixed)


@given(at=starts, minutes=lengths)
def test_stretches_lose_no_minute_and_neighbours_differ(at: datetime, minutes: int) -> None:
    parts = stretches(at, minutes, HOLIDAYS)
    assert sum(part.minutes for part in parts) == minutes
    assert all(part.minutes > 0 for part in parts)
    assert all(one.kind != other.kind for one, other in itertools.pairwise(parts))


@given(card=cards, at=starts, minutes=lengths)
def test_the_zone_a_time_is_written_in_does_not_matter(card: Card, at: datetime, minutes: int) -> None:
    ends = at + timedelta(minutes=minutes)
    there = quote(card, starts=at.astimezone(LONDON), ends=ends.astimezone(LONDON), bank_holidays=HOLIDAYS)
    assert there == quote(card, starts=at, ends=ends, bank_holidays=HOLIDAYS)


CARD = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500)
NINE = datetime(2026, 3, 10, 9, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (NINE, "The end must be after the start"),
        (NINE - timedelta(hours=1), "The end must be after the start"),
        (NINE + timedelta(hours=24, minutes=1), "One visit can last at most 24 hours"),
        (NINE + timedelta(seconds=90), "Give the start and the end in whole minutes"),
    ],
)
def test_times_that_make_no_visit_are_refused_in_plain_words(ends: datetime, words: str) -> None:
    with pytest.raises(BadTimes, match=words):
        quote(CARD, starts=NINE, ends=ends)


def test_a_visit_may_last_from_nine_to_nine_even_on_the_long_day() -> None:
    starts_at = datetime(2026, 10, 24, 9, tzinfo=LONDON)
    made = quote(CARD, starts=starts_at, ends=datetime(2026, 10, 25, 9, tzinfo=LONDON))
    assert made.minutes == 25 * 60


def test_the_repeated_hour_of_october_can_be_a_visit() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    second = datetime(2026, 10, 25, 1, 15, tzinfo=LONDON, fold=1)
    assert quote(CARD, starts=first, ends=second).minutes == 45


def test_a_week_may_last_seven_days_and_no_more() -> None:
    week = Card(date(2026, 1, 1), Unit.WEEK, 130000, 130000, 130000, 130000)
    assert quote(week, starts=NINE, ends=NINE + timedelta(days=7)).total == Money(130000)
    with pytest.raises(BadTimes, match="at most 7 days"):
        quote(week, starts=NINE, ends=NINE + timedelta(days=7, minutes=1))


def test_an_add_on_of_another_card_is_refused() -> None:
    with pytest.raises(NoSuchAddOn, match="no longer offered"):
        quote(CARD, starts=NINE, ends=NINE + timedelta(hours=1), add_ons=["elsewhere"])


def test_a_time_without_a_zone_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="zone"):
        quote(CARD, starts=NINE.replace(tzinfo=None), ends=NINE)


def test_christmas_friday_and_the_saturday_after_are_two_kinds_of_day() -> None:
    parts = stretches(datetime(2026, 12, 25, 12, tzinfo=LONDON), 24 * 60, HOLIDAYS)
    assert [(part.kind, part.minutes) for part in parts] == [(DayKind.BANK_HOLIDAY, 720), (DayKind.SATURDAY, 720)]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (61, "1 hour 1 minute"), (150, "2 hours 30 minutes")],
)
def test_lengths_are_said_in_words(minutes: int, words: str) -> None:
    assert length_words(minutes) == words


GOOD = {"amounts": [1], "minimum_minutes": 0, "minimum_charge_pence": 0, "billing_step_minutes": 1, "add_ons": []}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"amounts": [2750, 0]}, "Every amount must be more than £0 and at most £10,000"),
        ({"amounts": [1_000_001]}, "Every amount must be more than £0 and at most £10,000"),
        ({"add_ons": [("Travel", 0)]}, "Every amount must be more than £0 and at most £10,000"),
        ({"minimum_charge_pence": -1}, "The minimum charge must be at most £10,000"),
        ({"minimum_minutes": 1441}, "The shortest visit charged for must be at most 24 hours"),
        ({"billing_step_minutes": 7}, "Charge time by the minute, or in steps of 15, 30 or 60 minutes"),
        ({"add_ons": [(str(n), 1) for n in range(6)]}, "A rate can have at most 5 extras"),
        ({"add_ons": [(" ", 1)]}, "Give every extra a name"),
        ({"add_ons": [("Travel", 1), ("travel ", 2)]}, "Give each extra a name of its own"),
    ],
)
def test_a_rate_that_makes_no_sense_is_told_why(changed: dict[str, object], words: str | None) -> None:
    assert wrong_with_rate(**{**GOOD, **changed}) == words  # type: ignore[arg-type]
