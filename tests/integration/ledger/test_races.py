"""Many at once on both databases: the last pound is spent once, and crossing moves never lock each other out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Barrier, Thread
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import text

from app.base import write_lock
from app.base.db import db, transaction
from app.platform.ledger import queries as ledger_queries
from app.platform.ledger.actions.transfers import hold, post, settle
from app.platform.ledger.rules import AccountKind, AlreadySettled, JournalKind, NotEnough
from tests.factories.ledger import account

MANY = 16


def at_once(app: Flask, what: Callable[[int], object]) -> list[str]:
    """Do it in many threads from the same moment, each with a connection of its own; what became of each."""
    start = Barrier(MANY)

    def one(number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    what(number)
            except (NotEnough, AlreadySettled) as refused:
                return type(refused).__name__
            finally:
                db.session.close()
            return "done"

    db.session.close()
    with ThreadPoolExecutor(MANY) as pool:
        return sorted(pool.map(one, range(MANY)))


def test_the_last_pound_is_set_aside_once(app: Flask) -> None:
    pot, provider = account(pence=100).id, account(AccountKind.PROVIDER).id
    outcomes = at_once(app, lambda n: hold(key=f"race-{n}", parts=[(pot, provider, 100)]))
    assert outcomes == ["NotEnough"] * (MANY - 1) + ["done"]
    assert (ledger_queries.available([pot]), ledger_queries.ledger_differences()) == ({pot: 0}, [])


def test_a_hold_is_paid_or_given_back_once(app: Flask) -> None:
    pot, provider = account(pence=100).id, account(AccountKind.PROVIDER).id
    with transaction():
        held = hold(key="first", parts=[(pot, provider, 100)])[0].id
    kinds = (JournalKind.CHARGE, JournalKind.RELEASE)
    outcomes = at_once(app, lambda n: settle(key=f"race-{n}", kind=kinds[n % 2], holds={held: 100 * (1 - n % 2)}))
    assert outcomes == ["AlreadySettled"] * (MANY - 1) + ["done"]
    assert ledger_queries.ledger_differences() == []


def test_one_key_from_many_fingers_is_one_event(app: Flask) -> None:
    pot, provider = account(pence=1_000).id, account(AccountKind.PROVIDER).id
    outcomes = at_once(app, lambda _: hold(key="the-same", parts=[(pot, provider, 100)]))
    assert outcomes == ["done"] * MANY
    assert (ledger_queries.available([pot]), ledger_queries.ledger_differences()) == ({pot: 900}, [])


def test_moves_that_cross_wait_for_each_other_and_end(app: Flask) -> None:
    first, second = account(pence=1_000).id, account(pence=1_000).id

    def cross(number: int) -> None:
        debit, credit = (first, second) if number % 2 else (second, first)
        post(key=f"cross-{number}", kind=JournalKind.MOVE, moves=[(debit, credit, 10), (debit, credit, 5)])

    assert at_once(app, cross) == ["done"] * MANY
    assert (ledger_queries.available([first, second]), ledger_queries.ledger_differences()) == (
        {first: 1_000, second: 1_000},
        [],
    )


class CountedQueue(SimpleQueue[write_lock._Ticket]):
    """How SQLite's writers queue up, with how many ever did."""

    arrived = 0

    def put(self, item: write_lock._Ticket, block: bool = True, timeout: float | None = None) -> None:
        """Let one more in."""
        super().put(item, block, timeout)
        self.arrived += 1


@pytest.fixture
def waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many wait for somebody else to finish."""
    if db.engine.dialect.name == "postgresql":

        def locks_not_given() -> int:
            with db.engine.connect() as connection:
                return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0

        return locks_not_given
    queue = CountedQueue()
    monkeypatch.setattr(write_lock, "_queue", lambda: queue)
    Thread(target=write_lock._serve, args=(queue,), daemon=True).start()
    return lambda: queue.arrived


def until(happened: Callable[[], bool]) -> None:
    """Look again and again, for ten seconds."""
    end = monotonic() + 10
    while not happened():
        assert monotonic() < end, "it did not happen"


def test_who_waits_for_an_account_goes_on_in_the_order_of_coming(app: Flask, waiting: Callable[[], int]) -> None:
    pot, provider = account(pence=100).id, account(AccountKind.PROVIDER).id
    went: list[int] = []

    def one(number: int) -> None:
        with app.app_context():
            with transaction():
                hold(key=f"in-turn-{number}", parts=[(pot, provider, 1)])
                went.append(number)
            db.session.close()

    db.session.close()
    with ThreadPoolExecutor(8) as pool:
        with transaction():
            hold(key="before-all", parts=[(pot, provider, 1)])
            done = []
            for number in range(8):
                done.append(pool.submit(one, number))
                until(lambda came=number + 1: waiting() == came)  # type: ignore[misc] # a number
        for each in done:
            each.result()
    assert went == list(range(8))
    assert ledger_queries.available([pot]) == {pot: 91}
