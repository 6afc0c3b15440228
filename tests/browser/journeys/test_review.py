"""A person says how a delivered visit went, and the listing shows it to everybody."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages.accounts import signed_in
from tests.browser.pages.booking import Booking, Bookings, Review
from tests.browser.pages.shop import Listing

WORDS = "Came on time, knew what to do, and left the kitchen tidier than it was."


def test_a_person_reviews_a_delivered_visit_and_the_listing_shows_it(page: Page, another: Page) -> None:
    bookings = signed_in(page, "Peter Lindqvist").open("/bookings", Bookings)
    booking = first_to_review(bookings)
    title = page.get_by_role("heading", level=1).inner_text()
    provider = booking.fact("Provider")
    review = booking.press("Say how it went", Review)
    review.publish(quality="Very good|Excellent|5", value="Good|4", words=WORDS)

    another.goto(f"/search?q={provider}+{title}".replace(" ", "+").replace("&", "%26"))
    another.get_by_role("main").get_by_role("listitem").filter(has_text=provider).get_by_role(
        "link", name=title, exact=True
    ).first.click()
    listing = Listing(another)
    article = listing.main.get_by_role("article").filter(has_text=WORDS)
    expect(article).to_contain_text(re.compile(r"Support 5 out of 5\. Value for money 4 out of 5\."))


def first_to_review(bookings: Bookings) -> Booking:
    """Open bookings until one may be spoken of: history is thrown by dice, so which it is may vary."""
    for address in bookings.addresses():
        booking = bookings.open(address, Booking)
        if booking.main.get_by_role("button", name="Say how it went").count():
            return booking
    raise AssertionError("nothing delivered is waiting for a review")
