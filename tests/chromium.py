"""Which Chromium the browser journeys drive: the one named in ``CHROMIUM``, the system's, or Playwright's own."""

import os
import shutil
from pathlib import Path


def executable() -> str | None:
    """The program to start, or nothing when there is none to be found."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
