"""A real site in a real Chromium: served as ``make run`` serves it, on a small demonstration of its own."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import BrowserContext, Page

from app.base import clock
from tests import chromium
from tests.live import free_port

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 300
"""Seconds; on a machine that does other work too, loading alone can take a minute and a half."""


@dataclass(frozen=True)
class Site:
    """A served site: its address and where its files are."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The marketplace with its small demonstration, served by gunicorn with two workers and the pretend card page."""
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "OWNWAY_", "MAIL_"))},
        "INSTANCE_DIR": str(folder / "instance"),
        "SEARCH_INDEX_DIR": str(folder / "search_index"),
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite'}",
        "PORT": str(port),
        # The site believes it is when the tests do.
        "OWNWAY_CLOCK": f"{clock.ahead() // timedelta(seconds=1):+d}",
    }
    log = (folder / "log").open("wb")
    serving = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "serve", "--small", "--no-worker"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, serving, folder / "log")
        yield Site(url, folder)
    finally:
        serving.terminate()
        serving.wait(timeout=20)
        log.close()


def _wait_until_healthy(url: str, serving: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while True:
        if serving.poll() is not None or time.monotonic() > give_up:
            raise AssertionError(f"the site did not start:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            _a_moment(serving)


def _a_moment(serving: "subprocess.Popen[bytes]") -> None:
    """Give the server a moment without spinning; ends early when it has died."""
    try:
        serving.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The Chromium that is here, started so that it never reaches for the outside."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": chromium.executable(), "args": quiet}


WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object], site: Site) -> dict[str, object]:
    """Addresses relative to the site; people in Britain."""
    return {
        **browser_context_args,
        "base_url": site.url,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": WIDE,
    }


@pytest.fixture
def no_script(browser: object, browser_context_args: dict[str, object]) -> Iterator[Page]:
    """A page in a browser that runs no JavaScript."""
    context: BrowserContext = browser.new_context(**browser_context_args, java_script_enabled=False)  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: object, browser_context_args: dict[str, object]) -> Iterator[Page]:
    """A page on a phone 360 pixels wide."""
    context: BrowserContext = browser.new_context(**{**browser_context_args, "viewport": PHONE})  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()


@pytest.fixture
def another(browser: object, browser_context_args: dict[str, object]) -> Iterator[Page]:
    """A second person's browser."""
    context: BrowserContext = browser.new_context(**browser_context_args)  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()
