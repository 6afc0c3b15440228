"""Walks that several journeys begin with; the pages on the way are looked at by the journeys they belong to."""

from datetime import date

from playwright.sync_api import Page

from tests.browser.pages.accounts import SignIn, SignUp, signed_in
from tests.browser.pages.base import Screen
from tests.browser.pages.booking import Booked, When
from tests.browser.pages.shop import Home, Listing

TITLE, LARKMOOR = "Help to get up, washed and dressed", "Larkmoor Home Care"
OWN_MONEY = "Own money"
"""What journeys pay with: how much is left of the other money differs from week to week."""


def find_larkmoor(home: Home) -> Listing:
    """From the start page to the listing that the journeys book."""
    return home.search("Larkmoor help to get up washed and dressed").read(TITLE, of=LARKMOOR)


def ask_larkmoor(page: Page, name: str, day: date, start: str, end: str) -> Booked:
    """Sign in and ask Larkmoor for one visit, with her own money."""
    home = signed_in(page, name, is_checked=False).open("/", Home)
    return find_larkmoor(home).book(When).choose(day, start, end).pay_with(OWN_MONEY).confirm()


def newcomer(page: Page, name: str, email: str) -> Screen:
    """Make an account, prove the address from the letter box, and sign in."""
    password = "lantern puddle brick"
    page.goto("/sign-up")
    check = SignUp(page, is_checked=False).create(name=name, email=email, password=password)
    letter = check.letter_box().follow_link("Confirm your email address", email)
    confirmed = letter.press("Confirm", Screen)
    if page.get_by_role("banner").get_by_role("link", name=name).count() == 0:
        confirmed.open("/sign-in", SignIn).with_password(email, password)
    return Screen(page)
