"""The clients of ``bench-money``: each a process with one connection, doing as told until told to stop."""

import os
import random
import sqlite3
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from sqlalchemy.engine import make_url

from app import create_app
from app.base import clock
from app.base.db import acquire_write_lock, db, transaction
from app.platform.ledger.actions import postgresql, sqlite
from app.platform.ledger.actions.rows import EventRow, TransferRow
from app.platform.ledger.actions.transfers import hold, settle
from app.platform.ledger.rules import JournalKind, digest_of
from tests.conftest import settings_for

PENNY = 1


class Told(NamedTuple):
    """What one client did in one window: transactions, CPU seconds, and how long each took."""

    done: int
    cpu: float
    took: list[float]


def client(url: str, folder: str, number: int, orders: Any) -> None:
    """Do what ``orders`` says, ``(what, accounts, provider, seconds)`` at a time, until it says nothing."""
    app = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        works = {"bare": Bare, "bare in turns": BareInTurns, "statements": Statements, "actions": Actions}
        made: dict[str, Any] = {}
        while (order := orders.recv()) is not None:
            what, accounts, provider, seconds = order
            if what not in made:
                made[what] = works[what](url, number)
            try:
                orders.send(_timed(made[what].turn, accounts, provider, seconds))
            except Exception:  # noqa: BLE001 - the parent shows it
                orders.send(traceback.format_exc())


def _timed(turn: Callable[[int, int], None], accounts: list[int], provider: int, seconds: float) -> Told:
    chance, took = random.Random(), []
    for _ in range(3):
        turn(chance.choice(accounts), provider)
    cpu, end = time.process_time(), time.perf_counter() + seconds
    now = time.perf_counter()
    while now < end:
        turn(chance.choice(accounts), provider)
        before, now = now, time.perf_counter()
        took.append(now - before)
    return Told(len(took), time.process_time() - cpu, took)


def connect(url: str) -> Any:
    """The driver's own connection, as durable as the application's."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(made.database), isolation_level=None, timeout=60)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    return psycopg.connect(made.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


class Bare:
    """The reference: one row written and one changed, in the driver's SQL."""

    def __init__(self, url: str, _number: int) -> None:
        self.connection = connect(url)
        mark = "?" if url.startswith("sqlite") else "%s"
        self.begin = "BEGIN IMMEDIATE" if url.startswith("sqlite") else "BEGIN"
        self.insert = f"INSERT INTO bare_entry (account_id, pence) VALUES ({mark}, {mark})"
        self.update = f"UPDATE bare_account SET pence = pence + {mark} WHERE id = {mark}"

    def turn(self, account: int, _provider: int) -> None:
        execute = self.connection.execute
        execute(self.begin)
        execute(self.insert, (account, PENNY))
        execute(self.update, (PENNY, account))
        execute("COMMIT")


class BareInTurns(Bare):
    """The same by writers that queue, as ours do: on SQLite, bare writers that do not leave all but one starving."""

    def turn(self, account: int, provider: int) -> None:
        turn = acquire_write_lock()
        super().turn(account, provider)
        if turn is not None:
            os.close(turn)


class Statements:
    """The ledger's own statements on a connection of the site's engine: a hold, then its settling, in turn."""

    def __init__(self, url: str, number: int) -> None:
        self.connection = db.engine.connect().execution_options(sqlite_begin="IMMEDIATE")
        self.speaks = sqlite if url.startswith("sqlite") else postgresql
        self.key, self.count = f"statements-{number}-{time.time_ns()}", 0
        self.held: int | None = None

    def turn(self, account: int, provider: int) -> None:
        self.count += 1
        turn = acquire_write_lock()
        if self.held is None:
            row = TransferRow(account, provider, PENNY, 0, None)
            facts = self._facts(JournalKind.HOLD, [row[:3]])
            numbers = self.speaks.write(self.connection, facts, [row], spending=[account])
            self.held = numbers.transfers[0]
        else:
            [found] = self.speaks.holds(self.connection, [self.held])
            row = TransferRow(found.debit_id, found.credit_id, -found.held, found.held, found.id)
            facts = self._facts(JournalKind.CHARGE, [(found.id, found.held)])
            self.speaks.write(self.connection, facts, [row], spending=())
            self.held = None
        self.connection.commit()
        if turn is not None:
            os.close(turn)

    def _facts(self, kind: JournalKind, facts: list[tuple[int, ...]]) -> EventRow:
        return EventRow(f"{self.key}-{self.count}", digest_of(kind, facts, None), kind, None, None, clock.now(), None)


class Actions:
    """The same as the site does it: the room's actions inside its transaction."""

    def __init__(self, _url: str, number: int) -> None:
        self.key, self.count = f"actions-{number}-{time.time_ns()}", 0
        self.held: int | None = None

    def turn(self, account: int, provider: int) -> None:
        self.count += 1
        key = f"{self.key}-{self.count}"
        with transaction():
            if self.held is None:
                self.held = hold(key=key, parts=[(account, provider, PENNY)])[0].id
            else:
                settle(key=key, kind=JournalKind.CHARGE, holds={self.held: PENNY})
                self.held = None
