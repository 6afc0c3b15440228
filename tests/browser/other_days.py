"""A real site that believes it is another day: served in threads of the test, its clock turned from outside."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from app.base import clock
from tests.live import served


class OnAnotherDay:
    """The application, with every request answered as if it came at ``moment``."""

    def __init__(self, app: Flask, moment: datetime) -> None:
        """Begin at a moment, aware."""
        self.app, self.moment = app, moment
        self.url = ""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; the whole of it, since what is sent later would see another clock."""
        with clock.set_to(self.moment):
            answer = self.app(environ, start_response)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()

    def turn_to(self, day: date, hour: time = time(18)) -> None:
        """Let it be this day in London, in the evening unless said otherwise."""
        self.moment = clock.at_london(day, hour)

    def run(self, *words: str) -> str:
        """Run a ``flask`` command of the site at that moment and give what it said; it must end well."""
        with clock.set_to(self.moment):
            done = self.app.test_cli_runner().invoke(args=list(words))
        assert done.exit_code == 0, done.output
        return str(done.output).strip()


@contextmanager
def standing(app: Flask, moment: datetime) -> Iterator[OnAnotherDay]:
    """Serve the application at that moment."""
    site = OnAnotherDay(app, moment)
    with served(site) as url:
        site.url = app.config["SITE_URL"] = url
        yield site


@contextmanager
def browsing(browser: Browser, site: OnAnotherDay, *, scripts: bool = True) -> Iterator[Page]:
    """Somebody's own browser, at this site."""
    context: BrowserContext = browser.new_context(
        base_url=site.url, locale="en-GB", timezone_id="Europe/London", java_script_enabled=scripts
    )
    yield context.new_page()
    context.close()
