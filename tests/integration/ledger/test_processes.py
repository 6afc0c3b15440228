"""Real processes on one database: the last £10, a crowd of everything at once, and workers killed while they book.

``ROUNDS=1000 pytest -k mixed`` and ``ROUNDS=100 pytest -k killed`` are the long runs; CI does a few rounds of each.
"""

import random
from datetime import time
from itertools import chain
from pathlib import Path

from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.budgets.rules.kinds import PotKind
from app.platform.ledger import queries as ledger_queries
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import AccountKind
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment
from tests.factories import bookings
from tests.factories.ledger import account
from tests.integration.ledger import working
from tests.processes import PATIENCE, Mortal, rounds, together


def test_fifty_clients_spend_the_last_ten_pounds_in_pounds(app, database_url: str, tmp_path: Path) -> None:
    pots, provider = [account(pence=500).id, account(pence=500).id], account(AccountKind.PROVIDER).id
    db.session.close()
    clients = [list(range(first, first + 5)) for first in range(0, 50, 5)]
    answers = together(database_url, tmp_path, working.spend_pounds, [(some, pots, provider) for some in clients])
    assert sorted(chain.from_iterable(answers)) == ["NotEnough"] * 40 + ["done"] * 10
    assert ledger_queries.available(pots) == dict.fromkeys(pots, 0)
    assert ledger_queries.ledger_differences() == []


def test_eight_workers_do_mixed_things_and_every_balance_is_right(app, database_url: str, tmp_path: Path) -> None:
    start, times = 300, rounds(15)
    pots, provider = [account(pence=start).id for _ in range(4)], account(AccountKind.PROVIDER).id
    db.session.close()
    answers = together(database_url, tmp_path, working.mixed, [(number, times, pots, provider) for number in range(8)])
    assert [type(answer) for answer in answers] == [dict] * 8, answers
    assert ledger_queries.ledger_differences() == []
    # No penny was made or lost: what is in the pots, set aside and with the provider is what there was.
    held = db.session.scalar(select(func.sum(LedgerAccount.held)).where(LedgerAccount.id.in_(pots)))
    assert sum(ledger_queries.available([*pots, provider]).values()) + int(held) == start * len(pots)
    # Every event that was confirmed is there, and none besides.
    told = db.session.scalar(select(func.count()).select_from(Journal).where(Journal.key.like("mixed-%")))
    assert told == sum(answer["done"] for answer in answers)


def test_a_worker_killed_while_it_books_loses_nothing_and_holds_nothing_else(
    app, database_url: str, tmp_path: Path
) -> None:
    with clock.set_to(bookings.NOW):
        scene = bookings.scene()
        pot = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 10**9, scene.council)
        facts = {
            "person": scene.person.id,
            "listing": scene.listing.id,
            "time": bookings.tuesday(time(9), time(10))[0],
            "pots": [pot.id],
        }
        account_id = pot.account_id
    chance, following = random.Random(database_url.split(":", 1)[0]), 0
    for _ in range(rounds(3)):
        db.session.close()
        worker = Mortal(database_url, tmp_path, working.book, following, facts)
        assert worker.heard.poll(PATIENCE)
        confirmed = [worker.heard.recv()]
        # It is at work now: let it go on for a moment of any length, and kill it wherever it is.
        worker.process.join(timeout=chance.uniform(0, 0.1))
        confirmed += worker.kill()
        assert confirmed == list(range(following, following + len(confirmed)))
        following += len(confirmed)
        _nothing_lost_and_nothing_else(following, account_id)


def _nothing_lost_and_nothing_else(confirmed: int, account_id: int) -> None:
    booked = dict(db.session.execute(select(Booking.key, Booking.total_pence)).all())
    # One more may be kept than was confirmed: it was killed before it could say so. The next worker asks for it again.
    assert set(booked) - {f"kill-{confirmed}"} == {f"kill-{number}" for number in range(confirmed)}
    held = db.session.get_one(LedgerAccount, account_id).held
    noted = db.session.scalar(
        select(func.coalesce(func.sum(Transfer.held), 0))
        .join(VisitPayment, VisitPayment.hold_id == Transfer.id)
        .join(Visit, Visit.id == VisitPayment.visit_id)
        .join(Booking, Booking.id == Visit.booking_id)
    )
    assert (int(noted), held) == (sum(booked.values()), sum(booked.values()))
    assert ledger_queries.ledger_differences() == []
