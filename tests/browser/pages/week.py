"""Drawing a week, what it costs, and the weeks that are kept."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from tests.browser.pages.base import Screen, pence


class Week(Screen):
    """The sheet a week is drawn on."""

    heading = re.compile(".")

    def visit(self, number: int) -> Locator:
        """One line of visits."""
        return self.main.get_by_role("group", name=f"Visit {number}", exact=True)

    def draw(self, number: int, *, what: str, kind: str, days: list[str], start: str, length: str) -> Self:
        """Say what one line is; another kind of support loads the page with those who could do it."""
        line = self.visit(number)
        line.get_by_label("What is it for?").fill(what)
        for day in days:
            line.get_by_role("checkbox", name=day, exact=True).check(force=True)
        line.get_by_label("When does it start?").fill(start)
        line.get_by_label("How long is it?").fill(length)
        with self.page.expect_navigation():
            line.get_by_label("What kind of support?").select_option(label=kind)
        return type(self)(self.page, is_checked=self.is_checked)

    def who(self, number: int) -> list[str]:
        """Those who could do it, as they are offered."""
        return self.visit(number).get_by_label("Who could do it?").locator("option").all_inner_texts()

    def choose(self, number: int, option: str) -> None:
        """Choose somebody, and wait until the price that their option promises is in the sum."""
        self.visit(number).get_by_label("Who could do it?").select_option(label=option)
        provider_and_price = option.partition(": ")[2].partition(" a week")[0]
        expect(self.main.get_by_role("table", name="Your week, visit by visit")).to_contain_text(provider_and_price)

    @property
    def total(self) -> int:
        """The pence of a week."""
        return pence(self.main.locator("[data-week-total]").inner_text())

    @property
    def year(self) -> tuple[int, int]:
        """The pence of the year, and of that what bank holidays add."""
        said = self.main.locator(".app-sums").inner_text()
        found = [line for line in said.splitlines() if "£" in line]
        return pence(found[1]), pence(found[2])

    def periods(self) -> list[tuple[str, int]]:
        """Each four weeks of the year: the bank holidays in it, and its pence."""
        self.main.get_by_text("Each four weeks of the year").click()
        rows = self.main.get_by_role("table", name="The year in thirteen parts of four weeks").locator("tbody tr")
        cells = [row.locator("td").all_inner_texts() for row in rows.all()]
        return [(found[0], pence(found[1])) for found in cells if len(found) == 2]

    def changes(self) -> list[list[str]]:
        """What changed, row by row."""
        rows = self.main.get_by_role("table", name="What changed, a week").locator("tbody tr")
        return [row.locator("th, td").all_inner_texts() for row in rows.all()]

    def keep(self, name: str) -> "Week":
        """Save it by a name."""
        self.main.get_by_label("Name of this week").fill(name)
        self.main.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)
        return Week(self.page, is_checked=self.is_checked)


class Weeks(Screen):
    """The weeks that are kept."""

    heading = "Your weeks"
