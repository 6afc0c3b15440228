"""People beside a person: naming, helping, ending; and a care manager's caseload."""

from playwright.sync_api import expect

from tests.browser.pages.base import Screen


class PeopleBeside(Screen):
    """Who is beside a person, and whom they help."""

    heading = "People beside you"

    def shop_for(self, name: str) -> Screen:
        """Open the view of somebody helped."""
        return self.press(f"Shop for {name}", Screen)

    def end_help_of(self, name: str) -> Screen:
        """End it, and say so on the page that asks."""
        asked = self.follow(f"End the help of {name}", Screen)
        asked.main.get_by_role("button").click()
        return asked.arrive(Screen)

    def has_nobody_to_help(self) -> None:
        """Check that no person can be shopped for."""
        expect(self.main.get_by_role("heading", name="People you help")).to_have_count(0)


class Caseload(Screen):
    """The people a care manager works with."""

    heading = "Your caseload"

    def shop_for(self, name: str) -> Screen:
        """Open the view of one of them."""
        return self.press(f"Shop for {name}", Screen)
