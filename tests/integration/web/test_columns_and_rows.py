"""Reading columns and writing rows on the session's connection: types, lists, faults, and who hears of it."""

import logging
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError, MultipleResultsFound, NoResultFound

from app.base.db import db, fetch_rows, transaction, write_rows
from app.base.prepared import Rows
from app.people.councils.models import Council
from app.platform.ledger.actions.transfers import open_account, post
from app.platform.ledger.models import LedgerAccount
from app.platform.ledger.rules import AccountKind, JournalKind
from app.platform.messages.models import Message
from tests.queries import counted

BY_CODE = select(Council.id, Council.code, Council.name).where(Council.code.in_(bindparam("codes", expanding=True)))
POTS = (
    select(LedgerAccount.id, LedgerAccount.kind, LedgerAccount.credited, LedgerAccount.owner, LedgerAccount.guarded)
    .where(LedgerAccount.kind == AccountKind.POT)
    .order_by(LedgerAccount.id)
)
ACCOUNT = insert(LedgerAccount.__table__)
MESSAGE = insert(Message.__table__).returning(Message.__table__.c.id)
WRITTEN = select(Message.public_id, Message.made_at, Message.sent_at, Message.is_secret).where(
    Message.id == bindparam("number")
)
MOMENT = datetime(2026, 11, 22, 13, 45, 1, 250, tzinfo=UTC)
LETTER = {"to_email": "a@example.org", "subject": "S", "body": "B", "link": None, "is_secret": True, "made_at": MOMENT}


def _pots(*owners: str) -> None:
    for owner in owners:
        write_rows(ACCOUNT, {"kind": AccountKind.POT, "owner": owner, "guarded": True})


def test_values_and_columns_pass_through_their_types(app: Flask) -> None:
    with transaction():
        _pots("pot:a")
        number = write_rows(MESSAGE, LETTER).scalar_one()
        [pot] = fetch_rows(POTS)
        [letter] = fetch_rows(WRITTEN, {"number": number})

    assert (pot.kind, pot.credited, pot.owner, pot.guarded) == (AccountKind.POT, 0, "pot:a", True)
    assert (type(pot.kind), type(pot.credited)) == (AccountKind, int)
    assert (letter.made_at, letter.sent_at, letter.is_secret) == (MOMENT, None, True)
    assert len(letter.public_id) == 14


def test_what_nobody_says_is_made_anew_for_each_row(app: Flask) -> None:
    with transaction():
        numbers = [write_rows(MESSAGE, LETTER).scalar_one() for _ in range(3)]
        names = {fetch_rows(WRITTEN, {"number": number}).one().public_id for number in numbers}

    assert len(names) == 3


def test_lists_of_any_length_are_asked_for(app: Flask) -> None:
    with transaction() as session:
        councils = [
            Council(code=code, name=code.title(), area_code=code.upper(), created_at=MOMENT)
            for code in ("ay", "be", "ce")
        ]
        session.add_all(councils)
        found = [
            sorted(row.code for row in fetch_rows(BY_CODE, {"codes": codes}))
            for codes in (["ay"], [], ["ce", "ay"], ["ay"] * 50)
        ]
        again = fetch_rows(BY_CODE, {"codes": ["be"]}).one()

    assert found == [["ay"], [], ["ay", "ce"], ["ay"]]
    assert again[1:] == ("be", "Be")


def test_a_broken_promise_of_the_database_is_told_in_sqlalchemys_words(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        _pots("pot:a", "pot:a")
    assert list(fetch_rows(POTS)) == []


def test_a_value_that_is_missing_is_a_fault(app: Flask) -> None:
    with pytest.raises(InvalidRequestError):
        fetch_rows(select(Message.id).where(Message.id == bindparam("number")), {"nummer": 1})


def test_whoever_listens_hears_every_statement(app: Flask) -> None:
    with transaction(), counted() as heard:
        _pots("pot:a")
        fetch_rows(POTS)
        fetch_rows(BY_CODE, {"codes": ["ay", "be"]})

    assert [statement.split()[0] for statement in heard] == ["INSERT", "SELECT", "SELECT"]


def test_echo_shows_every_statement_and_no_value(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "sqlalchemy.engine"), transaction():
        council = open_account(kind=AccountKind.COUNCIL, owner="council:1", guarded=False).id
        _pots("pot:secret")
        [pot] = fetch_rows(POTS)
        post(key="secret-key", kind=JournalKind.ALLOCATE, moves=[(council, pot.id, 100)])

    for words in ("INSERT INTO ledger_account", "FROM ledger_account", "INSERT INTO transfer"):
        assert words in caplog.text
    assert "secret" not in caplog.text


def test_a_lost_connection_is_not_used_again(app: Flask) -> None:
    assert list(fetch_rows(POTS)) == []
    connection = db.session.connection()
    connection.connection.dbapi_connection.close()
    with pytest.raises(Exception, match="closed"):
        fetch_rows(POTS)
    db.session.rollback()
    assert list(fetch_rows(POTS)) == []


def test_one_row_is_one_row() -> None:
    none, two = Rows(), Rows([(1, 2), (3, 4)])

    assert (none.first(), none.one_or_none(), none.scalar()) == (None, None, None)
    assert (two.first(), two.scalar(), list(two.scalars())) == ((1, 2), 1, [1, 3])
    with pytest.raises(NoResultFound):
        none.scalar_one()
    with pytest.raises(MultipleResultsFound):
        two.one_or_none()
