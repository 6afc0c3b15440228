"""Anybody can look around: search, filter, read a listing with its prices, without signing in."""

import re

from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.journeys.walks import LARKMOOR, TITLE
from tests.browser.pages.shop import Home, Results


def test_a_visitor_searches_filters_and_reads_a_listing_with_its_prices(page: Page) -> None:
    page.goto("/")
    results = Home(page).search("help to get washed", "Harbour")
    everything = results.count
    assert everything > 0
    promised = results.count_beside(re.compile("On the framework"))
    narrowed = results.choose(re.compile("^On the framework"))
    assert narrowed.count == promised < everything
    listing = narrowed.read(TITLE, of=LARKMOOR)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert listing.rate() > 0
    expect(listing.main.get_by_role("heading", name="What it costs")).to_be_visible()
    expect(listing.main.get_by_role("heading", name="What people say")).to_be_visible()
    listing.says("Care Quality Commission")


def test_filters_apply_without_javascript_by_a_button(no_script: Page) -> None:
    no_script.goto("/")
    results = Home(no_script, is_checked=False).search("help to get washed", "Harbour")
    promised = results.count_beside(re.compile("^On the framework"))
    everything = results.count
    narrowed = results.choose_and_apply(re.compile("^On the framework"))
    assert narrowed.count == promised
    assert narrowed.chosen() == ["On the framework"]
    assert narrowed.let_go("On the framework").count == everything


def test_the_box_suggests_and_is_worked_by_keyboard(page: Page) -> None:
    page.goto("/")
    box = Home(page).main.get_by_label("What are you looking for?")
    box.focus()
    expect(box).to_have_role("combobox")
    page.keyboard.type("larkm")
    option = page.get_by_role("option", name="Larkmoor Home Care Provider")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert axe.faults(page) == []
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(box).to_have_value("larkm")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Larkmoor Home Care")


def test_a_filter_ticked_keeps_the_place_and_says_the_count(page: Page) -> None:
    page.goto("/search?q=care&council=quaybridge")
    results = Results(page, is_checked=False)
    everything, before = results.count, page.url
    narrowed = results.choose(re.compile("^Harbour"))
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(Results.heading)
    expect(page.get_by_role("checkbox", name=re.compile("^Harbour"))).to_be_focused()
    assert narrowed.count < everything
    page.go_back()
    expect(page).to_have_url(before)
    expect(page.get_by_role("checkbox", name=re.compile("^Harbour"))).not_to_be_checked()
    assert results.count == everything


def test_a_search_that_finds_nothing_says_what_to_do_next(page: Page) -> None:
    page.goto("/")
    nothing = Home(page).search("zzyzx qwxyz")
    assert nothing.count == 0
    expect(nothing.main.get_by_role("heading", name="Nothing matches all of that")).to_be_visible()


def test_a_visitor_who_wants_to_book_is_asked_to_sign_in_first(page: Page) -> None:
    page.goto("/search?q=larkmoor&kind=care-at-home")
    Results(page, is_checked=False).read(TITLE, of=LARKMOOR)
    page.get_by_role("button", name="Book this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
