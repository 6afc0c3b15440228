"""Anybody can make an account, prove the address, sign in, and choose a new password when the old one is lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages.accounts import SignIn, SignUp

EMAIL = "rosa.quill@example.org"
NAME = "Rosa Quill"
FIRST, SECOND = "lantern puddle brick", "kettle window otter"


def test_somebody_signs_up_confirms_signs_in_and_resets_the_password(page: Page) -> None:
    page.goto("/sign-up")
    check = SignUp(page).create(name=NAME, email=EMAIL, password=FIRST)
    letter = check.letter_box().follow_link("Confirm your email address", EMAIL)
    letter.says(NAME)
    confirmed = letter.press("Confirm", type(letter))
    signed_out(page)
    sign_in = confirmed.open("/sign-in", SignIn)
    sign_in.with_password(EMAIL, FIRST)
    is_in(page)
    signed_out(page)

    asked = confirmed.open("/sign-in", SignIn).forgotten().ask(EMAIL)
    reset = asked.letter_box().follow_link("Choose a new password", EMAIL)
    reset.main.get_by_label("New password").fill(SECOND)
    reset.press("Save password", type(letter))
    signed_out(page)
    refused = confirmed.open("/sign-in", SignIn).with_password(EMAIL, FIRST)
    refused.has_error(re.compile("password"))
    confirmed.open("/sign-in", SignIn).with_password(EMAIL, SECOND)
    is_in(page)


def is_in(page: Page) -> None:
    """Check that the header names her."""
    expect(page.get_by_role("banner").get_by_role("link", name=NAME)).to_be_visible()


def signed_out(page: Page) -> None:
    """Leave, when signed in."""
    page.goto("/")
    button = page.get_by_role("banner").get_by_role("button", name="Sign out")
    if button.count():
        button.click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
