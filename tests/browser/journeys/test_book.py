"""A person books against the balance: the exact price, what is left, a reference, and never more than there is."""

from playwright.sync_api import Page, expect

from tests.browser.journeys.days import a_wednesday
from tests.browser.journeys.walks import OWN_MONEY, find_larkmoor, newcomer
from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import pounds
from tests.browser.pages.booking import Bookings, When, WhichMoney
from tests.browser.pages.money import TopUp
from tests.browser.pages.shop import Home, Listing


def listing_found(page: Page, name: str, *, is_checked: bool = True) -> Listing:
    """Sign in, and find what is to be booked."""
    start = signed_in(page, name, is_checked=is_checked)
    return find_larkmoor(start.open("/", Home))


def chosen(listing: Listing, start: str, end: str, weeks_on: int = 1) -> WhichMoney:
    """Choose a Wednesday and see the price."""
    return listing.book(When).choose(a_wednesday(weeks_on), start, end)


def test_a_person_books_a_visit_and_the_balance_goes_down_by_exactly_its_price(page: Page) -> None:
    listing = listing_found(page, "Maureen Ashby")
    before, hourly = listing.left, listing.rate()
    money = chosen(listing, "9am", "11am")
    costs = hourly * 2
    lines = money.price_lines()
    assert lines[-1] == ("Total", costs)
    assert sum(pence for _, pence in lines[:-1]) == costs
    assert [words for words in money.offered().values() if f"Pays {pounds(costs)}." in words]
    check = money.pay_with(OWN_MONEY)
    assert check.price_lines() == lines
    booked = check.confirm()
    assert booked.left == before - costs
    reference = booked.reference
    booking = booked.see()
    booking.says(reference)
    booking.has_status("Waiting for an answer")
    assert booking.fact("Price") == pounds(costs)
    assert booking.open("/bookings", Bookings).with_reference(reference) == 1


def test_an_impatient_finger_books_once(page: Page) -> None:
    listing = listing_found(page, "Maureen Ashby")
    before = listing.left
    check = chosen(listing, "1pm", "2pm", 2).pay_with(OWN_MONEY)
    costs = check.price_lines()[-1][1]
    booked = check.confirm_twice()
    assert booked.left == before - costs
    reference = booked.reference
    assert booked.open("/bookings", Bookings).with_reference(reference) == 1


def test_a_visit_that_does_not_fit_is_refused_with_what_is_missing(page: Page) -> None:
    home = newcomer(page, "Ines Marlow", "ines.marlow@example.org").open("/money/top-up", TopUp)
    home.of("10").pay("4242 4242 4242 4242").is_received()
    listing = find_larkmoor(home.open("/", Home))
    assert listing.left == 1000
    money = listing.book(When).choose(a_wednesday(), "9am", "11am")
    costs = money.price_lines()[-1][1]
    assert costs > 1000
    money.says(f"{pounds(costs - 1000)} short")
    expect(money.main.get_by_role("link", name="Choose fewer hours or another day")).to_be_visible()
    expect(money.main.get_by_role("link", name="Add your own money")).to_be_visible()
    assert money.offered() == {}
    assert money.left == 1000
    money.open("/bookings", Bookings).says("Nothing is booked at the moment.")


def test_a_person_books_without_javascript(no_script: Page) -> None:
    listing = listing_found(no_script, "Maureen Ashby", is_checked=False)
    before, hourly = listing.left, listing.rate()
    money = chosen(listing, "7am", "9am", 2)
    assert money.price_lines()[-1] == ("Total", hourly * 2)
    booked = money.pay_with(OWN_MONEY).confirm()
    assert booked.left == before - hourly * 2
    reference = booked.reference
    assert booked.open("/bookings", Bookings).with_reference(reference) == 1
