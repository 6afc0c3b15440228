"""What every test stands on: a fresh, migrated copy of a real database (SQLite and PostgreSQL), and a client that inspects pages."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from app import create_app
from app.base import clock
from app.base.db import migrate
from config import clock_told
from tests import postgres
from tests.inspection import InspectingClient
from tests.once import collect_less_often, compile_addresses_once, share_statements
from tests.postgres import named, run_on

DATABASES = ("sqlite", "postgresql")
# No example has a time limit, and none counts as too slow: how busy the machine is says nothing about the code.
# The suite tries the same examples each time, so that what fails was broken by what changed; with ROUNDS, which asks
# for many, they are new ones each time.
hypothesis.settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize="ROUNDS" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("unhurried")
# Before any test is read: some of them choose their days while they are imported.
clock.run_from(clock_told(os.environ))
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


compile_addresses_once()

LONG = ("test_hostile", "test_relevance", "test_two_hundred_open_pages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first: begun last, one worker would still be at them when the others have nothing left to do.

    What takes minutes and shows the same on either database is marked with the one it runs on in ``make test``; with
    ``PROVE`` it runs on both.
    """
    if "PROVE" not in os.environ:
        left = {item for item in items if _is_for_the_other_database(item)}
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONG))


def pytest_collection_finish() -> None:
    """All modules are there now."""
    collect_less_often()


def _is_for_the_other_database(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("mostly_on")
    if marker is not None:
        return f"[{marker.args[0]}" not in item.name
    room, _, file = item.path.relative_to(ROOT).as_posix().removeprefix("integration/").partition("/")
    if room not in MOSTLY_PAGES:
        return False
    # Which of the two is the same on every day and machine, and half of the files of a room have either.
    other = DATABASES[crc32(file.encode()) % 2]
    return f"[{other}" in item.name


ROOT = Path(__file__).parent
DATABASES = ("sqlite", "postgresql")
MOSTLY_PAGES = frozenset(
    {
        *(
            "accounts",
            "booking_journey",
            "calendars",
            "caseloads",
            "catalogue",
            "complaints",
            "conflicts",
            "conversations",
            "council_desk",
        ),
        *(
            "council_rules",
            "councils",
            "danger",
            "demo",
            "desk",
            "files",
            "framework_use",
            "frameworks",
            "joining",
            "moderating",
            "pages",
        ),
        *("pictures", "presenting", "price_rises", "provider_staff", "providers", "recipients", "reviews", "staff"),
        *("storefront", "sitemaps", "suspending", "taking_on", "unsent"),
        *("homes", "rate_files"),
    }
)
"""Rooms whose tests are of pages more than of money: in ``make test`` each of their files runs on one of the databases, in
``make prove-sweeps`` on both. Money, bookings, visits, powers, the record, search and races always run on both."""


@pytest.fixture(autouse=True)
def _no_network_but_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the outside fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and address[0] not in LOOPBACK:
            message = f"a test reached for {address[0]}"
            raise AssertionError(message)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


def settings_for(url: str, folder: Path) -> dict[str, object]:
    """The settings of an application under test, all of its files in one folder."""
    return {
        "TESTING": True,
        # Threads that follow changes and send letters would outlive the test and ask a database that is gone.
        "WORKS_BESIDE": False,
        "PROPAGATE_FAULTS": True,
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-tests-" * 4,
        "INSTANCE_DIR": str(folder),
        "SEARCH_ENGINE": "whoosh",
        "SEARCH_INDEX_DIR": str(folder / "search_index"),
        "MAIL_URL": f"file:{folder / 'mail'}",
        "SITE_URL": "http://127.0.0.1:5000",
        "STRIPE_API_KEY": "",
        "STRIPE_API_BASE": "",
        "STRIPE_WEBHOOK_SECRET": "",
        "WTF_CSRF_ENABLED": True,
    }


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL: ``TEST_DATABASE_URL`` or a throw-away server of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; each test copies it."""
    folder = tmp_path_factory.mktemp("template")
    file = folder / "template.sqlite"
    app = create_app(settings_for(f"sqlite:///{file}", folder))
    with app.app_context():
        migrate()
        from app.base.db import db

        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty PostgreSQL database; each test clones it."""
    name = f"ownway_template_{os.getpid()}"
    run_on(postgres_server, f'CREATE DATABASE "{name}"')
    folder = tmp_path_factory.mktemp("template_postgres")
    app = create_app(settings_for(named(postgres_server, name), folder))
    with app.app_context():
        migrate()
        from app.base.db import db

        db.engine.dispose()
    return name


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: str, postgres_template: str) -> Iterator[postgres.Copies]:
    """Databases like the template, emptied and used again."""
    copies = postgres.Copies(postgres_server, postgres_template)
    yield copies
    copies.drop_all()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, migrated and empty: every integration test runs on both kinds."""
    yield from database_of_kind(request.param, request, tmp_path)


def database_of_kind(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of one kind, for one test."""
    if kind == "sqlite":
        file = tmp_path / "test.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    copies: postgres.Copies = request.getfixturevalue("postgres_copies")
    name = copies.take()
    yield named(copies.server, name)
    copies.give_back(name)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for the run: every test makes an application, and compiling took longer than most tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database_url: str, tmp_path: Path, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on this test's database, with its context open."""
    made = create_app(settings_for(database_url, tmp_path))
    made.jinja_env.bytecode_cache = compiled_templates
    made.test_client_class = InspectingClient
    with made.app_context():
        from app.base.db import db

        share_statements(db.engine)
        yield made
        db.session.close()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A browser without JavaScript, nobody signed in; every page it gets is inspected."""
    made = app.test_client()
    assert isinstance(made, InspectingClient)
    return made
