"""Help that ends in the middle of a basket: the helper's open pages stop to work at once, and nothing is booked."""

import re

from playwright.sync_api import Page, expect

from tests.browser.journeys.days import a_wednesday
from tests.browser.journeys.walks import OWN_MONEY, find_larkmoor, newcomer
from tests.browser.pages.accounts import LetterBox, signed_in
from tests.browser.pages.base import Screen
from tests.browser.pages.basket import Basket
from tests.browser.pages.booking import When
from tests.browser.pages.circle import PeopleBeside
from tests.browser.pages.shop import Home

MAUREEN, RUTH, RUTHS = "Maureen Ashby", "Ruth Helper", "ruth.helper@example.org"
ENDED = "You can no longer act for the person you were helping"


def test_a_helper_whose_help_ends_in_mid_basket_books_nothing_from_the_page_that_is_open(
    page: Page, another: Page
) -> None:
    maureen = signed_in(another, MAUREEN, is_checked=False)
    ruth = newcomer(page, RUTH, RUTHS)
    _let_help(maureen, ruth)
    helps = ruth.open("/people-beside-you", PeopleBeside).shop_for(MAUREEN)
    wednesday = a_wednesday(3)
    check = find_larkmoor(helps.open("/", Home)).book(When).choose(wednesday, "2pm", "3pm").pay_with(OWN_MONEY)
    check.press("Put it in the basket", Basket)
    # Two pages of hers stand open now: the check-out, and another booking, one press before it is sent.
    second = page.context.new_page()
    second.goto("/")
    second_check = find_larkmoor(Home(second)).book(When).choose(wednesday, "4pm", "5pm").pay_with(OWN_MONEY)
    open_page = ruth.open("/basket/check-out", Screen)
    expect(open_page.main.get_by_role("button", name="Confirm and book")).to_be_visible()

    before = maureen.open("/", Home).left
    maureen.open("/people-beside-you", PeopleBeside).end_help_of(RUTH)

    open_page.press("Confirm and book", Screen).says(ENDED)
    second_check.press("Confirm and send the request", Screen).says("Nothing was done.")
    assert maureen.open("/bookings", Screen).main.get_by_text(RUTH).count() == 0
    kept = maureen.open("/basket", Basket)
    kept.says("Help to get up, washed and dressed")
    assert kept.left == before, "no money of hers was set aside"
    ruth.open("/bookings", Screen)
    expect(page.get_by_role("region", name="Who you are shopping for")).to_have_count(0)
    ruth.open("/basket", Basket).says("Nothing is in the basket.")
    ruth.open("/people-beside-you", PeopleBeside).has_nobody_to_help()
    name = re.compile("^Take it out.*: Help to get up, washed and dressed")
    kept.main.get_by_role("button", name=name).last.click()


def _let_help(person: Screen, helper: Screen) -> None:
    """She asks by email, for everything; the other says yes by the link in the letter."""
    invite = person.open("/people-beside-you/invite", Screen)
    invite.main.get_by_label("Their email address").fill(RUTHS)
    invite.main.get_by_label("Who they are to you").fill("my neighbour")
    invite.main.get_by_role("radio", name="Family or friend").check()
    for box in invite.main.get_by_role("checkbox").all():
        box.check()
    invite.press("Send them a link", PeopleBeside)
    box = helper.open("/demonstration/post", LetterBox)
    answer = box.follow_link("Somebody asks for your help", RUTHS)
    answer.says(f"You are signed in as {RUTH}.")
    answer.press("Yes, I will help", PeopleBeside)
