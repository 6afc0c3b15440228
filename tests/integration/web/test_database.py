"""The database keeps a whole transaction or none of it, on both kinds."""

import pytest
from sqlalchemy import select

from app.base.db import after_commit, db, transaction
from app.people.accounts.models import Person
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("app")


def test_what_fails_is_forgotten_with_what_it_queued() -> None:
    ran: list[str] = []
    who = accounts.person()
    with pytest.raises(RuntimeError, match="stop"), transaction():
        db.session.get_one(Person, who.id).full_name = "Changed"
        after_commit(lambda: ran.append("job"))
        raise RuntimeError("stop")
    assert db.session.scalar(select(Person.full_name)) == "Ada Example"
    assert ran == []


def test_jobs_run_once_the_change_is_kept() -> None:
    seen: list[str | None] = []
    who = accounts.person()
    with transaction():
        db.session.get_one(Person, who.id).full_name = "Changed"
        after_commit(lambda: seen.append(db.session.scalar(select(Person.full_name))))
    assert seen == ["Changed"]


def test_a_change_outside_a_transaction_is_noticed() -> None:
    who = accounts.person()
    who.full_name = "Changed"
    with pytest.raises(RuntimeError, match="outside a transaction"), transaction():
        pass
