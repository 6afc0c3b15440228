"""Every main page for everybody who uses it: nothing wider than a phone, nothing axe would change."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.base import clock
from tests.browser import axe
from tests.browser.conftest import PHONE

OPEN_TO_ALL = (
    "/", "/search", "/search?q=help+to+wash", "/search?q=zzyzx", "/search?kind=care-at-home", "/councils", "/help",
    "/accessibility", "/privacy", "/cookies", "/reviews-policy", "/worried-about-somebody", "/sign-in", "/sign-up",
    "/compare", "/week", "/week?week=135_0800_45_care-at-home.7_1200_120_companionship",
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
    "/money/periods",
    "/bookings",
    "/bookings?when=past",
    "/bookings/to-settle",
    "/bookings/delivered",
    "/bookings/saved-hours",
    "/bookings/calendar",
    "/bookings/calendar?view=month",
    "/bookings/calendar/address",
    "/bookings/places",
    "/basket",
    "/basket/check-out",
)
PAGES = {
    None: OPEN_TO_ALL,
    "Maureen Ashby": ("/", *BUYER, "/money/who-looked", "/people-beside-you", "/people-beside-you/invite",
                      "/people-beside-you/history", "/week/plans",
                      "/week?week=135_0800_45_care-at-home.7_1200_120_companionship"),
    "Peter Lindqvist": ("/money", "/bookings"),
    "Joanne Ashby": ("/", "/account", "/messages", "/people-beside-you"),
    "Sanjay Winters": ("/", "/account", "/messages", "/desk", "/desk/day", "/desk/bookings", "/desk/bookings?show=agreed",
                       "/desk/bookings?show=over", "/desk/to-settle", "/desk/delivered", "/desk/uploads"),
    "Helen Marchbank": ("/", "/account", "/messages", "/caseload", "/caseload/add", "/caseload/budgets",
                        "/bookings/to-settle"),
    "Rashid Karim": ("/", "/account", "/messages", "/trends", "/trends/delivered", "/claims"),
}  # fmt: skip
LINKED = {
    None: (("/search?kind=care-at-home", "main li h2 a"), ("/search?kind=libraries", "main li h2 a"),
           ("/search?kind=care-at-home", "main li h2 a >> /providers/")),
}  # fmt: skip
FOLLOWED = {
    "Maureen Ashby": (
        ("/bookings/places", "main a[href^='/sessions/']"),
        ("/bookings/places", "main a[href^='/sessions/']", "a[href$='/sessions']"),
        ("/bookings", "main .app-card:has-text('Other times proposed') h2 a", "main a[href$='/other-times']"),
        ("/search?kind=mobility", "main li h2 a", "main a[href$='/book']"),
    ),
    "Sanjay Winters": (
        ("/desk", "main a[href$='/propose']"),
        ("/desk", "main a[href$='/listings']", "main .govuk-table th a", "main a[href$='/availability']"),
    ),
}  # fmt: skip
"""Pages whose address nobody knows beforehand: where to begin, and which link to follow on each page."""

FOLLOWED = {
    "Maureen Ashby": (
        ("/bookings", "a:has-text('new message')"),
        ("/shared", "h2 a"),
        ("/bookings", ".app-card:has-text('Agreed') h2 a", "a:has-text('End this support')"),
        ("/bookings", ".app-card:has-text('Agreed') h2 a", "a:has-text('Change provider')"),
    ),
    "Peter Lindqvist": (("/shared", "h2 a"),),
    "Sanjay Winters": (("/desk/bookings", "a:has-text('new message')"),),
}
"""Pages whose address nobody knows beforehand: where to begin, and which links to follow."""


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
    for begins, *links in FOLLOWED.get(name or "", ()):
        phone.goto(begins)
        for link in links:
            phone.goto(phone.locator("main").locator(link).first.evaluate("one => one.href"))
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []


def test_pages_of_prices_fit_a_phone_and_have_no_faults(phone: Page) -> None:
    phone.goto("/search?kind=care-at-home&rated=3")
    found = phone.locator(".app-result h2 a").evaluate_all("all => all.map(one => new URL(one.href).pathname)")[:4]
    assert len(found) == 4
    ids = [path.rpartition("/")[2] for path in found]
    side_by_side = "/compare?" + "&".join(f"listing={one}" for one in ids)
    faults = []
    for address in (f"{found[0]}/prices", side_by_side, f"{side_by_side}&week=135_0800_45.6_2100_600"):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    # Four side by side print onto one sheet.
    assert phone.pdf(format="A4").count(b"/Type /Page\n") == 1
    sign_in(phone, "Maureen Ashby")
    for address in (
        found[0],
        f"/bookings/price-rise/{ids[0]}",
        f"/week?listing={ids[0]}&kind=care-at-home",
        "/week/plans",
    ):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []


@pytest.mark.parametrize(
    ("name", "list_of", "doors"),
    [
        ("Maureen Ashby", "/bookings/to-settle", ("", "/dispute")),
        ("Sanjay Winters", "/desk/to-settle", ("", "/code")),
        ("Helen Marchbank", "/bookings/to-settle", ("", "/decide")),
    ],
)
def test_pages_of_a_visit_fit_a_phone_and_have_no_faults(
    phone: Page, name: str, list_of: str, doors: tuple[str, ...]
) -> None:
    sign_in(phone, name)
    phone.goto(list_of)
    found = phone.locator("main td a").evaluate_all("all => all.map(one => new URL(one.href).pathname)")
    assert found
    faults = []
    # The last to settle is the one about which both sides differ.
    for address in (f"{found[-1]}{door}" for door in doors):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []


def test_pages_of_visits_that_repeat_fit_a_phone_and_have_no_faults(phone: Page) -> None:
    sign_in(phone, "Maureen Ashby")
    phone.goto(f"/bookings/calendar?on={clock.today() + timedelta(days=7)}")
    phone.get_by_role("link", name="6pm to 6:30pm").first.click()
    visit = phone.url
    phone.get_by_role("link", name="Back to the booking").click()
    booking = phone.url
    expect(phone.get_by_role("heading", name="It repeats")).to_be_visible()
    listing = "/search?kind=care-at-home&rated=3"
    phone.goto(listing)
    found = phone.locator(".app-result h2 a").first.get_attribute("href")
    first = f"on={clock.today() + timedelta(days=5)}&from=09:00&to=10:00"
    faults = []
    for address in (
        visit,
        booking,
        f"{visit}/cancel",
        f"{visit}/change",
        f"{visit}/change/check?scope=all&from=08:00&to=08:30&day=1&day=3",
        f"{found}/book/repeat?{first}",
        f"{found}/book/money?{first}&day=2&every=1&also=12:00-13:00",
    ):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []
    # A week prints onto one sheet, for the fridge.
    phone.goto("/bookings/calendar")
    assert phone.pdf(format="A4").count(b"/Type /Page\n") == 1
