"""Every template at every width, spaced out as a reader may need it, with the longest words: nothing is pushed sideways."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import template_rendered
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import Browser
from sqlalchemy import String, text
from sqlalchemy.exc import IntegrityError
from werkzeug.routing import Rule

from app import create_app
from app.base import clock
from app.base.columns import Base
from app.base.db import db, transaction
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.rules import Role
from tests.browser.other_days import OnAnotherDay
from tests.browser.widths import Frame, framed
from tests.conftest import settings_for
from tests.factories import accounts
from tests.integration.web.test_hostile import ACTS_AS, CSRF, FILLED, PLAN, Sweep, Writes, _address, _entrants, _rules
from tests.integration.web.world import NOW, half
from tests.live import served

TEMPLATES = Path(__file__).parents[2] / "templates"
ROLES = ("person", "supporter", "staff", "care_manager", "commissioner", "administrator", "moderator", "payments")
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
LONG_NAME = "margaret.featherstonehaugh-cholmondeley.wriothesley"
NOT_OF_THIS_WORLD = {
    "leaving/reported.html": "only whoever was reported dead and signs in meets it; nobody here was",
    "providers/claim_code.html": "only whoever claims a page and was sent a code meets it; here no code was sent",
    "storefront/removed.html": "only a listing that a moderator took down shows it; here none was",
    "councils/places_look.html": "only the answer to a file shows it, and this browser sends none",
}
FILES = {"frameworks.document", "frameworks.document_to_read", "pictures.picture", "spent_elsewhere.receipt"}
"""Addresses that answer with a file, which no browser shows as a page."""
SEEN_BY = ACTS_AS | dict.fromkeys(
    ("budgets.money", "budgets.periods", "budgets.printable", "budgets.agreements", "storefront.booked_plan"), "person"
)
"""Who sees the page, where the first who may come in only learns that they may not."""


@pytest.fixture
def sweep(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweep]:
    """The world in which every address has somebody who may open it, with all of its words as long as words get."""
    file = tmp_path / "long.sqlite"
    shutil.copy(sqlite_template, file)
    app = create_app(settings_for(f"sqlite:///{file}", tmp_path))
    app.config["IS_DEMONSTRATION"] = True
    monkeypatch.setattr("app.funding.payments.gateway.is_set_up", lambda: True)
    with app.app_context():
        with clock.set_to(NOW):
            own, other = half("own"), half("other")
            both = accounts.person(Role.COMMISSIONER, name="Both Councils", council_id=own.council.id)
            with transaction():
                grant_role(person=both, role=Role.COMMISSIONER, council_id=other.council.id)
            people = {name: getattr(own, name) for name in ROLES} | {
                "newcomer": accounts.person(),
                "both councils": both,
            }
        people = {name: f"{who.public_id}.{who.session_key}" for name, who in people.items()}
        app.test_client_class = FlaskClient
        visitors = {name: app.test_client() for name in ("nobody", *people)}
        token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
        db.session.commit()
        _lengthen_words()
        yield Sweep(app, own, other, Writes(), visitors, people, token)
        db.session.close()
        db.engine.dispose()


def _lengthen_words() -> None:
    """Give whatever somebody typed, wherever it is kept, a word that cannot be broken, and each address a long name.

    What has a space and a small letter was typed by people; codes, states and tokens have none. The triggers that keep rows
    as they were go first: it is the length of words that is tried here.
    """
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    lengthened = set()
    for table in Base.metadata.sorted_tables:
        for one in (column.name for column in table.columns if isinstance(column.type, String)):
            for longer, where in (
                (f"{one} || ' {LONG_WORD}'", f"{one} LIKE '% %' AND {one} GLOB '*[a-z]*' AND {one} NOT LIKE '{{%'"),
                (f"replace({one}, '@', '.{LONG_NAME}@')", f"{one} LIKE '%_@_%' AND {one} NOT LIKE '% %'"),
            ):
                # A column that takes only short words keeps them.
                with suppress(IntegrityError), db.session.begin_nested():
                    db.session.execute(text(f'UPDATE "{table.name}" SET {one} = {longer} WHERE {where}'))
                    lengthened.add(f"{table.name}.{one}")
    db.session.commit()
    assert {"person.full_name", "person.email", "listing.title", "provider.name", "message.body"} <= lengthened


class Looking:
    """A browser that looks at one page after another as each of the visitors, and what each page was made of."""

    def __init__(self, sweep: Sweep, frame: Frame, url: str, context: Any) -> None:
        self.sweep, self.frame, self.url, self.context = sweep, frame, url, context
        self.drawn: set[str] = set()
        self.faults: list[str] = []
        self._who = ""

    def note(self, _sender: Any, template: Any, **_more: Any) -> None:
        """A template was drawn."""
        self.drawn.add(str(template.name))

    def become(self, who: str) -> None:
        """Hold the cookie of another visitor."""
        if who == self._who:
            return
        self._who, name = who, self.sweep.app.config["SESSION_COOKIE_NAME"]
        kept = self.sweep.enter(who).get_cookie(name)
        assert kept is not None
        self.context.clear_cookies()
        self.context.add_cookies([{"name": name, "value": kept.value, "url": self.url}])

    def look(self, who: str, address: str, fields: dict[str, Any] | None = None) -> None:
        """Look at one page at every width."""
        self.become(who)
        sent = None
        if fields is not None:
            pairs = ((name, value if isinstance(value, list) else [value]) for name, value in fields.items())
            sent = [(name, str(one)) for name, values in pairs for one in values]
        self.faults += [f"{address[:60]} as {who}: {fault}" for fault in self.frame.faults(address, sent)]


def _who(sweep: Sweep, rule: Rule) -> str:
    return SEEN_BY.get(rule.endpoint, _entrants(sweep.app, rule)[0])


def _is_page(rule: Rule) -> bool:
    return not rule.rule.endswith((".csv", ".ics", ".json", ".xml")) and rule.endpoint not in FILES


def _pages() -> set[str]:
    """The templates that are pages of their own, and not parts of others."""
    found = {str(one.relative_to(TEMPLATES)): one.read_text() for one in TEMPLATES.rglob("*.html")}
    return {name for name, words in found.items() if "{% extends" in words and not name.startswith("layouts/")}


def _by_address(looking: Looking) -> None:
    """Every address that answers with a page, as somebody who may open it."""
    sweep = looking.sweep
    rules = [rule for rule in _rules(sweep.app, "GET") if _is_page(rule)]
    for rule in sorted(rules, key=lambda rule: (_who(sweep, rule), rule.rule)):
        looking.look(_who(sweep, rule), _address(rule, sweep.own.ids.get(rule.endpoint, {})))


def _by_other_words(looking: Looking) -> None:
    """Pages that an address shows only when something else is asked of it, or by somebody else."""
    own = looking.sweep.own
    listing = own.ids["booking_journey.check"]["public_id"]
    for who, address in (
        ("nobody", "/no-such-page"),
        ("nobody", "/confirm-email/nothing"),
        ("nobody", "/search?q=care&page=9999"),
        ("nobody", "/search?q=i+want+to+kill+myself"),
        ("nobody", f"/compare?listing={listing}"),
        ("newcomer", "/money"),
        ("person", f"/listings/{listing}/book/check?{PLAN}&pay={own.pot}"),
        ("person", "/bookings/calendar?view=month"),
        ("both councils", "/trends"),
        ("care_manager", f"/people-beside-you/{own.ids['circles.end']['public_id']}/end"),
    ):
        looking.look(who, address)


def _by_form(looking: Looking) -> None:
    """Pages that only the answer to a form shows: what was typed once more, before it counts."""
    sweep = looking.sweep
    rules = {rule.endpoint: rule for rule in _rules(sweep.app, "POST")}
    for endpoint, step in (
        ("price_rises.new_rate", {"step": "look"}),
        ("choosing.how", {"step": "next"}),
        ("choosing.how", {"step": "check"}),
        ("council_rules.rule", {"step": "look"}),
        ("framework_use.end_places", {"step": "look"}),
        ("suspending.suspend", {"step": "look"}),
        ("taking_on.letter", {}),
        ("agreeing.change_budget", {"seen": ""}),
    ):
        rule = rules[endpoint]
        who, address = _who(sweep, rule), _address(rule, sweep.own.ids.get(endpoint, {}))
        filled = FILLED.get(endpoint, lambda _half: {})(sweep.own)
        looking.look(who, address, {**sweep.form(who, address, **filled), **step})


def test_no_page_is_pushed_sideways_at_any_width(
    sweep: Sweep, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(framed(OnAnotherDay(sweep.app, NOW))) as url:
        context = browser.new_context(base_url=url, locale="en-GB", bypass_csp=True)
        looking = Looking(sweep, Frame(context.new_page()), url, context)
        with template_rendered.connected_to(looking.note, sweep.app):
            _by_address(looking)
            _by_other_words(looking)
            _by_form(looking)
            monkeypatch.setattr("app.funding.payments.gateway.is_set_up", lambda: False)
            looking.look("person", "/money/top-up")
        context.close()
    assert looking.faults == []
    assert _pages() - looking.drawn == set(NOT_OF_THIS_WORLD)
