"""What the processes of ``test_processes`` do."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import count
from threading import Barrier
from typing import Any

from flask import current_app

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import Refusal
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.platform.ledger.actions.transfers import hold, post, settle
from app.platform.ledger.rules import AlreadySettled, JournalKind, NotEnough
from tests.factories import bookings

PIECE = 50
SOME = 40


def spend_pounds(clients: list[int], pots: list[int], provider: int) -> list[str]:
    """Each client a thread: a pound, half from each of two pots, every other client in the other order."""
    app = current_app._get_current_object()
    gate = Barrier(len(clients))

    def spend(number: int) -> str:
        parts = [(pot, provider, PIECE) for pot in (pots if number % 2 else reversed(pots))]
        with app.app_context():
            gate.wait(timeout=60)
            try:
                in_transaction(lambda: hold(key=f"pound-{number}", parts=parts) and None)
            except Refusal as refusal:
                return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(spend, clients))


def mixed(number: int, times: int, pots: list[int], provider: int) -> dict[str, int]:
    """Holds in one or two pots, payments in part and in full, releases, moves and refunds; many told twice."""
    chance = random.Random(number)
    open_holds: list[tuple[int, int]] = []
    happened: dict[str, int] = {"done": 0, "NotEnough": 0, "AlreadySettled": 0}

    def tell(act: Callable[[], Any]) -> Any:
        try:
            answer = in_transaction(act)
            if chance.random() < 0.1:
                assert in_transaction(act) == answer
        except (NotEnough, AlreadySettled) as refusal:
            happened[type(refusal).__name__] += 1
            return None
        happened["done"] += 1
        return answer

    for turn in range(times):
        key, pence = f"mixed-{number}-{turn}", chance.randint(1, SOME)
        some = chance.sample(pots, 2)
        what = chance.choice(["hold", "hold", "settle", "settle", "move", "refund"])
        if what == "hold":
            parts = [(pot, provider, pence) for pot in some[: chance.randint(1, 2)]]
            made = tell(partial(hold, key=key, parts=parts))
            open_holds += [(one.id, one.held) for one in made or ()]
        elif what == "settle" and open_holds:
            held, amount = chance.choice(open_holds) if chance.random() < 0.2 else open_holds.pop()
            kind, paid = chance.choice(
                [(JournalKind.RELEASE, 0), (JournalKind.CHARGE, amount // 2), (JournalKind.CHARGE, amount)]
            )
            tell(partial(settle, key=key, kind=kind, holds={held: paid}))
        elif what == "move":
            tell(partial(post, key=key, kind=JournalKind.MOVE, moves=[(some[0], some[1], pence)]))
        else:
            tell(partial(post, key=key, kind=JournalKind.REFUND, moves=[(provider, some[0], pence)]))
    return happened


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def book(say: Callable[[int], None], first: int, facts: dict[str, Any]) -> None:
    """Book one visit after the other, from this number on, and say each number once it is kept."""
    with clock.set_to(NOW):
        for number in count(first):
            in_transaction(partial(book_one, number, facts))
            say(number)


def book_one(number: int, facts: dict[str, Any]) -> int:
    """One booking, the one of this number whoever asks for it however often."""
    person = db.session.get_one(Person, facts["person"])
    booking = bookings.request_booking(
        actor=person,
        person=person,
        listing=db.session.get_one(Listing, facts["listing"]),
        times=[facts["time"]],
        add_on_ids=[],
        pots=facts["pots"],
        key=f"kill-{number}",
    )
    return booking.id
