"""Random months of charges, refunds, visits with and without times, disputes, retries and kills: a straight recomputation.

``ROUNDS=200`` draws so many other months.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.settlement.models import Invoice, InvoiceLine
from app.support.settlement.queries.checking import settlement_differences
from app.support.settlement.rules.invoices import LineFate
from app.support.visits.actions import disputes
from app.support.visits.rules.endings import TimesWorked
from tests.factories import bookings
from tests.factories import settlement as made

BEGIN = datetime(2026, 11, 16, 12, tzinfo=UTC)
VISIT = 41_25
VISIT_DAY = 8
"""The Tuesday of the factory's visits, counted from the first day."""
LAST = 125
OVER, PERCENT = 300_00, 3


class Entry(NamedTuple):
    """What the ledger is told, by day, provider and pence, as the test knows it."""

    day: int
    provider: int
    pence: int


class Killed(BaseException):
    """The process died here."""


@pytest.fixture
def sellers(app: Flask) -> list[made.Weeks]:
    """Two providers paid from one person's money; the first gives a discount."""
    del app
    first, second = made.weeks(0), made.weeks(0)
    made.discount(first, over=OVER, percent=PERCENT)
    second.scene.council = first.scene.council
    first.pot = second.pot = bookings.pot(
        first.scene.person, PotKind.COUNCIL_MANAGED, 1_000_000_00, first.scene.council
    )
    return [first, second]


def _run(day: int, dies_at: int | None) -> None:
    """A run at three in the morning, killed before its n-th statement where that is said."""
    left = [dies_at or 0]

    def dies(*_facts: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    if dies_at:
        event.listen(db.engine, "before_cursor_execute", dies)
    try:
        with suppress(Killed):
            made.run(BEGIN.replace(hour=3) + timedelta(days=day))
    finally:
        if dies_at:
            event.remove(db.engine, "before_cursor_execute", dies)
    db.session.rollback()


def _weeks_of(day: int) -> date:
    return made.FIRST + timedelta(days=day - day % 28)


def _straight(told: list[Entry]) -> dict[tuple[int, date], tuple[int, int, int]]:
    """Charged, given back and discount of each provider for each four weeks, from the days alone."""
    sums: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
    for one in told:
        sums[one.provider, _weeks_of(one.day)][one.pence < 0] += abs(one.pence)
    found = {}
    for (provider, first), (charged, back) in sums.items():
        net = charged - back
        # Half a penny up, by the definition of it.
        discount = (2 * net * PERCENT + 100) // 200 if provider == 0 and net > OVER else 0
        found[provider, first] = (charged, back, discount)
    return found


class Months:
    """What happens on which day, drawn at random, and what a straight count makes of it."""

    def __init__(self, sellers: list[made.Weeks], random: Random) -> None:
        self.sellers, self.random = sellers, random
        self.told: list[Entry] = []
        self.withheld = 0
        self.acts: dict[int, list[Callable[[], None]]] = defaultdict(list)
        self._charge_at_random()
        self._visits_at_random()
        for day in random.sample(range(LAST), 12):
            self.acts[day].insert(0, lambda day=day: _run(day, random.choice([None, random.randint(1, 60)])))

    def _charge_at_random(self) -> None:
        paid = [0, 0]
        for day in sorted(self.random.choices(range(LAST - 20), k=25)):
            provider = self.random.randrange(2)
            # Nobody gives back what was never paid.
            pence = max(self.random.randint(-200_00, 400_00), -paid[provider])
            if pence:
                paid[provider] += pence
                self.told.append(Entry(day, provider, pence))
                at = BEGIN + timedelta(days=day)
                self.acts[day].append(
                    lambda pence=pence, at=at, seller=self.sellers[provider]: made.charge(seller, pence, at)
                )

    def _visits_at_random(self) -> None:
        for _ in range(4):
            with_times = self.random.random() < 0.4
            visit = made.visited(self.sellers[0], with_times=with_times)
            if with_times:
                self.told.append(Entry(VISIT_DAY, 0, VISIT))
            elif self.random.random() < 0.4:
                self.withheld += VISIT
            else:
                self._dispute(visit)

    def _dispute(self, visit: Visit) -> None:
        """Its times are said and agreed some days later: charged, given back and charged again from then on."""
        said = VISIT_DAY + self.random.randint(1, 13)
        agreed = said + self.random.randint(0, 40)
        self.told += [Entry(said, 0, VISIT), Entry(said, 0, -VISIT), Entry(agreed, 0, VISIT)]
        staff, stay = self.sellers[0].scene.staff, TimesWorked(visit.starts_at, visit.ends_at)
        raised: list[disputes.Dispute] = []

        def say() -> None:
            with clock.set_to(BEGIN + timedelta(days=said)), transaction():
                raised.append(
                    disputes.raise_dispute(
                        actor=self.sellers[0].scene.person,
                        visit=visit,
                        claim=DisputeClaim.OTHER_TIMES,
                        words="At these times",
                        says=stay,
                    )
                )

        def agree() -> None:
            with clock.set_to(BEGIN + timedelta(days=agreed)), transaction():
                disputes.answer_dispute(actor=staff, dispute=raised[0], agrees=True)

        self.acts[said].append(say)
        self.acts[agreed].append(agree)


@pytest.mark.parametrize("seed", range(int(os.environ.get("ROUNDS", "3"))))
def test_every_penny_is_on_one_invoice_of_its_weeks_or_withheld(sellers: list[made.Weeks], seed: int) -> None:
    months = Months(sellers, Random(seed))
    for _, acts in sorted(months.acts.items()):
        for act in acts:
            act()
        assert settlement_differences() == []
        db.session.rollback()
    for _ in range(2):
        _run(170, None)
    assert settlement_differences() == []
    numbers = {one.scene.provider.id: number for number, one in enumerate(sellers)}
    invoices = db.session.scalars(select(Invoice).order_by(Invoice.number)).all()
    assert [one.number for one in invoices] == list(range(1, len(invoices) + 1))
    found = {
        (numbers[one.provider_id], one.period.starts_on): (
            one.charged_pence,
            one.credited_pence,
            one.discount_pence,
        )
        for one in invoices
        if one.charged_pence or one.credited_pence
    }
    assert found == _straight(months.told)
    lines = db.session.scalars(select(InvoiceLine)).all()
    paid = {one.transfer_id for one in lines if one.fate == LineFate.INVOICED}
    still = sum(one.pence for one in lines if one.fate == LineFate.WITHHELD and one.transfer_id not in paid)
    assert still == months.withheld
