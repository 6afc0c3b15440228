"""The basket, what is suggested in it, and the yes of a person by code."""

import re

from tests.browser.pages.base import Screen


class Basket(Screen):
    """What was put together for somebody."""

    heading = re.compile("^(Your basket|Basket of )")

    def waiting(self) -> int:
        """How many suggestions wait."""
        return self.main.locator("section[aria-labelledby=suggested] .app-card").count()

    def take_first(self) -> "Basket":
        """Take the first suggestion."""
        self.main.get_by_role("button", name=re.compile("^Take it:")).first.click()
        return self.arrive(Basket)


class AskForYes(Screen):
    """Where a code is asked for."""

    heading = re.compile("^Ask for the yes of ")

    def by_email(self) -> "TypeCode":
        """Send it."""
        self.main.get_by_label("By email").check()
        return self.press("Send the code", TypeCode)


class TypeCode(Screen):
    """Where it is typed."""

    heading = re.compile("^Type the code of ")

    def type(self, code: str, kind: type[Screen]) -> Screen:
        """Type it, and see what becomes of it."""
        self.main.get_by_label("The code they tell you").fill(code)
        return self.press("Book with their yes", kind)


class Became(Screen):
    """What was booked."""

    heading = "It is booked"
