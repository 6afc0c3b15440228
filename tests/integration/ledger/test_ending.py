"""Holds that end by themselves, events put right, and time: midnight in London is midnight on every day of the year."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, transaction
from app.platform.ledger import queries as ledger_queries
from app.platform.ledger.actions.transfers import correct, expire_due, hold, post, settle
from app.platform.ledger.models import LedgerAccount
from app.platform.ledger.rules import (
    AccountKind,
    AlreadySettled,
    JournalKind,
    KeyUsedOtherwise,
    NotEnough,
    NothingToCorrect,
)
from tests.factories.ledger import account

pytestmark = pytest.mark.usefixtures("app")

SPRING, AUTUMN = datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)


def left(made: LedgerAccount) -> int:
    return ledger_queries.available([made.id])[made.id]


def expire(on: datetime) -> int:
    with transaction():
        return expire_due(on=on)


def test_a_hold_ends_at_its_moment_and_not_before_and_once() -> None:
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    until = datetime(2026, 6, 1, 9, tzinfo=UTC)
    with transaction():
        hold(
            key="a", parts=[(pot.id, provider.id, 200), (pot.id, provider.id, 50)], about="booking:a", expires_at=until
        )
        hold(key="b", parts=[(pot.id, provider.id, 10)])
    assert (expire(until - timedelta(seconds=1)), left(pot)) == (0, 240)
    assert (expire(until), left(pot)) == (2, 490)
    assert (expire(until + timedelta(days=400)), left(pot)) == (0, 490)
    assert ledger_queries.ledger_differences() == []


def test_what_was_paid_or_given_back_does_not_expire_and_what_expired_is_not_paid() -> None:
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    until = datetime(2026, 6, 1, 9, tzinfo=UTC)
    with transaction():
        paid, late = hold(key="a", parts=[(pot.id, provider.id, 200), (pot.id, provider.id, 50)], expires_at=until)
        settle(key="paid", kind=JournalKind.CHARGE, holds={paid.id: 150})
    assert (expire(until), left(pot), left(provider)) == (1, 350, 150)
    with pytest.raises(AlreadySettled), transaction():
        settle(key="late", kind=JournalKind.CHARGE, holds={late.id: 50})
    assert ledger_queries.ledger_differences() == []


def test_the_moment_of_expiry_is_one_of_the_facts() -> None:
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    parts, until = [(pot.id, provider.id, 200)], datetime(2026, 6, 1, 9, tzinfo=UTC)
    with transaction():
        [first] = hold(key="a", parts=parts, expires_at=until)
    with transaction():
        assert hold(key="a", parts=parts, expires_at=until.astimezone(clock.LONDON)) == [first]
    for other in (None, until + timedelta(seconds=1)):
        with pytest.raises(KeyUsedOtherwise), transaction():
            hold(key="a", parts=parts, expires_at=other)


def test_the_command_ends_what_is_due(app: Flask) -> None:
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    with transaction():
        hold(key="a", parts=[(pot.id, provider.id, 200)], expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    db.session.close()
    told = [app.test_cli_runner().invoke(args=["ledger", "expire"]).output for _ in range(2)]
    assert told == ["1 hold ended.\n", "0 holds ended.\n"]


@pytest.mark.parametrize(
    ("last_second", "offset"),
    [
        (SPRING - timedelta(seconds=1), "+00:00"),
        (SPRING + timedelta(hours=23) - timedelta(seconds=1), "+01:00"),
        (AUTUMN - timedelta(hours=1, seconds=1), "+01:00"),
        (AUTUMN + timedelta(days=1) - timedelta(seconds=1), "+00:00"),
    ],
    ids=["before spring", "after spring", "before autumn", "after autumn"],
)
def test_a_hold_of_the_last_second_of_a_day_is_of_that_day(app: Flask, last_second: datetime, offset: str) -> None:
    """The days on which clocks change are 23 and 25 hours long; both end at midnight in London."""
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    midnight = clock.london(last_second + timedelta(seconds=1))
    with clock.set_to(last_second), transaction():
        hold(key="a", parts=[(pot.id, provider.id, 200)], expires_at=midnight)
    assert (midnight.time().isoformat(), clock.london(last_second).isoformat()[-6:]) == ("00:00:00", offset)
    owner = pot.owner
    assert (expire(last_second), left(pot)) == (0, 300)
    db.session.close()
    lines = app.test_cli_runner().invoke(args=["ledger", "statement", owner]).output.splitlines()
    assert lines[-2].startswith(f"{clock.london(last_second):%Y-%m-%d} 23:59  hold")
    assert (expire(midnight), left(pot)) == (1, 500)


def test_an_event_is_put_right_once_by_the_opposite() -> None:
    first, second, provider = account(pence=500), account(), account(AccountKind.PROVIDER)
    with transaction():
        moved = post(key="m", kind=JournalKind.MOVE, moves=[(first.id, second.id, 200), (second.id, provider.id, 30)])
    for _ in range(2):
        with transaction():
            told = correct(journal_id=moved.id)
        assert [(one.debit_id, one.credit_id, one.moved) for one in told.transfers] == [
            (provider.id, second.id, 30),
            (second.id, first.id, 200),
        ]
    assert (left(first), left(second), left(provider)) == (500, 0, 0)
    assert ledger_queries.ledger_differences() == []


def test_what_is_gone_cannot_be_taken_back_and_what_was_only_held_is_not_corrected() -> None:
    first, second, provider = account(pence=500), account(), account(AccountKind.PROVIDER)
    with transaction():
        moved = post(key="m", kind=JournalKind.MOVE, moves=[(first.id, second.id, 200)])
        hold(key="h", parts=[(second.id, provider.id, 150)])
    with pytest.raises(NotEnough) as refused, transaction():
        correct(journal_id=moved.id)
    assert refused.value.short_by_pence == 150
    for nothing in (moved.id + 1, 987_654):
        with pytest.raises(NothingToCorrect), transaction():
            correct(journal_id=nothing)
    assert (left(first), left(second)) == (300, 50)
