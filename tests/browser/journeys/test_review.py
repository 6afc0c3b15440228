"""A review from its first word to the last: notice, reply, report, removal, appeal."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import Screen
from tests.browser.pages.booking import Booking, OwnReview, Review

LARKMOOR = "Larkmoor Home Care"
NAMED = "Somebody new each time. Ring me on 0161 496 0001 and I will tell you."
WORDS = "Somebody new came each time, and two of them were late."
REPLY = "We are sorry. You have had the same two workers since."


def _to_review(screen: Screen) -> Review:
    """A booking with the provider a visitor may speak for, of which a visit came."""
    for at in ("/bookings?when=past", "/bookings"):
        cards = screen.open(at, Screen).main.locator(".app-card").filter(has_text=LARKMOOR)
        for href in [link.get_attribute("href") for link in cards.get_by_role("link").all()]:
            if href and re.fullmatch(r"/bookings/\w+", href):
                booking = screen.open(href, Booking)
                if booking.main.get_by_role("button", name="Say how it went").count():
                    return booking.press("Say how it went", Review)
    raise AssertionError("nothing to review")


def test_a_review_is_noticed_answered_reported_removed_and_put_back(page: Page, another: Page) -> None:
    review = _to_review(signed_in(page, "Maureen Ashby"))
    review.answer(
        quality="Poor", value="Good", purpose="Washing, dressing and eating", helped="Partly", connection="No"
    )
    review.answer(words=NAMED)
    refused = review.press("Send", Review)
    refused.has_error("Take out “0161 496 0001”")
    expect(refused.main.get_by_label("Say how it went, in your own words")).to_have_value(NAMED)
    refused.answer(words=WORDS)
    own = refused.send()
    own.says("The provider has a week to answer.")
    address = page.url

    said = signed_in(another, "Sanjay Winters").open("/desk", Screen).follow("What people say of you", Screen)
    article = said.main.get_by_role("article").filter(has_text=WORDS)
    expect(article).to_contain_text("Not shown yet")
    article.get_by_role("link", name=re.compile("^Reply")).click()
    reply = said.arrive(Screen)
    reply.main.get_by_label("Your reply").fill(REPLY)
    reply.press("Publish the reply", Screen).says(REPLY)
    another.get_by_role("article").filter(has_text=WORDS).get_by_role("link", name=re.compile("^Report")).click()
    report = said.arrive(Screen)
    report.main.get_by_role("radio", name="It is not about a visit that really happened, or was paid for").check()
    report.press("Send it to the council", Screen)

    _decide(
        another, "Ines Calder", "1 reported thing to decide about", r"^Remove it: it is not about a visit", "No visit."
    )
    removed = own.open(address, OwnReview)
    removed.says("The council’s moderator removed it.")
    appeal = removed.follow("Appeal against this decision", Screen)
    appeal.main.get_by_label("Why do you think the decision is wrong?").fill("They came three times.")
    appeal.press("Send the appeal", Screen)

    _decide(
        another,
        "Howard Teale",
        "1 reported thing to decide about",
        r"^The appeal is right",
        "The visits are recorded.",
    )
    put_back = own.open(address, OwnReview)
    put_back.says("It is shown to everybody from")
    put_back.says(REPLY)
    put_back.says("After the appeal")


def _decide(page: Page, moderator: str, waits: str, decision: str, why: str) -> None:
    """Come in as a moderator, go to what waits on the desk, and decide."""
    page.get_by_role("banner").get_by_text("Sign out").click()
    expect(page.get_by_role("banner").get_by_text("Sign out")).to_have_count(0)
    screen = signed_in(page, moderator).open("/council-desk", Screen)
    waiting = screen.follow(waits, Screen)
    waiting.main.get_by_role("table").get_by_role("link").first.click()
    deciding = screen.arrive(Screen)
    deciding.says(WORDS)
    deciding.main.get_by_role("radio", name=re.compile(decision)).check()
    deciding.main.get_by_label("Why").fill(why)
    deciding.press("Keep this decision", Screen).says("waits")
