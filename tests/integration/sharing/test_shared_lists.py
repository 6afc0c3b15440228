"""What is shared, where a person's visits are listed: everybody who pays sees it, nobody sees the others' money."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, number_of, transaction
from app.people.accounts.models import Person
from app.support.bookings.queries import beside
from app.support.calendars import actions as calendars_actions
from app.support.calendars import queries as calendars_queries
from app.support.calendars.rules import EventStatus
from app.support.visits.actions import recording
from app.support.visits.queries import endings, figures
from tests.factories import accounts
from tests.factories.bookings import NOW, TUESDAY
from tests.factories.sharing import LAST, House
from tests.inspection import InspectingClient


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def days_in_calendar(person: Person) -> list[date]:
    return [
        one.starts.date()
        for one in calendars_queries.calendar_entries(number_of(person), TUESDAY, TUESDAY + timedelta(weeks=12))
    ]


EIGHT = [TUESDAY + timedelta(weeks=week) for week in range(8)]


def test_shared_visits_are_in_the_calendar_and_file_of_each_who_pays_for_them() -> None:
    house = House()
    house.going_on()
    assert [days_in_calendar(one) for one in house.people] == [EIGHT] * 3
    for person in house.people:
        with transaction():
            feed = calendars_actions.keep_feed(person=person, shows_titles=False)
        events = calendars_queries.events(feed, lambda entry: entry.uid)
        assert [(one.starts.date(), one.status) for one in events] == [(day, EventStatus.CONFIRMED) for day in EIGHT]
    assert days_in_calendar(accounts.person()) == []


@pytest.mark.parametrize("place", [0, 2])
def test_whoever_leaves_has_no_visit_after_their_last_day_in_the_calendar(place: int) -> None:
    house = House()
    booking = house.going_on()
    house.leave(place, booking)
    plan = house.leaving()
    for other in {0, 1, 2} - {place}:
        house.agree(other, plan)
    db.session.expire_all()
    gone, stays = house.people[place], house.people[1]
    assert days_in_calendar(gone) == [day for day in EIGHT if day <= LAST]
    assert days_in_calendar(stays) == EIGHT


def test_a_shared_visit_nobody_recorded_waits_with_all_and_figures_tell_nobody_of_the_others_money(
    client: InspectingClient,
) -> None:
    house = House()
    booking = house.going_on()
    first, second = booking.visits[:2]
    with clock.set_to(first.ends_at), transaction():
        recording.mark_delivered(actor=house.scene.staff, visit=first)
    with clock.set_to(second.ends_at + timedelta(days=3)):
        for person in house.people:
            waits = db.session.scalars(endings.to_settle_of(person, person)).all()
            assert [one.id for one in waits] == [second.id]
            since = datetime.combine(TUESDAY, datetime.min.time(), NOW.tzinfo)
            assert figures.figures_of_person(person, person, since=since, until=clock.now()) == []
            accounts.sign_in(client, person)
            page = client.get(f"/bookings/calendar?on={TUESDAY}").get_data(as_text=True)
            assert "Company at home" in page
            assert client.get(f"/bookings/{booking.public_id}/visits/{first.public_id}").location == (
                f"/bookings/{booking.public_id}/share"
            )
        times = [(booking.visits[2].starts_at, booking.visits[2].ends_at)]
        assert [beside.meets(number_of(one), times) for one in house.people] == [times] * 3
