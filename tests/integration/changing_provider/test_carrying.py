"""What repeats goes on with another provider: days made and days to come, those taken out and moved, never one twice."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, number_of, transaction
from app.base.refusals import Conflict
from app.funding.budgets.actions import releasing as budgets
from app.funding.budgets.models import Pot
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import answers
from app.support.changing_provider import actions as changing_provider_actions
from app.support.recurrence.rules.patterns import Rule, Scope
from app.support.recurrence.rules.times import TimesRefused
from app.support.repeating.actions import changes, leaving_out, making_visits
from app.support.repeating.actions.replanning import Wish
from tests.factories import accounts, bookings, catalogue, patterns, providers
from tests.factories.bookings import NOW, TUESDAY
from tests.factories.patterns import days_of

LAST = date(2026, 12, 20)
"""Thirty days from now; the period that has come ends on 29 November."""
NEXT, AFTER = date(2026, 11, 30), date(2026, 12, 28)
"""The periods to come."""


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def going_on(pence: int = 100_000, **wanted: object) -> tuple[bookings.Scene, Pot, Booking]:
    """Tuesdays from 24 November at £41.25, agreed, of which only the first has been made."""
    scene = bookings.scene()
    pot = patterns.budget(scene, pence)
    return scene, pot, patterns.agreed(scene, pot, **wanted)


def elsewhere(scene: bookings.Scene, name: str = "Second Wind") -> tuple[Listing, Person]:
    """The same at £39 a visit, and who works there."""
    there = providers.provider(name)
    staff = accounts.person(Role.PROVIDER_STAFF, provider_id=there.id)
    made = catalogue.listing(there, "companionship", scene.council, title="Good company")
    catalogue.card(made, 2600)
    return made, staff


def move(scene: bookings.Scene, booking: Booking, listing: Listing, pot: Pot, price: int, key: str = "m1") -> Booking:
    with transaction():
        return changing_provider_actions.change_provider(
            actor=scene.person,
            booking=booking,
            listing_id=number_of(listing),
            last_day=LAST,
            pots=[pot.id],
            key=f"a-form-to-move-with-{key}",
            price_seen=price,
            note="",
        )


def accept(staff: Person, booking: Booking) -> None:
    with transaction():
        answers.accept(actor=staff, booking=booking)


def money_comes(scene: bookings.Scene, on: date) -> None:
    """A period's money comes, and with it the visits."""
    with clock.set_to(clock.at_london(on, time(6))):
        with transaction():
            budgets.work_off(on=on)
        with transaction():
            making_visits.confirm(person_id=number_of(scene.person))


def tuesdays(first: date, count: int) -> list[date]:
    return [first + timedelta(weeks=week) for week in range(count)]


def test_a_pattern_none_of_whose_later_visits_is_made_goes_on_with_the_other_and_both_are_made_in_turn() -> None:
    scene, pot, booking = going_on()
    listing, staff = elsewhere(scene)
    made = move(scene, booking, listing, pot, 3900)
    assert days_of(made) == [date(2026, 12, 22)]
    assert bookings.left(pot) == (100_000 - 4125 - 3900, 4125 + 3900)
    accept(staff, made)
    assert made.agreed["ending_days"] == 30
    money_comes(scene, NEXT)
    assert days_of(booking) == tuesdays(TUESDAY, 4)
    assert days_of(made) == [date(2026, 12, 22)]
    money_comes(scene, AFTER)
    assert days_of(booking) == tuesdays(TUESDAY, 4)
    assert days_of(made) == tuesdays(date(2026, 12, 22), 5)
    assert bookings.left(pot)[1] == 4 * 4125 + 5 * 3900
    assert ledger.ledger_differences() == []


def test_days_taken_out_moved_and_of_every_second_week_stay_so() -> None:
    scene, pot, booking = going_on(rule=Rule((2,), every=2))
    listing, staff = elsewhere(scene)
    money_comes(scene, NEXT)
    assert days_of(booking) == [date(2026, 11, 24), date(2026, 12, 8), date(2026, 12, 22)]
    out = f"{booking.pattern.slots[0].public_id}-20270105" if booking.pattern else ""
    with transaction():
        leaving_out.leave_out(actor=scene.person, booking=booking, name=out, scope=Scope.THIS)
    with transaction():
        wish = Wish(time(14), time(15), on=date(2026, 12, 23))
        change = changes.ask_change(
            actor=scene.person,
            booking=booking,
            name=booking.visits[2].public_id,
            scope=Scope.THIS,
            wish=wish,
            key="another-time-please",
        )
        changes.agree_to_change(actor=scene.staff, change=change)
    made = move(scene, booking, listing, pot, 2600)
    accept(staff, made)
    assert days_of(made) == [date(2026, 12, 23)]
    money_comes(scene, AFTER)
    # 5 January was taken out; every second week goes on from where it was.
    assert days_of(made) == [date(2026, 12, 23), date(2027, 1, 19)]
    assert days_of(booking) == [date(2026, 11, 24), date(2026, 12, 8)]
    with transaction():
        back = changes.ask_change(
            actor=scene.person,
            booking=made,
            name=f"{made.pattern.slots[0].public_id}-20270105" if made.pattern else "",
            scope=Scope.THIS,
            wish=Wish(is_back=True),
            key="and-that-one-again",
        )
        changes.agree_to_change(actor=staff, change=back)
    assert days_of(made) == [date(2026, 12, 23), date(2027, 1, 5), date(2027, 1, 19)]


def test_a_count_goes_on_counting() -> None:
    scene, pot, booking = going_on(rule=Rule((2,), count=6))
    listing, staff = elsewhere(scene)
    made = move(scene, booking, listing, pot, 3900)
    accept(staff, made)
    money_comes(scene, NEXT)
    money_comes(scene, AFTER)
    assert days_of(booking) + days_of(made) == tuesdays(TUESDAY, 6)
    assert len(days_of(made)) == 2
    assert made.pattern
    assert made.pattern.next_on is None


def test_a_move_that_is_declined_takes_the_whole_pattern_to_a_third() -> None:
    scene, pot, booking = going_on()
    second, staff = elsewhere(scene)
    third, others = elsewhere(scene, "Third Time")
    made = move(scene, booking, second, pot, 3900)
    with transaction():
        answers.decline(actor=staff, booking=made, reason="We are full")
    assert bookings.left(pot) == (100_000 - 4125, 4125)
    again = move(scene, made, third, pot, 3900, key="m2")
    accept(others, again)
    money_comes(scene, NEXT)
    money_comes(scene, AFTER)
    assert days_of(again) == tuesdays(date(2026, 12, 22), 5)
    assert days_of(made) == []
    assert (made.status, ledger.ledger_differences()) == (BookingStatus.DECLINED, [])


def test_a_request_nobody_answered_is_asked_of_another_as_a_whole() -> None:
    scene = bookings.scene()
    pot = patterns.budget(scene, 100_000)
    booking = patterns.asked(scene, pot)
    listing, staff = elsewhere(scene)
    made = move(scene, booking, listing, pot, 3900)
    accept(staff, made)
    money_comes(scene, NEXT)
    assert days_of(made) == tuesdays(TUESDAY, 5)
    assert days_of(booking) == []
    assert bookings.left(pot)[1] == 5 * 3900


def test_when_the_provider_gave_notice_first_the_whole_pattern_is_carried_once() -> None:
    scene, pot, booking = going_on()
    listing, staff = elsewhere(scene)
    money_comes(scene, NEXT)
    with transaction():
        changing_provider_actions.end_with_notice(actor=scene.staff, booking=booking, last_day=LAST)
    # 22 December was made and fell away; on 8 December she does not want anybody.
    eighth = next(one for one in booking.visits if clock.london(one.starts_at).date() == date(2026, 12, 8))
    with transaction():
        bookings.cancel_visit(actor=scene.person, visit=eighth)
    made = move(scene, booking, listing, pot, 3900)
    accept(staff, made)
    assert days_of(made) == [date(2026, 12, 22)]
    money_comes(scene, AFTER)
    assert days_of(made) == tuesdays(date(2026, 12, 22), 5)
    assert days_of(booking) == [TUESDAY, date(2026, 12, 1), date(2026, 12, 15)]
    with pytest.raises(Conflict, match="asked of another provider already"):
        move(scene, booking, listing, pot, 3900, key="m2")
    assert ledger.ledger_differences() == []


def test_a_second_earlier_notice_loses_nothing_that_fell_away_with_the_first() -> None:
    scene, pot, booking = going_on()
    listing, staff = elsewhere(scene)
    with transaction():
        changing_provider_actions.end_with_notice(
            actor=scene.staff, booking=booking, last_day=LAST + timedelta(weeks=2)
        )
    money_comes(scene, NEXT)
    assert days_of(booking) == tuesdays(TUESDAY, 5)
    with transaction():
        changing_provider_actions.end_with_notice(actor=scene.person, booking=booking, last_day=LAST)
    made = move(scene, booking, listing, pot, 3900)
    accept(staff, made)
    assert days_of(made) == [date(2026, 12, 22)]
    money_comes(scene, AFTER)
    assert days_of(made) == tuesdays(date(2026, 12, 22), 5)
    assert days_of(booking) == tuesdays(TUESDAY, 4)


def test_no_visit_is_moved_past_the_last_day() -> None:
    scene, _, booking = going_on()
    with transaction():
        changing_provider_actions.end_with_notice(actor=scene.person, booking=booking, last_day=LAST)
    wish = Wish(time(9), time(10), on=LAST + timedelta(1))
    with pytest.raises(TimesRefused, match="ends on 20 December 2026"), transaction():
        changes.ask_change(
            actor=scene.person,
            booking=booking,
            name=booking.visits[0].public_id,
            scope=Scope.THIS,
            wish=wish,
            key="too-late-for-that",
        )
    db.session.expire_all()
    assert days_of(booking) == [TUESDAY]


def test_a_provider_gives_notice_on_what_repeats_when_one_visit_is_made() -> None:
    scene, _, booking = going_on()
    from app.support.booking_records import permissions

    assert len(booking.visits) == 1
    assert permissions.may_end(booking)
    with transaction():
        changing_provider_actions.end_with_notice(actor=scene.staff, booking=booking, last_day=LAST)
    money_comes(scene, NEXT)
    assert days_of(booking) == tuesdays(TUESDAY, 4)
