"""What every page has: a heading, the way in, the money left, and no accessibility faults."""

import re
from typing import Self, TypeVar

from playwright.sync_api import Locator, Page, expect

from app.base.money import Money
from tests.browser import axe

PATIENCE = 10_000
"""Milliseconds to wait for a thing on a page, on a machine that does other work too."""

Next = TypeVar("Next", bound="Screen")


def pence(words: str) -> int:
    """The first amount in some words: ``You have £1,204.50 left`` -> 120450."""
    found = re.search(r"£([\d,]+)(?:\.(\d\d))?", words)
    assert found, words
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


def pounds(amount: int) -> str:
    """Pence as pages print them: ``4125`` -> ``£41.25``."""
    return str(Money(amount))


class Screen:
    """A page somebody has arrived at. Arriving checks its heading and, where scripts run, looks for faults."""

    heading: str | re.Pattern[str] = re.compile(".")

    def __init__(self, page: Page, *, is_checked: bool = True) -> None:
        """Arrive.

        Args:
            page: the browser's page.
            is_checked: whether axe looks at it; it cannot in a browser that runs no scripts.
        """
        self.page = page
        self.is_checked = is_checked
        page.set_default_timeout(PATIENCE)
        expect(page.get_by_role("heading", level=1)).to_have_text(self.heading)
        if is_checked:
            assert axe.faults(page) == []

    def arrive(self, kind: type[Next]) -> Next:
        """Say which page this has become."""
        return kind(self.page, is_checked=self.is_checked)

    def open(self, address: str, kind: type[Next]) -> Next:
        """Type an address."""
        self.page.goto(address)
        return self.arrive(kind)

    def again(self) -> Self:
        """Load the page once more."""
        self.page.reload()
        return type(self)(self.page, is_checked=self.is_checked)

    def follow(self, name: str | re.Pattern[str], kind: type[Next], *, exact: bool = False) -> Next:
        """Follow a link of the main part."""
        self.main.get_by_role("link", name=name, exact=exact).click()
        return self.arrive(kind)

    def press(self, name: str | re.Pattern[str], kind: type[Next]) -> Next:
        """Press a button of the main part."""
        self.main.get_by_role("button", name=name).click()
        return self.arrive(kind)

    @property
    def main(self) -> Locator:
        """The part that is this page's own."""
        return self.page.get_by_role("main")

    @property
    def left(self) -> int:
        """The pence left, from the header."""
        return pence(self.page.get_by_role("banner").get_by_role("link", name=re.compile("left £")).inner_text())

    def says(self, words: str | re.Pattern[str]) -> None:
        """Check that the main part says so."""
        expect(self.main).to_contain_text(words)

    def has_error(self, words: str | re.Pattern[str]) -> None:
        """Check that the error summary says so."""
        expect(self.page.get_by_role("alert").filter(has_text="There is a problem")).to_contain_text(words)

    def fact(self, key: str) -> str:
        """The answer beside a question of a summary list."""
        row = self.main.locator("div").filter(has=self.page.get_by_role("term").get_by_text(key, exact=True))
        return row.get_by_role("definition").first.inner_text()
