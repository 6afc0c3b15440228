"""A visitor finds everything there is to try, whatever the day and hour at which the demonstration was loaded."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.base import clock
from app.base.columns import Base, UtcDateTime
from app.base.db import db
from app.demo.actions import load
from app.platform.ledger.queries import ledger_differences
from tests.conftest import settings_for
from tests.days.moments import IN_MAKE_TEST, MOMENTS
from tests.inspection import InspectingClient

SANJAY, MAUREEN, PETER, HELEN = "Sanjay Winters", "Maureen Ashby", "Peter Lindqvist", "Helen Marchbank"
RUBY = "Ruby Tamblyn"
TO_RECORD, TO_SETTLE = "7:30pm to 8pm", "6:45pm to 7:15pm"
"""The hours of the visits that are left open, by which the journeys know them."""

STATES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (SANJAY, "/desk", "article", (MAUREEN, "Propose other times")),
    (SANJAY, "/desk", "article", (PETER, "Decline")),
    (SANJAY, "/desk", "article", ("George Pellow", "Accept")),
    (SANJAY, "/desk", "#changes + ul li", (MAUREEN,)),
    (SANJAY, "/desk", "#to-record + ul li", ("{yesterday}", TO_RECORD, MAUREEN, "It was delivered")),
    (SANJAY, "/desk/to-settle", "tbody tr", ("{three_days_ago}", TO_SETTLE, "Nobody has recorded it")),
    (SANJAY, "/desk/bookings", "a", ("new message",)),
    (MAUREEN, "/bookings", ".app-card", ("Other times proposed",)),
    (MAUREEN, "/bookings", ".app-card", ("Waiting for an answer",)),
    (MAUREEN, "/bookings", ".app-card", ("Agreed",)),
    (MAUREEN, "/bookings", ".app-card a", ("2 new messages",)),
    (MAUREEN, "/bookings/to-settle", "tbody tr", ("Waiting for the care manager",)),
    (MAUREEN, "/bookings/to-settle", "tbody tr", ("{three_days_ago}", TO_SETTLE, "Nobody has recorded it")),
    (MAUREEN, "/bookings/places", "a", ("Carers' coffee morning",)),
    (MAUREEN, "/bookings/calendar?on={next_week}", "section", ("Tuesday", "6pm to 6:30pm")),
    (MAUREEN, "/shared", "h2 a", ("Regular gardening",)),
    (MAUREEN, "/basket", ".app-card a[href^='/listings/']", ("",)),
    (PETER, "/shared", "h2 a", ("Regular gardening",)),
    (PETER, "/bookings", ".app-card", ("A big clear-out, kindly done", "Spick & Span of Quaybridge", "Agreed")),
    (HELEN, "/bookings/to-settle", "tbody tr", ("Waiting for the care manager",)),
    # The two rules about unspent money: evens out over the year with a talk first; goes back at once but a quarter of it.
    (HELEN, "/caseload", "li", ("Talk with them about money that was not used", "Iris Vane")),
    (HELEN, "/councils/quaybridge/rules", ".app-card, section, dl, div", ("talks with you first",)),
    (RUBY, "/councils/saltmere/rules", ".app-card, section, dl, div", ("up to 25% of its money",)),
    (RUBY, "/money", "td", ("Unspent money that went back to the council after period 1 of 13",)),
    (RUBY, "/money", "tr", ("Direct payment", "£132.00")),
)
"""Who finds, at which address, among which parts of the page, one that says all of this."""

PLANNED = {"starts_at", "ends_at", "expires_at", "answer_by", "until", "claimed_until", "offered_until", "due_at"}
"""Columns that tell of what is to come; every other moment is of something done."""


@pytest.fixture(params=["now", *IN_MAKE_TEST])
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """The present of this run, and the two that are always tried."""
    with clock.set_to(MOMENTS.get(request.param) or clock.now()):
        yield clock.now()


@pytest.fixture
def loaded(moment: datetime, sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    yield from _loaded(sqlite_template, tmp_path)


def _loaded(template: Path, folder: Path) -> Iterator[Flask]:
    shutil.copy(template, folder / "days.sqlite")
    app = create_app(settings_for(f"sqlite:///{folder / 'days.sqlite'}", folder))
    app.test_client_class = InspectingClient
    with app.app_context():
        load.load(small=True)
        yield app
        db.session.close()
        db.engine.dispose()


def signed_in(app: Flask, name: str) -> InspectingClient:
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    button = next(
        button
        for button in client.page("/sign-in").select("main form button")
        if button.get_text().startswith(f"Sign in as {name}")
    )
    form: Any = button.find_parent("form")
    values = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    if button.get("name"):
        values[button["name"]] = button.get("value", "")
    assert client.post(form["action"], data=values).status_code in {302, 303}
    return client


def missing(app: Flask, today: date) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every state that is not there, so that one run tells all."""
    words_of_day = {
        "yesterday": _said(today - timedelta(days=1)),
        "three_days_ago": _said(today - timedelta(days=3)),
        "next_week": (today + timedelta(days=7)).isoformat(),
    }
    found, clients, pages = [], {}, dict[tuple[str, str], BeautifulSoup]()
    for name, address, parts, words in STATES:
        if name not in clients:
            clients[name] = signed_in(app, name)
        if (name, address) not in pages:
            pages[name, address] = clients[name].page(address.format(**words_of_day))
        said = [word.format(**words_of_day) for word in words]
        texts = [" ".join(part.get_text(" ").split()) for part in pages[name, address].select(f"main {parts}")]
        if not any(all(word in text for word in said) for text in texts):
            found.append((name, address, tuple(said)))
    return found


def _said(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def done_later(moment: datetime) -> list[str]:
    """The columns in which something was done after that moment."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, UtcDateTime) and column.name not in PLANNED:
                latest = db.session.scalar(select(func.max(column)))
                if latest is not None and latest > moment:
                    found.append(f"{table.name}.{column.name}: {latest}")
    return found


def test_every_state_is_there_and_nothing_was_done_later_than_now(loaded: Flask, moment: datetime) -> None:
    assert missing(loaded, clock.today()) == []
    assert done_later(moment) == []
    assert ledger_differences() == []
