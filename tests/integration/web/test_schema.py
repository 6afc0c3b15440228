"""Two migrations at once, and a server on tables it does not know."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.base.db import alembic, db, migrate
from app.platform.web.logs import fault_words
from tests.factories.schema import HEAD, said_to_be_at
from tests.processes import together

ROOT = Path(__file__).parents[3]


def _upgrade() -> str:
    migrate()
    with db.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_migrations_at_once_wait_for_each_other(app: Flask, database_url: str, tmp_path: Path) -> None:
    alembic.downgrade(f"{int(HEAD) - 3:04}")
    db.session.close()
    db.engine.dispose()
    assert together(database_url, tmp_path, _upgrade, [(), (), ()]) == [HEAD] * 3


def test_a_migration_waits_longer_than_a_page_does(app: Flask) -> None:
    done = []

    def second() -> None:
        with app.app_context():
            migrate()
            done.append("second")

    from app.base.migrating import _one_migration_at_a_time

    with _one_migration_at_a_time(db.engine):
        waiter = threading.Thread(target=second)
        waiter.start()
        waiter.join(timeout=1)
        assert waiter.is_alive()
        done.append("first")
    waiter.join(timeout=60)
    assert done == ["first", "second"]


@pytest.mark.parametrize("wrong", ["0001", "9999"])
def test_a_server_refuses_to_start_on_tables_it_does_not_know(
    app: Flask, database_url: str, tmp_path: Path, wrong: str
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-tests-" * 4,
        "INSTANCE_DIR": str(tmp_path),
        "SEARCH_INDEX_DIR": str(tmp_path / "index"),
    }
    start = [sys.executable, "-c", "import wsgi; print('started')"]
    well = subprocess.run(start, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (well.returncode, well.stdout) == (0, "started\n"), well.stderr
    with said_to_be_at(wrong):
        refused = subprocess.run(
            start, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        # The command that mends it is let in.
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "heads"]
        let_in = subprocess.run(flask, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)
    assert refused.returncode != 0
    mends = "run flask --app wsgi db upgrade" if wrong == "0001" else "start the newer code"
    assert f"UnknownSchema: the database is at {wrong}" in refused.stderr
    assert mends in refused.stderr
    assert let_in.returncode == 0


def test_what_postgresql_refuses_is_named_in_the_log_by_table_and_column(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    said = {
        "SELECT nickname FROM person WHERE email = 'ada@example.org'": "column",
        "SELECT 1 FROM persons WHERE email = 'ada@example.org'": "relation",
        "SELECT ('ada@example.org')::int": "",
    }
    for statement, about in said.items():
        with pytest.raises(SQLAlchemyError) as fault:
            db.session.execute(text(statement))
        db.session.rollback()
        words = fault_words(fault.value)
        assert "ada@example.org" not in words
        assert about in words
        assert words.split()[0] in {"UndefinedColumn", "UndefinedTable", "InvalidTextRepresentation"}
