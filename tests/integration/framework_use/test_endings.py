"""A provider leaves a framework: agreed visits stand, everybody it touches is told once, new ones are not paid so any more."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.frameworks.actions import ending
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Visit
from app.support.framework_use import actions, queries
from tests.factories import accounts, bookings, councils, providers
from tests.inspection import InspectingClient

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


def _told() -> list[tuple[int | None, str]]:
    rows = db.session.execute(
        select(Message.to_person_id, Message.subject).where(Message.subject.contains("About")).order_by(Message.id)
    )
    return [(person, subject) for person, subject in rows]


def test_it_is_ended_after_a_look_at_whom_it_touches_and_all_are_told_once(
    app: Flask, client: InspectingClient
) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        framework = councils.framework(scene.council, [scene.listing.kind], ["meals"])
        framework.published_at = NOW
        place = providers.place(scene.provider, framework.lots[0])
        booking = bookings.accepted(scene, bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 50_000, scene.council))
        officer = accounts.person(Role.CONTRACTS, name="Con Tracts", council_id=scene.council.id)
        accounts.sign_in(client, officer)
        address = (
            f"/council/{scene.council.code}/frameworks/{framework.public_id}/providers/{scene.provider.public_id}/end"
        )
        day = {"ends_on__day": "31", "ends_on__month": "12", "ends_on__year": "2026"}
        check = client.submit(address, button="Continue", reach="1", words="It stops this work", **day)
        words = " ".join(check.get_data(as_text=True).split())
        assert "1 person" in words
        assert "Lot 1" in words
        db.session.expire_all()
        assert place.until_on is None
        done = client.post(
            address,
            data={
                "csrf_token": _token(check.get_data(as_text=True)),
                "reach": "1",
                "words": "It stops this work",
                "step": "confirm",
                "ends_on-day": "31",
                "ends_on-month": "12",
                "ends_on-year": "2026",
            },
        )
        assert done.location == address.replace("/end", "/ended")
        page = client.page(done.location).get_text(" ", strip=True)
        assert "It stops this work" in page
        assert scene.person.full_name in page
        db.session.expire_all()
        assert (place.until_on, place.end_told_at) == (date(2026, 12, 31), NOW)
        about = [
            (scene.staff.id, "About your place on a framework"),
            (scene.person.id, "About a provider you have booked"),
        ]
        assert _told() == about
        actions.tell_of_endings()
        assert _told() == about
        assert [visit.status.value for visit in db.session.scalars(select(Visit))] == ["planned"] * len(booking.visits)
        looks = (
            select(AuditEvent.action).where(AuditEvent.for_person_id == scene.person.id).order_by(AuditEvent.id.desc())
        )
        assert db.session.scalars(looks.limit(2)).all() == ["bookings_in_a_list_looked_at", "framework_ending_told"]


def _token(html: str) -> str:
    return html.rsplit('name="csrf_token" value="', maxsplit=1)[-1].split('"', maxsplit=1)[0]


def test_whom_nobody_booked_for_a_year_is_listed_and_nobody_newer(client: InspectingClient) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        framework = councils.framework(scene.council, [scene.listing.kind], ["meals"], starts_on=date(2025, 1, 1))
        old, new = providers.provider("Never Booked"), providers.provider("New Here")
        for provider, since in (
            (scene.provider, date(2025, 1, 1)),
            (old, date(2025, 11, 20)),
            (new, date(2025, 11, 21)),
        ):
            providers.place(provider, framework.lots[0], from_on=since)
        providers.place(scene.provider, framework.lots[1], from_on=date(2025, 1, 1))
        bookings.booking(scene, bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 50_000, scene.council))
        found = queries.not_booked(framework)
        assert [(one.place.provider.name, one.place.lot.number) for one in found] == [
            ("Never Booked", 1),
            (scene.provider.name, 2),
        ]
        accounts.sign_in(client, accounts.person(Role.CONTRACTS, council_id=scene.council.id))
        page = client.page(f"/council/{scene.council.code}/frameworks/{framework.public_id}/not-booked")
        assert [cell.get_text() for cell in page.select("tbody th")] == ["Never Booked", scene.provider.name]


def test_telling_cut_short_is_gone_on_with_by_the_job() -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        framework = councils.framework(scene.council, [scene.listing.kind])
        providers.place(scene.provider, framework.lots[0])
        with transaction():
            ending.end_places(
                actor=None, provider=scene.provider, framework=framework, lot=None, ends_on=NOW.date(), words="Over"
            )
        assert _told() == []
        assert actions.tell_of_endings().words == ("1 person was told",)
        assert actions.tell_of_endings().words == ("0 people were told",)
        assert _told() == [(scene.staff.id, "About your place on a framework")]
