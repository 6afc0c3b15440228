"""What an ending costs: the agreement's own rule, quoted from the frozen card; never more than was agreed."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.refusals import BadInput, Conflict
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.quote import quote
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, Vat, When
from app.support.booking_records.rules import paying
from app.support.booking_records.rules import terms as terms_rules
from app.support.booking_records.rules.disputes import DisputeStatus
from app.support.booking_records.rules.states import VisitStatus
from app.support.booking_records.rules.terms import AgreedTerms, Charges
from app.support.booking_records.rules.words import DISPUTES
from app.support.visits.rules import disputes, endings
from app.support.visits.rules.disputes import STANDING
from app.support.visits.rules.endings import AgreedVisit, TimesWorked

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOURLY = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500)


def planned(minutes: int = 60, pence: int = 2750, starts: datetime = NINE) -> AgreedVisit:
    return AgreedVisit(starts, starts + timedelta(minutes=minutes), pence, (("As agreed", pence),))


def stayed(minutes: int, late: int = 0, starts: datetime = NINE) -> TimesWorked:
    came = starts + timedelta(minutes=late)
    return TimesWorked(came, came + timedelta(minutes=minutes))


def terms(card: Card = HOURLY, **more: object) -> AgreedTerms:
    return AgreedTerms(cards=(card,), extras=((),), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "status", "charged_minutes", "pence"),
    [
        (60, VisitStatus.DELIVERED, 60, 2750),
        (90, VisitStatus.DELIVERED, 60, 2750),
        (55, VisitStatus.DELIVERED, 60, 2750),
        (54, VisitStatus.PART_DELIVERED, 54, 2475),
        (1, VisitStatus.PART_DELIVERED, 1, 46),
    ],
)
def test_minutes_given_are_charged_and_never_more_than_agreed(
    minutes: int, status: VisitStatus, charged_minutes: int, pence: int
) -> None:
    for late in (0, 30, -30):
        made = endings.ended(VisitStatus.DELIVERED, planned=planned(), terms=terms(), stay=stayed(minutes, late))
        assert (made.status, made.delivered_minutes, made.charged_minutes, made.pence) == (
            status, minutes, charged_minutes, pence,
        )  # fmt: skip
        assert sum(amount for _, amount in made.lines) == pence


def test_without_times_a_visit_was_as_planned() -> None:
    made = endings.ended(VisitStatus.DELIVERED, planned=planned(), terms=terms())
    assert (made.status, made.pence, made.charged_minutes) == (VisitStatus.DELIVERED, 2750, 60)


def test_the_grace_is_never_more_than_a_tenth() -> None:
    assert [Charges().grace_of(minutes) for minutes in (10, 15, 30, 50, 60, 480)] == [1, 1, 3, 5, 5, 5]
    made = endings.ended(VisitStatus.DELIVERED, planned=planned(15, 688), terms=terms(), stay=stayed(13))
    assert (made.status, made.pence) == (VisitStatus.PART_DELIVERED, 596)


def test_a_billing_step_or_a_price_by_the_visit_charges_a_short_stay_as_full_and_that_shows() -> None:
    half_hours = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500, billing_step_minutes=30)
    visits = Card(date(2026, 1, 1), Unit.VISIT, 2750, 2750, 2750, 2750)
    for card in (half_hours, visits):
        made = endings.ended(VisitStatus.DELIVERED, planned=planned(), terms=terms(card), stay=stayed(31))
        assert (made.status, made.pence, made.charged_minutes) == (VisitStatus.PART_DELIVERED, 2750, 60)
    facts = {"planned_minutes": 60, "charges": Charges()}
    assert endings.is_short_but_full(delivered_minutes=31, is_full=True, **facts)
    assert not endings.is_short_but_full(delivered_minutes=31, is_full=False, **facts)
    assert not endings.is_short_but_full(delivered_minutes=55, is_full=True, **facts)


def test_coming_late_into_a_dearer_evening_costs_no_more() -> None:
    evening = Band(BandName.EVENING, 18 * 60, 22 * 60, Amounts(4000, 4000, 4000, 4000))
    card = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500, bands=(evening,))
    five = NINE.replace(hour=17)
    made = endings.ended(
        VisitStatus.DELIVERED, planned=planned(starts=five), terms=terms(card), stay=stayed(30, 60, starts=five)
    )
    assert made.pence == 1375


def test_a_short_stay_dearer_by_the_minute_never_comes_to_more_than_was_agreed() -> None:
    card = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500, length_bands=(LengthBand(30, 3000),))
    made = endings.ended(VisitStatus.DELIVERED, planned=planned(35, 1604), terms=terms(card), stay=stayed(30))
    assert (made.status, made.pence, made.charged_minutes) == (VisitStatus.PART_DELIVERED, 1604, 35)
    assert made.lines == (("As agreed", 1604),)


@pytest.mark.parametrize(
    ("status", "pence", "minutes"),
    [
        (VisitStatus.REFUSED, 1375, 30),
        (VisitStatus.UNUSED, 2750, 60),
        (VisitStatus.FRUSTRATED, 0, 0),
        (VisitStatus.MISSED, 0, 0),
    ],
)
def test_other_endings_cost_what_was_agreed_for_them(status: VisitStatus, pence: int, minutes: int) -> None:
    made = endings.ended(status, planned=planned(), terms=terms(charges=Charges(refused_percent=50)))
    assert (made.status, made.pence, made.charged_minutes, made.delivered_minutes) == (status, pence, minutes, 0)
    assert sum(amount for _, amount in made.lines) == pence


def test_what_is_no_ending_of_a_visit_is_refused() -> None:
    with pytest.raises(ValueError, match="not what becomes of a visit"):
        endings.ended(VisitStatus.LAPSED, planned=planned(), terms=terms())


def test_an_agreement_without_terms_is_charged_in_proportion() -> None:
    assert terms_rules.agreed_terms({"title": "Old"}) == AgreedTerms()
    made = endings.ended(VisitStatus.DELIVERED, planned=planned(90, 4125), terms=AgreedTerms(), stay=stayed(40))
    assert (made.pence, made.charged_minutes) == (1833, 40)


@pytest.mark.parametrize(
    ("stay", "words"),
    [
        (TimesWorked(NINE, NINE), "must leave after they came"),
        (TimesWorked(NINE, None), "Enter both"),
        (stayed(60, -241), "more than 4 hours"),
        (stayed(301), "more than 4 hours"),
    ],
)
def test_times_that_cannot_be_are_refused(stay: TimesWorked, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        endings.check_stay(planned(), stay)


def test_terms_come_back_from_the_agreement_as_they_went_in() -> None:
    card = Card(
        date(2026, 4, 1), Unit.HOUR, 2750, 3000, 3300, 5500, 30, 1000, 15,
        add_ons=(
            Extra("abc", "Two workers", AddOnBasis.PER_HOUR, 900, is_required=False, when=When.WEEKENDS),
            Extra("def", "Travel", AddOnBasis.ONCE, 500, is_required=True, only_with=None),
        ),
        valid_until=date(2027, 3, 31),
        bands=(Band(BandName.NIGHT, 1320, 420, Amounts(3100, 3200, 3300, 6000)),),
        length_bands=(LengthBand(30, 400),),
        buyers=((Buyer.SELF_FUNDED, Amounts(2900, 3100, 3400, 5600)),),
        vat=Vat.EXEMPT, vat_reason="Welfare",
    )  # fmt: skip
    kept = terms_rules.frozen(
        [card],
        add_on_ids={"abc"},
        bank_holidays={date(2026, 12, 25), date(2020, 12, 25)},
        buyer=Buyer.SELF_FUNDED,
        miles=12,
        days=[date(2026, 11, 24)],
    )
    again = terms_rules.agreed_terms({"terms": json.loads(json.dumps(kept))})
    assert again == AgreedTerms((card,), (("abc",),), frozenset({date(2026, 12, 25)}), Buyer.SELF_FUNDED, 12, Charges())
    assert again.card_on(date(2026, 3, 31)) is None
    assert again.card_on(date(2026, 4, 1)) == 0


# A minimum charge of up to thirty pounds counts only for stays of about an hour, and steps where a stay is nearly whole.
@example(length=60, minutes=46, step=15, least=0)
@example(length=50, minutes=31, step=30, least=0)
@example(length=30, minutes=10, step=1, least=3000)
@example(length=70, minutes=59, step=60, least=3000)
@given(
    st.integers(1, 90) | st.integers(1, 600),
    st.integers(1, 90) | st.integers(1, 700),
    st.sampled_from([1, 15, 30, 60]),
    st.just(0) | st.integers(0, 3000),
)
def test_more_minutes_never_cost_less_and_lines_always_sum(length: int, minutes: int, step: int, least: int) -> None:
    card = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500, 0, least, step)
    agreed = quote(card, starts=NINE, ends=NINE + timedelta(minutes=length))
    plan = AgreedVisit(
        NINE, NINE + timedelta(minutes=length), agreed.total.pence, tuple((x.words, x.pence) for x in agreed.lines)
    )
    minutes = min(minutes, length + 200)
    one = endings.ended(VisitStatus.DELIVERED, planned=plan, terms=terms(card), stay=stayed(minutes))
    more = endings.ended(VisitStatus.DELIVERED, planned=plan, terms=terms(card), stay=stayed(minutes + 1))
    assert one.pence <= more.pence <= plan.price_pence
    assert sum(pence for _, pence in one.lines) == one.pence
    assert one.charged_minutes <= plan.minutes


def test_a_time_of_day_is_the_one_nearest_to_the_plan_across_midnight_and_clock_changes() -> None:
    past_midnight = datetime(2026, 11, 24, 0, 10, tzinfo=UTC)
    assert endings.near(time(23, 55), past_midnight) == datetime(2026, 11, 23, 23, 55, tzinfo=UTC)
    came = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert endings.near(time(7), datetime(2026, 11, 25, 7, tzinfo=UTC), after=came) == datetime(
        2026, 11, 25, 7, tzinfo=UTC
    )
    # 1:30am comes twice on 25 October 2026: the one nearest to the plan is meant.
    assert endings.near(time(1, 30), datetime(2026, 10, 25, 0, 20, tzinfo=UTC)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert endings.near(time(1, 30), datetime(2026, 10, 25, 1, 40, tzinfo=UTC)) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_what_was_spent_empties_each_sum_before_the_next() -> None:
    assert paying.spent_of(1500, [1000, 2000]) == [1000, 500]
    assert paying.spent_of(0, [1000, 2000]) == [0, 0]
    assert paying.spent_of(0, []) == []


def test_two_missed_visits_count_together_only_within_seven_days() -> None:
    day = date(2026, 11, 24)
    assert endings.missed_in_a_week([], day) == 1
    assert endings.missed_in_a_week([date(2026, 11, 18)], day) == 2
    assert endings.missed_in_a_week([date(2026, 11, 17)], day) == 1
    assert endings.missed_in_a_week([date(2026, 11, 30), date(2026, 11, 19)], day) == 2
    assert endings.missed_in_a_week([day, date(2026, 11, 26)], day) == 3


def test_every_status_of_a_dispute_has_its_words_and_its_row() -> None:
    assert set(DISPUTES) == set(DisputeStatus)
    for now in DisputeStatus:
        for then in DisputeStatus:
            final = now not in STANDING
            backwards = then == DisputeStatus.OPEN or (now, then) == (DisputeStatus.ANSWERED, DisputeStatus.ANSWERED)
            if final or backwards:
                with pytest.raises(Conflict, match=r"This question .* Nothing was changed"):
                    disputes.dispute_must_become(now, then)
            else:
                disputes.dispute_must_become(now, then)


@pytest.mark.parametrize(
    ("status", "is_agreed", "days", "words"),
    [
        (VisitStatus.PLANNED, True, 0, None),
        (VisitStatus.PLANNED, False, 0, "was not agreed"),
        (VisitStatus.PLANNED, True, -1, "not over yet"),
        (VisitStatus.DELIVERED, False, 90, None),
        (VisitStatus.DELIVERED, False, 91, "more than 90 days"),
        (VisitStatus.MISSED, False, 0, "Nothing was charged"),
        (VisitStatus.CANCELLED_LATE, True, -1, None),
        (VisitStatus.CANCELLED_IN_TIME, True, -1, "Nothing was charged"),
    ],
)
def test_what_can_be_disputed(status: VisitStatus, is_agreed: bool, days: int, words: str | None) -> None:
    why = disputes.may_be_disputed(status, is_agreed=is_agreed, ends=NINE, now=NINE + timedelta(days=days))
    assert (why is None) if words is None else (words in str(why))


def test_people_who_share_a_visit_pay_in_proportion_and_each_empties_their_sums_in_order() -> None:
    # Ada set aside 10 and 20, Ben 30: of 31 pence charged each pays half, to the penny.
    assert paying.spent_of(31, [10, 20, 30], [1, 1, 2]) == [10, 6, 15]
    assert paying.spent_of(60, [10, 20, 30], [1, 1, 2]) == [10, 20, 30]
