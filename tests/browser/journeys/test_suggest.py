"""Suggest, then yes: in two browsers at once, on the person's own device, or by a code that only the person gets."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.journeys.days import a_wednesday
from tests.browser.journeys.walks import OWN_MONEY
from tests.browser.pages.accounts import LetterBox, signed_in
from tests.browser.pages.base import Screen, pence
from tests.browser.pages.basket import TAKE_IT, AskForYes, Basket, Became, TypeCode
from tests.browser.pages.booking import When
from tests.browser.pages.circle import Caseload
from tests.browser.pages.shop import Home

MAUREEN, HELEN = "Maureen Ashby", "Helen Marchbank"
TITLE, ASSISTANT = "Going out in the evening", "Rosalind Peake"
"""Not on the council's framework: the money the council looks after cannot pay for it, so it needs Maureen's own yes."""


def beside_maureen(page: Page) -> Screen:
    """Helen, acting for Maureen."""
    return signed_in(page, HELEN).open("/caseload", Caseload).shop_for(MAUREEN)


def suggest(helens: Screen, day: date, start: str = "2pm", end: str = "3:30pm") -> Basket:
    """From the start page to the basket, where it waits."""
    listing = helens.open("/", Home).search(f"{TITLE} {ASSISTANT}").read(TITLE, of=ASSISTANT)
    # Assistants are introduced, not sold.
    basket = listing.press("Ask for times", When).into_basket(day, start, end)
    expect(basket.page.get_by_text(f"You suggested it. We told {MAUREEN}, and nothing is booked")).to_be_visible()
    # Who suggested it has no button to take it.
    assert basket.main.get_by_role("button", name=TAKE_IT).count() == 0
    return basket


def told(page: Page, subject: str) -> int:
    """How many messages with this subject there are."""
    page.goto("/messages")
    return page.get_by_role("main").get_by_text(subject).count()


def newest_letter(page: Page) -> str:
    """The newest letter about a code, as Maureen reads it at home: here in the letter box of the demonstration."""
    page.goto("/demonstration/post")
    box = LetterBox(page).main.inner_text()
    found = re.search(rf"{HELEN} asks for your yes to this:.*?Then nothing happens\.", box, re.DOTALL)
    assert found
    return found[0]


def code_in(letter: str) -> str:
    """The code a letter tells."""
    found = re.search(r"(\d{3}) (\d{3})", letter)
    assert found
    return found[1] + found[2]


def test_what_helen_suggests_maureen_takes_on_her_own_device_and_books(page: Page, another: Page) -> None:
    hers = signed_in(page, MAUREEN)
    before_told = told(page, "Somebody suggested something to you")
    helens = beside_maureen(another)
    waiting = suggest(helens, a_wednesday(2)).waiting()
    start = hers.open("/", Home)
    start.says(re.compile("(Something is|things are) suggested to you"))
    before = start.left
    # One sitting is one message, and the demonstration's suggestion still waits.
    assert told(page, "Somebody suggested something to you") in {before_told, before_told + 1}
    basket = hers.open("/", Home).follow("See what it is", Basket)
    assert basket.waiting() == waiting
    basket.says(f"{HELEN} suggested, from {ASSISTANT}")
    basket.main.get_by_role("button", name=TAKE_IT).last.click()
    taken = basket.arrive(Basket)
    assert taken.waiting() == waiting - 1
    booked = taken.check_out().only(TITLE, OWN_MONEY).confirm()
    booked.says("Reference")
    assert booked.left == before - pence(booked.main.inner_text())
    again = helens.open("/basket", Basket)
    again.says(re.compile(f"{TITLE}, {ASSISTANT}\\s*Confirmed"))
    assert told(another, "Something you suggested was taken") > 0


def test_maureen_says_not_now_and_helen_reads_why(page: Page, another: Page) -> None:
    helens = beside_maureen(another)
    waiting = suggest(helens, a_wednesday(3), "10am", "11am").waiting()
    basket = signed_in(page, MAUREEN).open("/basket", Basket)
    before = basket.left
    left = basket.leave_last("I want to ask Joanne first")
    assert (left.waiting(), left.left) == (waiting - 1, before)
    seen = helens.open("/basket", Basket)
    assert seen.waiting() == waiting - 1
    seen.says("“I want to ask Joanne first”")


def test_maureen_says_yes_by_a_code_that_helen_types_on_her_telephone(page: Page, phone: Page) -> None:
    hers = signed_in(page, MAUREEN)
    helens = beside_maureen(phone)
    suggest(helens, a_wednesday(4))
    typing = helens.open("/basket", Basket).follow("Ask for their yes by code", AskForYes).by_email()
    letter = newest_letter(page)
    assert f"{TITLE}, from {ASSISTANT}" in letter
    code = code_in(letter)
    # Something was put in meanwhile: it is not what Maureen was asked about.
    suggest(helens, a_wednesday(4), "4pm", "5pm")
    typing = helens.open("/basket/code", TypeCode)
    typing.type(code, TypeCode).has_error("Something in the basket changed since the code was sent")
    before = hers.open("/", Home).left
    typing = helens.open("/basket/ask-for-yes", AskForYes).by_email()
    letter = newest_letter(page)
    code, total = code_in(letter), pence(letter.partition("Altogether ")[2])
    for address in ("/basket/code", "/basket", "/messages", "/bookings"):
        phone.goto(address)
        assert not re.search(rf"{code[:3]}\s?{code[3:]}", phone.content())
    typing = helens.open("/basket/code", TypeCode)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    typing = typing.type(wrong, TypeCode)
    typing.has_error("That is not the code. Nothing was booked.")
    assert hers.open("/", Home).left == before
    booked = typing.type(f"{code[:3]} {code[3:]}", Became)
    booked.says("Reference")
    basket = hers.open("/basket", Basket)
    basket.says("Nothing is in the basket.")
    assert basket.left == before - total
    assert told(page, "Your code was used") == 1


def test_helen_suggests_and_maureen_takes_by_keyboard_and_without_scripts(no_script: Page, another: Page) -> None:
    helens = beside_maureen(another)
    suggest(helens, a_wednesday(5))
    hers = signed_in(no_script, MAUREEN, is_checked=False).open("/basket", Basket)
    waiting = hers.waiting()
    no_script.get_by_role("button", name=TAKE_IT).last.press("Enter")
    taken = hers.arrive(Basket)
    assert taken.waiting() == waiting - 1
    taken.main.get_by_role("button", name=re.compile("^Take it out")).last.press("Enter")
    assert taken.arrive(Basket).waiting() == waiting - 1
