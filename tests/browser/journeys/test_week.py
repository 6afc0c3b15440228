"""Somebody draws a week over two providers, swaps one, sees the difference, keeps it, comes back and prints it."""

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import Screen, pence, pounds
from tests.browser.pages.week import Week, Weeks


def test_a_week_is_drawn_swapped_kept_and_printed(page: Page, tmp_path: Path) -> None:
    start = signed_in(page, "Peter Lindqvist")
    sheet = start.open("/week", Week)
    # Mondays bring bank holidays with them in any year.
    sheet = sheet.draw(
        1, what="Help to get up", kind="Care at home", days=["Monday", "Tuesday"], start="8am", length="1 hour"
    )
    care = sheet.who(1)[1:]
    sheet.choose(1, care[0])
    sheet = sheet.press("Add another visit", Week)
    sheet = sheet.draw(
        2, what="Company", kind="Company and befriending", days=["Sunday"], start="midday", length="2 hours"
    )
    sheet.choose(2, sheet.who(2)[1])
    sheet = sheet.press("Update the cost", Week)
    before = sheet.total
    year, holidays = sheet.year
    assert before == pence(care[0]) + pence(sheet.who(2)[1])
    assert holidays > 0
    periods = sheet.periods()
    assert len(periods) == 13
    assert sum(costs for _, costs in periods) == year
    assert [days for days, _ in periods if days]
    sheet.choose(1, care[-1])
    difference = pence(care[-1]) - pence(care[0])
    assert difference > 0
    assert sheet.total == before + difference
    assert sheet.changes() == [
        ["Help to get up", pounds(pence(care[0])), pounds(pence(care[-1])), f"+{pounds(difference)}"],
        ["All of the week", pounds(before), pounds(before + difference), f"+{pounds(difference)}"],
    ]
    kept = sheet.keep("My winter week")
    assert kept.total == before + difference
    back = kept.open("/week/plans", Weeks).follow("My winter week", Week)
    assert back.total == before + difference
    assert back.visit(1).get_by_label("What is it for?").input_value() == "Help to get up"
    back.follow("Compare these providers side by side", Screen).says("These are different kinds of support.")
    back = back.open("/week/plans", Weeks).follow("My winter week", Week)
    back.press("Book this week", Screen).says("Each provider is asked by itself")
    back = back.open("/week/plans", Weeks).follow("My winter week", Week)
    paper = tmp_path / "week.pdf"
    page.pdf(path=paper, format="A4")
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper.read_bytes())) == 1
