"""A commissioner sends a file of people, looks, says yes, follows it and undoes it; a crash leaves nothing half-done."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, in_transaction
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.people_files.actions import bringing
from app.funding.people_files.actions.sweeping import bring_people_files
from app.funding.people_files.models import PeopleFile, PeopleFileRow
from app.funding.people_files.queries import fates_in
from app.funding.people_files.rules import FileStatus
from app.funding.taking_on.models import CouncilPerson
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.files.models import StoredFile
from tests.factories import accounts, councils, people_files
from tests.factories.at_once import at_once
from tests.factories.passwords import HASH
from tests.factories.people_files import rows
from tests.inspection import InspectingClient

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PATH = "/council/millbrook/people-files"
A1, A2 = "A1,Nora New,1948-05-03,QX1 1AA,,2026-12-07,13000,100", "A2,Otto Old,1950-01-02,QX1 2AA,otto@example.org,,,"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def council(app: Flask) -> Council:
    del app
    return councils.council("millbrook", "Millbrook")


@pytest.fixture
def boss(council: Council) -> Person:
    return accounts.person(Role.COMMISSIONER, council_id=council.id)


def send(client: InspectingClient, content: bytes) -> str:
    answer = client.submit(PATH, button="Look at the file", sheet=(io.BytesIO(content), "people.csv"))
    return str(answer.location or answer.get_data(as_text=True))


def words(client: InspectingClient, address: str) -> str:
    return client.page(address).get_text(" ", strip=True)


def table(client: InspectingClient, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(address).data.decode("utf-8-sig"))))


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(CouncilPerson)) or 0


def kept() -> PeopleFile:
    db.session.expire_all()
    return db.session.scalars(select(PeopleFile).order_by(PeopleFile.id.desc())).first()  # type: ignore[return-value] # there is one


def test_a_file_is_looked_at_brought_in_mended_and_undone(client: InspectingClient, boss: Person) -> None:
    accounts.sign_in(client, boss)
    page = send(client, rows(A1, A2, "A3,Pia Wrong,31/02/1950,QX1 1AA,,,,", A1, "A5,Nora New,1948-05-03,QX9 9AA,,,,"))
    told = words(client, page)
    assert "Nobody was asked yet." in told
    assert "Asked to join the council: 2" in told
    assert "Refused: 3" in told
    assert people() == 0
    client.submit(page, button="Yes, bring these people in")
    assert "0 of 5 rows done." in words(client, page)
    bring_people_files()
    assert people() == 2
    assert "Asked to join the council: 2" in words(client, page)
    fates = {row[1]: row[2] for row in table(client, f"{page}/rows.csv")[1:]}
    assert (fates["A2"], fates["A3"], fates["A5"]) == ("Asked to join the council", "Refused", "Refused")
    head, *mend = table(client, f"{page}/rows.csv?show=mend")
    assert [(row[0], row[-1]) for row in mend] == [
        ("A3", "cell C4: There is no 31 February 1950"),
        ("A1", "the file has this reference twice: leave one row"),
        ("A5", "another row of the file may be the same person: leave one row, or take them on from the site"),
    ]
    assert head[-1] == "why it was refused"
    mended = io.StringIO()
    csv.writer(mended).writerows([head, ["A3", "Pia Right", "28/02/1950", "QX1 1AA", "", "", "", ""]])
    again = send(client, mended.getvalue().encode())
    client.submit(again, button="Yes, bring these people in")
    bring_people_files()
    assert people() == 3
    otto = db.session.scalars(select(Person).where(Person.email == "otto@example.org")).one()
    otto.password_hash = HASH
    db.session.commit()
    client.submit(page, button="Undo this file")
    bring_people_files()
    told = words(client, page)
    assert "1 row was undone" in told
    assert "1 row stayed" in told
    assert table(client, f"{page}/rows.csv?show=stays")[1:] == [
        ["3", "A2", "They have chosen a password, so they stay"]
    ]
    assert db.session.scalars(select(Person.full_name).where(Person.closed_at.is_not(None))).all() == ["Nora New"]
    assert db.session.scalars(select(PersonalBudget.status)).all() == [BudgetStatus.ENDED]
    acts = set(db.session.scalars(select(AuditEvent.action).where(AuditEvent.actor_id == boss.id)))
    assert {"people_file_sent", "people_file_brought", "people_file_undone", "people_file_downloaded"} <= acts


def test_a_crash_between_two_rows_leaves_each_whole_and_the_next_run_goes_on(
    monkeypatch: pytest.MonkeyPatch, council: Council, boss: Person
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 2)
    said = rows(*(f"R{n},Person Number {n},1950-01-{n + 1:02},QX1 {n}AA,,2026-12-07,13000," for n in range(5)))
    file = people_files.agreed(boss, council, said).id
    read = bringing.people_in(db.session.get_one(PeopleFile, file))
    in_transaction(partial(bringing.bring_some, file, read, "https://ownway.example"))

    class Died(Exception):  # noqa: N818 - it is no error of ours
        """The process is gone."""

    def die(**_: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(bringing, "estimate_each", die)
        with pytest.raises(Died):
            bring_people_files()
    db.session.rollback()
    counted = [db.session.scalar(select(func.count()).select_from(one)) for one in (CouncilPerson, PersonalBudget)]
    assert counted == [2, 2]
    assert kept().status == FileStatus.BRINGING
    bring_people_files()
    counted = [db.session.scalar(select(func.count()).select_from(one)) for one in (CouncilPerson, PersonalBudget)]
    assert counted == [5, 5]
    assert (kept().status, kept().added) == (FileStatus.BROUGHT, 5)


def test_two_workers_at_once_bring_each_row_once(app: Flask, council: Council, boss: Person) -> None:
    said = rows(*(f"R{n},Person Number {n},1950-01-{n % 28 + 1:02},QX{n % 9 + 1} {n % 8}AA,,,," for n in range(250)))
    file = people_files.agreed(boss, council, said).id
    assert at_once(app, lambda _: bringing.bring_file(file, site="https://ownway.example"), 3) == ["done"] * 3
    assert people() == 250
    assert {fate.value: number for fate, number in fates_in(file).items() if number} == {"added": 250}


def test_the_same_again_changes_nothing_and_a_new_year_is_added(council: Council, boss: Person) -> None:
    people_files.brought(boss, council, rows(A1, A2))
    people_files.brought(
        boss,
        council,
        rows(
            A1, "A2,Otto Old,1950-01-02,QX1 2AA,otto@example.org,2026-12-07,9000,", "A1,Nora New,1949-05-03,QX1 1AA,,,,"
        ),
    )
    fates = db.session.scalars(
        select(PeopleFileRow.fate).where(PeopleFileRow.file_id == kept().id).order_by(PeopleFileRow.line)
    ).all()
    assert [fate.value for fate in fates] == ["unchanged", "updated", "refused"]
    assert people() == 2
    people_files.brought(boss, council, rows("A1,Nora New,1948-05-03,QX1 1AA,,2026-12-07,14000,100"))
    (row,) = db.session.scalars(select(PeopleFileRow).where(PeopleFileRow.file_id == kept().id))
    assert row.words == "another first estimate is written for this year: change it on their page"
    assert sorted(db.session.scalars(select(PersonalBudget.total_pence))) == [900_000, 1_300_000]


def test_a_file_of_people_of_another_council_is_refused_with_what_to_do(
    client: InspectingClient, council: Council, boss: Person
) -> None:
    other = councils.council("fernley", "Fernley")
    councils.places(other)
    accounts.sign_in(client, boss)
    theirs = ("A1,Nora New,1948-05-03,QX1 1AA,,,,", "A2,Otto Old,1950-01-02,QX1 1AB,,,,")
    told = send(client, rows(*theirs))
    assert "Most of these people live in Fernley." in told
    assert "add a column named council that says millbrook" in told
    head = people_files.HEAD + ",council\n"
    told = send(client, (head + "\n".join(f"{row},Fernley" for row in theirs)).encode())
    assert "This is a file of people of another council: its rows say Fernley." in told
    assert send(client, (head + "\n".join(f"{row},{council.name}" for row in theirs)).encode()).startswith(PATH)


def test_who_lost_the_role_brings_nobody_and_the_file_goes_after_a_week(council: Council, boss: Person) -> None:
    people_files.agreed(boss, council, rows(A1))
    boss.grants[0].ended_at = NOW
    db.session.commit()
    bring_people_files()
    assert people() == 0
    assert (kept().refused, kept().fault is not None) == (1, True)
    with clock.set_to(NOW + timedelta(days=7, minutes=1)):
        bring_people_files()
    assert kept().stored_file_id is None
    assert db.session.scalars(select(StoredFile)).all() == []
