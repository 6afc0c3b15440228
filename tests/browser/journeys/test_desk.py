"""A provider answers: yes, and no, which frees the money; records a visit; publishes a rate from a day to come."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from app.base import clock
from tests.browser.journeys.days import a_wednesday
from tests.browser.journeys.walks import ask_larkmoor
from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import Screen, pence
from tests.browser.pages.booking import Booking
from tests.browser.pages.desk import Desk
from tests.browser.pages.shop import Listing

STAFF = "Sanjay Winters"


def test_larkmoor_accepts_a_request_and_the_person_sees_it(page: Page, another: Page) -> None:
    booked = ask_larkmoor(another, "Maureen Ashby", a_wednesday(2), "3pm", "4pm")
    desk = signed_in(page, STAFF).open("/desk", Desk)
    desk.accept(booked.reference).says("Agreed")
    booking = booked.see()
    booking.has_status("Agreed")
    booking.says(f"{STAFF} accepted the request")


def test_larkmoor_declines_a_request_and_the_money_is_free_again(page: Page, another: Page) -> None:
    booked = ask_larkmoor(another, "Maureen Ashby", a_wednesday(2), "5pm", "6pm")
    costs = pence(booked.main.inner_text())
    set_aside = booked.left
    desk = signed_in(page, STAFF).open("/desk", Desk)
    desk.decline(booked.reference, "We have nobody free that afternoon.").says("Declined")
    booking = booked.see()
    booking.has_status("Declined")
    booking.says("We have nobody free that afternoon.")
    assert booking.left == set_aside + costs


def test_larkmoor_records_a_visit_and_it_becomes_a_line_of_the_statement(page: Page, another: Page) -> None:
    desk = signed_in(page, STAFF).open("/desk", Desk)
    booking = desk.first_to_record()
    reference = booking.fact("Reference")
    delivered = booking.press("It was delivered", Screen)
    delivered.says("The visit is marked as delivered.")
    hers = signed_in(another, "Maureen Ashby")
    another.goto("/money")
    another.get_by_role("main").get_by_role("table").last.get_by_role("row").nth(1).get_by_role("link").click()
    hers.arrive(Booking).says(reference)


def test_larkmoor_publishes_a_rate_from_a_day_to_come_and_sees_it_as_customers_will(page: Page) -> None:
    from_on = clock.today() + timedelta(days=40)
    rates = signed_in(page, STAFF).open("/desk", Desk).listings().rates_of("Dementia care at home")
    check = rates.publish_another().look(from_on=from_on, weekday="31.40", saturday="36.20")
    check.says(f"from {from_on:%A} {from_on.day} {from_on:%B %Y}")
    check.says("£31.40")
    check.says("£36.20")
    published = check.publish()
    expect(published.main.get_by_role("row", name=re.compile("To come"))).to_contain_text("£31.40")
    page.goto("/search?q=larkmoor+dementia+care+at+home")
    page.get_by_role("main").get_by_role("link", name="Dementia care at home", exact=True).first.click()
    listing = published.arrive(Listing)
    listing.says(f"From {from_on.day} {from_on:%B %Y}")
    listing.says("£31.40")
