"""Visits that repeat are made when their period's money comes, in date order, and say early what would not fit."""

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, number_of, transaction
from app.base.refusals import Conflict
from app.funding.budgets.actions import releasing as budgets
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.people.accounts.models import Person
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import answers, pattern_requests
from app.support.recurrence.rules.patterns import ExceptionKind, PatternRefused, RequestedPattern, Rule
from app.support.repeating.actions import making_visits
from app.support.repeating.actions.making_visits import Confirmed
from app.support.repeating.queries import patterns as queries
from app.support.visits.actions import recording
from tests.factories import bookings, catalogue, patterns
from tests.factories.bookings import NOW, TUESDAY, left
from tests.factories.patterns import days_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


def night(day: date, person: Person) -> Confirmed:
    """What the night's run does early on this day: money first, then the visits it pays for."""
    number = person.id
    with clock.set_to(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)):
        with transaction():
            budgets.work_off(on=day)
        with transaction():
            return making_visits.confirm(person_id=number)


def december(*days: int) -> list[date]:
    return [date(2026, 12, day) for day in days]


def subjects(person: Person) -> list[str]:
    return list(
        db.session.scalars(select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id))
    )


def waiting(booking: Booking) -> list[date]:
    pattern = queries.pattern_of(booking.id)
    assert pattern is not None
    return [day for _, day in queries.excepted(pattern, ExceptionKind.NO_MONEY)]


def test_visits_are_made_for_the_period_whose_money_has_come_and_no_further(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 20_000)
    made = patterns.asked(scene, money)
    assert days_of(made) == [TUESDAY]
    assert left(money) == (20_000 - 4125, 4125)
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    assert (pattern.next_on, pattern.slots[0].rule) == (date(2026, 12, 1), "FREQ=WEEKLY;BYDAY=TU;WKST=MO")
    assert made.status == BookingStatus.REQUESTED


def test_when_a_periods_money_comes_its_visits_are_confirmed_in_date_order(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 10_000)
    made = patterns.agreed(scene, money)
    assert night(date(2026, 11, 29), scene.person) == Confirmed(0, 0)
    # £58.75 left, and £100 come: three of the four visits at £41.25.
    assert night(date(2026, 11, 30), scene.person) == Confirmed(3, 1)
    assert days_of(made) == [TUESDAY, *december(1, 8, 15)]
    assert waiting(made) == december(22)
    assert left(money) == (20_000 - 4 * 4125, 4 * 4125)
    assert subjects(scene.person)[-1] == "Please look at your visits"
    db.session.refresh(made)
    assert made.total_pence == 4 * 4125
    assert ledger.ledger_differences() == []


def test_the_nights_run_again_makes_nothing_twice_and_says_nothing_twice(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 10_000)
    made = patterns.agreed(scene, money)
    night(date(2026, 11, 30), scene.person)
    told = subjects(scene.person)
    assert night(date(2026, 11, 30), scene.person) == Confirmed(0, 1)
    assert night(date(2026, 12, 1), scene.person) == Confirmed(0, 1)
    assert (days_of(made), subjects(scene.person)) == ([TUESDAY, *december(1, 8, 15)], told)


def test_a_visit_that_waited_is_confirmed_once_there_is_enough(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 10_000)
    made = patterns.agreed(scene, money)
    night(date(2026, 11, 30), scene.person)
    bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 625, scene.council)
    assert night(date(2026, 12, 2), scene.person) == Confirmed(1, 0)
    assert days_of(made) == [TUESDAY, *december(1, 8, 15, 22)]
    assert (waiting(made), left(money)) == ([], (0, 5 * 4125))


def test_the_command_of_the_night_says_what_it_did(app: Flask, scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 10_000)
    made = patterns.agreed(scene, money)
    with clock.set_to(datetime(2026, 11, 30, 3, tzinfo=UTC)):
        run = app.test_cli_runner().invoke
        assert run(args=["budgets", "release"]).output.startswith("1 released.")
        assert run(args=["bookings", "confirm"]).output == "3 visits confirmed, 1 wait for money or a price\n"
        assert run(args=["bookings", "confirm"]).output == "0 visits confirmed, 1 wait for money or a price\n"
    assert days_of(made) == [TUESDAY, *december(1, 8, 15)]


def test_two_patterns_share_a_period_by_date_and_not_by_pattern(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 14_000)
    tuesdays = patterns.agreed(scene, money)
    fridays = patterns.agreed(scene, money, rule=Rule((5,)), starts_on=date(2026, 11, 27))
    # £57.50 left and £140 come: four visits, and they are the first four of both.
    assert night(date(2026, 11, 30), scene.person) == Confirmed(4, 4)
    assert days_of(tuesdays) == [TUESDAY, *december(1, 8)]
    assert days_of(fridays) == [date(2026, 11, 27), *december(4, 11)]


def test_days_off_change_nothing_but_the_moment(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 20_000)
    made = patterns.agreed(scene, money)
    assert night(date(2027, 1, 4), scene.person) == Confirmed(3, 0)
    assert days_of(made) == [TUESDAY, date(2027, 1, 5), date(2027, 1, 12), date(2027, 1, 19)]


def test_own_money_is_looked_at_eight_weeks_ahead(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    assert days_of(made)[-1] == date(2027, 1, 12)
    assert len(days_of(made)) == 8
    assert night(date(2026, 11, 24), scene.person) == Confirmed(1, 0)


def test_a_pattern_that_ends_is_made_whole_and_its_booking_ends_with_its_last_visit(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own, rule=Rule((2,), count=2))
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    assert pattern.next_on is None
    for visit in db.session.get_one(Booking, made.id).visits:
        with clock.set_to(visit.ends_at), transaction():
            recording.mark_delivered(actor=scene.staff, visit=visit)
    assert db.session.get_one(Booking, made.id).status == BookingStatus.COMPLETED


def test_a_booking_that_goes_on_is_not_over_with_the_last_visit_that_was_made(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 20_000)
    made = patterns.agreed(scene, money)
    visit = made.visits[0]
    with clock.set_to(visit.ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=visit)
    assert db.session.get_one(Booking, made.id).status == BookingStatus.ACCEPTED
    assert night(date(2026, 11, 30), scene.person) == Confirmed(4, 0)


def test_money_that_does_not_stretch_to_what_is_made_now_books_nothing(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 8 * 4125 - 1)
    with pytest.raises(NotEnoughMoney) as refused:
        patterns.asked(scene, own)
    assert refused.value.short_by_pence == 1
    assert db.session.scalars(select(Visit)).all() == []


def test_the_same_form_twice_is_one_pattern_and_another_pattern_with_it_is_refused(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    first = patterns.asked(scene, own, key="one-form-of-mine")
    assert patterns.asked(scene, own, key="one-form-of-mine").id == first.id
    with pytest.raises(Conflict):
        patterns.asked(scene, own, key="one-form-of-mine", rule=Rule((2,), every=2))
    assert len(days_of(first)) == 8


def test_two_visits_a_day_on_chosen_days_every_second_week(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.asked(
        scene,
        own,
        rule=Rule((2, 4), every=2, count=4),
        times=((time(8), time(9), False), (time(18), time(19), False)),
    )
    days = [TUESDAY, date(2026, 11, 26), *december(8, 10)]
    assert days_of(made) == [day for day in days for _ in range(2)]
    assert left(made.visits[0].payments[0].pot)[1] == 8 * 2750


def test_two_visits_of_one_day_at_the_same_time_are_refused(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    with pytest.raises(PatternRefused, match="at the same time"):
        patterns.asked(scene, own, times=((time(8), time(9), False), (time(8, 30), time(10), False)))


def test_a_day_without_a_published_price_waits_and_stops_nothing_else(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 30_000)
    made = patterns.agreed(scene, money)
    catalogue.card(scene.listing, valid_from=date(2026, 12, 8), valid_until=date(2026, 12, 10))
    night(date(2026, 11, 30), scene.person)
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    assert [day for _, day in queries.excepted(pattern, ExceptionKind.NO_PRICE)] == december(15, 22)
    assert days_of(made) == [TUESDAY, *december(1, 8)]


@pytest.mark.parametrize("how", ["no longer offered", "by the mile", "by the day"])
def test_a_rate_that_no_longer_fits_what_was_agreed_makes_its_visits_wait_and_stops_nothing_else(
    scene: bookings.Scene, how: str
) -> None:
    scene.listing = catalogue.listing(scene.provider, "companionship", scene.council)
    first = catalogue.card(scene.listing, 2750, catalogue.add_on("Travel", 200))
    money = patterns.budget(scene, 30_000)
    with clock.set_to(NOW), transaction():
        sent = pattern_requests.request_pattern(
            actor=scene.person,
            person=scene.person,
            listing_id=number_of(scene.listing),
            wanted=RequestedPattern(patterns.WEEKLY, TUESDAY, (patterns.MORNING,)),
            add_on_ids=[first.add_ons[0].public_id],
            pots=[money.id],
            key="a-pattern-with-an-extra",
        )
        made = answers.accept(actor=scene.staff, booking=db.session.get_one(Booking, sent.id))
    extras = [catalogue.add_on("Travel", 45, AddOnBasis.PER_MILE)] if how == "by the mile" else []
    unit = Unit.DAY if how == "by the day" else Unit.HOUR
    catalogue.card(scene.listing, 2750, *extras, unit=unit, valid_from=date(2026, 12, 8))
    assert night(date(2026, 11, 30), scene.person) == Confirmed(1, 3)
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    assert [day for _, day in queries.excepted(pattern, ExceptionKind.NO_PRICE)] == december(8, 15, 22)
    assert days_of(made) == [TUESDAY, *december(1)]


def test_the_nights_run_goes_on_with_the_others_when_it_fails_for_one(
    app: Flask, scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bookings.scene()
    made = [patterns.agreed(one, patterns.budget(one, 30_000)) for one in (scene, other)]
    real = making_visits.confirm

    def fails_for_one(*, person_id: int) -> Confirmed:
        if person_id == made[0].person_id:
            raise Conflict("Something nobody thought of.")
        return real(person_id=person_id)

    monkeypatch.setattr(making_visits, "confirm", fails_for_one)
    with clock.set_to(datetime(2026, 11, 30, 3, tzinfo=UTC)):
        run = app.test_cli_runner().invoke
        run(args=["budgets", "release"])
        ended = run(args=["bookings", "confirm"])
    assert "4 visits confirmed, 0 wait for money or a price\n" in ended.output
    assert "The visits of 1 person could not be made" in ended.output
    assert (ended.exit_code, days_of(made[0]), len(days_of(made[1]))) == (1, [TUESDAY], 5)
