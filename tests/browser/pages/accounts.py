"""Coming in: signing in and up, the letters, the account."""

import re

from playwright.sync_api import Page

from tests.browser.pages.base import Screen


class SignIn(Screen):
    """Where people sign in."""

    heading = "Sign in"

    def demonstration(self, name: str) -> Screen:
        """Come in as one of the demonstration's people."""
        return self.press(re.compile(f"^Sign in as {name}"), Screen)

    def with_password(self, email: str, password: str) -> Screen:
        """Come in as anybody else would."""
        self.main.get_by_label("Email address").fill(email)
        self.main.get_by_label("Password").fill(password)
        return self.press("Sign in", Screen) if not self._has_stands() else self._press_first()

    def _has_stands(self) -> bool:
        return self.main.get_by_role("button", name=re.compile("^Sign in as")).count() > 0

    def _press_first(self) -> Screen:
        self.main.get_by_role("button", name="Sign in", exact=True).click()
        return self.arrive(Screen)

    def forgotten(self) -> "Forgotten":
        """Ask for a new password."""
        return self.follow("Forgotten your password?", Forgotten)


class Forgotten(Screen):
    """Where a new password is asked for."""

    heading = "Forgotten your password?"

    def ask(self, email: str) -> "CheckYourEmail":
        """Ask for a link."""
        self.main.get_by_label("Email address").fill(email)
        return self.press("Send me a link", CheckYourEmail)


class SignUp(Screen):
    """Where an account is made."""

    heading = "Create an account"

    def create(self, *, name: str, email: str, password: str) -> "CheckYourEmail":
        """Make an account."""
        self.main.get_by_label("Full name").fill(name)
        self.main.get_by_label("Email address").fill(email)
        self.main.get_by_label("Password").fill(password)
        return self.press("Create account", CheckYourEmail)


class CheckYourEmail(Screen):
    """What is said after asking for a letter."""

    heading = "Check your email"

    def letter_box(self) -> "LetterBox":
        """Open the demonstration's letter box."""
        return self.follow("Open the demonstration’s letter box", LetterBox)


class LetterBox(Screen):
    """The emails a demonstration does not send."""

    heading = "The demonstration’s letter box"

    def follow_link(self, subject: str, email: str) -> Screen:
        """Follow the link in the newest letter to that address."""
        self.main.get_by_role("link", name=f"Follow the link in “{subject}” to {email}").first.click()
        return self.arrive(Screen)


def signed_in(page: Page, name: str, *, is_checked: bool = True) -> Screen:
    """Come in as one of the demonstration's people."""
    page.goto("/sign-in")
    return SignIn(page, is_checked=is_checked).demonstration(name)
