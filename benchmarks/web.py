"""What a page costs: CPU, queries and bytes, beside a bare Flask page in the same run.

The site is served by gunicorn as in production (two workers, four threads) on a full demonstration council; four clients
ask for one page at a time. CPU is the workers' own (user and system) over all requests, so that a busy machine changes it
little; queries and bytes are exact.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app import create_app
from app.accounts.queries import demonstration_people
from app.accounts.rules import Role
from app.catalogue.models import Listing
from app.db import db
from app.demo.rules import places
from benchmarks._table import show, verdict
from config import settings
from tests.live import free_port
from tests.queries import counted

ROOT = Path(__file__).parents[1]
CLIENTS = 4
REQUESTS = 60
ROUNDS = 5
WARM_UP = 24


@dataclass(frozen=True)
class Target:
    """The most a page may cost."""

    cpu_ms: float
    queries: int


RESULTS = Target(10, 12)
OTHER = Target(6, 10)
FIRST_VISIT_BYTES = 60 * 1024


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "INSTANCE_DIR": str(folder / "instance"),
        "SEARCH_INDEX_DIR": str(folder / "search_index"),
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder / 'site.sqlite'}"),
        "PORT": str(port),
    }


def _served(module: str, port: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    serving = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            _fetch(port, "/", "")
        except OSError:
            _a_moment(serving)
        else:
            return serving
    raise SystemExit(f"{module} did not start")


def _a_moment(serving: "subprocess.Popen[bytes]") -> None:
    try:
        serving.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return


def _fetch(port: int, path: str, cookie: str) -> tuple[int, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()


def _cpu_of(serving: "subprocess.Popen[bytes]") -> float:
    workers = psutil.Process(serving.pid).children(recursive=True)
    return sum(sum(worker.cpu_times()[:2]) for worker in workers)


def _measure(serving: "subprocess.Popen[bytes]", port: int, path: str, cookie: str) -> tuple[float, int]:
    """CPU milliseconds a request (the least of several rounds) and the bytes of the answer."""
    sizes: list[int] = []

    def ask(times: int) -> None:
        for _ in range(times):
            status, size = _fetch(port, path, cookie)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            sizes.append(size)

    def crowd(times: int) -> None:
        threads = [threading.Thread(target=ask, args=(times // CLIENTS,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    crowd(WARM_UP)
    rounds = []
    for _ in range(ROUNDS):
        before = _cpu_of(serving)
        crowd(REQUESTS)
        rounds.append((_cpu_of(serving) - before) * 1000 / REQUESTS)
    return min(rounds), round(statistics.mean(sizes))


def _loaded(folder: Path, *, small: bool) -> dict[str, str]:
    """A demonstration council in a folder of its own, and the environment that serves it."""
    environment = _environment(folder, free_port())
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load", *(["--small"] if small else [])]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
    return environment


def _site(environment: dict[str, str]) -> Flask:
    return create_app({**settings(environment), "LOG_REQUESTS": False})


def _pages(app: Flask) -> dict[str, tuple[str, str, Target]]:
    """What is measured: a name, the address, the cookie it is asked with, and what it may cost."""
    with app.app_context():
        person = next(p for p in demonstration_people() if p.has_role(Role.PERSON))
        cookie = _cookie(app, person.public_id, person.session_key)
        listing = db.session.scalars(
            select(Listing).join(Listing.rate_cards).where(Listing.kind == "care-at-home").order_by(Listing.id)
        ).first()
        if listing is None:
            raise SystemExit("the demonstration has no care at home")
        address = f"/listings/{listing.public_id}"
    council = places.COUNCIL_CODE
    results = f"/search?q=care&council={council}"
    return {
        "home": ("/", "", OTHER),
        "results of 20": (results, "", RESULTS),
        "listing": (address, "", OTHER),
        "home, signed in": ("/", cookie, OTHER),
        "results of 20, signed in": (results, cookie, RESULTS),
        "listing, signed in": (address, cookie, OTHER),
        "money": ("/money", cookie, OTHER),
        "bookings": ("/bookings", cookie, OTHER),
    }


def _cookie(app: Flask, public_id: str, session_key: str) -> str:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        raise SystemExit("no secret key")
    value = serializer.dumps({"_user_id": f"{public_id}.{session_key}", "_fresh": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def _queries(app: Flask) -> dict[str, int]:
    """Queries each page asks, on a warmed application."""
    found = {}
    for name, (address, cookie, _target) in _pages(app).items():
        client = app.test_client(use_cookies=False)
        headers = {"Cookie": cookie} if cookie else {}
        client.get(address, headers=headers)
        with app.app_context(), counted() as statements:
            client.get(address, headers=headers)
        found[name] = len(statements)
    return found


def _first_visit(app: Flask) -> list[tuple[str, int]]:
    """Bytes of the home page and of all it asks for, as a browser that knows gzip gets them."""
    client = app.test_client()
    page = client.get("/").get_data(as_text=True)
    wanted = sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page)))
    sizes = [("the page itself", len(page.encode()))]
    for address in wanted:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        sizes.append((address.split("?")[0], len(answer.get_data())))
    return sizes


def main() -> int:
    """Print the tables; the exit status says whether every target was met."""
    missed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = _loaded(folder / "full", small=False)
        few = _queries(_site(_loaded(folder / "small", small=True)))
        app = _site(environment)
        many = _queries(app)
        bare_port, port = free_port(), int(environment["PORT"])
        bare = _served("benchmarks._bare:app", bare_port, environment)
        serving = _served("wsgi:app", port, {**environment, "OWNWAY_LOG_REQUESTS": "0"})
        try:
            reference, _ = _measure(bare, bare_port, "/", "")
            rows: list[tuple[object, ...]] = [("bare Flask page", f"{reference:.2f}", "1.0", "", "0", "", "")]
            for page, (address, cookie, target) in _pages(app).items():
                cpu, size = _measure(serving, port, address, cookie)
                rows.append(
                    (
                        page,
                        f"{cpu:.2f}",
                        f"{cpu / reference:.1f}",
                        target.cpu_ms,
                        many[page],
                        target.queries,
                        f"{size:,}",
                    )
                )
                if cpu > target.cpu_ms:
                    missed.append(f"{page}: {cpu:.2f} ms CPU, at most {target.cpu_ms}")
                if many[page] > target.queries:
                    missed.append(f"{page}: {many[page]} queries, at most {target.queries}")
                if many[page] > few[page]:
                    missed.append(f"{page}: {few[page]} queries with few rows, {many[page]} with many")
        finally:
            for process in (bare, serving):
                process.terminate()
                process.wait(timeout=20)
        head = ("page", "CPU ms", "x bare", "at most", "queries", "at most", "bytes")
        show(f"What a page costs ({CLIENTS} clients, load {os.getloadavg()[0]:.1f})", head, rows)
        sizes = _first_visit(app)
    total = sum(size for _, size in sizes)
    show(
        "First visit, bytes transferred", ("what", "bytes"), [*sizes, ("in all", total), ("at most", FIRST_VISIT_BYTES)]
    )
    if total > FIRST_VISIT_BYTES:
        missed.append(f"first visit: {total:,} bytes, at most {FIRST_VISIT_BYTES:,}")
    return verdict(missed)


if __name__ == "__main__":
    sys.exit(main())
