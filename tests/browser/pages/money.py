"""Money: what is left, adding one's own by card, and who looked."""

import re

from playwright.sync_api import expect

from tests.browser.pages.base import Screen
from tests.browser.pages.booking import Booking


class Money(Screen):
    """Somebody's money."""

    heading = re.compile(r"left$")

    def lines(self) -> list[str]:
        """The statement, a line of text for each row."""
        table = self.main.get_by_role("table").last
        return [row.inner_text() for row in table.get_by_role("row").all()[1:]]

    def paid_to(self, provider: str, amount: str) -> Booking:
        """Open what that sum was paid for, from the line of the statement that tells of it."""
        line = self.main.get_by_role("row").filter(has_text=f"Paid to {provider}")
        line.filter(has_text=amount).get_by_role("link").click()
        return self.arrive(Booking)

    def add(self) -> "TopUp":
        """Go and add own money."""
        return self.press("Add your own money", TopUp)

    def who_looked(self) -> "WhoLooked":
        """See who looked."""
        return self.follow("Who looked and what was done", WhoLooked)


class TopUp(Screen):
    """How much?"""

    heading = "Add your own money"

    def of(self, amount: str) -> "CardPage":
        """Say how much, and go to the card page."""
        self.main.get_by_label("How much do you want to add?").fill(amount)
        return self.press("Continue to the card page", CardPage)


class CardPage(Screen):
    """The pretend card page."""

    heading = "Pretend card page"

    def pay(self, card: str) -> "TopUpDone":
        """Pay with a card that works."""
        self._press_pay(card)
        return self.arrive(TopUpDone)

    def is_declined(self, card: str) -> "CardPage":
        """Try a card that does not work."""
        self._press_pay(card)
        expect(self.main.get_by_role("alert")).to_contain_text("Nothing was taken")
        return self.arrive(CardPage)

    def back(self) -> Screen:
        """Go back without paying."""
        return self.follow("Go back without paying", Screen)

    def _press_pay(self, card: str) -> None:
        self.main.get_by_role("radio", name=re.compile(card)).check()
        self.main.get_by_role("button", name=re.compile("^Pay £")).click()


class TopUpDone(Screen):
    """Back from the card page."""

    heading = re.compile("^(Payment received|We are waiting for the card company)$")

    def is_received(self) -> None:
        """The page looks again by itself until the card company has told us."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Payment received", timeout=20_000)


class WhoLooked(Screen):
    """Who looked at a person's money or bookings."""

    heading = "Who looked and what was done"

    def rows(self) -> list[str]:
        """Each line, newest first."""
        return [row.inner_text() for row in self.main.get_by_role("row").all()[1:]]
