"""What the accessibility checker finds on a page, in words that say what to mend."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WANTED = {"resultTypes": ["violations"]}


def faults(page: Page) -> list[str]:
    """Every fault on the page as it stands: the rule, and where. Empty is what we want."""
    found = Axe().run(page, options=WANTED).response["violations"]
    return [
        f"{page.url}: {fault['id']} ({fault['help']}): {node['html'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]
