"""The PostgreSQL of ``make postgres``: one at a time, and what was in it is there the next time."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.postgres import _straight_at, kept_server, run_on


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that an ordinary account can walk to, since PostgreSQL never runs as root; pytest's own is shut to others."""
    made = Path(tempfile.mkdtemp(prefix="ownway-kept-"))
    yield made
    shutil.rmtree(made)


def test_it_keeps_what_was_in_it_and_runs_once(folder: Path) -> None:
    with kept_server(folder) as address:
        run_on(address, "CREATE TABLE fact AS SELECT 12 AS number")
        with pytest.raises(RuntimeError, match="already"), kept_server(folder):
            pass
    with kept_server(folder) as address, _straight_at(address) as connection:
        assert connection.scalar(text("SELECT number FROM fact")) == 12


def test_only_its_owner_may_come_in(folder: Path) -> None:
    folder.chmod(0o755)
    with kept_server(folder):
        assert folder.stat().st_mode & 0o077 == 0
