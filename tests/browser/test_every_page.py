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
    "/accessibility", "/privacy", "/cookies", "/reviews-policy", "/how-results-are-ordered", "/worried-about-somebody", "/sign-in", "/sign-up",
    "/councils/quaybridge/rules",
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
    "Maureen Ashby": ("/", *BUYER, "/money/how", "/money/who-looked", "/people-beside-you", "/people-beside-you/invite",
                      "/people-beside-you/history", "/week/plans",
                      "/week?week=135_0800_45_care-at-home.7_1200_120_companionship"),
    "Peter Lindqvist": ("/money", "/bookings"),
    "Joanne Ashby": ("/", "/account", "/messages", "/people-beside-you"),
    "Sanjay Winters": ("/", "/account", "/messages", "/desk", "/desk/day", "/desk/funds", "/desk/bookings", "/desk/bookings?show=agreed",
                       "/desk/bookings?show=over", "/desk/to-settle", "/desk/delivered", "/desk/uploads"),
    "Helen Marchbank": ("/", "/account", "/messages", "/caseload", "/caseload/add", "/caseload/budgets",
                        "/bookings/to-settle"),
    "Rashid Karim": ("/", "/account", "/messages", "/trends", "/claims"),
}  # fmt: skip
LARKMOORS = "li:has-text('Help to get up, washed and dressed'):has-text('Larkmoor Home Care') h2 a"
REPEATING = ".app-card:has-text('6pm to 6:30pm') h2 a"
FOLLOWED = {
    None: (
        ("/search?q=larkmoor", LARKMOORS),
        ("/search?q=larkmoor", LARKMOORS, "dd a:has-text('Larkmoor Home Care')"),
        ("/search?kind=libraries", "li:has-text('Millbrook Library') h2 a"),
    ),
    "Maureen Ashby": (
        ("/bookings/places", "a:has-text('coffee morning')"),
        ("/bookings", ".app-card:has-text('Other times proposed') h2 a", "a[href$='/other-times']"),
        ("/search?q=rollator", "li:has-text('Rollator with seat'):has-text('Ready Aid') h2 a", "a[href$='/book']"),
        ("/bookings", "a:has-text('2 new messages')"),
        ("/shared", "a:has-text('Regular gardening')"),
        ("/bookings", REPEATING, "a:has-text('End this support')"),
        ("/bookings", REPEATING, "a:has-text('Change provider')"),
    ),
    "Peter Lindqvist": (("/shared", "a:has-text('Regular gardening')"),),
    "Sanjay Winters": (
        ("/desk", "article:has-text('George Pellow') a[href$='/propose']"),
        ("/desk", "a[href$='/listings']", "th a:has-text('Evening and bedtime visits')", "a[href$='/availability']"),
        ("/desk/bookings", "tr:has-text('Maureen Ashby') a:has-text('new message')"),
        ("/desk", "a[href$='/who-we-are']", "a[href$='/pictures']"),
        ("/desk", "a[href$='/who-we-are']", "a[href$='/pictures']", "a[href$='/pictures/new']"),
        ("/desk", "a[href$='/listings']", "a[href$='/rate-files']"),
    ),
}  # fmt: skip
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
            phone.goto(phone.locator("main").locator(link).evaluate("one => one.href"))
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []


def test_pages_of_suggesting_fit_a_phone_and_have_no_faults(phone: Page) -> None:
    sign_in(phone, "Helen Marchbank")
    phone.goto("/caseload")
    phone.get_by_role("button", name="Shop for Maureen Ashby").click()
    phone.goto("/search?q=Going+out+in+the+evening+Rosalind+Peake")
    found = phone.locator(".app-result h2 a").first.evaluate("one => one.href")
    faults = []
    for address in ("/basket", "/basket/ask-for-yes", "/basket/code", "/basket/check-out", "/money", f"{found}/book"):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []


def test_pages_of_choosing_how_money_is_looked_after_fit_a_phone_and_have_no_faults(phone: Page) -> None:
    sign_in(phone, "Maureen Ashby")
    phone.goto("/money/how")
    phone.get_by_label("A mix of these").check()
    faults = []
    for answers in ({}, {"Direct payment: how": "50"}, {"Direct payment: how": "60", "Which provider": "Larkmoor"}):
        for label, words in answers.items():
            phone.get_by_label(label).fill(words)
        if answers:
            phone.get_by_label("Individual service fund: how").fill("40")
        phone.get_by_role("main").get_by_role("button", name="Continue").click()
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    # Looked at once more, and nothing is chosen.
    expect(phone.get_by_role("heading", level=1)).to_have_text("Check what you chose")
    assert faults == []


def test_pages_of_prices_fit_a_phone_and_have_no_faults(phone: Page) -> None:
    phone.goto("/search?kind=care-at-home&rated=3")
    # Whichever four are on top: any will do beside any other.
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
    ("name", "list_of", "which", "doors"),
    [
        ("Maureen Ashby", "/bookings/to-settle", "Waiting for the care manager", ("", "/dispute")),
        ("Sanjay Winters", "/desk/to-settle", "6:45pm to 7:15pm", ("", "/code")),
        ("Helen Marchbank", "/bookings/to-settle", "Waiting for the care manager", ("", "/decide")),
    ],
)
def test_pages_of_a_visit_fit_a_phone_and_have_no_faults(
    phone: Page, name: str, list_of: str, which: str, doors: tuple[str, ...]
) -> None:
    sign_in(phone, name)
    phone.goto(list_of)
    visit = phone.get_by_role("row").filter(has_text=which).get_by_role("link").evaluate("one => one.href")
    faults = []
    for address in (f"{visit}{door}" for door in doors):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        faults += wider_than_the_phone(phone) + axe.faults(phone)
    assert faults == []


def test_pages_of_visits_that_repeat_fit_a_phone_and_have_no_faults(phone: Page) -> None:
    sign_in(phone, "Maureen Ashby")
    phone.goto(f"/bookings/calendar?on={clock.today() + timedelta(days=7)}")
    tuesday = phone.locator("section").filter(has=phone.get_by_role("heading", name=re.compile("^Tuesday")))
    tuesday.get_by_role("link", name="6pm to 6:30pm").click()
    visit = phone.url
    phone.get_by_role("link", name="Back to the booking").click()
    booking = phone.url
    expect(phone.get_by_role("heading", name="It repeats")).to_be_visible()
    phone.goto("/search?q=larkmoor")
    found = phone.locator("main").locator(LARKMOORS).get_attribute("href")
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
