"""How what was only read ends: nothing stays open, nothing prepared is forgotten, and nothing is kept that was not to be."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.base.db import db
from app.people.accounts.models import Person
from tests.factories import accounts


def _changed_by_object(number: int) -> None:
    db.session.get_one(Person, number).full_name = "Someone Else"
    db.session.flush()


def _changed_by_statement(number: int) -> None:
    db.session.execute(update(Person).where(Person.id == number).values(full_name="Someone Else"))


@pytest.fixture
def is_postgresql(app: Flask) -> bool:
    """Whether this is PostgreSQL, with nothing of the test's own open."""
    found = db.engine.dialect.name == "postgresql"
    db.session.close()
    return found


def read(app: Flask) -> None:
    with app.app_context():
        db.session.scalars(select(Person.id).where(Person.email == "nobody@example.org")).all()


def test_what_postgresql_has_prepared_is_still_there_for_the_next_page(app: Flask, is_postgresql: bool) -> None:
    for _ in range(8):
        read(app)
    if is_postgresql:
        with app.app_context():
            prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        assert len([one for one in prepared if "FROM person" in one]) == 1
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # of the pool that both databases have


def test_nothing_stays_open(app: Flask, is_postgresql: bool) -> None:
    read(app)
    with db.engine.connect() as somebody_else:
        if is_postgresql:
            somebody_else.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE NOWAIT"))
        else:
            assert somebody_else.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0] == 0


@pytest.mark.parametrize("change", [_changed_by_object, _changed_by_statement])
def test_what_was_written_outside_a_transaction_goes_back(app: Flask, change: Callable[[int], None]) -> None:
    somebody = accounts.person().id
    db.session.close()
    with app.app_context():
        change(somebody)
    assert db.session.get_one(Person, somebody).full_name != "Someone Else"


def test_what_was_read_before_a_fault_goes_back_as_ever(app: Flask) -> None:
    with pytest.raises(LookupError), app.app_context():
        db.session.scalars(select(Person.id)).all()
        raise LookupError
    assert db.session.scalars(select(Person.id)).all() == []


def test_a_database_that_goes_away_after_the_last_question_costs_nobody_their_page(
    app: Flask, is_postgresql: bool
) -> None:
    with app.app_context():
        db.session.scalars(select(Person.id)).all()
        if is_postgresql:
            mine = db.session.scalar(text("SELECT pg_backend_pid()"))
            with db.engine.connect() as somebody_else:
                somebody_else.execute(text("SELECT pg_terminate_backend(CAST(:mine AS integer))"), {"mine": mine})
    read(app)
