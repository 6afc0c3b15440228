"""What holds for every quote, tried on many cards and visits; and what is refused."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.base.money import Money, total
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.days import day_and_minutes, day_kind
from app.market.catalogue.rules.price_display import in_force
from app.market.catalogue.rules.quote import length_words, quote, tariff_of
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, DayKind, Unit, When
from app.market.catalogue.rules.tariffs import BadTimes, MilesNeeded, NoSuchAddOn, OutsideCard, RatesNotPublished
from tests.reaching import reached

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28)})
amounts = st.integers(min_value=1, max_value=50_000)
# Minutes, steps, bands and midnights are nothing to the other units, so most cards are priced by time.
units = st.sampled_from([*[Unit.HOUR, Unit.HALF_HOUR] * len(Unit), *Unit])
extras = st.builds(
    Extra,
    id=st.uuids().map(str),
    name=st.just("Extra"),
    basis=st.sampled_from(AddOnBasis),
    amount_pence=amounts,
    is_required=st.booleans(),
    when=st.sampled_from(When),
)
all_amounts = st.builds(Amounts, amounts, amounts, amounts, amounts)
band_edges = st.lists(st.integers(0, 95).map(lambda quarter: quarter * 15), min_size=3, max_size=3, unique=True)
bands = st.one_of(
    st.just(()),
    st.builds(
        lambda edges, evening, night: (
            Band(BandName.EVENING, sorted(edges)[1], sorted(edges)[2], evening),
            Band(BandName.NIGHT, sorted(edges)[2], min(edges), night),
        ),
        band_edges,
        all_amounts,
        all_amounts,
    ),
)
length_bands = st.sampled_from(
    [(), (LengthBand(15, 600),), (LengthBand(15, 600), LengthBand(60, 200)), (LengthBand(45, 900),)]
)
cards = st.builds(
    Card,
    valid_from=st.just(date(2026, 1, 1)),
    unit=units,
    weekday_pence=amounts,
    saturday_pence=amounts,
    sunday_pence=amounts,
    bank_holiday_pence=amounts,
    minimum_minutes=st.just(0) | st.integers(min_value=0, max_value=180),
    minimum_charge_pence=st.just(0) | st.integers(min_value=0, max_value=10_000),
    billing_step_minutes=st.sampled_from([1, 15, 30, 60]),
    add_ons=st.lists(extras, max_size=5, unique_by=lambda extra: extra.id).map(tuple),
    bands=bands,
    length_bands=length_bands,
    buyers=st.dictionaries(st.sampled_from(Buyer), all_amounts).map(lambda found: tuple(sorted(found.items()))),
)
buyers = st.sampled_from([None, *Buyer])
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
# The evening before every change of the kind of day into every other, and before both changes of the clocks.
CLOCKS = [(3, 28), (10, 24)]
EVENINGS = [*CLOCKS * 3, (1, 2), (1, 3), (1, 4), (4, 2), (4, 3), (4, 5), (4, 6), (8, 30), (12, 24), (12, 25)]
near_edges = st.tuples(st.sampled_from(EVENINGS), st.integers(0, 420)).map(
    lambda pair: datetime(2026, *pair[0], 20, tzinfo=UTC) + timedelta(minutes=pair[1])
)
anywhere = st.integers(0, 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))
starts = st.one_of(near_edges, near_edges, anywhere)
# Visits short enough for the price of short ones, visits through a night, and any.
lengths = st.one_of(st.integers(1, 60), st.integers(4 * 60, 14 * 60), st.integers(1, 22 * 60))


NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEARLY_MIDNIGHT = datetime(2026, 4, 6, 22, 45, tzinfo=UTC)
"""A quarter to twelve in London, on Easter Monday."""
SAME = Amounts(2000, 2000, 2000, 2000)
EVERY_BAND = Card(
    *(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 2000),
    bands=(Band(BandName.EVENING, 20 * 60, 75, SAME), Band(BandName.NIGHT, 75, 6 * 60, SAME)),
)
"""The evening turns into the night at a quarter past one: a time that clocks skip, and one they show twice."""


def _kinds_of(card: Card) -> Iterator[str]:
    states = {
        "timed": card.is_timed,
        "priced for the whole": not card.is_timed,
        "timed with bands": card.is_timed and card.bands,
        "timed with a price for short visits": card.is_timed and card.length_bands and card.minimum_minutes <= 45,
        "timed with a shortest visit": card.is_timed and card.minimum_minutes > 60,
        "a minimum charge": card.minimum_charge_pence,
        "extras that differ": len({(extra.basis, extra.when) for extra in card.add_ons}) > 1,
        "a buyer's own amounts": card.buyers,
    }
    yield from (name for name, holds in states.items() if holds)


def test_most_cards_drawn_are_priced_by_time_with_all_that_belongs_to_it() -> None:
    found = reached(cards, _kinds_of)
    assert len(found) == 8
    assert min(found.values()) >= 5
    assert found["timed"] > found["priced for the whole"]


def _crossings(visit: tuple[datetime, int]) -> Iterator[str]:
    at, minutes = visit
    parts = tariff_of(CARD).stretches(*day_and_minutes(at), minutes, HOLIDAYS)
    yield from (f"{one.kind} to {other.kind}" for (one, _), (other, _) in pairwise(parts))
    before, after = (moment.astimezone(LONDON).utcoffset() for moment in (at, at + timedelta(minutes=minutes)))
    if before != after:
        yield "clocks back" if before else "clocks forward"


def test_the_visits_drawn_meet_every_change_of_day_and_both_changes_of_the_clocks() -> None:
    found = reached(st.tuples(starts, lengths), _crossings, examples=400)
    assert set(found) == {
        *("clocks back", "clocks forward", "weekday to saturday", "saturday to sunday", "sunday to weekday"),
        *("weekday to bank_holiday", "bank_holiday to weekday", "sunday to bank_holiday", "bank_holiday to saturday"),
    }
    assert min(found.values()) >= 2


def _cannot_be_below_nothing(card: Card, buyer: Buyer | None) -> None:
    """A buyer's difference that takes a band below nothing is refused before it is published."""
    theirs = card.for_buyer(buyer)
    assume(all(pence > 0 for band in theirs.bands for pence in band.amounts.each))


def _whole_numbers_only(found: object) -> bool:
    if isinstance(found, dict):
        return all(_whole_numbers_only(value) for value in found.values())
    if isinstance(found, list | tuple):
        return all(_whole_numbers_only(value) for value in found)
    return not isinstance(found, float)


@given(card=cards, at=starts, minutes=lengths, buyer=buyers, data=st.data())
def test_the_lines_sum_to_the_total_in_whole_pence(
    card: Card, at: datetime, minutes: int, buyer: Buyer | None, data: st.DataObject
) -> None:
    _cannot_be_below_nothing(card, buyer)
    chosen = [extra.id for extra in card.add_ons if data.draw(st.booleans())]
    made = quote(
        card,
        starts=at,
        ends=at + timedelta(minutes=minutes),
        add_ons=chosen,
        bank_holidays=HOLIDAYS,
        buyer=buyer,
        miles=7,
    )
    assert made.total == total([Money(line.pence) for line in made.lines])
    assert all(line.pence >= 0 for line in made.lines)
    assert made.total.pence >= card.minimum_charge_pence
    assert _whole_numbers_only(asdict(made))


# Past the length of short visits, and from a dear day into a cheap one while the shortest visit is charged.
@example(Card(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 2000, length_bands=(LengthBand(60, 200),)), NOON, 60, 1)
@example(Card(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 9000, minimum_minutes=120), NEARLY_MIDNIGHT, 10, 60)
@example(Card(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 9000, billing_step_minutes=60), NEARLY_MIDNIGHT, 10, 60)
@given(card=cards, at=starts, minutes=lengths, more=st.integers(min_value=1, max_value=60))
def test_staying_longer_never_lowers_the_price_unless_a_price_for_short_visits_ends(
    card: Card, at: datetime, minutes: int, more: int
) -> None:
    def price(length: int) -> tuple[int, int]:
        made = quote(card, starts=at, ends=at + timedelta(minutes=length), bank_holidays=HOLIDAYS, miles=7)
        short = next((band.more_pence for band in card.length_bands if made.minutes <= band.up_to_minutes), 0)
        return made.total.pence, short if card.is_timed else 0

    (less, short), (longer, less_short) = price(minutes), price(minutes + more)
    assert less <= longer or less_short < short


@given(card=cards, at=starts, minutes=lengths, data=st.data())
def test_the_order_of_add_ons_does_not_matter(card: Card, at: datetime, minutes: int, data: st.DataObject) -> None:
    assume(len(card.add_ons) > 1)
    ids = [extra.id for extra in card.add_ons]
    mixed = data.draw(st.permutations(ids))
    ends = at + timedelta(minutes=minutes)
    assert quote(card, starts=at, ends=ends, add_ons=ids, miles=7) == quote(
        card, starts=at, ends=ends, add_ons=mixed, miles=7
    )


def test_a_visit_of_just_the_length_of_short_ones_is_short() -> None:
    card = replace(CARD, length_bands=(LengthBand(60, 200),))
    prices = [quote(card, starts=NINE, ends=NINE + timedelta(minutes=minutes)).total.pence for minutes in (60, 61)]
    assert prices == [2950, 2796]


@settings(max_examples=50)
@example(EVERY_BAND, datetime(2026, 3, 28, 20, tzinfo=UTC), 12 * 60)
@example(EVERY_BAND, datetime(2026, 10, 24, 20, tzinfo=UTC), 12 * 60)
@given(card=cards, at=starts, minutes=st.integers(1, 12 * 60) | st.integers(6 * 60, 12 * 60))
def test_every_minute_is_priced_by_what_the_clock_on_the_wall_shows(card: Card, at: datetime, minutes: int) -> None:
    """Walked minute by minute, as slowly and plainly as can be."""
    walked: list[tuple[DayKind, BandName | None, int]] = []
    for minute in range(minutes):
        wall = (at + timedelta(minutes=minute)).astimezone(LONDON)
        kind = day_kind(wall.date(), HOLIDAYS)
        face = wall.hour * 60 + wall.minute
        band = next((band.name for band in card.bands if band.covers(face)), None)
        if walked and walked[-1][:2] == (kind, band):
            walked[-1] = (kind, band, walked[-1][2] + 1)
        else:
            walked.append((kind, band, 1))
    parts = tariff_of(card).stretches(*day_and_minutes(at), minutes, HOLIDAYS)
    assert [(slot.kind, slot.band, length) for slot, length in parts] == walked


@given(card=cards, at=starts, minutes=lengths)
def test_the_zone_a_time_is_written_in_does_not_matter(card: Card, at: datetime, minutes: int) -> None:
    ends = at + timedelta(minutes=minutes)
    there = quote(card, starts=at.astimezone(LONDON), ends=ends.astimezone(LONDON), bank_holidays=HOLIDAYS, miles=7)
    assert there == quote(card, starts=at, ends=ends, bank_holidays=HOLIDAYS, miles=7)


@given(begins=st.lists(st.integers(0, 300), min_size=1, max_size=6, unique=True), day=st.integers(0, 365))
def test_a_past_day_is_priced_by_the_card_of_that_day(begins: list[int], day: int) -> None:
    first = date(2026, 1, 1)
    published = [replace(CARD, valid_from=first + timedelta(days=n), weekday_pence=1000 + n) for n in begins]
    newest_first = sorted(published, key=lambda card: card.valid_from, reverse=True)
    held = [n for n in begins if n <= day]
    found = in_force(newest_first, first + timedelta(days=day))
    assert (found.weekday_pence if found else None) == (1000 + max(held) if held else None)


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


def test_a_day_and_night_may_end_in_the_hour_that_march_leaves_out() -> None:
    """It then ends an hour later by the clock, after 24 real hours; by another minute it is too long both ways."""
    starts, ends = datetime(2027, 3, 27, 1, tzinfo=LONDON), datetime(2027, 3, 28, 2, tzinfo=LONDON)
    assert quote(CARD, starts=starts, ends=ends).minutes == 24 * 60
    with pytest.raises(BadTimes, match="at most 24 hours"):
        quote(CARD, starts=starts, ends=ends + timedelta(minutes=1))


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
    parts = tariff_of(CARD).stretches(date(2026, 12, 25), 12 * 60, 24 * 60, HOLIDAYS)
    assert [(slot.kind, length) for slot, length in parts] == [(DayKind.BANK_HOLIDAY, 720), (DayKind.SATURDAY, 720)]


def test_a_card_prices_only_the_days_it_holds() -> None:
    summer = replace(CARD, valid_from=date(2026, 6, 1), valid_until=date(2026, 8, 31))
    for day, words in (
        (date(2026, 5, 31), "This rate begins on 1 June 2026. Choose that day or a later one"),
        (date(2026, 9, 1), "This rate ended on 31 August 2026. Choose that day or an earlier one"),
    ):
        nine = datetime.combine(day, NINE.time(), LONDON)
        with pytest.raises(OutsideCard, match=words) as refused:
            quote(summer, starts=nine, ends=nine + timedelta(hours=1))
        assert isinstance(refused.value, RatesNotPublished)
        assert in_force([summer], day) is None


@pytest.mark.parametrize(
    ("miles", "words"),
    [(None, "charged by the mile. Enter how many"), (-1, "from 0 to 500"), (501, "from 0 to 500")],
)
def test_miles_are_asked_for(miles: int | None, words: str) -> None:
    card = replace(CARD, add_ons=(Extra("m", "Driving", AddOnBasis.PER_MILE, 45, is_required=True),))
    with pytest.raises(MilesNeeded, match=words):
        quote(card, starts=NINE, ends=NINE + timedelta(hours=1), miles=miles)


def test_an_extra_that_needs_another_says_which() -> None:
    second = Extra("second", "Second worker", AddOnBasis.PER_HOUR, 2000)
    card = replace(CARD, add_ons=(second, Extra("m", "Mats", AddOnBasis.ONCE, 1, only_with="Second worker")))
    with pytest.raises(NoSuchAddOn, match="Choose Second worker as well, or leave Mats out"):
        quote(card, starts=NINE, ends=NINE + timedelta(hours=1), add_ons=["m"])


def test_a_time_that_clocks_skip_is_refused() -> None:
    start = datetime(2026, 3, 29, 1, 30, tzinfo=LONDON)
    with pytest.raises(BadTimes, match=r"1:30 does not happen\. Choose a time before 1am or from 2am"):
        quote(CARD, starts=start, ends=start + timedelta(hours=2))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (61, "1 hour 1 minute"), (150, "2 hours 30 minutes")],
)
def test_lengths_are_said_in_words(minutes: int, words: str) -> None:
    assert length_words(minutes) == words
