"""For the council: what people buy, and who looks after which page."""

import re

from playwright.sync_api import expect

from tests.browser.pages.base import Screen


class Trends(Screen):
    """What people buy."""

    heading = re.compile("^What people buy in ")

    def newest(self) -> "Publication":
        """The last four weeks that were published."""
        self.main.get_by_role("table").get_by_role("link").first.click()
        return self.arrive(Publication)


class Publication(Screen):
    """The figures of four weeks."""

    heading = re.compile("^What people bought in ")

    def download(self) -> str:
        """Download the figures and read them."""
        with self.page.expect_download() as waiting:
            self.main.get_by_role("link", name="Download these figures (CSV)").click()
        return waiting.value.path().read_text(encoding="utf-8-sig")


class Provider(Screen):
    """The page of a provider."""

    def claim(self) -> "Claim":
        """Ask to look after it."""
        return self.follow("Claim this page", Claim)

    def is_claimed(self) -> None:
        """Nobody is invited to claim it any more."""
        expect(self.main.get_by_role("link", name="Claim this page")).to_have_count(0)


class Claim(Screen):
    """Where somebody says that they work there."""

    heading = re.compile("^Look after the page of ")

    def send(self, *, job_title: str, evidence: str) -> Screen:
        """Say what one does there and how to check it."""
        self.main.get_by_label("What do you do there?").fill(job_title)
        self.main.get_by_label("How can the council check it?").fill(evidence)
        return self.press("Send to the council", Screen)


class Claims(Screen):
    """The claims that wait for an answer."""

    heading = "Claims"

    def approve(self, provider: str) -> Screen:
        """Say yes."""
        one = self.follow(provider, Screen)
        one.main.get_by_label("Yes, they look after this page").check()
        one.main.get_by_label("How did you check it?").fill("We rang the number on their website.")
        return one.press("Send the answer", Screen)
