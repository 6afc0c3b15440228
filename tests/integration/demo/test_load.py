"""The demonstration is loaded through the same actions as people use: it adds up, and anybody gets the same one."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.base import clock
from app.base.db import db, migrate
from app.base.money import Money
from app.base.refusals import Conflict
from app.demo.actions import load
from app.funding.budgets.queries import balances, year
from app.market.catalogue.models import Listing
from app.market.catalogue.queries.cards import cards_of
from app.market.catalogue.rules.rates import Buyer
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.circles.queries import caseload_of
from app.people.councils.queries import council_by_code, policy
from app.platform.ledger.queries import ledger_differences
from app.shop.reviews.models import Review
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from tests.conftest import settings_for
from tests.inspection import InspectingClient
from tests.postgres import Copies, named, run_on

SUNDAY = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def sqlite_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the small demonstration, as it is loaded on one Sunday morning; each test copies it."""
    folder = tmp_path_factory.mktemp("small")
    file = folder / "small.sqlite"
    shutil.copy(sqlite_template, file)
    _load_into(f"sqlite:///{file}", folder)
    return file


@pytest.fixture(scope="module")
def postgres_template(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same on PostgreSQL; each test clones it."""
    name = f"{postgres_template}_small"
    run_on(postgres_server, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
    _load_into(named(postgres_server, name), tmp_path_factory.mktemp("small_postgres"))
    yield name
    run_on(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def postgres_copies(postgres_server: str, postgres_template: str) -> Iterator[Copies]:
    """Copies of that one: emptied they would not be what they were, so each is dropped."""
    copies = Copies(postgres_server, postgres_template)
    yield copies
    copies.drop_all()


def _load_into(url: str, folder: Path) -> None:
    with create_app(settings_for(url, folder)).app_context(), clock.set_to(SUNDAY):
        load.load(small=True)
        db.session.close()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


@pytest.fixture
def _small(app: Flask) -> Iterator[None]:
    """The small demonstration, on the morning on which it was loaded."""
    del app
    with clock.set_to(SUNDAY):
        yield


def facts() -> dict[str, object]:
    """Everything that must be the same for everybody who loads it on the same day."""
    counted = select(Visit.status, func.count(), func.sum(Visit.charged_pence)).group_by(Visit.status)
    return {
        "people": db.session.scalars(select(Person.full_name).order_by(Person.id)).all(),
        "listings": db.session.scalars(select(Listing.title).order_by(Listing.id)).all(),
        "bookings": db.session.execute(
            select(Booking.person_id, Booking.listing_id, Booking.status, Booking.total_pence).order_by(Booking.id)
        ).all(),
        "visits": db.session.execute(counted.order_by(Visit.status)).all(),
        "reviews": db.session.execute(
            select(Review.listing_id, Review.quality, Review.value, Review.words).order_by(Review.id)
        ).all(),
    }


def bookings_of(name: str, status: BookingStatus) -> list[Booking]:
    rows = select(Booking).join(Booking.person).where(Person.full_name == name, Booking.status == status)
    return list(db.session.scalars(rows.order_by(Booking.id)))


@pytest.mark.usefixtures("_small")
def test_the_small_demonstration_adds_up_and_holds_what_a_visitor_wants_to_try() -> None:
    assert ledger_differences() == []
    assert load.made() == load.Made(people=76, listings=220, visits=54, reviews=5)
    waiting = [booking.provider.name for booking in bookings_of("Maureen Ashby", BookingStatus.REQUESTED)]
    assert waiting == ["Larkmoor Home Care"]
    agreed = bookings_of("Maureen Ashby", BookingStatus.ACCEPTED)
    coming = [visit for booking in agreed for visit in booking.visits if visit.starts_at > SUNDAY]
    assert [clock.london(visit.starts_at).date() for visit in coming] == [
        date(2026, 11, day) for day in (23, 25, 24, 26)
    ]
    assert load.steps(small=True) == 15
    reviewed = set(db.session.scalars(select(Review.booking_id)))
    delivered = [
        visit.id
        for status in (BookingStatus.ACCEPTED, BookingStatus.COMPLETED)
        for booking in bookings_of("Maureen Ashby", status)
        for visit in booking.visits
        if visit.status == VisitStatus.DELIVERED and booking.id not in reviewed
    ]
    assert len(delivered) == 6


@pytest.mark.usefixtures("_small")
def test_whoever_a_visitor_may_be_has_somebody_or_something_to_look_after() -> None:
    maureen = db.session.scalars(select(Person).where(Person.full_name == "Maureen Ashby")).one()
    manager = db.session.scalars(select(Person).where(Person.full_name == "Helen Marchbank")).one()
    assert manager.is_demonstration
    assert maureen.id in {entry.person_id for entry in db.session.scalars(caseload_of(manager))}
    speaker = person_by_email(db.session.scalars(select(Person.email).where(Person.email.like("%larkmoor%"))).one())
    assert speaker is not None
    assert speaker.is_demonstration


@pytest.mark.usefixtures("_small")
def test_whoever_is_signed_out_is_told_the_price_of_somebody_who_pays_themselves(client: InspectingClient) -> None:
    """Thirteen listings, twelve by now, cost the council less: it was their price that anybody was told."""
    told = {}
    for listing in db.session.scalars(select(Listing).order_by(Listing.id)):
        card = next((one for one in cards_of(listing.id) if one.valid_from <= SUNDAY.date()), None)
        own = dict(card.buyers).get(Buyer.SELF_FUNDED) if card is not None else None
        if own is not None:
            (said, *_) = client.page(f"/listings/{listing.public_id}").select(".app-price")
            told[listing.public_id] = (f"{Money(min(own.each))}" in said.get_text(), min(own.each))
    assert len(told) == 12
    assert [name for name, (is_theirs, _) in told.items() if not is_theirs] == []


@pytest.mark.usefixtures("_small")
def test_nobody_in_it_helps_somebody_and_sells_to_them(app: Flask) -> None:
    found = app.test_cli_runner().invoke(args=["conflicts", "list"])
    assert (found.exit_code, found.output) == (0, "None.\n")


@pytest.mark.usefixtures("_small")
def test_the_budget_year_of_the_council_begins_with_the_first_budgets() -> None:
    council = council_by_code("quaybridge")
    assert council is not None
    assert policy(council.id, "budget_year_starts_on", clock.today()) == date(2026, 10, 5).isoformat()


@pytest.mark.usefixtures("_small")
def test_it_is_not_loaded_over_people_who_are_there() -> None:
    before = facts()
    with pytest.raises(Conflict):
        load.load(small=True)
    db.session.rollback()
    assert facts() == before


@pytest.mark.usefixtures("_small")
def test_sign_ins_are_one_to_three_for_each_role(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["demo", "sign-ins"])
    assert (told.exit_code, told.output.splitlines()) == (
        0,
        [
            "  Maureen Ashby      person",
            "  Peter Lindqvist    person",
            "  Ruby Tamblyn       person",
            "  Joanne Ashby       supporter",
            "  Sanjay Winters     provider staff",
            "  Helen Marchbank    care manager",
            "  Rashid Karim       commissioner",
            "  Noor Haddad        finance",
            "  Ines Calder        moderator",
            "  Howard Teale       moderator",
        ],
    )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_is_the_same_for_everybody_who_loads_it_on_the_same_day(
    _small: None, app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    del app
    first = facts()
    db.session.close()
    folder = tmp_path_factory.mktemp("again")
    again = create_app(settings_for(f"sqlite:///{folder / 'again.sqlite'}", folder))
    with again.app_context(), clock.set_to(SUNDAY):
        migrate()
        load.load(small=True)
        second = facts()
        db.session.close()
        db.engine.dispose()
    assert second == first


@pytest.mark.usefixtures("app")
def test_no_period_of_anybody_was_ever_below_nothing() -> None:
    """Bookings made before their period's money had come left the period before it at minus £109.52."""
    with clock.set_to(SUNDAY):
        shown = 0
        for number in db.session.scalars(select(Person.id)):
            mine = balances.balance_of(number)
            the_year = year.year_of(number, clock.today())
            if mine is None or the_year.budget is None:
                continue
            for figures in year.figures(mine.parts, starts_on=the_year.budget.year_starts_on).values():
                for one in figures.periods:
                    assert min(one.carried_in, one.came_in, one.set_aside, one.left, one.went_back) >= 0
                    assert one.carried_in + one.came_in - one.went_back - one.spent - one.set_aside == one.left
                    shown += 1
    assert shown > 4
