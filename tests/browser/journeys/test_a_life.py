"""A life over two periods: support five days a week, with all that happens to it, and every book agrees throughout."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

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
        # Not every day of both desks each time: those of this week on which something is said to be.
        for day in sorted({one.day for one in expected if one.state.startswith(name)} | {monday}):
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


ENDED = {
    "monday": "Delivered",
    "tuesday": "Delivered",
    "wednesday": "Turned away at the door",
    "thursday": "Did not happen, not charged",
    "friday": "Delivered",
}


def record(life: Life, day: date, choice: str, **said: Any) -> None:
    """Record the visit of a day at the first provider's desk, from the page of that day."""
    desk = Screen(life.first, is_checked=False).open(f"/desk/day?on={day}", ProviderDay)
    booking = desk.follow("Rose Example", Screen)
    form = booking.follow(re.compile(f"^Record it with times.* {day.day} {day:%B} "), Answered)
    form.answer(choice, "Record the visit", **said)


def open_visit(rose: Screen, day: date) -> Screen:
    """Open the visit of a day from the calendar."""
    section = rose.open(f"/bookings/calendar?on={day}", Week).main.locator(f"section[aria-labelledby='day-{day}']")
    section.get_by_role("link").first.click()
    return rose.arrive(Screen)


def status_of(state: str) -> str:
    """How a calendar program reads what our own calendar says."""
    if state.endswith(("Waiting for an answer", "Not confirmed yet")):
        return "TENTATIVE"
    return "CANCELLED" if "ancelled" in state else "CONFIRMED"


def five(monday: date, state: str, /, **other: tuple[str, str]) -> list[Seen]:
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
    sent = Repeating(life.person, is_checked=False).ask(
        life.listings["Bright Days"], MONDAY, "9am", "10:30am", WEEKDAYS
    )
    sent.says("10 visits until 18 December 2026: £360.00")
    sent.follow("See this booking", Screen)
    life.booking = life.person.url.rpartition("/")[2]
    all_agree(life, after, MONDAY, five(MONDAY, "Bright Days. Waiting for an answer"))
    bob.open(f"/desk/bookings/{life.booking}", Screen).press("Accept this request", Screen)
    rose.open("/bookings/calendar/address", Screen).press("Make an address", Screen)
    life.feed = life.person.get_by_label("The address of your calendar").input_value()
    all_agree(life, after, MONDAY, five(MONDAY, "Bright Days"))

    # Monday goes as planned; Tuesday is moved to the afternoon once the provider has agreed, and goes so.
    tuesday, wednesday, thursday, friday = (MONDAY + timedelta(number) for number in range(1, 5))
    site.turn_to(MONDAY)
    record(life, MONDAY, "The worker came", times=("9:02am", "10:28am"))
    open_visit(rose, tuesday).press("Change the time", Moved).ask(tuesday, "2pm", "3:30pm")
    week = five(MONDAY, "Bright Days", monday=(USUAL, "Bright Days. Delivered"))
    all_agree(life, Sums(PERIOD, VISIT, 9 * VISIT, PERIOD - 10 * VISIT), MONDAY, week)
    bob.open(f"/desk/bookings/{life.booking}", Screen).press("Agree to the new time", Screen)
    site.turn_to(tuesday)
    record(life, tuesday, "The worker came", times=("2pm", "3:30pm"))

    # Wednesday the worker is turned away at the door, which costs the whole price; on Thursday nobody comes.
    site.turn_to(wednesday)
    record(life, wednesday, "The person turned the worker away at the door", words="Rose was not well")
    site.turn_to(thursday)
    record(life, thursday, "It did not happen: nobody came")

    # Friday is recorded in full. Rose says it was half as long, the provider does not think so, and the care manager
    # decides: three quarters of an hour, by the minute, at the rate agreed. The money waits meanwhile.
    site.turn_to(friday)
    record(life, friday, "The worker came", times=("9am", "10:30am"))
    done = {name: (USUAL, f"Bright Days. {state}") for name, state in ENDED.items()}
    done["tuesday"] = ("2pm to 3:30pm", "Bright Days. Delivered")
    spent = 4 * VISIT
    all_agree(life, Sums(PERIOD, spent, 5 * VISIT, PERIOD - 9 * VISIT), MONDAY, five(MONDAY, "", **done))
    doubted = open_visit(rose, friday).follow("What was recorded", Screen).press("Say this is not right", Answered)
    visit = life.person.url.rpartition("/visits/")[2].removesuffix("/dispute")
    doubted.answer("It happened, but at other times", "Send", times=("9am", "9:45am"), words="She left early")
    all_agree(life, Sums(PERIOD, spent - VISIT, 6 * VISIT, PERIOD - 9 * VISIT), MONDAY, five(MONDAY, "", **done))
    answer = bob.open(f"/desk/visits/{visit}", Screen).press("Answer what the person says", Answered)
    answer.answer("No, we see it differently", "Send the answer", words="Our sheet says half past ten")
    decide = mia.open(f"/bookings/visits/{visit}", Screen).press("Decide what happened", Answered)
    decide.answer("The worker came", "Decide", times=("9am", "9:45am"), words="The door camera says so")
    done["friday"] = (USUAL, "Bright Days. Delivered in part")
    spent += 1_800 - VISIT
    all_agree(life, Sums(PERIOD, spent, 5 * VISIT, PERIOD - spent - 5 * VISIT), MONDAY, five(MONDAY, "", **done))
    figures = minutes_and_pence(rose.open(f"/bookings/{life.booking}", Screen))
    assert figures == minutes_and_pence(bob.open(f"/desk/bookings/{life.booking}", Screen))
    assert figures == ("7h 30m", "3h 41m", "5h 15m", spent)
