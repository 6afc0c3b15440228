"""Every table the site gives to keep is read by three lines of any program, with nothing to skip and nothing to mend."""

import csv
import io
import re
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.staff import actions as staff
from tests.factories import accounts, bookings, people_files, rates, trends, uploads
from tests.inspection import InspectingClient
from tests.integration.web.complained import complained
from tests.integration.web.paying import going_back, settled

A_DAY = re.compile(r"\d\d\d\d-\d\d-\d\d")
NEXT_YEAR = date(2027, 4, 1)
A_NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAYS = {"date", "Date", "from", "to", "budget_year", "made_on", "paid_on", "first_day", "last_day"}
NUMBERS = {
    "Money in",
    "Money out",
    "Set aside",
    "publication",
    "value",
    "row",
    "due_pounds",
    "charged_pounds",
}


def three_lines(content: bytes) -> list[dict[str, str]]:
    """What ``read_csv`` of a program for tables does: UTF-8, names in the first row, rows beneath it."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    header, *rows = csv.reader(text, strict=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_every_table_is_read_in_three_lines(app: Flask, client: InspectingClient) -> None:
    scene = bookings.scene()
    scene.person.full_name = "Zoë O’Brien"
    scene.provider.name = "=Café & Co"
    db.session.commit()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    bookings.accepted(scene, own)
    commissioner = accounts.person(Role.COMMISSIONER, council_id=scene.council.id)
    administrator = accounts.person(Role.ADMINISTRATOR, council_id=scene.council.id)
    with transaction():
        staff.invite_officer(
            actor=administrator,
            council=scene.council,
            email="new@example.org",
            full_name="=Nia New",
            roles=[Role.FINANCE],
        )
    finance = accounts.person(Role.PAYMENTS)
    moderator = accounts.person(Role.MODERATOR, council_id=scene.council.id)
    back = going_back(accounts.person())
    paid = settled(scene)
    (officer,) = db.session.scalars(select(Person).where(Person.full_name == "Ola Officer"))
    content = (
        "reference,date,planned_start,came,left,outcome,note\n"
        f"{made.reference},24/11/2026,,09:00,10:30,,\nOW-NO,24/11/2026,,09:00,10:00,,=1+1\n"
    )
    published = trends.publication(scene.council)
    complained(scene.person, scene.staff, moderator, scene.council, made)
    sheet = rates.rates_sheet([{"listing": scene.listing.public_id, "weekday": "=20"}])
    priced = rates.looked_at(scene.staff, scene.provider, sheet, NEXT_YEAR)
    files_of_rates = f"/desk/{scene.provider.public_id}/rate-files"
    with clock.set_to(made.visits[0].ends_at + timedelta(hours=2)):
        with transaction():
            upload, _ = uploads.take_in(scene.staff, scene.provider, content.encode())
        people = people_files.sent(
            commissioner, scene.council, people_files.rows("A1,=Ann,1948-05-03,QX1 1AA,,,,", "A2,Bo,1,QX1 1AA,,,,")
        )
        here = f"/council/{scene.council.code}"
        doors: dict[str, tuple[Person, str]] = {
            "people_files.rows": (commissioner, f"{here}/people-files/{people.public_id}/rows.csv?show=mend"),
            "people_files.columns": (commissioner, f"{here}/people-columns.csv"),
            "complaints.complaints_file": (moderator, f"{here}/complaints.csv"),
            "rate_files.rate_template": (scene.staff, f"{files_of_rates}/template.csv"),
            "rate_files.rate_rows_file": (scene.staff, f"{files_of_rates}/{priced.public_id}/rows.csv"),
            "visits.visits_file": (scene.staff, "/desk/visits.csv"),
            "visits.upload_file": (scene.staff, f"/desk/uploads/{upload.public_id}/rows.csv"),
            "budgets.statement": (scene.person, "/money/statement.csv"),
            "trends.publication_csv": (commissioner, f"/trends/{scene.council.code}/{published.starts_on}.csv"),
            "settlement.remittances_file": (officer, f"/council/{scene.council.code}/remittances.csv"),
            "settlement.remittances_columns": (officer, f"/council/{scene.council.code}/remittances-columns.csv"),
            "payments.pay_out_file": (finance, f"/pay-backs/files/{back['payments.pay_out_file']['public_id']}.csv"),
            "payments.pay_out_columns": (finance, "/pay-backs/columns.csv"),
            "staff.record_file": (administrator, f"/council/{scene.council.code}/record.csv"),
        }
        assert set(paid) >= {"settlement.remittances_file", "settlement.remittances_columns"}
        assert {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.endswith(".csv")} == set(doors)
        for who, address in doors.values():
            accounts.sign_in(client, who)
            answer = client.get(address)
            # A list of what was sent shows it as it was sent, or nobody would find what to mend.
            _read_alike(answer.data, DAYS - {"date"} if address.endswith("rows.csv") else DAYS)
            assert answer.mimetype == "text/csv"
            assert answer.headers["Content-Disposition"].startswith('attachment; filename="')


def _read_alike(content: bytes, days: set[str]) -> None:
    # The mark a spreadsheet needs stands there once, and the first name is none with it.
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count("\ufeff".encode()) == 1
    rows = three_lines(content)
    assert rows
    for name in rows[0]:
        cells = [row[name] for row in rows if row[name]]
        assert name.strip(), "a column without a name"
        if name in days:
            assert all(A_DAY.fullmatch(cell) and date.fromisoformat(cell) for cell in cells), name
        if name in NUMBERS:
            assert all(A_NUMBER.fullmatch(cell) for cell in cells), name
        assert not [cell for cell in cells if cell[0] in "=+@\t\r" or (cell[0] == "-" and not A_NUMBER.fullmatch(cell))]
