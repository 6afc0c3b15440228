"""Cost my week: a year of 20 visits a week over six providers, in process and as the page that follows one's typing.

``make bench-week``. Fails (exit 1) when the year takes 50 ms of processor time or more, or the fragment 100 ms of server
time or more, both at the median. ``BENCH_DATA=FOLDER`` asks a demonstration that is already loaded (see ``web.py``).
"""

import os
import re
import statistics
import sys
import tempfile
import time
from datetime import date
from datetime import time as clock_face
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.base.db import db
from app.market.catalogue.models import Listing, ListingStatus
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Unit
from app.people.accounts.models import Person
from app.people.accounts.queries import demonstration_people
from app.people.accounts.rules import Role
from app.people.councils.queries import bank_holidays_for
from app.shop.storefront.rules.cost import CardsOfListing, Pricer, cost_of
from app.shop.storefront.rules.week import WeekLine, length_as_typed
from benchmarks._table import show, verdict
from benchmarks.web import _cookie, _environment, _loaded, _site

ROUNDS = 50
TARGET_MS = 50.0
FRAGMENT_MS = 100.0
PROVIDERS = 6
VISITS = 20
OK = 200


def _offer(number: int) -> CardsOfListing:
    extra = Extra(f"e{number}", "Second worker", AddOnBasis.PER_HOUR, 2000)
    night = Band(BandName.NIGHT, 22 * 60, 6 * 60, Amounts(3300, 3400, 3500, 6000))
    facts = (Unit.HOUR, 2750 + number, 2900, 3000, 5000, 30, 2000, 15, (extra,))
    return CardsOfListing((Card(date(2026, 10, 1), *facts, bands=(night,)), Card(date(2026, 1, 1), *facts)))


def _in_process() -> tuple[list[float], int]:
    """Milliseconds of processor time of each round, and the visits a year has."""
    offers = {f"l{number}": _offer(number) for number in range(PROVIDERS)}
    names = {key: name for offer in offers.values() for key, name in offer.names.items()}
    lines = [
        WeekLine(str(n), (1 + n % 7,), clock_face(6 + n % 17, 15), 45 + n * 5, listing=f"l{n % 6}", extras=("e0",))
        for n in range(VISITS)
    ]
    taken, visits = [], 0
    for _ in range(ROUNDS):
        began = time.process_time()
        pricer = Pricer(bank_holidays_for(None))
        found = cost_of(
            lines, offers, names=names, starts_on=date(2026, 4, 6), week_of=date(2026, 11, 23), pricer=pricer
        )
        taken.append(1000 * (time.process_time() - began))
        visits = sum(1 for line in found.lines for pence in line.days if pence)
    return taken, visits


def _sheet(app: Flask) -> dict[str, object]:
    """The fields of a sheet of twenty visits over six providers of the demonstration, as a browser sends them."""
    with app.app_context():
        rows = db.session.execute(
            select(Listing.public_id, Listing.kind)
            .join(Listing.rate_cards)
            .where(Listing.status == ListingStatus.PUBLISHED, Listing.kind == "care-at-home")
            .distinct()
            .order_by(Listing.public_id)
            .limit(PROVIDERS)
        ).all()
    fields: dict[str, object] = {"lines": " ".join(str(n) for n in range(1, VISITS + 1))}
    for n in range(VISITS):
        listing, kind = rows[n % len(rows)]
        fields |= {
            f"v{n + 1}-what": f"Visit {n}",
            f"v{n + 1}-days": [str(1 + n % 7)],
            f"v{n + 1}-start": f"{7 + n % 12}:15",
            f"v{n + 1}-length": length_as_typed(45 + n * 5),
            f"v{n + 1}-kind": kind,
            f"v{n + 1}-who": listing,
        }
    return fields


def _browser(app: Flask, person: Person | None) -> tuple[FlaskClient, str]:
    """A browser, signed in or not, and the token of its form."""
    client = app.test_client()
    if person is not None:
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], _cookie(app, person).partition("=")[2])
    page = client.get("/week").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return client, token[1] if token else ""


def _fragment(app: Flask, person: Person | None) -> list[tuple[float, float]]:
    """Milliseconds of each answer of the fragment: the server's own time, and by the clock with whatever else ran."""
    client, token = _browser(app, person)
    sent = {**_sheet(app), "csrf_token": token}
    taken = []
    for number in range(ROUNDS + 3):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.post("/week/cost", data=sent)
        if number >= 3:
            taken.append((1000 * (time.process_time() - worked), 1000 * (time.perf_counter() - began)))
        if answer.status_code != OK or b"data-week-total" not in answer.data:
            raise SystemExit(f"the fragment answered {answer.status_code}")
    return taken


def main() -> int:
    """Print both tables; the exit status says whether both targets were met."""
    taken, visits = _in_process()
    median = statistics.median(taken)
    head = ("what", "median ms", f"worst of {ROUNDS}", "under", "visits a second")
    row = (f"{visits:,} visits, CPU", f"{median:.1f}", f"{max(taken):.1f}", f"{TARGET_MS:.0f}")
    show("A year of 20 visits a week over 6 providers", head, [(*row, f"{visits / median * 1000:,.0f}")])
    missed = [] if median < TARGET_MS else [f"the year took {median:.1f} ms, not under {TARGET_MS:.0f} ms"]
    rows = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        ready = os.environ.get("BENCH_DATA")
        app = _site(_environment(Path(ready)) if ready else _loaded(Path(name) / "small", small=True))
        with app.app_context():
            people = [one.person for one in demonstration_people() if one.role == Role.PERSON][:1]
        for who, person in (("anybody", None), *(("signed in", person) for person in people)):
            each = _fragment(app, person)
            middle = statistics.median(own for own, _ in each)
            by_clock = statistics.median(clock for _, clock in each)
            rows.append(
                (who, f"{middle:.1f}", f"{max(own for own, _ in each):.1f}", f"{FRAGMENT_MS:.0f}", f"{by_clock:.1f}")
            )
            if middle >= FRAGMENT_MS:
                missed.append(f"the fragment, {who}: {middle:.1f} ms, not under {FRAGMENT_MS:.0f} ms")
    title = f"The fragment of the same week as one types, server time (load {os.getloadavg()[0]:.1f})"
    show(title, ("who asks", "median ms", f"worst of {ROUNDS}", "under", "by the clock"), rows)
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
