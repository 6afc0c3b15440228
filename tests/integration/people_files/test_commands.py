"""People come by file: every row's fate is told, twice changes nothing, and a day long it can be undone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.budgets.models import PersonalBudget
from app.funding.people_files.models import PeopleFile
from app.funding.taking_on.models import CouncilPerson
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.messages.models import Letter
from tests.factories import accounts, councils, messages
from tests.factories.passwords import HASH

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROWS = """Ref,Name,DOB,Postcode,Email,Year starts,Budget,Contribution
A1,Nora New,03/05/1948,QX1 1AA,,,,
A2,Otto Old,1950-01-02,qx12aa,otto@example.org,07/12/2026,13000,"1,000.50"
A3,Pia Wrong,31/02/1950,QX1 1AA,,,,
A4,Quin Known,04/05/1960,QX2 1AA,,,,
A5,Rae Half,04/05/1960,QX2 1AA,,07/12/2026,,
"""


def _counts() -> tuple[int, ...]:
    tables = (Person, CouncilPerson, PersonalBudget, Letter, PeopleFile)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_a_file_is_tried_brought_in_sent_again_and_undone(app: Flask, tmp_path: Path) -> None:
    council = councils.council("millbrook", "Millbrook")
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    accounts.person(name="Quin Known", postcode="QX2 1AA", password_hash=HASH)
    file = tmp_path / "people.csv"
    file.write_text(ROWS)
    run = app.test_cli_runner()
    bring = ["accounts", "import-people", str(file), "--council", "millbrook", "--by", boss.email]
    with clock.set_to(NOW):
        before = _counts()
        tried = run.invoke(args=[*bring, "--dry-run"])
        assert tried.exit_code == 0, tried.output
        assert "Nothing was changed." in tried.output
        assert _counts() == before
        assert messages.sent() == []
        done = run.invoke(args=bring)
        assert done.exit_code == 0, done.output
        told = " ".join(done.output.split())
        assert "added 2" in told
        assert "refused 3" in told
        for words in (
            "refused line 4: A3: cell C4",
            "refused line 5: A4: somebody who may be the same person has an account",
            "refused line 6: A5: give the first day of the year and the first estimate together",
        ):
            assert words in done.output
        assert _counts() == (before[0] + 2, 2, 1, 1, 1)
        budget = db.session.scalars(select(PersonalBudget)).one()
        assert (budget.total_pence, budget.contribution_pence) == (1_300_000, 100_050)
        again = run.invoke(args=bring)
        assert "unchanged 2" in " ".join(again.output.split())
        assert _counts() == (before[0] + 2, 2, 1, 1, 2)
    otto = db.session.scalars(select(Person).where(Person.email == "otto@example.org")).one()
    otto.password_hash = HASH
    db.session.commit()
    public_id = db.session.scalars(select(PeopleFile.public_id).order_by(PeopleFile.id)).first()
    undo = ["accounts", "undo-people", str(public_id), "--council", "millbrook", "--by", boss.email]
    with clock.set_to(NOW + timedelta(days=1, minutes=1)):
        assert "can be undone for a day" in run.invoke(args=undo).output
    with clock.set_to(NOW + timedelta(hours=2)):
        told = run.invoke(args=undo).output
        assert told == "Undone: 1.\n  stays, line 3: A2: They have chosen a password, so they stay.\n"
        assert "undone already" in run.invoke(args=undo).output
    db.session.expire_all()
    closed = db.session.scalars(select(Person.full_name).where(Person.closed_at.is_not(None))).all()
    assert closed == ["Nora New"]
    assert db.session.scalars(select(Letter.body)).all() == [""]


@pytest.mark.usefixtures("app")
def test_only_a_commissioner_of_that_council_brings_people(app: Flask, tmp_path: Path) -> None:
    council, other = councils.council("millbrook"), councils.council("fernley")
    file = tmp_path / "people.csv"
    file.write_text(ROWS)
    run = app.test_cli_runner()
    for who in (
        accounts.person(Role.COMMISSIONER, council_id=other.id),
        accounts.person(Role.CARE_MANAGER, council_id=council.id),
    ):
        before = _counts()
        done = run.invoke(args=["accounts", "import-people", str(file), "--council", "millbrook", "--by", who.email])
        assert "Only commissioners of the council bring people by file" in done.output
        assert _counts() == before
