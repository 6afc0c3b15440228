"""A database's fault in a log: named well enough to be mended, without a word that somebody typed."""

import sqlite3

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.platform.web.logs import fault_words

TYPED = "Ada Lovelace's leg ulcer"


@pytest.fixture
def engine():
    made = create_engine("sqlite://", hide_parameters=True)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
    yield made
    made.dispose()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT 1 FROM persons WHERE name = :typed", "OperationalError SQLITE_ERROR: no such table: persons"),
        ("SELECT nickname FROM person WHERE name = :typed", "OperationalError SQLITE_ERROR: no such column: nickname"),
        ("INSERT INTO person VALUES (1, :typed), (2, :typed)", "IntegrityError SQLITE_CONSTRAINT_UNIQUE"),
        (f'SELECT * FROM person WHERE name = "{TYPED}" AND', "OperationalError SQLITE_ERROR"),
    ],
)
def test_sqlite(engine, statement, said):
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as fault:
        connection.execute(text(statement), {"typed": TYPED} if ":typed" in statement else {})
    assert fault_words(fault.value) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("database or disk is full", "OperationalError: database or disk is full"),
        ("attempt to write a readonly database", "OperationalError: attempt to write a readonly database"),
        (f"something about {TYPED}", "OperationalError"),
    ],
)
def test_sqlite_by_its_words(words, said):
    assert fault_words(sqlite3.OperationalError(words)) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            'connection to server at "127.0.0.1", port 5432 failed: Connection refused\n\tIs the server running?',
            "OperationalError: connection refused",
        ),
        ("server closed the connection unexpectedly", "OperationalError: server closed the connection"),
        (f"no idea: {TYPED}", "OperationalError"),
    ],
)
def test_postgresql_away(words, said):
    assert fault_words(psycopg.OperationalError(words)) == said
