"""A life over two periods: support five days a week, with all that happens to it, and every book agrees throughout."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import clock, create_app
from app.accounts.models import Person
from app.accounts.rules import Role
from app.budgets import actions as budgets
from app.budgets.rules import PotKind
from app.catalogue.models import Listing
from app.db import db, transaction
from app.web.filters import hour
from tests.browser.other_days import OnAnotherDay, browsing, standing
from tests.browser.pages.accounts import SignIn
from tests.browser.pages.base import Screen
from tests.browser.pages.life import (
    Answered,
    Moved,
    ProviderDay,
    Purse,
    Repeating,
    Seen,
    Sums,
    Week,
    calendar_file,
    minutes_and_pence,
)
from tests.conftest import settings_for
from tests.factories import accounts, catalogue, circles, councils, providers
from tests.factories.passwords import HASH, PASSWORD

YEAR = date(2026, 11, 23)
"""A Monday: periods begin on 23 November, 21 December and 18 January."""
PERIOD = 90_000
MONDAY = date(2026, 12, 7)
VISIT, HOLIDAY = 3_600, 5_400
"""An hour and a half at £24, and at £36 on a bank holiday."""
NEW_VISIT = 3_900
"""The same at £26 an hour."""
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
USUAL = "9am to 10:30am"


@dataclass
class Life:
    """Everybody, their browsers, and the site they meet on."""

    site: OnAnotherDay
    person: Page
    first: Page
    second: Page
    care_manager: Page
    listings: dict[str, str]
    feed: str = ""
    booking: str = ""
    moved_to: str = ""
    desks: list[Page] = field(default_factory=list)


@pytest.fixture
def life(sqlite_template: Path, tmp_path: Path, browser: Browser) -> Iterator[Life]:
    file = tmp_path / "life.sqlite"
    shutil.copy(sqlite_template, file)
    app = create_app(settings_for(f"sqlite:///{file}", tmp_path))
    with app.app_context():
        people, listings = cast_of(app)
    with standing(app, clock.at_london(date(2026, 12, 1), time(10))) as site, ExitStack() as browsers:
        pages = [browsers.enter_context(browsing(browser, site)) for _ in people]
        for page, email in zip(pages, people, strict=True):
            page.goto("/sign-in")
            SignIn(page, is_checked=False).with_password(email, PASSWORD)
        site.run("budgets", "release")
        yield Life(site, *pages, listings=listings)
    with app.app_context():
        db.session.close()
        db.engine.dispose()


def cast_of(app: Flask) -> tuple[list[str], dict[str, str]]:
    """Rose with a budget, two providers at different prices, and her care manager."""
    del app
    council = councils.council(name="Quaxton Council")
    rose = accounts.person(Role.PERSON, name="Rose Example", council_id=council.id, password_hash=HASH)
    staff: list[Person] = []
    offered: dict[str, str] = {}
    for name, who, hour in (("Bright Days", "Bob Bright", 2400), ("Second Wind", "Cy Second", 2600)):
        provider = providers.provider(name)
        staff.append(accounts.person(Role.PROVIDER_STAFF, name=who, provider_id=provider.id, password_hash=HASH))
        made: Listing = catalogue.listing(provider, "companionship", council, title=f"Company by {name}")
        catalogue.card(made, hour, bank_holiday_pence=hour * 3 // 2)
        offered[name] = f"/listings/{made.public_id}"
    manager = accounts.person(Role.CARE_MANAGER, name="Mia Manager", council_id=council.id, password_hash=HASH)
    circles.caseload_entry(manager, rose, council)
    officer = accounts.person(Role.COMMISSIONER, council_id=council.id)
    with clock.set_to(clock.at_london(date(2026, 11, 20), time(9))), transaction():
        budgets.agree_budget(
            actor=officer,
            person=rose,
            council=council,
            year_starts_on=YEAR,
            total_pence=13 * PERIOD,
            contribution_pence=0,
            pots=[(PotKind.DIRECT_PAYMENT, 13 * PERIOD)],
        )
    return [one.email for one in (rose, *staff, manager)], offered


def days(first: date, last: date) -> list[date]:
    """Every Monday to Friday between two days, both included."""
    span = (last - first).days + 1
    return [day for number in range(span) if (day := first + timedelta(number)).isoweekday() <= 5]


def all_agree(life: Life, sums: Sums, monday: date, expected: list[Seen]) -> None:
    """Hold the money, the statement, the calendar, the providers' days, the calendar file and the ledger together.

    Args:
        life: everybody.
        sums: what the year has seen, in pence.
        monday: of the week that is looked at.
        expected: its visits, each with its provider and, after a full stop, what became of it.
    """
    person = Screen(life.person, is_checked=False)
    money = person.open("/money", Purse)
    assert money.sums() == sums
    assert money.left == sums.left
    lines = money.statement()
    amounts = [[round(float(cell.replace(",", "") or 0) * 100) for cell in line[3:]] for line in lines]
    came_in, went_out, set_aside = (sum(column) for column in zip(*amounts, strict=True))
    assert (came_in - went_out, set_aside) == (sums.came_in - sums.spent, sums.set_aside)
    assert person.open(f"/bookings/calendar?on={monday}", Week).visits() == expected
    at_desks = []
    for name, page in (("Bright Days", life.first), ("Second Wind", life.second)):
        desk = Screen(page, is_checked=False)
        for day in days(monday, monday + timedelta(4)):
            for seen in desk.open(f"/desk/day?on={day}", ProviderDay).visits(day):
                state = "" if seen.state == "Planned" else f". {seen.state}"
                at_desks.append(Seen(day, seen.hours, name + state))
    agreed = [one for one in expected if not one.state.endswith(("Waiting for an answer", "Not confirmed yet"))]
    assert sorted(at_desks) == sorted(agreed)
    assert life.site.run("ledger", "check") == "Every balance is the sum of its entries."
    if not life.feed:
        return
    told = {
        (one.day, f"{hour(one.starts)} to {hour(one.ends)}", one.status)
        for one in calendar_file(life.person, life.feed)
        if monday <= one.day <= monday + timedelta(6)
    }
    assert told == {(one.day, one.hours, status_of(one.state)) for one in expected}


def status_of(state: str) -> str:
    """How a calendar program reads what our own calendar says."""
    if state.endswith(("Waiting for an answer", "Not confirmed yet")):
        return "TENTATIVE"
    return "CANCELLED" if "ancelled" in state else "CONFIRMED"


def five(monday: date, state: str, **other: tuple[str, str]) -> list[Seen]:
    """A week of the usual visits; ``tuesday=("2pm to 3:30pm", "Bright Days")`` says another one."""
    found = []
    for number, name in enumerate(WEEKDAYS):
        hours, said = other.get(name.lower(), (USUAL, state))
        found.append(Seen(monday + timedelta(number), hours, said))
    return found


def test_a_life_of_five_visits_a_week(life: Life) -> None:
    site, rose = life.site, Screen(life.person, is_checked=False)
    bob, cy, mia = (Screen(page, is_checked=False) for page in (life.first, life.second, life.care_manager))
    before, after = Sums(PERIOD, 0, 0, PERIOD), Sums(PERIOD, 0, 36_000, PERIOD - 36_000)
    assert rose.open("/money", Purse).sums() == before

    # Asked for and accepted: the ten visits until the period ends are set aside for, the later ones wait.
    sent = Repeating(life.person, is_checked=False).ask(life.listings["Bright Days"], MONDAY, "9am", "10:30am", WEEKDAYS)
    sent.says("10 visits until 18 December 2026: £360.00")
    sent.follow("See this booking", Screen)
    life.booking = life.person.url.rpartition("/")[2]
    all_agree(life, after, MONDAY, five(MONDAY, "Bright Days. Waiting for an answer"))
    bob.open(f"/desk/bookings/{life.booking}", Screen).press("Accept this request", Screen)
    rose.open("/bookings/calendar/address", Screen).press("Make an address", Screen)
    life.feed = life.person.get_by_label("The address of your calendar").input_value()
    all_agree(life, after, MONDAY, five(MONDAY, "Bright Days"))
