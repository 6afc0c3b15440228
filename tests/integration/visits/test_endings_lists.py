"""Lists of visits, hours and files ask the database as much for many rows as for one."""

import pytest

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.visits.actions import disputes, saved_hours
from app.support.visits.models import VisitUpload
from tests.factories import accounts, bookings, uploads
from tests.factories.bookings import NOW, Scene
from tests.inspection import InspectingClient
from tests.integration.visits.test_uploads import SENT, csv
from tests.queries import counted


def one_of_each(scene: Scene, pot: object, number: int) -> VisitUpload:
    """A visit nobody recorded, one disputed, one whose hours are saved, and a file with rows to look at."""
    with clock.set_to(NOW):
        bookings.accepted(scene, pot)  # type: ignore[arg-type]
        disputed = bookings.delivered(scene, pot).visits[0]  # type: ignore[arg-type]
        kept = bookings.accepted(scene, pot).visits[0]  # type: ignore[arg-type]
        with transaction():
            saved_hours.save_hours(actor=scene.person, visit=kept)
    content = csv(*[f"OW-NONE-{number}{line},24/11/2026,,09:00,10:00,," for line in range(number)])
    with clock.set_to(SENT):
        with transaction():
            disputes.raise_dispute(
                actor=scene.person, visit=disputed, claim=DisputeClaim.DID_NOT_COME, words="Nobody came."
            )
        with transaction():
            upload, _ = uploads.take_in(scene.staff, scene.provider, content)
    return upload


@pytest.mark.usefixtures("app")
def test_long_lists_ask_as_much_as_short_ones(client: InspectingClient) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 900_000)

    def asked(who: object, address: str) -> int:
        accounts.sign_in(client, who)  # type: ignore[arg-type]
        db.session.rollback()
        with clock.set_to(SENT), counted() as statements:
            client.page(address)
        return len(statements)

    pages = [
        (scene.person, "/bookings/to-settle"),
        (scene.person, "/bookings/saved-hours"),
        (scene.person, "/bookings/delivered"),
        (scene.staff, "/desk/to-settle"),
        (scene.staff, "/desk/delivered"),
        (scene.staff, "/desk/uploads"),
    ]
    first = one_of_each(scene, own, 1).public_id
    before = [asked(who, address) for who, address in [*pages, (scene.staff, f"/desk/uploads/{first}")]]
    for number in (2, 3):
        last = one_of_each(scene, own, number).public_id
    after = [asked(who, address) for who, address in [*pages, (scene.staff, f"/desk/uploads/{last}")]]
    assert after == before
    assert max(after) <= 14
