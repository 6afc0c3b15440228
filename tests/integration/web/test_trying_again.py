"""A transaction that the database undid because of others is run again from the start; nothing else is."""

import os
import sqlite3
from threading import Barrier, Thread

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.base.db import MOST_TRIES, Busy, acquire_write_lock, after_commit, db, in_transaction
from app.platform.ledger.actions.transfers import post
from app.platform.ledger.rules import AccountKind, JournalKind, NotEnough
from tests.factories.ledger import account

pytestmark = pytest.mark.usefixtures("app")


def undone(kind: str) -> Exception:
    if kind == "sqlite":
        busy = sqlite3.OperationalError("database is locked")
        busy.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
        return OperationalError("BEGIN IMMEDIATE", {}, busy)
    fault = {
        "serialisation": psycopg.errors.SerializationFailure,
        "deadlock": psycopg.errors.DeadlockDetected,
        "lock": psycopg.errors.LockNotAvailable,
    }[kind]
    return OperationalError("SELECT 1", {}, fault())


@pytest.mark.parametrize("kind", ["sqlite", "serialisation", "deadlock", "lock"])
def test_the_whole_of_it_happens_once_however_often_it_is_tried(kind: str) -> None:
    pot, council = account(pence=100).id, account(AccountKind.COUNCIL).id
    tries, mailed = [], []

    def act() -> int:
        made = post(key=f"try-{len(tries)}", kind=JournalKind.ALLOCATE, moves=[(council, pot, 5)]).id
        after_commit(lambda: mailed.append(made))
        tries.append(made)
        if len(tries) < 3:
            raise undone(kind)
        return made

    made = in_transaction(act)
    told = db.session.execute(text("SELECT id FROM journal WHERE key LIKE 'try-%'")).scalars().all()
    assert (len(tries), told, mailed) == (3, [made], [made])


def test_it_gives_up_and_says_that_nothing_was_changed() -> None:
    tries: list[int] = []

    def act() -> None:
        tries.append(1)
        raise undone("deadlock")

    with pytest.raises(Busy, match="Nothing was changed"):
        in_transaction(act)
    assert len(tries) == MOST_TRIES


@pytest.mark.parametrize("fault", [NotEnough(5), ValueError("no"), OperationalError("COMMIT", {}, Exception("gone"))])
def test_everything_else_is_raised_at_once(fault: Exception) -> None:
    tries: list[int] = []

    def act() -> None:
        tries.append(1)
        raise fault

    with pytest.raises(type(fault)):
        in_transaction(act)
    assert len(tries) == 1


def test_a_real_deadlock_does_not_surface(app: Flask) -> None:
    """Two lock two rows crosswise, which the ledger never does: PostgreSQL ends one of them, and it tries again."""
    first, second = account(pence=100).id, account(pence=100).id
    db.session.close()
    met, outcomes = Barrier(2), []
    lock = text(
        "SELECT id FROM ledger_account WHERE id = :id"
        + (" FOR UPDATE" if app.config["DATABASE_URL"].startswith("postgresql") else "")
    )
    is_sqlite = app.config["DATABASE_URL"].startswith("sqlite")

    def cross(one: int, other: int) -> None:
        tries: list[int] = []

        def act() -> str:
            tries.append(1)
            db.session.execute(lock, {"id": one})
            if len(tries) == 1 and not is_sqlite:
                met.wait(timeout=20)
            db.session.execute(lock, {"id": other})
            return "done"

        with app.app_context():
            outcomes.append(in_transaction(act))

    threads = [Thread(target=cross, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert outcomes == ["done", "done"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_turn_that_somebody_keeps_is_not_waited_for_for_ever(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.LONGEST_WAIT", 0.05)
    turn = acquire_write_lock()
    tries: list[int] = []
    for _ in range(2):
        with pytest.raises(Busy, match="Nothing was changed"):
            in_transaction(lambda: tries.append(1))
    assert tries == []
    os.close(turn)
    monkeypatch.undo()
    in_transaction(lambda: tries.append(1))
    assert tries == [1]
