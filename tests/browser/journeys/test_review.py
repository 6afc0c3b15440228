"""A person says how a delivered visit went, and the listing shows it to everybody."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages.accounts import signed_in
from tests.browser.pages.booking import Bookings, Review
from tests.browser.pages.shop import Results

TITLE, PROVIDER = "A big clear-out, kindly done", "Spick & Span of Quaybridge"
WORDS = "Came on time, knew what to do, and left the kitchen tidier than it was."


def test_a_person_reviews_a_delivered_visit_and_the_listing_shows_it(page: Page, another: Page) -> None:
    bookings = signed_in(page, "Peter Lindqvist").open("/bookings", Bookings)
    booking = bookings.see(TITLE, PROVIDER)
    review = booking.press("Say how it went", Review)
    review.publish(quality="Very good|Excellent|5", value="Good|4", words=WORDS)

    another.goto("/search?q=spick+and+span+big+clear+out")
    listing = Results(another).read(TITLE, of=PROVIDER)
    article = listing.main.get_by_role("article").filter(has_text=WORDS)
    expect(article).to_contain_text(re.compile(r"Support 5 out of 5\. Value for money 4 out of 5\."))
