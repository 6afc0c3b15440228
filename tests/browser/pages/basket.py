"""The basket, what is suggested in it, and the yes of a person by code."""

import re

from tests.browser.pages.base import Screen

TAKE_IT = re.compile("^Take it ?:")


class Basket(Screen):
    """What was put together for somebody."""

    heading = re.compile("^(Your basket|Basket of )")

    def waiting(self) -> int:
        """How many suggestions wait."""
        return self.main.locator("section[aria-labelledby=suggested] .app-card").count()

    def leave_last(self, because: str) -> "Basket":
        """Say “not now” to the newest suggestion, and why."""
        self.main.get_by_role("link", name=re.compile("^Not now")).last.click()
        asked = self.arrive(Screen)
        asked.main.get_by_label("Why not now?").fill(because)
        return asked.press("Say “not now”", Basket)

    def check_out(self) -> "CheckOut":
        """Go on to book."""
        self.main.get_by_role("button", name="Go to check-out").click()
        return self.arrive(CheckOut)


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

    heading = re.compile("^(It is (booked|asked for)|Part of it is booked, the rest is asked for)$")


class CheckOut(Screen):
    """Everything priced again, with the money that pays."""

    heading = "Check what you book"

    def only(self, title: str, money: str) -> "CheckOut":
        """Leave all but this for another time, and say which money pays for it."""
        for box in self.main.get_by_role("combobox").all():
            box.select_option(label="Do not book this now")
        newest = self.main.get_by_role("combobox", name=re.compile(f"^Which money pays.*{title}")).last
        newest.select_option(label=money)
        return self

    def confirm(self) -> "Became":
        """Book it."""
        return self.press("Confirm and book", Became)
