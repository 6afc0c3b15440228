"""Somebody beside a person opens her view and books for her; she sees it, and can end it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.journeys.days import a_wednesday
from tests.browser.journeys.walks import OWN_MONEY, find_larkmoor
from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import Screen, pence
from tests.browser.pages.booking import Booking, Bookings, When
from tests.browser.pages.circle import Caseload, PeopleBeside
from tests.browser.pages.money import Money
from tests.browser.pages.shop import Home

MAUREEN, JOANNE, HELEN = "Maureen Ashby", "Joanne Ashby", "Helen Marchbank"


def test_a_care_manager_opens_a_person_from_the_caseload_and_the_person_sees_who_looked(
    page: Page, another: Page
) -> None:
    care_manager = signed_in(page, HELEN).open("/caseload", Caseload)
    hers = care_manager.shop_for(MAUREEN)
    expect(page.get_by_role("region", name="Who you are shopping for")).to_contain_text(MAUREEN)
    page.goto("/money")
    seen = hers.arrive(Money)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^{MAUREEN} has £.* of council money left$"))
    maureen = signed_in(another, MAUREEN).open("/money", Money)
    # Maureen did not let her see money of her own.
    own = maureen.main.locator(".app-card").filter(has=another.get_by_role("heading", name=OWN_MONEY))
    assert seen.left == maureen.left - pence(own.inner_text())
    assert seen.main.get_by_role("heading", name=OWN_MONEY).count() == 0
    looked = maureen.who_looked().rows()
    assert HELEN in looked[0]
    assert "care manager" in looked[0]


def test_a_supporter_books_for_a_person_who_sees_it_and_ends_the_support(page: Page, another: Page) -> None:
    hers = signed_in(page, JOANNE).open("/people-beside-you", PeopleBeside).shop_for(MAUREEN)
    home = hers.open("/", Home)
    before = home.left
    listing = find_larkmoor(home)
    check = listing.book(When).choose(a_wednesday(2), "7pm", "8pm").pay_with(OWN_MONEY)
    check.says(f"{MAUREEN}, booked by {JOANNE}")
    costs = check.price_lines()[-1][1]
    booked = check.confirm()
    assert booked.left == before - costs
    reference = booked.reference
    booking = booked.see()
    assert booking.fact("Booked by") == f"{JOANNE} for {MAUREEN}"
    address = page.url

    maureen = signed_in(another, MAUREEN)
    assert maureen.open("/bookings", Bookings).with_reference(reference) == 1
    assert maureen.open(address, Booking).fact("Booked by") == f"{JOANNE} for {MAUREEN}"
    beside = maureen.open("/people-beside-you", PeopleBeside)
    ended = beside.end_help_of(JOANNE)
    expect(ended.main.get_by_role("heading", name=JOANNE)).to_have_count(0)

    page.goto(address)
    refused = booking.arrive(Screen)
    expect(refused.main.get_by_text(reference)).to_have_count(0)
    assert page.request.get(address).status == 404
    page.goto("/people-beside-you")
    refused.arrive(PeopleBeside).has_nobody_to_help()
