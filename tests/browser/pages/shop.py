"""The shop floor: the start, what was found, and one listing."""

import re
from typing import Self

from playwright.sync_api import expect

from tests.browser.pages.base import Next, Screen, pence


class Home(Screen):
    """The start page."""

    heading = "Find the support that suits you"

    def search(self, what: str, near: str = "") -> "Results":
        """Ask for something, perhaps near somewhere."""
        box = self.main.get_by_role("search")
        box.get_by_label("What are you looking for?").fill(what)
        box.get_by_label("Postcode or area").fill(near)
        box.get_by_role("button", name="Search").click()
        return self.arrive(Results)


class Results(Screen):
    """What was found."""

    heading = re.compile(r"\d+ results?")

    @property
    def count(self) -> int:
        """How many were found in all."""
        return int(self.page.get_by_role("heading", level=1).inner_text().split()[0].replace(",", ""))

    def choose(self, filter_words: str | re.Pattern[str]) -> Self:
        """Tick one filter, and press Apply where the tick does not do it by itself."""
        before = self.page.url
        self.main.get_by_role("form", name="Filters").get_by_label(filter_words).check()
        expect(self.page).not_to_have_url(before)
        return self.arrive(type(self))

    def choose_and_apply(self, filter_words: str | re.Pattern[str]) -> Self:
        """Tick one filter and press the button, as one does without JavaScript."""
        form = self.main.get_by_role("form", name="Filters")
        form.get_by_label(filter_words).check()
        form.get_by_role("button", name="Apply").click()
        return self.arrive(type(self))

    def chosen(self) -> list[str]:
        """The filters that are set, by their tags."""
        tags = self.main.get_by_role("list", name="Filters chosen").get_by_role("link", name="Remove filter")
        return [tag.inner_text().removeprefix("Remove filter:").strip(" ×\n") for tag in tags.all()]

    def let_go(self, filter_words: str) -> Self:
        """Remove one filter by its tag."""
        self.main.get_by_role("link", name=f"Remove filter: {filter_words}").click()
        return self.arrive(type(self))

    def count_beside(self, filter_words: re.Pattern[str]) -> int:
        """The number of results a filter promises."""
        label = self.main.get_by_role("form", name="Filters").locator("label").filter(has_text=filter_words)
        found = re.search(r"([\d,]+)$", label.inner_text().strip())
        assert found
        return int(found[1].replace(",", ""))

    def read(self, title: str, *, of: str) -> "Listing":
        """Open one provider's listing of that title."""
        found = self.main.locator("li.app-result").filter(has_text=of)
        found.get_by_role("link", name=title, exact=True).click()
        return self.arrive(Listing)

    def titles(self) -> list[str]:
        """What is on this page, from the top."""
        return self.main.get_by_role("listitem").get_by_role("heading", level=2).all_inner_texts()


class Listing(Screen):
    """One listing."""

    def rate(self, day: str = "Monday to Friday") -> int:
        """The pence of the published rate of a day, from its table."""
        row = self.main.get_by_role("row", name=re.compile(f"^({day}|Every day)")).first
        return pence(row.get_by_role("cell").first.inner_text())

    def book(self, kind: type[Next]) -> Next:
        """Press the button that begins a booking."""
        return self.press("Book this", kind)
