"""Every door of the site, knocked at by everybody with everything: nothing breaks, and nothing changes that may not."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.base import clock
from app.base.columns import Base
from app.base.db import db
from app.people.circles.access import OPENED_FOR
from tests.factories.files import photo
from tests.factories.passwords import PASSWORD
from tests.factories.people_files import HEAD as PEOPLE_COLUMNS
from tests.inspection import _as_loaded, _forget_the_last_request, inspect_page
from tests.integration.web.life import whole
from tests.integration.web.world import NOW, Half, half

ANSWERS = {200, 302, 303, 400, 401, 403, 404, 405, 409, 413, 415, 429}
SHUT = {303, 401, 403, 404}
"""303 leads whoever is not signed in to the page for that, with what they wrote kept for them."""
CSRF = "only-for-tests"
DML = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
COUNTED = {"sign_in_attempt", "unsent"}
"""Tries are counted whether or not they succeed; what was written is kept, sealed, for whoever wrote it."""
LOOKS = {"audit_event"}
LONG = "x" * 5000
BESIDE = "care manager beside the person"
"""Who acts where a care manager acts for somebody: the same visitor, shopping for the person."""
HOSTILE_IDS = (
    "nobody", "'\"; DROP TABLE person;--", "%00", LONG, "9" * 30, "\u0663\u06f3\U0001f600", "..%2f..%2fetc%2fpasswd",
    "<script>alert(1)</script>", "%ff%fe{{7*7}}", "%0d%0aSet-Cookie:x=1",
)  # fmt: skip
HOSTILE_QUERIES = (
    "page=-1",
    "page=999999999999",
    "page=\u0663",
    f"page=1&page=2&q={LONG}&near={LONG}&council={LONG}&provider={LONG}&year={LONG}&about={LONG}&next={LONG}",
    "council=%00&q=%00&year=%00",
    "council=<script>alert(1)</script>&q=<script>alert(1)</script>&near=<script>alert(1)</script>&year=2026-02-31",
    "look=\u0663&next=https://evil.example&about=//evil.example&kind=<script>&locality='&framework=maybe&nature=x&sort=x",
    "year=9999-12-31&look=99999999999999999999&next=//evil.example&council=a&council=b&q=%ff%fe&exact=\U0001f600",
    "year=0001-01-01&look=-5&next=%0d%0aSet-Cookie:%20x=1&sort=nearest&near=nowhere&kind=meals&kind=&q=%25_%27%22",
    "year=99999&provider='&council=\u0130\u0661",
    "show=<b>&when=\U0001f600&year=-1",
)
HOSTILE_PLANS = (
    "on=9999-12-31&from=23:59&to=00:00&overnight=yes", "on=0001-01-01&from=00:00&to=00:01", "on=2026-02-31&from=25:99&to=1",
    "on=2027-03-28&from=01:30&to=02:30", "on=2026-11-24&from=09:00&to=10:30&extra=<b>&pay=.",
    "on=2026-11-24&from=09:00&to=10:30&pay=%27", "on=\u0662\u0660\u0662\u0666-11-24&from=\u0660\u0669:00&to=10:30",
    "on=2026-W48-2&from=9:0&to=10:3", "again=yes&on=20261124&from=09:00&to=08:00", "on=9999-12-31&from=00:00&to=23:59&again=yes",
    "&".join(f"extra={n}" for n in range(300)) + "&on=2026-11-24&from=09:00&to=10:30",
)  # fmt: skip
LAST_DAYS = (
    "last=9999-12-31", "last=0001-01-01", "last=%27", "last-day=31&last-month=2&last-year=2026", "last=2026-12-22",
    "last-day=1&last-month=1&last-year=9999", "last-day=1&last-month=1&last-year=1", "last-day=<script>alert(1)</script>",
)  # fmt: skip
DAYS = (
    "on=9999-12-31&view=month",
    "on=0001-01-01&view=week",
    "on=<script>alert(1)</script>",
    "on=2026-W48-2&provider=%27",
)
CHANGES = (
    "scope=this&on=9999-12-31&from=09:00&to=10:00", "scope=all&from=23:59&to=00:00&overnight=yes&day=7&day=9", "back=yes",
    "scope=later&from=01:30&to=01:30&day=0", "scope=all&from=09:00&to=10:00&day=99999999999999999999", "scope=%27",
    "scope=this&on=0001-01-01&from=00:00&to=00:01", "scope=later&from=09:00&to=11:00&day=1&day=3",
)  # fmt: skip
PATTERNS = tuple(
    f"{plan}&{more}"
    for plan in ("on=2026-11-24&from=09:00&to=10:30",)
    for more in (
        "day=2&every=0&count=999&until=9999-12-31", "day=9&day=-1&every=99", "day=2&until=0001-01-01&again=yes",
        "day=2&also=25:00-1&every=1", "day=2&also=09:30-09:00&every=-1&count=0&again=yes", "quantity=0", "quantity=\u0663",
        "miles=99999&quantity=99&day=1&day=2&day=3&day=4&day=5&day=6&day=7&every=12&again=yes",
    )
)  # fmt: skip
ASKED: dict[str, tuple[str, ...]] = (
    dict.fromkeys(
        (
            "changing_provider.end",
            "changing_provider.desk_end",
            "changing_provider.move",
            "changing_provider.move_to",
            "sharing.leave",
        ),
        LAST_DAYS,
    )
    | dict.fromkeys(("calendars.calendar", "calendars.desk_day"), DAYS)
    | {"repeating.check_change": CHANGES, "basket.became": (f"asked={LONG}", "asked=<script>alert(1)</script>")}
    | dict.fromkeys(
        (
            "booking_journey.when",
            "booking_journey.repeat",
            "booking_journey.money",
            "booking_journey.check",
            "sessions.buy",
            "sharing.share_with",
        ),
        (*HOSTILE_PLANS, *PATTERNS),
    )
)
"""What only these doors read of an address."""
HOSTILE_VALUES = (
    "", None, "\0", "x" * 100_000, "\U0001f600\u202e", "-1", "9" * 30, "1e400", "\u0663", "' OR 1=1 --<script>alert(1)</script>",
    ["a", "b"], "0", "99999", "25:99", "\x1b[31m", "2147483648", "31",
)  # fmt: skip
EVERY_VALUE_UP_TO = 1
"""Fields: longer forms get every value in all fields at once, and some in each."""
ONE_IN = 8
"""Of the values, so many are tried in each field of a longer form by itself; the next field gets the next ones."""
PUBLIC = (
    "/reviews/<public_id>/report",
    *(
        "/councils/",
        "/frameworks/",
        "/listings",
        "/bookings/price-rise/",
        "/pictures/",
        "/providers/",
        "/sessions/",
        "/sitemaps/",
    ),
    *("/confirm-email/", "/reset-password/", "/supporting/", "/staff-invitation/", "/calendar/"),
)
"""What these are about belongs to the whole world, or to whoever holds the link."""
COLUMNS = "reference,date,planned_start,came,left,outcome,note"
PLAN = "on=2026-11-24&from=09:00&to=10:30"
QUERIES = dict.fromkeys(
    ("booking_journey.money", "booking_journey.check", "booking_journey.repeat", "sharing.share_with"), PLAN
) | {"repeating.check_change": "scope=this&on=2026-12-02&from=14:00&to=16:00"}
"""What an address must say besides, at some doors."""

VALUES: dict[str, Any] = {
    "email": "somebody.new@example.org",
    "full_name": "New Person",
    "password": "gentle marble canoe 7",
    "current": "otter lamp teapot",
    "on-day": "25", "on-month": "11", "on-year": "2026", "start": "9am", "end": "10:30am",
    "reason": "It does not suit",
    "quality": "4", "value": "5", "words": "They came on time and were kind to me.",
    "relation": "my sister", "powers": ["suggest"],
    "decision": "approve",
    "job_title": "Manager", "evidence": "Call the number on our website",
    "year_starts_on-day": "1", "year_starts_on-month": "12", "year_starts_on-year": "2027",
    "total": "13000", "contribution": "0", "direct_payment": "13000",
    "amount": "20",
    "title": "A walk", "summary": "Out and about", "kind": "companionship",
    "valid_from-day": "1", "valid_from-month": "1", "valid_from-year": "2027", "weekday": "27.50", "unit": "hour", "vat": "zero",
    "step": "publish",
    "from_on-day": "1", "from_on-month": "12", "from_on-year": "2026",
    "until_on-day": "1", "until_on-month": "6", "until_on-year": "2027",
    "spent_on-day": "20", "spent_on-month": "11", "spent_on-year": "2026", "paid_to": "Harbour Cars", "paid_for": "Taxis",
    "name": "A quiet week", "shared": "yes",
}  # fmt: skip
"""What a willing person would fill in, by the name of the field."""


class Sheet(BytesIO):
    """A file of visits that can be sent again and again."""

    name = "visits.csv"
    content_type = "text/csv"

    def __init__(self, reference: str) -> None:
        super().__init__(f"{COLUMNS}\n{reference},21/11/2026,,09:00,10:30,,".encode())

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        if not found:
            self.seek(0)
        return found

    def close(self) -> None:
        """Stay open for the next who sends it."""


class People(Sheet):
    """A file of people that can be sent again and again."""

    name = "people.csv"

    def __init__(self) -> None:
        BytesIO.__init__(self, f"{PEOPLE_COLUMNS}\nH1,Hal Hostile,1948-05-03,QX9 9ZZ,,,,".encode())


class Places(Sheet):
    """A file of postcodes that can be sent again and again."""

    name = "places.csv"

    def __init__(self) -> None:
        BytesIO.__init__(
            self, b"postcode,ward_code,ward_name,locality,lon,lat\nQX9 9ZZ,E05009999,Far,Far End,-2.3,53.4\n"
        )


class Paper(Sheet):
    """A document that can be sent again and again."""

    name = "insurance.pdf"
    content_type = "application/pdf"

    def __init__(self) -> None:
        BytesIO.__init__(self, b"%PDF-1.4 insured")


class Rates(Sheet):
    """A file of rates that can be sent again and again."""

    name = "rates.csv"

    def __init__(self, listing: str) -> None:
        BytesIO.__init__(self, f"listing,weekday,from\n{listing},30,01/09/2027\n".encode())


class Photograph(Paper):
    """A photograph that can be sent again and again."""

    name = "bread.jpg"
    content_type = "image/jpeg"

    def __init__(self) -> None:
        BytesIO.__init__(self, photo())


def _day(name: str, year: int) -> dict[str, str]:
    return {f"{name}-day": "1", f"{name}-month": "2", f"{name}-year": str(year)}


class Kept(BaseException):
    """Raised where a change would have been kept: the sweep never lets one through, so that the world stays as it is."""


@dataclass
class Writes:
    """What the database was asked to change since the last commit, and what was kept of it."""

    pending: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What the database could not even read: a form should have refused it before."""
    stop: bool = False
    may_look: bool = False
    """Whoever knocks looks at another person's affairs, which is recorded whatever the answer is."""

    def note(self, _c: Any, _cur: Any, statement: str, *_more: Any) -> None:
        found = DML.match(statement)
        if found:
            self.pending.append(found[1])

    def commit(self, _connection: Any) -> None:
        self.kept, self.pending = self.kept + self.pending, []

    def rollback(self, _connection: Any) -> None:
        self.pending = []

    def fault(self, context: Any) -> None:
        if isinstance(context.sqlalchemy_exception, DataError):
            self.faults.append(str(context.sqlalchemy_exception)[:200])

    def before_commit(self, session: Any) -> None:
        session.flush()
        if self.stop and set(self.pending) - COUNTED - (LOOKS if self.may_look else set()):
            raise Kept(sorted(set(self.pending)))

    @contextmanager
    def watched(self) -> Iterator["Writes"]:
        session = Session
        listeners: list[tuple[Any, str, Callable[..., None]]] = [
            (db.engine, "before_cursor_execute", self.note),
            (db.engine, "commit", self.commit),
            (db.engine, "rollback", self.rollback),
            (db.engine, "handle_error", self.fault),
            (session, "before_commit", self.before_commit),
        ]
        for target, name, listener in listeners:
            event.listen(target, name, listener)
        yield self
        for target, name, listener in listeners:
            event.remove(target, name, listener)


@dataclass
class Sweep:
    """The site, its two halves, one visitor of each sort, and what was found wrong so far."""

    app: Flask
    own: Half
    other: Half
    writes: Writes
    visitors: dict[str, FlaskClient]
    people: dict[str, Any]
    token: str
    faults: list[str] = field(default_factory=list)
    acted: set[str] = field(default_factory=set)
    inspected: set[tuple[object, ...]] = field(default_factory=set)
    knocks: int = 0

    def enter(self, who: str) -> FlaskClient:
        """A visitor with a cookie as fresh as on the first day."""
        is_beside, who = who in {"supporter", BESIDE}, "care_manager" if who == BESIDE else who
        client = self.visitors[who]
        with client.session_transaction() as session:
            session.clear()
            session["csrf_token"] = CSRF
            if is_beside:
                session["shopping_for"] = self.own.ids["agreeing.agree_budget"]["public_id"]
            if who != "nobody":
                session["_user_id"], session["_fresh"] = self.people[who], True
        return client

    def knock(self, who: str, method: str, address: str, expect: set[int], **more: Any) -> int:
        """One request; whatever is wrong with its answer is noted. 0 when it would have changed something."""
        self.knocks += 1
        client = self.enter(who)
        self.writes.kept, self.writes.pending, self.writes.stop = [], [], method == "POST"
        looks = {"payments", "supporter", "care_manager", "staff", "commissioner", "administrator", "moderator", BESIDE}
        self.writes.may_look = who in looks
        said = f"{method} {address[:120]} as {who} {str(more.get('data', ''))[:200]}"
        _forget_the_last_request()
        try:
            # Everybody comes from an address of their own: tries are counted by it.
            environ = {"REMOTE_ADDR": f"10.{self.knocks >> 16 & 255}.{self.knocks >> 8 & 255}.{self.knocks & 255}"}
            response = client.open(address, method=method, environ_base=environ, **more)
        except Kept as kept:
            if 0 not in expect:
                self.faults.append(f"{said}: changed {kept}")
            return 0
        except Exception as fault:  # noqa: BLE001 - it is what we look for
            self.faults.append(f"{said}: {type(fault).__name__}: {str(fault)[:300]}")
            db.session.rollback()
            return 500
        if self.writes.faults:
            self.faults.append(f"{said}: {self.writes.faults.pop()}")
        allowed = (COUNTED if method == "POST" else set()) | (LOOKS if self.writes.may_look else set())
        if set(self.writes.kept) - allowed:
            self.faults.append(f"{said}: kept {self.writes.kept}")
        if response.status_code not in expect:
            words = BeautifulSoup(response.get_data(as_text=True), "html.parser").select(".govuk-error-summary, main p")
            told = " ".join(word.get_text(" ", strip=True) for word in words)[:200]
            self.faults.append(f"{said}: {response.status_code} {response.headers.get('Location', '')} {told}")
        if "evil.example" in response.headers.get("Location", "")[:30]:
            self.faults.append(f"{said}: leads to {response.headers['Location']}")
        self.inspect(said, who, re.sub(r"[?].*", "", address), response)
        return response.status_code

    def inspect(self, said: str, who: str, path: str, response: Any) -> None:
        text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        if "<script>alert" in text or "\0" in text:
            self.faults.append(f"{said}: came back unescaped")
        if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
            self.faults.append(f"{said}: no content policy")
        refused = response.status_code >= 400
        about = (path[:12] if refused else path[:40], who, response.status_code)
        if not text or path in PARTS or response.status_code in {302, 303} or about in self.inspected:
            return
        self.inspected.add(about)
        try:
            inspect_page(text, response.headers["Content-Security-Policy"])
        except AssertionError as wrong:
            self.faults.append(f"{said}: {wrong}")

    def form(self, who: str, address: str, /, **filled: Any) -> dict[str, Any]:
        """The fields of the form on a page, as a willing person would fill them in."""
        _forget_the_last_request()
        self.writes.stop = False
        page = BeautifulSoup(self.enter(who).get(address).get_data(as_text=True), "html.parser")
        values: dict[str, Any] = {}
        for form in page.select("main form"):
            if str(form.get("method", "get")).lower() == "post":
                values |= _as_loaded(form)
                for box in form.select("input[type=radio][name]"):
                    if box["name"] not in VALUES:
                        values.setdefault(str(box["name"]), box["value"])
        # Everybody sends this form: each for whom they act now, whomever it was opened for.
        values.pop(OPENED_FOR, None)
        wished = {name: value for name, value in VALUES.items() if name in values or _has(page, name)}
        return {**values, **wished, **filled, "csrf_token": self.token}


def _has(page: BeautifulSoup, name: str) -> bool:
    return page.select_one(f'main [name="{name}"]') is not None


@pytest.fixture
def sweep(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweep]:
    monkeypatch.setattr("app.funding.payments.gateway.is_set_up", lambda: True)
    app.config["IS_DEMONSTRATION"] = True
    with clock.set_to(NOW):
        own, other = half("own"), half("other")
        people = {
            name: f"{who.public_id}.{who.session_key}"
            for name in (
                *("person", "supporter", "staff", "care_manager", "commissioner"),
                *("administrator", "moderator", "payments"),
            )
            if (who := getattr(own, name))
        }
        signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
        app.test_client_class = FlaskClient
        visitors = {name: app.test_client() for name in ("nobody", *people)}
        with Writes().watched() as writes:
            yield Sweep(app, own, other, writes, visitors, people, signer.dumps(CSRF))


def _rules(app: Flask, method: str) -> list[Rule]:
    return sorted((r for r in app.url_map.iter_rules() if method in (r.methods or ())), key=lambda r: r.rule)


def _entrants(app: Flask, rule: Rule) -> list[str]:
    """Who may come in here, one of each sort."""
    doors: frozenset[str] = app.view_functions[rule.endpoint].open_to  # type: ignore[attr-defined]
    if "anyone" in doors:
        return ["nobody", "person"]
    if "signed in" in doors:
        return ["person", "supporter"]
    # Whoever runs frameworks is a commissioner here, and the moderator is the finance officer too.
    names = {"provider_staff": "staff", "contracts": "commissioner", "finance": "moderator"}
    return sorted({names.get(str(door), str(door)) for door in doors})


def _address(rule: Rule, ids: dict[str, str], query: str = "") -> str:
    path = re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda found: str(ids[found[1]]), rule.rule)
    query = query or QUERIES.get(rule.endpoint, "")
    return f"{path}?{query}" if query else path


def _queries(rule: Rule, number: int) -> tuple[str, ...]:
    """All of them at a list; about one thing the page far too high and a third of the others, the next door the next."""
    if not rule.arguments:
        return HOSTILE_QUERIES
    return (HOSTILE_QUERIES[1], *HOSTILE_QUERIES[number % 3 :: 3])


def _contents() -> dict[str, set[object]]:
    db.session.rollback()
    return {
        table.name: {repr(tuple(row)) for row in db.session.execute(select(table))}
        for table in Base.metadata.tables.values()
        if table.name not in COUNTED | LOOKS
    }


@pytest.mark.mostly_on("sqlite")
def test_reading_never_changes_anything_and_never_breaks(sweep: Sweep) -> None:
    before = _contents()
    for number, rule in enumerate(_rules(sweep.app, "GET")):
        own, other = (half.ids.get(rule.endpoint, {}) for half in (sweep.own, sweep.other))
        assert rule.arguments <= set(own), f"say whose ids {rule.endpoint} takes"
        own, other = ({name: ids[name] for name in rule.arguments} for ids in (own, other))
        entrants = _entrants(sweep.app, rule)
        for who in sweep.visitors:
            is_in = who in entrants or "nobody" in entrants
            sweep.knock(who, "GET", _address(rule, own), ANSWERS if is_in else {302, 403, 404, 200, 409})
            is_everywhere = is_in and who == EVERYWHERE
            if rule.arguments and not rule.rule.startswith(PUBLIC) and not is_everywhere:
                sweep.knock(who, "GET", _address(rule, other), {302} if who == "nobody" else {403, 404})
        willing = ACTS_AS.get(rule.endpoint, entrants[0])
        for query in _queries(rule, number):
            sweep.knock(entrants[-1], "GET", _address(rule, own, query), ANSWERS)
        for query in ASKED.get(rule.endpoint, ()):
            sweep.knock(willing, "GET", _address(rule, own, query), ANSWERS)
        for hostile in HOSTILE_IDS if rule.arguments else ():
            for name in rule.arguments:
                address = _address(rule, {**own, name: hostile})
                sweep.knock(willing, "GET", address, {404, 400, 302, 405, 308})
    assert sweep.faults == [], "\n".join(sweep.faults)
    assert _contents() == before


JOINS = {"kind": "charity", "name": "Hostile Charity", "postcode": "QX1 1AA", "phone": "0161 496 0001"}
REVIEWED = {"purpose": "home", "helped": "mostly", "connection": "none", "words": "Kind, and always on time."}
FILLED: dict[str, Callable[[Half], dict[str, Any]]] = {
    "council_rules.rule": lambda _half: {
        "value": "50",
        "reason": "It suits",
        "step": "confirm",
        **_day("valid_from", 2028),
    },
    "council_rules.second_yes": lambda _half: {"answer": "no"},
    "taking_on.take_on": lambda _half: {
        "full_name": "Nora New",
        "postcode": "QX2 1AA",
        "email": "",
        "reference": "A1",
        "born_on-day": "3",
        "born_on-month": "5",
        "born_on-year": "1948",
    },
    "moderating.report": lambda _half: {"reason": "abuse", "words": "Look"},
    "moderating.decide": lambda _half: {"decision": "untrue", "answer": "It is not so"},
    "moderating.appeal": lambda _half: {"words": "It is not true"},
    "complaints.complain": lambda half: {
        "about": half.ids["desk.booking"]["public_id"],
        "to": "provider",
        "words": "They came late",
    },
    **dict.fromkeys(
        ("complaints.desk_complaint", "complaints.council_complaint"),
        lambda _half: {"words": "I look at it", "step": "answer"},
    ),
    "catalogue.send_claim_code": lambda _half: {"way": "code_by_telephone"},
    "councils.places": lambda _half: {"sheet": Places()},
    "councils.contact": lambda _half: {"phone": "01632 960001"},
    "people_files.files": lambda _half: {"sheet": People()},
    "taking_on.answer": lambda _half: {"answer": "no"},
    "payments.pay_back": lambda _half: {"amount": "5"},
    "payments.own_bank_account": lambda _half: {"name": "A Person", "sort_code": "203040", "number": "12345678"},
    "payments.pay_out": lambda _half: {"fate": "sent_back", "reason": "No such account"},
    "leaving.death": lambda _half: {"answer": "mistake", "words": "She opened the door"},
    "leaving.report": lambda _half: {"words": "Her daughter called", "is_sure": "y"},
    "homes.home_visits": lambda _half: {
        "address": "1 Hostile Road",
        "postcode": "QX1 1AA",
        "phone": "01632 960001",
        "way_in": "Key safe 4711",
        "contact_name": "Joanne",
        "contact_phone": "01632 960002",
    },
    "taking_on.by_letter": lambda _half: {"code": "abcd-efgh-jkmn"},
    "frameworks.new_framework": lambda _half: {
        **_day("starts_on", 2027),
        **_day("ends_on", 2028),
        **_day("extend_until", 2029),
        "weights": "Quality 60\nPrice 40",
        "questions": "How?",
        "lot_name": "Meals",
        "kinds": ["meals"],
        "admission": "any_time",
    },
    "frameworks.change_framework": lambda _half: {"name": "Better support", "weights": "", "questions": "Why?"},
    "frameworks.extend_framework": lambda _half: _day("ends_on", 2029),
    "frameworks.add_lot": lambda _half: {"lot_name": "Meals", "kinds": ["meals"]},
    "frameworks.set_discount": lambda _half: {"threshold": "14000", "percent": "2"},
    "frameworks.add_round": lambda _half: {**_day("opens_on", 2027), **_day("closes_on", 2028)},
    "frameworks.invite_provider": lambda half: {"provider": half.seller, "chosen": ""},
    "frameworks.apply": lambda half: {
        "lots": ["1"],
        "answer_0": "Gladly.",
        "provider": half.ids["storefront.provider"]["public_id"],
    },
    "frameworks.add_document": lambda _half: {"title": "Insurance", "document": Paper()},
    "frameworks.answer_lot": lambda _half: {"answer": "refuse", "reason": "Not enough about people's own choices"},
    "settlement.query_line": lambda _half: {"reason": "It was an hour longer"},
    "settlement.answer_query": lambda _half: {"answer": "The record stands"},
    "settlement.paid": lambda _half: {"fate": "sent_back", "reason": "Account closed", **_day("paid_on", 2026)},
    "settlement.ledger_codes": lambda _half: {"support": "R1000"},
    **dict.fromkeys(
        ("settlement.bank_details", "settlement.council_account"),
        lambda _half: {"name": "Bright Days", "sort_code": "112233", "number": "12345678"},
    ),
    "settlement.check_bank_details": lambda _half: {"number": "12345678"},
    "framework_use.end_places": lambda _half: {"reach": "all", "step": "confirm", **_day("ends_on", 2027)},
    "staff.invite": lambda _half: {"roles": ["finance"]},
    "staff.member": lambda _half: {"roles": ["finance", "moderator"]},
    "suspending.suspend": lambda _half: {"step": "confirm"},
    "councils.choose_council": lambda half: {"council": half.council.code, "next": "/"},
    "circles.shop_for": lambda half: {"person": half.person.public_id, "next": "/"},
    "accounts.sign_in_to_demonstration": lambda half: {"person": half.resident.public_id},
    "accounts.sign_in": lambda half: {"email": half.resident.email, "password": PASSWORD},
    "catalogue.new_listing": lambda half: {"areas": [half.council.code]},
    "joining.join": lambda _half: JOINS,
    "joining.who": lambda _half: JOINS,
    "joining.offer": lambda half: {"kind": "advocacy", "area": half.council.code, "unit": "hour", "price": "18"},
    "joining.numbers": lambda _half: {"charity_number": "1123457"},
    "rate_files.rate_files": lambda half: {"sheet": Rates(half.ids["storefront.listing"]["public_id"])},
    "pictures.add_picture": lambda _half: {"kind": "people", "alt": "Two people bake bread", "photo": Photograph()},
    "pictures.describe_picture": lambda _half: {"alt": "Three people bake bread"},
    "presenting.state_credential": lambda _half: {"kind": "accreditation", "given_by": "Somebody"},
    "provider_staff.invite_staff": lambda _half: {"duties": ["record"]},
    "provider_staff.duties": lambda _half: {"duties": ["answer"]},
    "joining.draft": lambda _half: {"is_true": "y"},
    "booking_journey.money": lambda half: {"pay": half.pot},
    "agreeing.change_budget": lambda _half: {"total": "13500", "contribution": "0", "contingency": "500"},
    "choosing.how": lambda _half: {
        "way": "direct_payment",
        "step": "check",
        "agent": "",
        "agent_name": "",
        "fund_holder": "",
    },
    "choosing.answer_fund": lambda _half: {"answer": "yes", "fee": "10"},
    "agreeing.look_again": lambda _half: {"goes_on": "yes", "words": "It helps with the mornings"},
    "budgets.answer_agreement": lambda _half: {"answer": "yes"},
    "agreeing.sign_agreement": lambda half: {"provider": half.seller},
    "conflicts.except_broker": lambda half: {"reason": f"Nobody else signs the language of {half.person.id}."},
    "caseloads.look_over": lambda _half: {"answer": "not_right", "because": "It was somebody else"},
    "circles.add_to_caseload": lambda half: {"email": half.resident.email, "because": "They rang us"},
    "circles.answer": lambda _half: {"no": "1"},
    "circles.invite": lambda _half: {"kind": "advocate"},
    "circles.note_authority": lambda _half: {"kind": "attorney", "authority": "lasting_power"},
    "circles.ask": lambda _half: {"powers": ["book_council_managed"], "why": "To look for support together"},
    "circles.asked": lambda _half: {"answer_see_money": "yes"},
    "circles.agree_decision": lambda _half: {"answer": "yes"},
    "circles.see_authority": lambda _half: {"answer": "yes"},
    "circles.record_decision": lambda _half: {
        "which_decision": "Who comes in the morning",
        "help_tried": "Pictures, and time",
        "least_restriction": "She still chooses the day",
        "decided_by_name": "Bea Assessor",
        "decided_by_role": "assessor",
        "evidence": "assessment",
        "review_on-day": "3",
        "review_on-month": "5",
        "review_on-year": "2027",
    },
    "basket.take": lambda _half: {"seen": "4125"},
    "accounts.forgotten_password": lambda half: {"email": half.person.email},
    "accounts.ask_to_confirm": lambda half: {"email": half.waiting},
    "sharing.agree": lambda half: {"name": "Ada", "pay": half.pot, "amount": half.words["owed"]},
    "basket.ask_for_yes": lambda _half: {"way": "email"},
    "basket.type_code": lambda half: {"code": half.words["yes"]},
    "basket.check_out": lambda half: {f"pay-{half.words['line']}": half.pot},
    "sessions.buy": lambda _half: {"quantity": "2"},
    "calendars.calendar_address": lambda _half: {"act": "renew"},
    "calendars.desk_address": lambda _half: {"act": "renew"},
    "conversations.conversation_read": lambda half: {"newest": half.words["newest"]},
    "conversations.desk_conversation_read": lambda half: {"newest": half.words["newest"]},
    "sessions.desk_session": lambda _half: {"places": "7"},
    "sessions.desk_sessions": lambda _half: {"places": "7", "weeks": "2"},
    "visits.door_code": lambda half: {"code": half.words["code"]},
    "repeating.note": lambda _half: {"note": "Ring twice"},
    "booking_journey.repeat": lambda _half: {"days": ["2"], "every": "1", "ends": "never"},
    "sessions.send_back": lambda _half: {"quantity": "1"},
    "sharing.share_with": lambda half: {
        "step": "ask",
        "pay": half.pot,
        "amount": "2063",
        "weeks": "1",
        "parts": "1",
        "name": "Ada",
        "name_1": "Bea",
        "email_1": half.words["neighbour"],
        "parts_1": "1",
    },
    "visits.uploads": lambda half: {"provider": half.words["provider"], "sheet": Sheet(half.words["reference"])},
    "visits.use_hours": lambda _half: {"price": "4125"},
    "reviews.change": lambda _half: {"quality": "4", **REVIEWED},
    "reviews.write": lambda _half: REVIEWED,
    "reviews.report": lambda _half: {"reason": "abuse"},
    "reviews.decide_report": lambda _half: {"decision": "keep"},
    "reviews.decide_appeal": lambda _half: {"decision": "stands"},
}
"""What differs from ``VALUES`` at one door."""
ONES_OWN = (
    *("agree", "basket", "became", "buy", "calendar", "calendar_address", "change_visit", "check_change", "check_out"),
    *("confirm_visit", "conversation", "conversation_read", "dispute", "end", "give_back_hours", "give_up_place"),
    *("leave", "leave_out", "move", "move_to", "note", "one_visit", "other_times", "own_share", "refuse", "repeat"),
    *(
        "save_hours",
        "send_back",
        "session",
        "share",
        "share_with",
        "stop_waiting",
        "not_now",
        "take",
        "take_out",
        "take_place",
    ),
    *("use_hours", "visit", "visits", "wait_for_place", "withdraw", "withdraw_change", "withdraw_dispute"),
)
ACTS_AS = {
    "circles.shop_for": "care_manager",
    "circles.agree_decision": "commissioner",
    "circles.see_authority": "commissioner",
    "circles.end_decision": "care_manager",
    "basket.ask_for_yes": BESIDE,
    "basket.type_code": BESIDE,
    "joining.take_back": "supporter",
} | dict.fromkeys(
    (
        *("bookings.cancel", "reviews.write", "booking_journey.when", "booking_journey.money", "booking_journey.check"),
        *(
            "spent_elsewhere.record_outside",
            "spent_elsewhere.outside",
            "spent_elsewhere.receipt",
            "homes.home_visits",
            "homes.take_out",
            "spent_elsewhere.add_receipt",
            "spent_elsewhere.all_outside",
            "spent_elsewhere.take_back_outside",
            "budgets.bring_forward",
            "budgets.answer_agreement",
            "choosing.how",
            "choosing.withdraw_choice",
            "choosing.confirm_choice",
        ),
        *("storefront.plan", "storefront.share_plan", "storefront.remove_plan", "storefront.book_plan"),
        *map(whole, ONES_OWN),
    ),
    "person",
)
"""Who has what the door asks for, where that is not the first who may come in."""
DRAWS = {
    "catalogue.send_claim_code",
    "taking_on.by_letter",
    "taking_on.take_on",
    "taking_on.letter",
    "frameworks.invite_provider",
    "storefront.week",
    "storefront.week_cost",
    "storefront.plan",
    "budgets.bring_forward",
    "choosing.how",
}
"""Answers with a page: a week drawn so far, or that this council lets nobody bring money forward."""
NOT_IN_THIS_WORLD = {
    "leaving.reported": {404},
    "settlement.make_bank_file": {409},
    "circles.answer": {400},
    "councils.take_in_places": {409},
}
"""Nobody reported that this person died, no account was checked that could be paid into, and an invitation is for whoever
has the address it went to: rooms of their own try these."""
EVERYWHERE = "payments"
"""Who looks after card payments does so for the whole site: nothing is another's to them."""
PARTS = {"/week/cost"}
"""Not whole pages."""


@pytest.mark.mostly_on("postgresql")
def test_sending_changes_only_what_it_should_and_never_breaks(sweep: Sweep) -> None:
    before = _contents()
    acting = []
    for door, rule in enumerate(_rules(sweep.app, "POST")):
        if rule.endpoint == "webhooks.stripe":
            continue
        own, other = (half.ids.get(rule.endpoint, {}) for half in (sweep.own, sweep.other))
        query = f"{PLAN}&pay={sweep.own.pot}" if rule.endpoint == "booking_journey.check" else ""
        address, foreign = _address(rule, own, query), _address(rule, other, query)
        entrants = _entrants(sweep.app, rule)
        willing = ACTS_AS.get(rule.endpoint, entrants[0])
        special = FILLED.get(rule.endpoint, lambda _half: {})(sweep.own)
        filled = sweep.form(willing, address, **special)
        done = (
            {0, 302, 303} | ({200} if rule.endpoint in DRAWS else set()) | NOT_IN_THIS_WORLD.get(rule.endpoint, set())
        )
        if sweep.knock(willing, "POST", address, done, data=filled) in {0, 302, 303}:
            acting.append(rule.endpoint)
        _strangers(sweep, rule, address, foreign, filled)
        for name in rule.arguments:
            for hostile in HOSTILE_IDS[:5]:
                gone = _address(rule, {**own, name: hostile}, query)
                sweep.knock(willing, "POST", gone, {404, 400, 405, 308}, data=filled)
        fields = [name for name in filled if name != "csrf_token"]
        for data in _hostile(filled, fields, door):
            sweep.knock(willing, "POST", address, ANSWERS | {0}, data=data)
        for kind in (
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
        ):
            sweep.knock(willing, "POST", address, {400, 415}, data=b'{"a": [1, "\x00\xff', content_type=kind)
    assert sweep.faults == [], "\n".join(sweep.faults)
    assert _contents() == before


def _strangers(sweep: Sweep, rule: Rule, address: str, foreign: str, filled: dict[str, Any]) -> None:
    """A willing form from everybody: without its token, from those who may not come in, and about another's things."""
    entrants = _entrants(sweep.app, rule)
    for who in sweep.visitors:
        sweep.knock(who, "POST", address, {303, 400, 401, 403, 404}, data={**filled, "csrf_token": "forged"})
        if who not in entrants and "nobody" not in entrants and "person" not in entrants:
            sweep.knock(who, "POST", address, SHUT, data=filled)
        is_everywhere = who == EVERYWHERE and who in entrants
        if rule.arguments and not rule.rule.startswith(PUBLIC) and not is_everywhere:
            sweep.knock(who, "POST", foreign, SHUT, data=filled)


def _hostile(filled: dict[str, Any], fields: list[str], door: int) -> Iterator[dict[str, Any]]:
    """The filled form, spoilt in one field or in all of them.

    Each door meets half of the values and its neighbour the other half; with ``PROVE`` each meets all.
    """
    for number, value in enumerate(HOSTILE_VALUES):
        if "PROVE" not in os.environ and number % 2 == door % 2:
            continue
        spoilt = [[name] for name in fields] if len(fields) <= EVERY_VALUE_UP_TO else []
        if len(fields) > EVERY_VALUE_UP_TO:
            spoilt = [[name] for at, name in enumerate(fields) if at % ONE_IN == number % ONE_IN]
        if len(fields) > 1:
            spoilt.append(fields)
        for names in spoilt:
            yield {
                name: value if name in names else kept
                for name, kept in filled.items()
                if name not in names or value is not None
            }
