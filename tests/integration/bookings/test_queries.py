"""Lists ask the database as often for thirty rows as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.support.bookings.actions import answers
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings
from tests.factories.bookings import NOW, TUESDAY
from tests.inspection import InspectingClient


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The selects made inside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("who", ["person", "staff"])
def test_lists_take_as_many_queries_with_thirty_rows_as_with_one(
    app: Flask, client: InspectingClient, who: str
) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 900_000)
    helper: Person = scene.person if who == "person" else scene.staff
    accounts.sign_in(client, helper)
    addresses = ("/bookings",) if who == "person" else ("/desk", "/desk/bookings", "/desk/bookings?show=agreed")
    taken: list[list[int]] = []
    for round_ in range(2):
        for number in range(1 if not round_ else 30):
            day = TUESDAY + timedelta(days=1 + number + 40 * round_)
            times = [visit_times(day, time(9), time(10), ends_next_day=False)]
            made = bookings.booking(scene, own, times=times)
            other = bookings.booking(scene, own, times=times)
            with clock.set_to(NOW), transaction():
                answers.accept(actor=scene.staff, booking=other)
            assert made.id != other.id
        counts = []
        for address in addresses:
            with clock.set_to(NOW), counted(app) as seen:
                client.page(address)
            counts.append(len(seen))
        taken.append(counts)
    assert taken[0] == taken[1]
    assert max(taken[0]) <= (10 if who == "person" else 18)
