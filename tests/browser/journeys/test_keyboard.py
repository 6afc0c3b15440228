"""Somebody who uses only a keyboard gets from the start page to the first step of a booking, and sees where they are."""

import re

from playwright.sync_api import Page, expect

from tests.browser.journeys.walks import TITLE
from tests.browser.pages.accounts import signed_in
from tests.browser.pages.booking import When
from tests.browser.pages.shop import Home, Listing, Results

MOST_STEPS = 120
FOCUSED = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const label = here.labels && here.labels.length ? here.labels[0].innerText : '';
  return {
    name: (here.getAttribute('aria-label') || label || here.innerText || '').trim(),
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight
      && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
        || style.boxShadow !== 'none' || style.borderColor !== getComputedStyle(here.parentElement).borderColor),
  };
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that is where one stands; every stop on the way can be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        assert here["isSeen"], here
        if re.search(name, here["name"]):
            return
    raise AssertionError(f"{name} cannot be reached with Tab")


def test_a_booking_can_be_begun_with_the_keyboard_alone(page: Page) -> None:
    start = signed_in(page, "Maureen Ashby", is_checked=False).open("/", Home)
    tab_to(page, "^What are you looking for")
    page.keyboard.type("Larkmoor help to get up washed and dressed")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    results = start.arrive(Results)
    tab_to(page, f"^{TITLE}$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/listings/"))
    results.arrive(Listing)
    tab_to(page, "^Book this$")
    page.keyboard.press("Enter")
    results.arrive(When)
    tab_to(page, "^Day$")
    page.keyboard.type("9")
    expect(page.get_by_label("Day", exact=True)).to_have_value("9")
