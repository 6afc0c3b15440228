"""The provider's desk: requests, visits, listings and rates."""

import re
from datetime import date

from tests.browser.pages.base import Screen


class Desk(Screen):
    """The home of provider staff."""

    heading = re.compile("^The desk of ")

    def accept(self, reference: str) -> "DeskBooking":
        """Say yes to a request from the list."""
        return self.press(f"Accept {reference}", DeskBooking)

    def decline(self, reference: str, reason: str) -> "DeskBooking":
        """Say no to a request, with a reason."""
        asked = self.follow(f"Decline {reference}", Decline)
        asked.main.get_by_label("Why can you not do this?").fill(reason)
        return asked.press("Decline the request", DeskBooking)

    def to_record(self, when: str, whom: str) -> "DeskBooking":
        """Open the booking of one visit that nobody has recorded: ``7:30pm to 8pm``."""
        visit = self.main.get_by_role("list", name="Visits to record").get_by_role("listitem").filter(has_text=when)
        visit.get_by_role("link", name=re.compile(f"^{whom}, ")).click()
        return self.arrive(DeskBooking)

    def listings(self) -> "DeskListings":
        """See what is offered."""
        return self.follow("Your listings and rates", DeskListings)


class Decline(Screen):
    """Why not?"""

    heading = "Decline this request"


class DeskBooking(Screen):
    """One booking as its provider sees it."""

    @property
    def costs(self) -> str:
        """The price of its one visit, as it is printed."""
        return self.main.get_by_role("row", name=re.compile("^Total ")).get_by_role("cell").inner_text()

    def delivered(self, when: str) -> Screen:
        """Say that one of its visits was delivered."""
        self.main.get_by_role("region", name=when).get_by_role("button", name="It was delivered").click()
        return self.arrive(Screen)


class DeskListings(Screen):
    """What a provider offers."""

    heading = re.compile("^Listings of ")

    def rates_of(self, title: str) -> "Rates":
        """See the rates of one of them."""
        return self.follow(f"Rates of {title}", Rates)


class Rates(Screen):
    """The published rates of one listing."""

    heading = re.compile("^Rates of ")

    def publish_another(self) -> "NewRate":
        """Begin a new rate."""
        return self.press("Publish a rate", NewRate)


class NewRate(Screen):
    """What shall it cost, and from when?"""

    heading = re.compile("^Publish a rate for ")

    def look(self, *, from_on: date, weekday: str, saturday: str) -> "CheckRate":
        """Fill it in and see it as customers will."""
        group = self.main.get_by_role("group", name="From which day?")
        for part, value in (("Day", from_on.day), ("Month", from_on.month), ("Year", from_on.year)):
            group.get_by_label(part, exact=True).fill(str(value))
        self.main.get_by_label("What does one price buy?").select_option(label="An hour")
        self.main.get_by_label("Monday to Friday", exact=True).fill(weekday)
        self.main.get_by_label("Saturday", exact=True).fill(saturday)
        self.main.get_by_label("VAT", exact=True).select_option(label="0% (zero rated)")
        return self.press("See it as customers will", CheckRate)


class CheckRate(Screen):
    """The rate as customers will see it."""

    heading = "Check this rate before you publish it"

    def publish(self) -> Screen:
        """Publish it."""
        return self.press("Publish this rate", Screen)
