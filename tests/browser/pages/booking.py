"""From choosing a time to the booking itself."""

import re
from datetime import date

from playwright.sync_api import expect

from tests.browser.pages.base import Screen, pence
from tests.browser.pages.basket import Basket


class When(Screen):
    """Step 1: when?"""

    heading = "When do you want it?"

    def choose(self, day: date, start: str, end: str, *, overnight: bool = False) -> "WhichMoney":
        """Answer and go on."""
        self._answer(day, start, end)
        self.main.get_by_label("It ends the next day").set_checked(overnight)
        return self.press("Continue", WhichMoney)

    def into_basket(self, day: date, start: str, end: str, *, words: str = "Put it in the basket") -> Basket:
        """Answer, and put it with the other things instead of booking it."""
        self._answer(day, start, end)
        return self.press(words, Basket)

    def _answer(self, day: date, start: str, end: str) -> None:
        group = self.main.get_by_role("group", name="What day?")
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(part, exact=True).fill(str(value))
        self.main.get_by_label("Start", exact=True).fill(start)
        self.main.get_by_label("End", exact=True).fill(end)


class _Priced(Screen):
    def price_lines(self) -> list[tuple[str, int]]:
        """Each line of what it costs, the total last, in pence."""
        rows = self.main.get_by_role("table", name="What it costs").get_by_role("row").all()[1:]
        found = []
        for row in rows:
            cells = row.get_by_role("cell").or_(row.get_by_role("rowheader"))
            found.append((cells.first.inner_text(), pence(cells.last.inner_text())))
        return found


class WhichMoney(_Priced):
    """Step 2: what it costs, and which money pays."""

    def pay_with(self, name: str) -> "Check":
        """Choose and go on."""
        self.main.get_by_role("radio", name=name, exact=True).check()
        return self.press("Continue", Check)

    def offered(self) -> dict[str, str]:
        """What is said of each way to pay that may be chosen."""
        ways = self.main.get_by_role("radio", disabled=False)
        return {
            way.evaluate("r => r.labels[0].innerText"): way.evaluate(
                "r => document.getElementById(r.getAttribute('aria-describedby')).innerText"
            )
            for way in ways.all()
        }


class Check(_Priced):
    """Step 3: check and confirm."""

    heading = "Check your booking"

    def confirm(self) -> "Booked":
        """Send it."""
        return self.press("Confirm and send the request", Booked)

    def confirm_twice(self) -> "Booked":
        """Send it as an impatient finger does."""
        self.main.get_by_role("button", name="Confirm and send the request").dblclick()
        return self.arrive(Booked)


class Booked(Screen):
    """The confirmation."""

    heading = "Request sent"

    @property
    def reference(self) -> str:
        """The reference people are asked for."""
        return self.main.locator("div").filter(has_text="Your booking reference").get_by_role("strong").inner_text()

    def see(self) -> "Booking":
        """Go to the booking's own page."""
        return self.follow("See this booking", Booking)


class Booking(Screen):
    """One booking."""

    def has_status(self, words: str) -> None:
        """Check where it stands."""
        expect(self.main.locator("strong.govuk-tag").first).to_have_text(words)


class Bookings(Screen):
    """All bookings of one person."""

    heading = re.compile("^(Your bookings|Bookings of)")

    def with_reference(self, reference: str) -> int:
        """How many of the bookings shown have this reference."""
        return self.main.get_by_text(f"Reference {reference}.").count()

    def see(self, title: str, provider: str) -> Booking:
        """Open the one that is agreed with a provider."""
        card = self.main.locator(".app-card").filter(has_text=provider).filter(has_text="Agreed")
        card.get_by_role("link", name=title, exact=True).click()
        return self.arrive(Booking)


class Review(Screen):
    """Where somebody says how it went."""

    heading = "Say how it went"

    def answer(self, **answers: str) -> None:
        """Answer the questions by the first words of each; ``words`` is how it went."""
        words = answers.pop("words", "")
        for question, answer in answers.items():
            group = self.main.get_by_role("group", name=QUESTIONS[question])
            group.get_by_role("radio", name=answer, exact=True).check()
        if words:
            self.main.get_by_label("Say how it went, in your own words").fill(words)

    def send(self) -> "OwnReview":
        """Send it to the provider first."""
        return self.press("Send", OwnReview)


QUESTIONS = {
    "quality": "How good was the support?",
    "value": "Was it good value for money?",
    "purpose": "What was it for?",
    "helped": "Did it help with what you wanted?",
    "connection": "Is there anything else between you and the provider?",
}


class OwnReview(Screen):
    """What somebody said, and what became of it."""

    heading = "What you said"
