"""Somebody in danger types it where they are: the page says what to do now, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.pages.accounts import signed_in
from tests.browser.pages.booking import Bookings

TITLE, PROVIDER = "A big clear-out, kindly done", "Spick & Span of Quaybridge"
WORDS = "Please do not come on Friday. My son hits me when he is here."


def _opens_with_help(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("What to do now")
    expect(page.get_by_role("main").get_by_role("link", name="999", exact=True)).to_have_attribute("href", "tel:999")
    expect(page.locator(".app-result")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_danger_typed_in_the_search_box_opens_with_what_to_do(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    box = page.get_by_role("main").get_by_role("search")
    box.get_by_label("What are you looking for?").fill("i feel like ending it all")
    box.get_by_role("button", name="Search").click()
    _opens_with_help(page)
    expect(page.get_by_role("link", name="116 123")).to_have_attribute("href", "tel:116123")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Go on to the search all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"results?( for|$)"))
    expect(page.get_by_role("note")).to_contain_text("116 123")


def test_the_search_box_suggests_help_and_nothing_to_buy(page: Page) -> None:
    page.goto("/search")
    page.get_by_label("What are you looking for?").press_sequentially("my son hits me")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("What to do if somebody is in danger")


def test_danger_is_met_without_javascript(no_script: Page) -> None:
    no_script.goto("/search")
    no_script.get_by_label("What are you looking for?").fill("my carer is stealing from me")
    no_script.get_by_role("main").get_by_role("button", name="Search").click()
    _opens_with_help(no_script)
    expect(no_script.get_by_role("link", name="159")).to_be_visible()


def test_a_message_of_danger_is_asked_about_first_and_sent_by_the_same_button(page: Page) -> None:
    bookings = signed_in(page, "Peter Lindqvist").open("/bookings", Bookings)
    bookings.see(TITLE, PROVIDER)
    page.goto(f"{page.url.split('?')[0]}/messages")
    page.get_by_label("Write a message").fill(WORDS)
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="This sounds as if somebody is in danger")).to_be_visible()
    expect(page.get_by_label("Write a message")).to_have_value(WORDS)
    assert faults(page) == []
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("alert")).to_contain_text("Your message is sent.")
    expect(page.get_by_role("article").or_(page.locator(".app-card")).first).to_contain_text(WORDS)
