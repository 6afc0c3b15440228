"""A commissioner sees what people buy, takes it away as a file, and decides who looks after a page."""

import csv
import re

from playwright.sync_api import Page, expect

from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import Screen
from tests.browser.pages.council import Claims, Provider, Trends

RASHID, PETER = "Rashid Karim", "Peter Lindqvist"
UNCLAIMED = "Sealight Homecare"


def test_a_commissioner_sees_the_trends_and_downloads_them(page: Page) -> None:
    trends = signed_in(page, RASHID).open("/trends", Trends)
    trends.says("Nobody can be picked out")
    rows = list(csv.reader(trends.newest().download().removeprefix("\ufeff").splitlines()))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_somebody_claims_a_page_from_the_register_and_the_commissioner_agrees(page: Page, another: Page) -> None:
    start = signed_in(page, PETER)
    page.goto("/search?q=Sealight+Homecare")
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link", name=UNCLAIMED, exact=True).click()
    page.get_by_role("main").get_by_role("link", name=UNCLAIMED).first.click()
    provider_at = page.url
    claim = start.arrive(Provider).claim()
    claim.send(job_title="Registered manager", evidence="Ring the office, the number is on our website.")

    claims = signed_in(another, RASHID).open("/claims", Claims)
    answered = claims.approve(UNCLAIMED)
    expect(answered.main.get_by_role("row", name=re.compile(f"{UNCLAIMED} {PETER} Yes"))).to_be_visible()

    start.open(provider_at, Provider).is_claimed()
    page.goto("/desk")
    desk = start.arrive(Screen)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"The desk of {UNCLAIMED}")
    assert desk.is_checked
