"""Every main page for everybody who uses it: nothing wider than a phone, nothing axe would change."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import PHONE

OPEN_TO_ALL = (
    "/", "/search", "/search?q=help+to+wash", "/search?q=zzyzx", "/search?kind=care-at-home", "/councils", "/help",
    "/accessibility", "/privacy", "/cookies", "/reviews-policy", "/worried-about-somebody", "/sign-in", "/sign-up",
    "/forgotten-password", "/confirm-email", "/check-your-email", "/demonstration/post", "/no-such-page",
)  # fmt: skip
BUYER = (
    "/account",
    "/account/password",
    "/messages",
    "/money",
    "/money/top-up",
    "/money/outside",
    "/money/bring-forward",
    "/money/statement",
    "/bookings",
    "/bookings?when=past",
)
PAGES = {
    None: OPEN_TO_ALL,
    "Maureen Ashby": ("/", *BUYER, "/money/who-looked", "/people-beside-you", "/people-beside-you/invite",
                      "/people-beside-you/history"),
    "Peter Lindqvist": ("/money", "/bookings"),
    "Joanne Ashby": ("/", "/account", "/messages", "/people-beside-you"),
    "Sanjay Winters": ("/", "/account", "/messages", "/desk", "/desk/bookings", "/desk/bookings?show=agreed",
                       "/desk/bookings?show=over"),
    "Helen Marchbank": ("/", "/account", "/messages", "/caseload", "/caseload/add", "/caseload/budgets"),
    "Rashid Karim": ("/", "/account", "/messages", "/trends", "/claims"),
}  # fmt: skip
LINKED = {
    None: (("/search?kind=care-at-home", "main li h2 a"), ("/search?kind=libraries", "main li h2 a"),
           ("/search?kind=care-at-home", "main li h2 a >> /providers/")),
}  # fmt: skip


def sign_in(page: Page, name: str) -> None:
    """Sign in with the demonstration's button."""
    page.goto("/sign-in")
    page.get_by_role("button", name=re.compile(f"^Sign in as {name}")).click()
    expect(page.get_by_role("banner").get_by_role("link", name=name)).to_be_visible()


def wider_than_the_phone(page: Page) -> list[str]:
    """Say whether the page can be pushed sideways."""
    width = page.evaluate("document.scrollingElement.scrollWidth")
    return [f"{page.url}: {width} pixels wide"] if width > PHONE["width"] else []


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_a_phone_and_has_no_faults(phone: Page, name: str | None) -> None:
    if name:
        sign_in(phone, name)
    faults = []
    for address in PAGES[name]:
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []
