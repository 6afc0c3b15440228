"""Files of visits: every row's fate is told, money moves once, and the same file twice changes nothing."""

import csv as csv_module
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.desk.actions import forget_files
from app.support.visits.actions import recording
from app.support.visits.models import UploadRow, VisitUpload
from app.support.visits.queries import endings
from app.support.visits.queries import uploads as uploads_queries
from app.support.visits.rules.uploads import ABACUS_COLUMNS
from tests.factories import accounts, bookings, providers, uploads
from tests.factories.bookings import NOW, Scene
from tests.inspection import InspectingClient

SENT = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def csv(*rows: str) -> bytes:
    return "\n".join(["reference,date,planned_start,came,left,outcome,note", *rows]).encode()


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv_module.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def messages_to(person: Person) -> int:
    return db.session.scalar(select(func.count()).select_from(Message).where(Message.to_person_id == person.id)) or 0


def send(scene: Scene, content: bytes, actor: Person | None = None) -> tuple[VisitUpload, bool]:
    with clock.set_to(SENT), transaction():
        return uploads.take_in(actor or scene.staff, scene.provider, content)


def fates(upload: VisitUpload) -> list[str]:
    return [row.fate.value for row in db.session.scalars(uploads_queries.rows_of(upload, to_look_at=False))]


@pytest.mark.usefixtures("app")
def test_every_row_meets_its_fate_and_the_same_file_changes_nothing() -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    first, second, asked = bookings.accepted(scene, own), bookings.accepted(scene, own), bookings.booking(scene, own)
    strangers = bookings.scene()
    theirs = bookings.accepted(strangers, bookings.pot(strangers.person, PotKind.OWN_MONEY, 9000))
    content = csv(
        f"{first.reference},24/11/2026,09:00,09:02,09:42,,",
        f"{first.reference},24/11/2026,09:00,09:02,09:42,,",
        f"{first.reference},24/11/2026,09:00,09:02,09:52,,",
        f"{second.reference},24/11/2026,,,,refused,She was asleep",
        f"{second.reference},24/11/2026,,,,missed,",
        f"{second.reference},25/11/2026,,09:00,10:30,,",
        f"{asked.reference},24/11/2026,09:20,09:00,10:30,,",
        f"{theirs.reference},24/11/2026,09:00,09:00,10:30,,",
        "nonsense,tomorrow,,,,,",
    )
    upload, is_new = send(scene, content)
    assert is_new
    assert fates(upload) == [
        "recorded", "unchanged", "refused", "recorded", "refused", "unmatched", "refused", "unmatched", "unreadable",
    ]  # fmt: skip
    assert (first.visits[0].charged_pence, second.visits[0].status) == (1833, VisitStatus.REFUSED)
    assert bookings.left(own) == (20_000 - 1833 - 4125 - 4125, 4125)
    again, is_new = send(scene, content)
    assert (again.id, is_new) == (upload.id, False)
    assert db.session.scalar(select(func.count()).select_from(UploadRow)) == 9
    # The same rows in another file change nothing either.
    other, is_new = send(scene, csv(f"{first.reference},2026-11-24,9:00,9:02,9:42,delivered,"))
    assert (fates(other), is_new) == (["unchanged"], True)
    assert bookings.left(own) == (20_000 - 1833 - 4125 - 4125, 4125)
    assert theirs.visits[0].status == VisitStatus.PLANNED
    assert ledger.ledger_differences() == []
    with pytest.raises(NotFound):
        send(scene, content, strangers.staff)


@pytest.mark.usefixtures("app")
def test_an_abacus_file_is_matched_and_its_reference_is_taken_once() -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)

    def abacus(duration: str) -> bytes:
        facts = {
            "FileReference": "WEEK-48", "OurRef": made.reference, "VisitDate": "24/11/2026",
            "StartTimeClaimed": "09:00:00", "ActualStartTime": "09:05:00", "ActualDuration": duration,
        }  # fmt: skip
        return "\n".join([",".join(ABACUS_COLUMNS), ",".join(facts.get(name, "") for name in ABACUS_COLUMNS)]).encode()

    upload, _ = send(scene, abacus("01:28:00"))
    kept = endings.record_of(made.visits[0].id)
    assert kept is not None
    assert (fates(upload), kept.delivered_minutes, kept.how.value) == (["recorded"], 88, "uploaded")
    with pytest.raises(Conflict, match="WEEK-48 was sent before"):
        send(scene, abacus("01:00:00"))
    assert bookings.left(own) == (4875, 0)


def test_the_desk_sees_what_will_happen_says_yes_and_mends_what_was_refused(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made, second = bookings.accepted(scene, own), bookings.accepted(scene, own)
    accounts.sign_in(client, scene.staff)
    with clock.set_to(made.visits[0].ends_at + timedelta(hours=2)):
        told = messages_to(scene.person)
        blank = client.get("/desk/visits.csv").text
        assert blank.splitlines() == [
            "\ufeffreference,date,planned_start,came,left,outcome,note",
            f"{made.reference},2026-11-24,09:00,,,,",
            f"{second.reference},2026-11-24,09:00,,,,",
        ]
        filled = blank.replace(
            f"{made.reference},2026-11-24,09:00,,,,", f"{made.reference},2026-11-24,09:00,09:00,10.3,,"
        )
        filled = filled.replace(",09:00,,,,", ',09:00,9.00,half ten,,"Said "no"."') + "Total,,,1.5\n"
        file = {"provider": scene.provider.public_id}
        assert "Choose a file" in client.submit("/desk/uploads", button="Look at the file", **file).text
        answer = client.submit(
            "/desk/uploads", button="Look at the file", sheet=(io.BytesIO(filled.encode()), "visits.csv"), **file
        )
        assert answer.status_code == 302
        address = answer.location
        page = client.page(address).main.get_text(" ")
        assert "Nothing is recorded yet." in page
        assert "Will be recorded : 1" in page.replace("recorded:", "recorded :")
        assert "E2: 10.3 was read as 10:30" in page
        assert db.session.get_one(Visit, made.visits[0].id).status == VisitStatus.PLANNED
        assert (bookings.left(own), messages_to(scene.person)) == ((750, 8250), told)
        client.submit(address, button="Yes, record these visits")
        page = client.page(address).main.get_text(" ")
        assert "Recorded: 1" in page
        assert "The row cannot be read: its quotation marks do not pair up" in page
        assert "Not a visit, passed over: 1" in page
        assert db.session.get_one(Visit, made.visits[0].id).status == VisitStatus.DELIVERED
        # The list of everything, and the rows to mend, which come back mended.
        every = read_csv(client.get(f"{address}/rows.csv").data)
        assert [(row["row"], row["what became of it"]) for row in every] == [
            ("2", "Recorded"), ("3", "Cannot be read"), ("4", "Not a visit, passed over"),
        ]  # fmt: skip
        to_mend = client.get(f"{address}/rows.csv?show=mend").text
        assert [row["reference"] for row in read_csv(to_mend.encode())] == [second.reference]
        mended = to_mend.replace("half ten", "10:30")
        answer = client.submit(
            "/desk/uploads", button="Look at the file", sheet=(io.BytesIO(mended.encode()), "mended.csv"), **file
        )
        client.submit(answer.location, button="Yes, record these visits")
        assert "Recorded: 1" in client.page(answer.location).main.get_text(" ")
        assert db.session.get_one(Visit, second.visits[0].id).status == VisitStatus.DELIVERED
        client.submit(f"{address}?show=look", button="I looked at row 3")
        assert "Nothing waits for a look." in client.page(address).main.get_text(" ")
    other = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    accounts.sign_in(client, other)
    client.page(address, 404)
    assert client.get(f"{address}/rows.csv").status_code == 404
    assert made.reference not in client.get("/desk/visits.csv").text


def test_a_file_nobody_says_yes_to_touches_nothing_and_is_forgotten(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    accounts.sign_in(client, scene.staff)

    def look(content: bytes) -> str:
        sheet = (io.BytesIO(content), "visits.csv")
        answer = client.submit(
            "/desk/uploads", button="Look at the file", sheet=sheet, provider=scene.provider.public_id
        )
        return str(answer.location)

    content = csv(f"{made.reference},24/11/2026,,09:00,10:30,,")
    with clock.set_to(SENT):
        first = look(content)
        assert look(content) == first
        client.submit(first, button="No, forget this file")
        client.page(first, 404)
        again = look(content)
    with clock.set_to(SENT + timedelta(days=8)):
        assert forget_files().words == ("1 file forgotten",)
        client.page(again, 404)
        assert forget_files().words == ("0 files forgotten",)
        taken = look(content)
        token = {"csrf_token": client.page(taken).select_one("input[name=csrf_token]")["value"]}
        # Said twice, by two people or by one hand: it is done once.
        assert [client.post(f"{taken}/take-in", data=token).status_code for _ in range(2)] == [302, 302]
        assert "This was done already." in client.page(taken).get_text()
        assert client.post(f"{taken}/discard", data=token).status_code == 409
    with clock.set_to(SENT + timedelta(days=30)):
        assert forget_files().words == ("0 files forgotten",)
    assert bookings.left(own) == (9000 - 4125, 0)
    assert ledger.ledger_differences() == []


def test_what_changed_after_the_look_counts(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    accounts.sign_in(client, scene.staff)
    with clock.set_to(SENT):
        sheet = (io.BytesIO(csv(f"{made.reference},24/11/2026,,09:00,10:30,,")), "visits.csv")
        answer = client.submit(
            "/desk/uploads", button="Look at the file", sheet=sheet, provider=scene.provider.public_id
        )
        with transaction():
            recording.mark_missed(actor=scene.staff, visit=made.visits[0])
        client.submit(answer.location, button="Yes, record these visits")
        assert "Not recorded: 1" in client.page(answer.location).main.get_text(" ")
    assert bookings.left(own) == (9000, 0)


def test_mended_rows_of_an_abacus_file_are_a_file_of_their_own(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)
    head = "FileReference,OurRef,VisitDate,StartTimeClaimed,ActualStartTime,ActualDuration\n"
    content = (
        f"{head}W-48,{made.reference},24/11/2026,09:00,09:00,1.5\nW-48,OW-NO,24/11/2026,09:00,09:00,01:00"
    ).encode()
    with clock.set_to(SENT), transaction():
        uploads.take_in(scene.staff, scene.provider, content)
    for reference, mend in (("W-48 (again 2)", "1.5"), ("W-48 (again 3)", "01:30:00")):
        newest = db.session.scalars(select(VisitUpload).order_by(VisitUpload.id.desc())).first()
        assert newest is not None
        text = client.get(f"/desk/uploads/{newest.public_id}/rows.csv?show=mend").text
        assert {row["FileReference"] for row in read_csv(text.encode())} == {reference}
        with clock.set_to(SENT), transaction():
            upload, _ = uploads.take_in(scene.staff, scene.provider, text.replace("1.5,", f"{mend},").encode())
    assert upload.counts["recorded"] == 1
