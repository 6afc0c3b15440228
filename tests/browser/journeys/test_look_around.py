"""Anybody can look around: search, filter, read a listing with its prices, without signing in."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages.shop import Home


def test_a_visitor_searches_filters_and_reads_a_listing_with_its_prices(page: Page) -> None:
    page.goto("/")
    results = Home(page).search("help to get washed", "Harbour")
    everything = results.count
    assert everything > 0
    promised = results.count_beside(re.compile("On the framework"))
    narrowed = results.choose(re.compile("^On the framework"))
    assert narrowed.count == promised < everything
    listing = narrowed.read("Help to get up, washed and dressed")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help to get up, washed and dressed")
    assert listing.rate() > 0
    expect(listing.main.get_by_role("heading", name="What it costs")).to_be_visible()
    expect(listing.main.get_by_role("heading", name="What people say")).to_be_visible()
    listing.says("Care Quality Commission")


def test_a_search_that_finds_nothing_says_what_to_do_next(page: Page) -> None:
    page.goto("/")
    nothing = Home(page).search("zzyzx qwxyz")
    assert nothing.count == 0
    expect(nothing.main.get_by_role("heading", name="Nothing matches all of that")).to_be_visible()


def test_a_visitor_who_wants_to_book_is_asked_to_sign_in_first(page: Page) -> None:
    page.goto("/search?kind=care-at-home")
    page.get_by_role("main").get_by_role("listitem").get_by_role(
        "link", name="Help to get up, washed and dressed"
    ).first.click()
    page.get_by_role("button", name="Book this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
