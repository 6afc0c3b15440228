"""Visits that go on: asked for, moved, recorded, doubted and carried to somebody else; and where they all are read."""

import csv
import io
import re
from datetime import date, datetime
from typing import NamedTuple

from icalendar import Calendar
from playwright.sync_api import Page

from tests.browser.pages.base import Screen, pence


class Seen(NamedTuple):
    """One visit as a page shows it: its day, when, with or for whom, and what became of it."""

    day: date
    hours: str
    state: str


def fill_day(screen: Screen, question: str, day: date) -> None:
    """Answer a question that wants a day."""
    group = screen.main.get_by_role("group", name=question)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part, exact=True).fill(str(value))


class Repeating(Screen):
    """From a listing to a pattern that is asked for."""

    def ask(self, address: str, first: date, start: str, end: str, days: list[str]) -> Screen:
        """Walk through all pages of it, and send the request."""
        self.page.goto(f"{address}/book")
        fill_day(self, "What day?", first)
        self.main.get_by_label("Start", exact=True).fill(start)
        self.main.get_by_label("End", exact=True).fill(end)
        self.main.get_by_label("It repeats").check()
        self.press("Continue", Screen)
        for day in days:
            self.main.get_by_label(day, exact=True).check()
        self.main.get_by_label("I do not know yet").check()
        self.press("Continue", Screen)
        self.main.get_by_role("radio", disabled=False).first.check()
        self.press("Continue", Screen)
        return self.press("Confirm and send the request", Screen)


class Sums(NamedTuple):
    """The money of a year so far, in pence."""

    came_in: int
    spent: int
    set_aside: int
    left: int


class Purse(Screen):
    """The page of somebody's money."""

    heading = re.compile(r"left$")

    def sums(self) -> Sums:
        """The year's figures as the page's table has them."""
        table = self.main.get_by_role("table").filter(has_text="Since ").first
        heads = table.locator("thead th").all_inner_texts()
        cells = table.locator("tbody tr").last.locator("th, td").all_inner_texts()
        row = dict(zip(heads, cells, strict=True))
        return Sums(*(pence(row[name]) for name in ("Came in", "Spent", "Set aside", "Left")))

    def statement(self) -> list[list[str]]:
        """Every line of the statement, newest first, as it is downloaded."""
        text = self.page.request.get("/money/statement.csv").text()
        return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:]


class Week(Screen):
    """A week of somebody's calendar."""

    heading = re.compile("week from")

    def visits(self) -> list[Seen]:
        """Everything in it, in order."""
        found = self.main.locator(".app-calendar__visit").evaluate_all(
            """all => all.map(one => [
                one.closest("section").getAttribute("aria-labelledby").slice(4),
                one.querySelector("strong").innerText,
                one.querySelector(".app-meta").innerText,
            ])"""
        )
        return [Seen(date.fromisoformat(day), hours, state) for day, hours, state in found]


class ProviderDay(Screen):
    """A provider's day."""

    heading = re.compile(": visits of ")

    def visits(self, day: date) -> list[Seen]:
        """Everything on it, in order."""
        found = self.main.locator("tbody tr").evaluate_all(
            "all => all.map(row => [row.cells[0].innerText, row.cells[1].querySelector('strong')?.innerText])"
        )
        return [Seen(day, hours, state or "Planned") for hours, state in found]


class Moved(Screen):
    """Another time for one visit."""

    def ask(self, day: date, start: str, end: str) -> Screen:
        """Ask for it."""
        self.main.get_by_label("Only this visit").check()
        fill_day(self, "The day for this visit", day)
        self.main.get_by_label("Start", exact=True).fill(start)
        self.main.get_by_label("End", exact=True).fill(end)
        self.press("Continue", Screen)
        return self.press("Ask for this change", Screen)


class Answered(Screen):
    """A question of what became of a visit, with times and words where they are known."""

    def answer(self, choice: str, button: str, *, times: tuple[str, str] | None = None, words: str = "") -> Screen:
        """Choose, fill in and send."""
        self.main.get_by_label(choice).check()
        if times is not None:
            for question, said in zip(("come?", "leave?"), times, strict=True):
                self.main.get_by_label(re.compile(re.escape(question))).fill(said)
        if words:
            self.main.locator("textarea").fill(words)
        return self.press(button, Screen)


def minutes_and_pence(screen: Screen) -> tuple[str, str, str, int]:
    """A booking's figures: planned, given, charged, and the pence charged."""
    said = screen.main.get_by_text("So far: planned").inner_text()
    found = re.search(r"planned (.+?), given (.+?), charged (.+?) \((£.+?)\)", said)
    assert found, said
    return found[1], found[2], found[3], pence(found[4])


class Told(NamedTuple):
    """One event of a calendar file."""

    uid: str
    starts: datetime
    ends: datetime
    status: str

    @property
    def day(self) -> date:
        """The day on which it begins, where its time zone says it does."""
        return self.starts.date()


def calendar_file(page: Page, address: str) -> list[Told]:
    """What a calendar program reads at a private address."""
    body = page.request.get(address).body()
    return [
        Told(str(one["UID"]), one["DTSTART"].dt, one["DTEND"].dt, str(one["STATUS"]))
        for one in Calendar.from_ical(body).walk("VEVENT")
    ]
