"""A provider answers: yes, and no, which frees the money; records a visit; publishes a rate from a day to come."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from app.base import clock
from tests.browser.journeys.days import a_wednesday
from tests.browser.journeys.walks import LARKMOOR, ask_larkmoor
from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import pence
from tests.browser.pages.desk import Desk
from tests.browser.pages.money import Money
from tests.browser.pages.shop import Results

STAFF, MAUREEN = "Sanjay Winters", "Maureen Ashby"
LEFT_OPEN = "7:30pm to 8pm"
"""The hour of the visit that the demonstration leaves for somebody to record."""


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
    booking = desk.to_record(LEFT_OPEN, MAUREEN)
    reference = booking.fact("Reference")
    costs = booking.costs
    booking.delivered(LEFT_OPEN).says("The visit is marked as delivered.")
    hers = signed_in(another, MAUREEN).open("/money", Money)
    hers.paid_to(LARKMOOR, costs).says(reference)


def test_larkmoor_publishes_a_rate_from_a_day_to_come_and_sees_it_as_customers_will(page: Page) -> None:
    from_on = clock.today() + timedelta(days=40)
    rates = signed_in(page, STAFF).open("/desk", Desk).listings().rates_of("Dementia care at home")
    check = rates.publish_another().look(from_on=from_on, weekday="31.40", saturday="36.20")
    check.says(f"from {from_on:%A} {from_on.day} {from_on:%B %Y}")
    check.says("£31.40")
    check.says("£36.20")
    published = check.publish()
    expect(published.main.get_by_role("row", name=re.compile("To come"))).to_contain_text("£31.40")
    found = published.open("/search?q=larkmoor+dementia+care+at+home", Results)
    listing = found.read("Dementia care at home", of=LARKMOOR)
    listing.says(f"From {from_on.day} {from_on:%B %Y}")
    listing.says("£31.40")
