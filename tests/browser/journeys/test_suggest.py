"""Suggest, then yes: in two browsers at once, on the person's own device and by a code the person tells."""

import re

from playwright.sync_api import Page

from tests.browser.pages.accounts import LetterBox, signed_in
from tests.browser.pages.base import Screen
from tests.browser.pages.basket import AskForYes, Basket, Became, TypeCode
from tests.browser.pages.circle import Caseload

MAUREEN, HELEN = "Maureen Ashby", "Helen Marchbank"


def test_what_helen_suggests_maureen_takes_and_says_yes_to_by_code(page: Page, another: Page) -> None:
    hers = signed_in(page, MAUREEN, is_checked=False)
    helens = signed_in(another, HELEN, is_checked=False)
    helens.open("/caseload", Caseload).shop_for(MAUREEN)
    # What waits in the demonstration: Helen sees that it waits, and has no button to take it.
    hers_basket = hers.open("/basket", Basket)
    hers_basket.is_checked = helens.is_checked = True
    assert hers_basket.waiting() == 1
    hers_basket.says("Helen Marchbank suggested")
    seen = helens.open("/basket", Basket)
    assert seen.main.get_by_role("button", name=re.compile("^Take it:")).count() == 0
    # By code: it goes to Maureen alone, here into the demonstration's letter box.
    typing = helens.open("/basket/ask-for-yes", AskForYes).by_email()
    code = newest_code(hers)
    assert code not in another.content()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    typing.type(wrong, TypeCode).has_error("That is not the code. Nothing was booked.")
    # Maureen takes it on her own device meanwhile: the basket is another now, or the same with her yes; either way hers.
    taken = hers.open("/basket", Basket).take_first()
    assert taken.waiting() == 0
    booked = helens.open("/basket/code", TypeCode).type(code, Became)
    booked.says("Reference")
    hers.open("/basket", Basket).says("Nothing is in the basket.")


def newest_code(screen: Screen) -> str:
    """The code in the newest letter to Maureen."""
    box = screen.open("/demonstration/post", LetterBox)
    found = re.search(r"tell Helen Marchbank this code:\s+(\d{3}) (\d{3})", box.main.inner_text())
    assert found
    return found[1] + found[2]
