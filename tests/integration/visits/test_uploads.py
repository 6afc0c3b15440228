"""Files of visits: every row's fate is told, money moves once, and the same file twice changes nothing."""

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
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.actions import uploads
from app.support.visits.models import UploadRow, VisitUpload
from app.support.visits.queries import endings
from app.support.visits.queries import uploads as uploads_queries
from app.support.visits.rules import uploads as uploads_rules
from app.support.visits.rules.uploads import ABACUS_COLUMNS
from tests.factories import accounts, bookings, providers
from tests.factories.bookings import NOW, Scene
from tests.inspection import InspectingClient

SENT = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def csv(*rows: str) -> bytes:
    return "\n".join(["reference,date,planned_start,came,left,outcome,note", *rows]).encode()


def send(scene: Scene, content: bytes, actor: Person | None = None) -> tuple[VisitUpload, bool]:
    with clock.set_to(SENT), transaction():
        return uploads.take_in(
            actor=actor or scene.staff,
            provider=scene.provider,
            name="visits.csv",
            content=content,
            sheet=uploads_rules.read_sheet(content),
        )


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


def test_the_desk_sends_a_file_reads_the_fates_and_gets_a_sheet_to_fill_in(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)
    with clock.set_to(made.visits[0].ends_at + timedelta(hours=2)):
        blank = client.get("/desk/visits.csv").text
        assert blank.splitlines() == [
            "reference,date,planned_start,came,left,outcome,note",
            f"{made.reference},24/11/2026,09:00,,,,",
        ]
        filled = blank.replace("09:00,,,,", "09:00,09:00,10:30,,") + "OW-NONE-NONE,24/11/2026,,09:00,10:00,,\n"
        file = {"provider": scene.provider.public_id}
        assert "Choose a file" in client.submit("/desk/uploads", button="Send the file", **file).text
        answer = client.submit(
            "/desk/uploads", button="Send the file", sheet=(io.BytesIO(filled.encode()), "visits.csv"), **file
        )
        assert answer.status_code == 302
        page = client.page(answer.location)
        assert "Recorded: 1" in page.main.get_text(" ")
        assert "No booking with you has this reference" in page.main.get_text(" ")
        looking = f"{answer.location}?show=look"
        client.submit(looking, button="I looked at row 3")
        assert "Nothing waits for a look." in client.page(answer.location).main.get_text(" ")
        assert db.session.get_one(Visit, made.visits[0].id).status == VisitStatus.DELIVERED
    other = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    accounts.sign_in(client, other)
    client.page(answer.location, 404)
    assert made.reference not in client.get("/desk/visits.csv").text
