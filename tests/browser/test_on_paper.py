"""What people print fits one sheet of A4, and carries nothing that only a screen can use."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.test_every_page import LARKMOORS, sign_in

PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
ON_SCREENS_ONLY = (
    ".app-nav, .app-footer, .app-account, .govuk-button, .govuk-back-link, .govuk-breadcrumbs, .govuk-skip-link"
)
CLEAN = """(screens) => {
  const seen = one => one.checkVisibility() && one.getBoundingClientRect().height > 1
  const links = [...document.querySelectorAll('a')].filter(seen)
    .filter(one => !['none', 'normal', '""'].includes(getComputedStyle(one, '::after').content)).map(one => one.textContent)
  return { left: [...document.querySelectorAll(screens)].filter(seen).map(one => one.className), links,
    words: document.querySelector('main').innerText.length } }"""


@pytest.fixture
def maureen(page: Page) -> Iterator[Page]:
    """Maureen Ashby, who has support every week."""
    sign_in(page, "Maureen Ashby")
    yield page


def on_paper(page: Page) -> list[str]:
    """What is wrong with the page that is open, once it is printed on A4."""
    sheets = len(PAGE.findall(page.pdf(format="A4")))
    page.emulate_media(media="print")
    found = page.evaluate(CLEAN, ON_SCREENS_ONLY)
    page.emulate_media(media="null")
    return [
        *([f"{page.url}: {sheets} sheets"] if sheets != 1 else []),
        *(f"{page.url}: an address is printed after {words!r}" for words in found["links"]),
        *(f"{page.url}: {name} is printed" for name in found["left"]),
        *([f"{page.url}: it says nothing"] if found["words"] < 20 else []),
    ]


def test_a_persons_sheets(maureen: Page) -> None:
    maureen.goto("/bookings")
    booking = maureen.locator(".app-card:has-text('Other times proposed') h2 a").first
    booked = booking.evaluate("one => new URL(one.href).pathname")
    faults = []
    for address in (
        "/bookings/calendar",
        "/bookings/calendar?view=month",
        f"{booked}/booked",
        booked,
        "/money/statement?period=1",
        "/bookings/delivered",
    ):
        maureen.goto(address)
        faults += on_paper(maureen)
    assert faults == []


def test_a_statement_of_a_whole_period_with_many_lines(maureen: Page) -> None:
    maureen.goto("/money/statement?period=2")
    assert maureen.locator("main table").last.locator("tbody tr").count() > 15
    assert on_paper(maureen) == []


def test_what_a_week_costs_and_a_price_sheet(maureen: Page) -> None:
    maureen.goto("/search?q=larkmoor")
    listing = maureen.locator("main").locator(LARKMOORS).evaluate("one => new URL(one.href).pathname")
    faults = []
    week = f"135_0800_45_care-at-home_{listing.rpartition('/')[2]}.7_1200_120_companionship"
    for address in (f"/week?week={week}", f"{listing}/prices"):
        maureen.goto(address)
        faults += on_paper(maureen)
    assert faults == []


def test_a_providers_day(page: Page) -> None:
    sign_in(page, "Sanjay Winters")
    page.goto("/desk/day")
    assert on_paper(page) == []
