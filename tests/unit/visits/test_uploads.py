"""Files of visits are read row by row: what is understood, what is not, and what is no such file at all."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.refusals import BadInput
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.rules import uploads
from app.support.visits.rules.uploads import ABACUS_COLUMNS, MOST_ROWS, Layout, VisitSheet

HEAD = "reference,date,planned_start,came,left,outcome,note"


def sheet(*rows: str, head: str = HEAD) -> VisitSheet:
    return uploads.read_sheet("\r\n".join([head, *rows]).encode())


def test_our_own_columns_in_any_order_and_case_with_a_mark_at_the_front() -> None:
    content = "\ufeffDate,Reference,Left,Came\n2026-11-24, ow-7k3f-92qm ,10:28,9:02\n,,,\n".encode()
    read = uploads.read_sheet(content)
    (row,) = read.rows
    assert (read.layout, read.file_reference) == (Layout.OWN, None)
    assert (row.line, row.references, row.on, row.came, row.left, row.ending, row.wrong) == (
        2, ("OW-7K3F-92QM",), date(2026, 11, 24), time(9, 2), time(10, 28), VisitStatus.DELIVERED, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",24/11/2026,09:00,09:02,10:00,,", "A2 is empty. Enter the booking's reference"),
        (
            "OW-1,31/11/2026,09:00,09:02,10:00,,",
            "B2 says “31/11/2026”. There is no 31 November 2026. Enter the day like 24/11/2026",
        ),
        (
            "OW-1,31/12/9999,09:00,09:02,10:00,,",
            "B2 says “31/12/9999”. We could not read the year ‘9999’. Enter the day like 24/11/2026",
        ),
        (
            "OW-1,01/01/0001,09:00,09:02,10:00,,",
            "B2 says “01/01/0001”. We could not read the year ‘0001’. Enter the day like 24/11/2026",
        ),
        ("OW-1,24/11/2026,09:00,25:02,10:00,,", "D2 says “25:02”. There is no 25:02 in a day. Enter times like 09:05"),
        ("OW-1,24/11/2026,09:00,09:02,,,", "E2 is empty. Enter when the worker came and when they left"),
        (
            "OW-1,24/11/2026,09:00,,,eaten,",
            "F2 says “eaten”. The outcome must be one of: delivered, refused, unused, missed, frustrated",
        ),
        (
            "OW-1,24/11/2026,09:00,09:02,10:00,,,,so",
            "The row cannot be read: I2 stands to the right of the last column that has a name",
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_why_and_stops_no_other(row: str, wrong: str) -> None:
    read = sheet(row, "OW-1,24/11/2026,,,,MISSED,").rows
    assert [one.wrong for one in read] == [wrong, ""]
    assert (read[1].ending, read[1].came) == (VisitStatus.MISSED, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Choose a file"),
        (b"", "Choose a file"),
        (b"\n", "We cannot find the columns"),
        (b"name,day\nA,B\n", "There must be: reference, date, came, left"),
        (b"reference,date,came,left\n", "has no rows"),
        (b"PK\x03\x04\0\0", "the workbook cannot be opened"),
        (HEAD.encode() + b"\nx" * (MOST_ROWS + 1), "more than 500 rows"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 megabytes"),
    ],
)
def test_what_is_no_file_of_visits_is_refused_whole(content: bytes | None, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        uploads.read_sheet(content)


def abacus(**cells: str) -> str:
    facts = {
        "FileReference": "F-1", "OurRef": "OW-7K3F-92QM", "ServiceUserDetails": "Ada Example", "VisitDate": "24/11/2026",
        "StartTimeClaimed": "09:00:00", "ActualStartTime": "09:02:31", "ActualDuration": "01:26:00",
        "SecondaryVisit": "False", **cells,
    }  # fmt: skip
    return ",".join(facts.get(name, "") for name in ABACUS_COLUMNS)


def test_the_abacus_layout_keeps_no_names() -> None:
    # Stars mark what must be given, and columns after the nineteenth are passed over.
    head = ",".join([*(f"{name}*" for name in ABACUS_COLUMNS), "NobodyKnows"])
    read = sheet(abacus() + ",x", abacus(OurRef="", ServiceUserRef="ow-2") + ",", head=head)
    assert (read.layout, read.file_reference) == (Layout.ABACUS, "F-1")
    first, second = read.rows
    assert (first.references, first.on, first.planned_start, first.came, first.minutes) == (
        ("OW-7K3F-92QM",), date(2026, 11, 24), time(9), time(9, 2), 86,
    )  # fmt: skip
    assert second.references == ("OW-2",)
    assert "Ada Example" not in str(first.facts)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"SecondaryVisit": "True"}, "second worker"),
        ({"ActualDuration": "00:00:00"}, "Nobody stayed"),
        ({"ActualDuration": "1.5"}, "Enter the duration like 01:30:00"),
        ({"OurRef": ""}, "Enter the booking's reference as OurRef"),
    ],
)
def test_abacus_rows_that_cannot_be_recorded_say_why(cells: dict[str, str], wrong: str) -> None:
    (row,) = sheet(abacus(**cells), head=",".join(ABACUS_COLUMNS)).rows
    assert wrong in row.wrong


def test_a_row_of_another_abacus_file_stops_no_other() -> None:
    read = sheet(abacus(), abacus(FileReference="F-2"), abacus(), head=",".join(ABACUS_COLUMNS))
    assert read.file_reference == "F-1"
    assert [row.wrong for row in read.rows] == [
        "",
        "A3 says “F-2”, but the FileReference of the other rows is “F-1”",
        "",
    ]
    with pytest.raises(BadInput, match="No row has a FileReference"):
        sheet(abacus(FileReference=""), head=",".join(ABACUS_COLUMNS))


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_read_or_refused_in_words(content: bytes) -> None:
    for sent in (content, HEAD.encode() + b"\n" + content, ",".join(ABACUS_COLUMNS).encode() + b"\n" + content):
        try:
            uploads.read_sheet(sent)
        except BadInput as refusal:
            assert str(refusal)
