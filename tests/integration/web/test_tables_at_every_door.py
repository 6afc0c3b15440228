"""The same tables sent through each door that takes one: the same rows are understood, refused and passed over at all of them."""

import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.people.councils.models import Postcode
from tests.factories import accounts, bookings, sheets
from tests.factories.sheets import FORMATS, Rows
from tests.inspection import InspectingClient

BROKEN = {
    "a picture": b"\x89PNG\r\n\x1a\n\0\0",
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a web page": b"<html><table><tr><td>reference</table></html>",
    "a broken workbook": b"PK\x03\x04 nothing",
    "one cell far out": sheets.xlsx_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' * 2),
    "words that grow": sheets.xlsx_of("<row><c><v>&b;</v></c></row>", before='<!DOCTYPE x [<!ENTITY b "ha">]>'),
}
Say = Callable[[bytes, str], str]


def command(app: Flask, folder: Path, *args: str) -> Say:
    """A door at the command line, tried without changing anything."""

    def say(content: bytes, name: str) -> str:
        file = folder / name
        file.write_bytes(content)
        return app.test_cli_runner().invoke(args=[*args, "--dry-run", str(file)]).output

    return say


DOORS: dict[str, tuple[Sequence[str], Rows]] = {
    "postcodes": (
        ("councils", "import-postcodes", "--council", "millbrook"),
        [
            ["Post code", "Ward code", "Ward", "Town", "Longitude", "Lat"],
            ["QX1 1AA", "E05000001", "Abbey", "Old Town", -2.3, 53.4],
            ["QX1 1AB", "E05000001", "Abbey", "Old Town", "west", 53.4],
            ["Total", "", "", "", "", 2],
        ],
    ),
    "registers": (
        ("providers", "import-register", "--council", "millbrook"),
        [
            ["Name", "Post code", "Service types", "Provider", "CQC Location ID", "Local authority", "Telephone"],
            ["Café House", "QX1 1AA", "Residential homes", "Birch Ltd", "1-900000001", "Millbrook", "1.61749E+09"],
            ["No Number House", "QX1 1AA", "Residential homes", "Birch Ltd", "", "Millbrook", ""],
            ["Total", "", "", "", "", "", 2],
        ],
    ),
    "community": (
        ("catalogue", "import-community", "--kind", "libraries", "--council", "millbrook"),
        [
            ["Organisation", "Full address", "Postal code", "Type", "Phone"],
            ["Café Library", "1 Mill Lane", "QX1 1AA", "Library", "1.61749E+09"],
            ["", "2 Mill Lane", "QX1 1AA", "Library", ""],
            ["Total", "", "", "", 2],
        ],
    ),
}


@pytest.fixture
def council(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["councils", "add", "millbrook", "Millbrook", "--area-code", "E08000099"])
    assert told.exit_code == 0


@pytest.mark.usefixtures("council")
@pytest.mark.parametrize("door", DOORS)
def test_every_format_says_the_same_at_a_command(app: Flask, tmp_path: Path, door: str) -> None:
    args, rows = DOORS[door]
    say = command(app, tmp_path, *args)
    for form, make in FORMATS.items():
        told = " ".join(say(make([["A title, and a note"], [], *rows]), "file").split())
        assert "This is what would happen. Nothing was changed." in told, (form, told)
        assert "added 1 updated 0 unchanged 0 refused 1 passed 1" in told, (form, told)
        if door != "postcodes":
            assert "lost its last digits in a spreadsheet" in told, (form, told)
        else:
            assert "E5 says “west”. That is no number" in told, (form, told)
    for kind, content in BROKEN.items():
        told = say(content, "file")
        assert "file was not imported: " in told, (kind, told)
        assert "Traceback" not in told
    counted = [db.session.scalar(select(func.count()).select_from(one)) for one in (Listing, Postcode)]
    assert counted == [0, 0]


@pytest.mark.usefixtures("council")
def test_rows_refused_at_a_command_are_mended_and_imported(app: Flask, tmp_path: Path) -> None:
    args, rows = DOORS["community"]
    file, mend = tmp_path / "clubs.xlsx", tmp_path / "mend.csv"
    file.write_bytes(sheets.as_xlsx(rows))
    run = app.test_cli_runner().invoke
    told = run(args=[*args, "--mend", str(mend), str(file)])
    assert "1 refused rows to mend and import again" in told.output
    assert mend.read_text("utf-8-sig").splitlines() == [
        "name,address,postcode,type,telephone,why it was refused", ",2 Mill Lane,QX1 1AA,Library,,no name",
    ]  # fmt: skip
    mend.write_text(mend.read_text("utf-8-sig").replace("\n,2", "\nSecond Library,2"), "utf-8")
    told = run(args=[*args, str(mend)])
    assert "added 1 updated 0 unchanged 0 refused 0" in " ".join(told.output.split())
    assert db.session.scalar(select(func.count()).select_from(Listing)) == 2


def test_every_format_says_the_same_at_the_desk(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)

    def look(content: bytes, name: str) -> str:
        sheet = (io.BytesIO(content), name)
        answer = client.submit(
            "/desk/uploads", button="Look at the file", sheet=sheet, provider=scene.provider.public_id
        )
        page = client.get(answer.location) if answer.status_code == 302 else answer
        return " ".join(page.get_data(as_text=True).split())

    rows = [
        ["Visits of the week, Zoë’s café"],
        ["Booking", "Visit date", "Arrived", "Time out", "Notes"],
        [made.reference, "24/11/26", "9.00", "10:30 AM", "Café"],
        [made.reference, "31/11/2026", "09:00", "10:30", ""],
        ["Total", "", "", 1.5, ""],
    ]
    with clock.set_to(made.visits[0].ends_at + timedelta(hours=2)):
        for form, make in FORMATS.items():
            told = look(make(rows), f"{form}.csv")
            for said in ("Will be recorded: 1", "Cannot be read: 1", "will be passed over: 1"):
                assert said in told, (form, said)
            assert "B4 says “31/11/2026”. There is no 31 November 2026" in told, form
        for kind, content in BROKEN.items():
            told = look(content, "visits.xlsx")
            assert "This file cannot be taken in" in told or "We cannot find the columns" in told, kind
