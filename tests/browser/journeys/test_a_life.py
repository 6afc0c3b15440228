"""A life over two periods: support five days a week, with all that happens to it, and every book agrees throughout."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app import create_app
from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.web.filters import hour
from tests.browser.other_days import OnAnotherDay, browsing, standing
from tests.browser.pages.accounts import SignIn
from tests.browser.pages.base import Screen
from tests.browser.pages.booking import Booking
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
from tests.factories.budgets import agree_budget
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
NEXT_PERIOD = date(2026, 12, 21)
BANK_HOLIDAYS = (date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1))
TURN, LAST = date(2027, 1, 11), date(2027, 1, 13)
"""The week in which one provider ends and the other begins, and the last day of the first."""


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
    came_in: int = PERIOD
    spent: int = 0
    aside: int = 0

    @property
    def rose(self) -> Screen:
        """Whatever the person has open."""
        return Screen(self.person, is_checked=False)

    @property
    def bob(self) -> Screen:
        """The same at the first provider's desk."""
        return Screen(self.first, is_checked=False)

    @property
    def cy(self) -> Screen:
        """The same at the second provider's desk."""
        return Screen(self.second, is_checked=False)

    @property
    def mia(self) -> Screen:
        """The same at the care manager's."""
        return Screen(self.care_manager, is_checked=False)

    @property
    def sums(self) -> Sums:
        """What the year has seen so far, as everybody must say it."""
        return Sums(self.came_in, self.spent, self.aside, self.came_in - self.spent - self.aside)


@pytest.fixture
def life(sqlite_template: Path, tmp_path: Path, browser: Browser) -> Iterator[Life]:
    file = tmp_path / "life.sqlite"
    shutil.copy(sqlite_template, file)
    app = create_app(settings_for(f"sqlite:///{file}", tmp_path))
    with app.app_context():
        people, listings = cast_of(app)
    with standing(app, clock.at_london(date(2026, 12, 1), time(10))) as site, ExitStack() as browsers:
        # The desks and the council do without scripts: those who work there have all kinds of machines.
        pages = [browsers.enter_context(browsing(browser, site, scripts=number == 0)) for number in range(len(people))]
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
    for name, who, rate in (("Bright Days", "Bob Bright", 2400), ("Second Wind", "Cy Second", 2600)):
        provider = providers.provider(name)
        staff.append(accounts.person(Role.PROVIDER_STAFF, name=who, provider_id=provider.id, password_hash=HASH))
        made: Listing = catalogue.listing(provider, "companionship", council, title=f"Company by {name}")
        catalogue.card(made, rate, bank_holiday_pence=rate * 3 // 2)
        offered[name] = f"/listings/{made.public_id}"
    manager = accounts.person(Role.CARE_MANAGER, name="Mia Manager", council_id=council.id, password_hash=HASH)
    circles.caseload_entry(manager, rose, council)
    officer = accounts.person(Role.COMMISSIONER, council_id=council.id)
    with clock.set_to(clock.at_london(date(2026, 11, 20), time(9))), transaction():
        agree_budget(
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


def all_agree(life: Life, expected: list[Seen], *at_desk: date) -> None:
    """Hold the money, the statement, the calendar, the providers' days, the calendar file and the ledger together.

    Args:
        life: everybody, with the figures as they should be.
        expected: the visits of a week, each with its provider and, after a full stop, what became of it.
        at_desk: the days that are looked at at both desks; all of them, when none is named.
    """
    monday, sums = expected[0].day, life.sums
    money = life.rose.open("/money", Purse)
    assert money.sums() == sums
    assert money.left == sums.left
    lines = money.statement()
    amounts = [[round(float(cell.replace(",", "") or 0) * 100) for cell in line[3:]] for line in lines]
    came_in, went_out, set_aside = (sum(column) for column in zip(*amounts, strict=True))
    assert (came_in - went_out, set_aside) == (sums.came_in - sums.spent, sums.set_aside)
    assert life.rose.open(f"/bookings/calendar?on={monday}", Week).visits() == expected
    assert [one.day for one in expected] == days(monday, monday + timedelta(4))
    for day in at_desk or days(monday, monday + timedelta(4)):
        for name, desk in (("Bright Days", life.bob), ("Second Wind", life.cy)):
            if day != monday and not any(one.state.startswith(name) for one in expected):
                continue  # a desk with nothing all week is looked at on its first day only
            seen = [
                (one.hours, name if one.state == "Planned" else f"{name}. {one.state}")
                for one in desk.open(f"/desk/day?on={day}", ProviderDay).visits(day)
            ]
            mine = [one for one in expected if one.day == day and one.state.startswith(name)]
            assert seen == [(one.hours, one.state) for one in mine if not one.state.endswith(OPEN)]
    assert life.site.run("ledger", "check") == "Every balance is the sum of its entries."
    if not life.feed:
        return
    told = {
        (one.day, f"{hour(one.starts)} to {hour(one.ends)}", one.status)
        for one in calendar_file(life.person, life.feed)
        if monday <= one.day <= monday + timedelta(6)
    }
    assert told == {(one.day, one.hours, status_of(one.state)) for one in expected}


OPEN = ("Asked for, not agreed yet", "Not confirmed yet")
"""What is said of visits that no provider has in its day yet."""
ENDED = {
    "monday": "Delivered",
    "tuesday": "Delivered",
    "wednesday": "Turned away at the door",
    "thursday": "Did not happen, not charged",
    "friday": "Delivered",
}


def record(life: Life, day: date, choice: str, **said: Any) -> None:
    """Record the visit of a day at the first provider's desk, from the page of that day."""
    desk = life.bob.open(f"/desk/day?on={day}", ProviderDay)
    booking = desk.follow("Rose Example", Screen, exact=True)
    form = booking.follow(re.compile(f"^Record it with times.* {day.day} {day:%B} "), Answered)
    form.answer(choice, "Record the visit", **said)


def open_visit(rose: Screen, day: date) -> Screen:
    """Open the visit of a day from the calendar."""
    section = rose.open(f"/bookings/calendar?on={day}", Week).main.locator(f"section[aria-labelledby='day-{day}']")
    section.get_by_role("link").first.click()
    return rose.arrive(Screen)


def send_file(staff: Screen, booking: str, those: list[date]) -> Screen:
    """Send the visits of these days as a file, each as it was planned, and say yes to what it will do."""
    return look_at_file(staff, booking, those).press("Yes, record these visits", Screen)


def look_at_file(staff: Screen, booking: str, those: list[date]) -> Screen:
    """Send a file, and see what it will do."""
    reference = staff.open(f"/desk/bookings/{booking}", Screen).fact("Reference")
    rows = [f"{reference},{day},09:00,09:00,10:30,delivered," for day in those]
    text = "\n".join(["reference,date,planned_start,came,left,outcome,note", *rows])
    page = staff.open("/desk/uploads", Screen)
    file = {"name": "visits.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.main.get_by_label("The file").set_input_files([file])
    return page.press("Look at the file", Screen)


def status_of(state: str) -> str:
    """How a calendar program reads what our own calendar says."""
    if state.endswith(OPEN):
        return "TENTATIVE"
    return "CANCELLED" if "ancelled" in state else "CONFIRMED"


def five(monday: date, state: str, /, **other: tuple[str, str]) -> list[Seen]:
    """A week of the usual visits; ``tuesday=("2pm to 3:30pm", "Bright Days")`` says another one."""
    found = []
    for number, name in enumerate(WEEKDAYS):
        hours, said = other.get(name.lower(), (USUAL, state))
        found.append(Seen(monday + timedelta(number), hours, said))
    return found


def is_asked_for_and_agreed(life: Life) -> None:
    """The ten visits until the period ends are set aside for; the later ones wait for their money."""
    assert life.rose.open("/money", Purse).sums() == life.sums
    sent = Repeating(life.person, is_checked=False).ask(
        life.listings["Bright Days"], MONDAY, "9am", "10:30am", WEEKDAYS
    )
    sent.says("10 visits until 18 December 2026: £360.00")
    sent.follow("See this booking", Screen)
    life.booking = life.person.url.rpartition("/")[2]
    life.aside = 10 * VISIT
    all_agree(life, five(MONDAY, "Bright Days. Asked for, not agreed yet"), MONDAY)
    life.bob.open(f"/desk/bookings/{life.booking}", Screen).press("Accept this request", Screen)
    life.rose.open("/bookings/calendar/address", Screen).press("Make an address", Screen)
    life.feed = life.person.get_by_label("The address of your calendar").input_value()
    all_agree(life, five(MONDAY, "Bright Days"), MONDAY, MONDAY + timedelta(4))


def is_moved_refused_and_missed(life: Life) -> dict[str, tuple[str, str]]:
    """Monday goes as planned, Tuesday in the afternoon; Wednesday ends at the door, which costs all; Thursday nobody comes."""
    tuesday, wednesday, thursday, friday = (MONDAY + timedelta(number) for number in range(1, 5))
    life.site.turn_to(MONDAY)
    record(life, MONDAY, "The worker came", times=("9:02am", "10:28am"))
    open_visit(life.rose, tuesday).press("Change the time", Moved).ask(tuesday, "2pm", "3:30pm")
    life.spent, life.aside = VISIT, 9 * VISIT
    all_agree(life, five(MONDAY, "Bright Days", monday=(USUAL, "Bright Days. Delivered")), MONDAY, tuesday)
    life.bob.open(f"/desk/bookings/{life.booking}", Screen).press("Agree to the new time", Screen)
    life.site.turn_to(tuesday)
    record(life, tuesday, "The worker came", times=("2pm", "3:30pm"))
    life.site.turn_to(wednesday)
    record(life, wednesday, "The person turned the worker away at the door", words="Rose was not well")
    life.site.turn_to(thursday)
    record(life, thursday, "It did not happen: nobody came")
    life.site.turn_to(friday)
    record(life, friday, "The worker came", times=("9am", "10:30am"))
    done = {name: (USUAL, f"Bright Days. {state}") for name, state in ENDED.items()}
    done["tuesday"] = ("2pm to 3:30pm", "Bright Days. Delivered")
    life.spent, life.aside = 4 * VISIT, 5 * VISIT
    all_agree(life, five(MONDAY, "", **done))
    return done


def is_doubted_and_decided(life: Life, done: dict[str, tuple[str, str]]) -> None:
    """Rose says that Friday was half as long; the provider does not, and the care manager decides. The money waits."""
    friday = MONDAY + timedelta(4)
    open_visit(life.rose, friday).follow("What was recorded", Screen).press("Say this is not right", Screen)
    visit = life.person.url.rpartition("/visits/")[2].removesuffix("/dispute")
    doubt = Answered(life.person, is_checked=False)
    doubt.answer("It happened, but at other times", "Send", times=("9am", "9:45am"), words="She left early")
    life.spent, life.aside = 3 * VISIT, 6 * VISIT
    all_agree(life, five(MONDAY, "", **done), friday)
    answer = life.bob.open(f"/desk/visits/{visit}", Screen).press("Answer what the person says", Answered)
    answer.answer("No, we see it differently", "Send the answer", words="Our sheet says half past ten")
    decide = life.mia.open(f"/bookings/visits/{visit}", Screen).press("Decide what happened", Answered)
    decide.answer("The worker came", "Decide", times=("9am", "9:45am"), words="The neighbour saw her go")
    done["friday"] = (USUAL, "Bright Days. Delivered in part")
    # Three quarters of an hour at the rate agreed.
    life.spent, life.aside = 3 * VISIT + VISIT // 2, 5 * VISIT
    all_agree(life, five(MONDAY, "", **done), friday)
    figures = minutes_and_pence(life.rose.open(f"/bookings/{life.booking}", Screen))
    assert figures == minutes_and_pence(life.bob.open(f"/desk/bookings/{life.booking}", Screen))
    assert figures == ("7h 30m", "3h 41m", "5h 15m", life.spent)


def goes_on_with_somebody_else(life: Life) -> None:
    """Thirty days of notice: Bright Days come until 13 January, from then on Second Wind, the same days at the same time.

    None of those visits is made yet, so the first of them is asked for now.
    """
    life.site.turn_to(MONDAY + timedelta(7), time(8))
    life.rose.open(f"/bookings/{life.booking}", Screen).press("Change provider", Screen)
    life.rose.follow("Company by Second Wind", Screen, exact=True).says("goes on with the new provider")
    assert life.rose.fact("Price now") == "£36.00"
    assert life.rose.fact("New price") == "£39.00\n£3.00 more"
    life.rose.press("Move the visits", Screen).follow("See this booking", Screen)
    life.moved_to = life.person.url.rpartition("/")[2]
    life.aside += NEW_VISIT
    old = [Seen(day, USUAL, "Bright Days. Not confirmed yet") for day in days(TURN, LAST)]
    first, then = LAST + timedelta(1), LAST + timedelta(2)
    asked = [Seen(day, USUAL, "Second Wind. Asked for, not agreed yet") for day in (first, then)]
    all_agree(life, [*old, *asked], first)
    life.cy.open(f"/desk/bookings/{life.moved_to}", Screen).press("Accept this request", Screen)
    agreed = [Seen(first, USUAL, "Second Wind"), Seen(then, USUAL, "Second Wind. Not confirmed yet")]
    all_agree(life, [*old, *agreed], first)


def is_sent_as_a_file(life: Life) -> None:
    """The second week comes as a file, twice: the second time changes nothing."""
    week = days(MONDAY + timedelta(7), MONDAY + timedelta(11))
    life.site.turn_to(week[-1])
    send_file(life.bob, life.booking, week).says("Recorded: 5")
    look_at_file(life.bob, life.booking, week)
    expect(life.first.get_by_text("This file was sent before. Nothing was changed.")).to_be_visible()
    life.spent, life.aside = life.spent + 5 * VISIT, NEW_VISIT
    all_agree(life, five(week[0], "Bright Days. Delivered"))


def has_bank_holidays_in_its_second_period(life: Life) -> None:
    """The next money comes, and with it the visits of both providers, three of them dearer; the old support ends."""
    life.site.turn_to(NEXT_PERIOD, time(6))
    life.site.run("budgets", "release")
    assert life.site.run("bookings", "confirm") == "19 visits confirmed, 0 wait for money or a price"
    assert life.site.run("bookings", "confirm") == "0 visits confirmed, 0 wait for money or a price"
    made = days(NEXT_PERIOD, LAST)
    costs = sum(HOLIDAY if day in BANK_HOLIDAYS else VISIT for day in made)
    life.came_in, life.aside = 2 * PERIOD, costs + 2 * NEW_VISIT
    all_agree(life, five(NEXT_PERIOD, "Bright Days"), *BANK_HOLIDAYS[:1])
    all_agree(life, five(NEXT_PERIOD + timedelta(7), "Bright Days"), *BANK_HOLIDAYS[1:])
    turning = days(TURN, LAST + timedelta(2))
    all_agree(life, [Seen(day, USUAL, "Bright Days" if day <= LAST else "Second Wind") for day in turning])
    open_visit(life.rose, BANK_HOLIDAYS[0]).says("£54.00 set aside")
    life.site.turn_to(LAST)
    send_file(life.bob, life.booking, made).says("Recorded: 18")
    life.spent, life.aside = life.spent + costs, 2 * NEW_VISIT
    all_agree(life, five(NEXT_PERIOD, "Bright Days. Delivered"), *BANK_HOLIDAYS[:1])
    old = life.rose.open(f"/bookings/{life.booking}", Booking)
    old.has_status("Finished")
    assert minutes_and_pence(old) == ("42h", "38h 11m", "39h 45m", life.spent)


def is_all_the_other_ones_in_the_third(life: Life) -> None:
    """Second Wind sends its first two visits, and the third money makes twenty more."""
    monday = NEXT_PERIOD + timedelta(28)
    life.site.turn_to(monday, time(6))
    send_file(life.cy, life.moved_to, days(LAST + timedelta(1), LAST + timedelta(2))).says("Recorded: 2")
    life.site.run("budgets", "release")
    assert life.site.run("bookings", "confirm") == "20 visits confirmed, 0 wait for money or a price"
    life.came_in, life.spent, life.aside = 3 * PERIOD, life.spent + 2 * NEW_VISIT, 20 * NEW_VISIT
    all_agree(life, five(monday, "Second Wind"), monday)
    new = life.rose.open(f"/bookings/{life.moved_to}", Screen)
    assert minutes_and_pence(new) == ("3h", "3h", "3h", 2 * NEW_VISIT)


def test_a_life_of_five_visits_a_week(life: Life) -> None:
    is_asked_for_and_agreed(life)
    done = is_moved_refused_and_missed(life)
    is_doubted_and_decided(life, done)
    goes_on_with_somebody_else(life)
    is_sent_as_a_file(life)
    has_bank_holidays_in_its_second_period(life)
    is_all_the_other_ones_in_the_third(life)
