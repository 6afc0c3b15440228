"""What a page costs: CPU, queries and bytes, beside a bare Flask page in the same run.

The site is served by gunicorn as in production (two workers, four threads, every request logged) on a full demonstration
council; four clients ask for one page at a time. CPU is the workers' own (user and system) over all requests, so that a
busy machine changes it little; queries and bytes are exact. Then one client asks for each page one after the other, by the
wall clock: one request in a hundred may take at most four times what half of them take. ``BENCH_DATA=FOLDER`` measures a demonstration that is
already loaded (``ownway.sqlite`` and ``si/`` inside; its own index and sessions are written to): a copy is best.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.base.db import db
from app.demo.rules import places
from app.market.catalogue.models import Listing
from app.people.accounts.queries import demonstration_people
from app.people.accounts.rules import Role
from benchmarks._site import BROWSER, ROOT, cpu_of, fetch, served
from benchmarks._table import show, verdict
from config import settings
from tests.live import free_port
from tests.queries import counted

CLIENTS = 4
REQUESTS = 120
ROUNDS = 4
WARM_UP = 40
ALONE = 400
"""Requests of one client after another, of which the 99th percentile is taken."""
P99_TIMES_P50 = 4
OK = 200


@dataclass(frozen=True)
class Target:
    """The most a page may cost."""

    cpu_ms: float
    queries: int


@dataclass(frozen=True)
class Visit:
    """A page, and the cookie it is asked with."""

    address: str
    cookie: str
    target: Target


HEAVY = Target(10, 12)
OTHER = Target(6, 10)
LISTS = Target(8, 10)
DESK = Target(15, 13)
YEAR = Target(20, 12)
"""Pages of a day's work, which fewer people open and less often: a week's visits, a provider's lists, a year in figures.

The desk's last query records whose requests it showed.
"""
FIRST_VISIT_BYTES = 60 * 1024


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "INSTANCE_DIR": str(folder),
        "SEARCH_INDEX_DIR": str(folder / "si"),
        "PORT": str(free_port()),
    }


def _loaded(folder: Path, *, small: bool) -> dict[str, str]:
    """A demonstration council in a folder of its own, and the environment that serves it."""
    environment = _environment(folder)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load", *(["--small"] if small else [])]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
    return environment


def _site(environment: Mapping[str, str]) -> Flask:
    return create_app({**settings(environment), "LOG_REQUESTS": False})


def _measure(serving: "subprocess.Popen[bytes]", port: int, path: str, cookie: str) -> tuple[float, int]:
    """CPU milliseconds a request (the median of several rounds) and the bytes of the answer."""
    sizes: list[int] = []

    def ask(times: int) -> None:
        for _ in range(times):
            status, size = fetch(port, path, cookie)
            sizes.append(size if status == OK else 0)

    def crowd(times: int) -> None:
        threads = [threading.Thread(target=ask, args=(times // CLIENTS,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    crowd(WARM_UP)
    rounds = []
    for _ in range(ROUNDS):
        before = cpu_of(serving.pid)
        crowd(REQUESTS)
        rounds.append((cpu_of(serving.pid) - before) * 1000 / REQUESTS)
    if 0 in sizes or len(sizes) != WARM_UP + ROUNDS * REQUESTS:
        raise SystemExit(f"{path} did not always answer {OK}")
    return statistics.median(rounds), round(statistics.mean(sizes))


def _wall(port: int, path: str, cookie: str) -> tuple[float, float]:
    """Milliseconds by the wall clock that half of one client's requests take at most, and that 99 in a hundred take."""
    took = []
    for _ in range(ALONE):
        begun = time.perf_counter()
        status, _size = fetch(port, path, cookie)
        took.append((time.perf_counter() - begun) * 1000)
        if status != OK:
            raise SystemExit(f"{path} did not always answer {OK}")
    parts = statistics.quantiles(took, n=100)
    return parts[49], parts[98]


def _pages(app: Flask) -> dict[str, Visit]:
    """What is measured, by its name."""
    with app.app_context():
        people = {one.role: one.person.public_id for one in reversed(demonstration_people())}
        listing = db.session.scalars(
            select(Listing).join(Listing.rate_cards).where(Listing.kind == "care-at-home").order_by(Listing.id)
        ).first()
        if listing is None:
            raise SystemExit("the demonstration has no care at home")
        address = f"/listings/{listing.public_id}"
    cookies = {role: _cookie(app, public_id) for role, public_id in people.items()}
    results = f"/search?q=care&council={places.COUNCIL_CODE}"
    person = cookies[Role.PERSON]
    return {
        "home": Visit("/", "", OTHER),
        "results of 20": Visit(results, "", HEAVY),
        "listing": Visit(address, "", OTHER),
        "home, signed in": Visit("/", person, OTHER),
        "results of 20, signed in": Visit(results, person, HEAVY),
        "listing, signed in": Visit(address, person, OTHER),
        "money": Visit("/money", person, OTHER),
        "bookings": Visit("/bookings", person, LISTS),
        "provider desk": Visit("/desk", cookies[Role.PROVIDER_STAFF], DESK),
        "trends": Visit("/trends", cookies[Role.COMMISSIONER], YEAR),
    }


def _cookie(app: Flask, public_id: str) -> str:
    """The cookie a browser holds after signing in and seeing one page."""
    client = app.test_client()
    page = client.get("/sign-in", headers=BROWSER).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None:
        raise SystemExit("the sign-in page has no token")
    sent = {"csrf_token": token[1], "person": public_id}
    client.post("/sign-in/demonstration", data=sent, headers=BROWSER)
    client.get("/", headers=BROWSER)
    name = app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    if kept is None:
        raise SystemExit("nobody was signed in")
    return f"{name}={kept.value}"


def _queries(app: Flask) -> dict[str, int]:
    """Queries each page asks, on a warmed application."""
    found = {}
    for name, visit in _pages(app).items():
        client = app.test_client(use_cookies=False)
        headers = {**BROWSER, **({"Cookie": visit.cookie} if visit.cookie else {})}
        client.get(visit.address, headers=headers)
        with app.app_context(), counted() as statements:
            client.get(visit.address, headers=headers)
        found[name] = len(statements)
    return found


def _first_visit(app: Flask, address: str) -> int:
    """Bytes of a page and of all it asks for, as a browser that knows gzip and has nothing yet gets them."""
    client = app.test_client()
    page = client.get(address, headers={"Accept-Encoding": "gzip"}).get_data()
    asks = client.get(address).get_data(as_text=True)
    wanted = {found.split("#")[0] for found in re.findall(r'(?:href|src)="(/static/[^"]+)', asks)}
    return len(page) + sum(
        len(client.get(one, headers={"Accept-Encoding": "gzip"}).get_data()) for one in sorted(wanted)
    )


def _table_of_pages(folder: Path, full: dict[str, str], few: dict[str, int]) -> list[str]:
    app = _site(full)
    many = _queries(app)
    missed = []
    walls: list[tuple[object, ...]] = []
    bare_environment = {**full, "PORT": str(free_port())}
    bare = served("benchmarks._bare:app", bare_environment, folder / "bare.log")
    try:
        serving = served("wsgi:app", full, folder / "site.log")
        try:
            reference, size = _measure(bare, int(bare_environment["PORT"]), "/", "")
            rows: list[tuple[object, ...]] = [("bare Flask page", f"{reference:.2f}", "1.0", "", 0, "", "", size)]
            for name, visit in _pages(app).items():
                cpu, size = _measure(serving, int(full["PORT"]), visit.address, visit.cookie)
                times = f"{cpu / reference:.1f}"
                most = visit.target
                rows.append(
                    (name, f"{cpu:.2f}", times, most.cpu_ms, many[name], most.queries, few[name], f"{size:,}"),
                )
                half, nearly_all = _wall(int(full["PORT"]), visit.address, visit.cookie)
                walls.append((name, f"{half:.1f}", f"{nearly_all:.1f}", f"{nearly_all / half:.1f}", P99_TIMES_P50))
                if nearly_all > half * P99_TIMES_P50:
                    missed.append(f"{name}: p99 {nearly_all:.1f} ms, over {P99_TIMES_P50} times its p50 of {half:.1f}")
                if cpu > most.cpu_ms:
                    missed.append(f"{name}: {cpu:.2f} ms CPU, at most {most.cpu_ms}")
                if many[name] > most.queries:
                    missed.append(f"{name}: {many[name]} queries, at most {most.queries}")
                if many[name] > few[name]:
                    missed.append(f"{name}: {few[name]} queries with few rows, {many[name]} with many")
        finally:
            serving.terminate()
            serving.wait(timeout=20)
    finally:
        bare.terminate()
        bare.wait(timeout=20)
    head = ("page", "CPU ms", "x bare", "at most", "queries", "at most", "few rows", "bytes")
    show(f"What a page costs ({CLIENTS} clients, load {os.getloadavg()[0]:.1f})", head, rows)
    show("Wall clock, one client, ms", ("page", "p50", "p99", "times", "at most"), walls)
    return missed


def _table_of_first_visits(app: Flask) -> list[str]:
    pages = _pages(app)
    sizes = {name: _first_visit(app, pages[name].address) for name in ("home", "results of 20", "listing")}
    rows = [(name, f"{size:,}", f"{FIRST_VISIT_BYTES:,}") for name, size in sizes.items()]
    show("First visit: the page and all it asks for, bytes", ("first page", "bytes", "at most"), rows)
    return [f"first visit, {name}: {size:,} bytes" for name, size in sizes.items() if size > FIRST_VISIT_BYTES]


def main() -> int:
    """Print the tables; the exit status says whether every target was met."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ready = os.environ.get("BENCH_DATA")
        full = _environment(Path(ready)) if ready else _loaded(folder / "full", small=False)
        few = _queries(_site(_loaded(folder / "small", small=True)))
        missed = _table_of_pages(folder, full, few)
        missed += _table_of_first_visits(_site(full))
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
