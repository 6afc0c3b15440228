"""Delivered against billed: the same minutes for person and provider, sums for the council; and silence is asked about."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.insight.trends.actions import publish_periods
from app.market.catalogue.rules.rates import Unit
from app.people.accounts.rules import Role
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.queries import persons
from app.support.visits.actions import recording
from app.support.visits.queries import figures
from app.support.visits.rules.endings import TimesWorked
from app.support.visits.rules.figures import VisitFigures
from tests.factories import accounts, bookings, catalogue, providers
from tests.factories.bookings import NOW, TUESDAY, Scene
from tests.inspection import InspectingClient
from tests.queries import counted


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def visits_by_the_price_of_a_visit(count: int = 4) -> Scene:
    """Four visits of an hour at £20 a visit, whatever the minutes: 20 of 60 minutes in each, and one missed."""
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    scene.listing = catalogue.listing(scene.provider, "companionship", scene.council, title="A visit")
    catalogue.card(scene.listing, 2000, unit=Unit.VISIT)
    times = [
        (clock.at_london(TUESDAY + timedelta(days=n), time(9)), clock.at_london(TUESDAY + timedelta(days=n), time(10)))
        for n in range(count)
    ]
    made = bookings.accepted(scene, own, times=times)
    for number, visit in enumerate(made.visits):
        with clock.set_to(visit.ends_at), transaction():
            if number == count - 1:
                recording.mark_missed(actor=scene.staff, visit=visit)
            else:
                stay = TimesWorked(visit.starts_at, visit.starts_at + timedelta(minutes=20))
                recording.record_visit(actor=scene.staff, visit=visit, ending=VisitStatus.DELIVERED, stay=stay)
    return scene


def test_short_stays_charged_as_full_stand_out_to_both_sides_in_the_same_figures(client: InspectingClient) -> None:
    scene = visits_by_the_price_of_a_visit()
    later = clock.at_london(date(2026, 12, 1), time(12))
    with clock.set_to(later):
        since = later - timedelta(days=84)
        (line,) = figures.figures_of_person(scene.person, scene.person, since=since, until=later)
        whole = figures.figures_at_desk({scene.provider.id}, since=since, until=later)
        assert line.figures == whole == VisitFigures(4, 240, 60, 180, 6000, 3, 0, 3, 1)
        assert not figures.figures_of_person(accounts.person(), scene.person, since=since, until=later)
        said = "3 of 3 visits with known times were shorter than planned and charged as the whole visit."
        accounts.sign_in(client, scene.person)
        assert said in client.page("/bookings/delivered").main.get_text(" ")
        accounts.sign_in(client, scene.staff)
        with counted() as asked:
            page = client.page("/desk/delivered")
        assert said in page.main.get_text(" ")
        assert len(asked) <= 8
        other = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
        accounts.sign_in(client, other)
        assert "No visit was recorded" in client.page("/desk/delivered").main.get_text(" ")


def test_the_council_sees_sums_and_no_one_person(client: InspectingClient) -> None:
    scene = visits_by_the_price_of_a_visit()
    commissioner = accounts.person(Role.COMMISSIONER, council_id=scene.council.id)
    accounts.sign_in(client, commissioner)
    with clock.set_to(clock.at_london(date(2027, 1, 4), time(12))):
        publish_periods()
        page = client.page(f"/trends/{scene.council.code}/2026-11-09")
    (row,) = [row.get_text(" ") for row in page.select("tbody tr") if "Bright Days" in row.get_text()]
    assert row.count("[c]") == 4


def test_both_sides_are_asked_once_about_a_visit_nobody_recorded(app: Flask) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    run = app.test_cli_runner()
    with clock.set_to(made.visits[0].ends_at + timedelta(days=1)):
        assert run.invoke(args=["bookings", "ask"]).output == "0 asked about, 0 recorded meanwhile\n"
    with clock.set_to(made.visits[0].ends_at + timedelta(days=2)):
        assert run.invoke(args=["bookings", "ask"]).output == "1 asked about, 0 recorded meanwhile\n"
        assert run.invoke(args=["bookings", "ask"]).output == "0 asked about, 0 recorded meanwhile\n"
    db.session.rollback()
    assert persons.booking_history(made)[-1].action == "visit_not_recorded"
    assert bookings.left(own) == (4875, 4125)


@pytest.mark.usefixtures("app")
def test_a_visit_cancelled_late_counts_as_charged_and_not_given() -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    with clock.set_to(made.visits[0].starts_at - timedelta(hours=1)), transaction():
        answers.cancel(actor=scene.person, booking=made)
    assert figures.figures_of_booking(made) == VisitFigures(1, 90, 0, 90, 4125)
