"""The shop and the pretend card company, both really served on loopback, talking to each other."""

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from app.base.db import db
from tests.factories.payments import SECRET
from tests.live import served
from tests.standins import card_page
from tests.standins.card_page import CardPage
from tests.standins.stripe_books import WORKS


@dataclass
class Cards:
    """The pretend card company: ``url`` is its address, ``app`` its inside."""

    url: str
    app: CardPage

    def pay(self, address: str, card: str = WORKS) -> tuple[int, str]:
        """Choose a card on a card page; the status, and where it sends the person (or what it says)."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        try:
            with urllib.request.build_opener(Stay).open(address, urlencode({"card": card}).encode()) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location") or answer.read().decode()
        finally:
            # The message that followed was written through another connection than the test's.
            db.session.rollback()

    def read(self, address: str) -> str:
        """The words of one of its pages."""
        with urllib.request.urlopen(address) as answer:
            return re.sub(r"\s+", " ", answer.read().decode())

    def sessions(self) -> list[dict[str, object]]:
        """Every card page opened so far, newest first."""
        return list(self.app.books.all_of("checkout.session"))


@pytest.fixture
def set_up(app: Flask) -> None:
    """Cards can be taken, as far as the settings go."""
    app.config.update(STRIPE_API_KEY=card_page.KEY, STRIPE_WEBHOOK_SECRET=SECRET, STRIPE_API_BASE="http://127.0.0.1:9")


@pytest.fixture
def shop(app: Flask) -> Iterator[str]:
    """The shop, served, so that messages reach it as they do in life."""
    with served(app) as url:
        app.config["SITE_URL"] = url
        yield url


@pytest.fixture
def cards(app: Flask, shop: str) -> Iterator[Cards]:
    """The pretend card company, which the shop knows and which tells the shop."""
    made = card_page.create(webhook_url=f"{shop}/webhooks/stripe", secret=SECRET, pauses=(0.05, 0.1, 0.2, 0.4, 0.8))
    with served(made) as url:
        app.config.update(STRIPE_API_KEY=card_page.KEY, STRIPE_WEBHOOK_SECRET=SECRET, STRIPE_API_BASE=url)
        yield Cards(url, made)
        made.couriers.close()


def path_of(address: str) -> str:
    """The path of a whole address."""
    return urlsplit(address).path
