"""Every test of finding and keeping runs on both engines: files beside either database, tables in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests.conftest import database_of_kind, settings_for
from tests.inspection import InspectingClient

STANDS = (("sqlite", "whoosh"), ("postgresql", "whoosh"), ("postgresql", "postgres"))

EACH_ENGINE_ONCE = pytest.mark.parametrize(
    "stand", [("sqlite", "whoosh"), ("postgresql", "postgres")], ids="-".join, indirect=True
)
"""For long tests: what they hold does not hang on the database beside the files."""


@pytest.fixture(params=STANDS, ids="-".join)
def stand(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kind of database and an engine that can stand on it."""
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def database_url(stand: tuple[str, str], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, migrated and empty."""
    yield from database_of_kind(stand[0], request, tmp_path)


@pytest.fixture
def app(database_url: str, stand: tuple[str, str], tmp_path: Path) -> Iterator[Flask]:
    """The application on this test's database and engine, with its context open."""
    made = create_app({**settings_for(database_url, tmp_path), "SEARCH_ENGINE": stand[1]})
    made.test_client_class = InspectingClient
    with made.app_context():
        yield made
        from app.base.db import db

        db.session.close()
        db.engine.dispose()
