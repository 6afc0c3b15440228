"""A visit at home that nobody confirms is known the same day: the provider first, then those beside the person."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.people.councils.actions.councils import set_policy
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.queries import persons
from app.support.desk import actions as desk
from app.support.visits.actions import disputes, recording, settling, unconfirmed
from app.support.visits.models import VisitClock
from app.support.visits.queries import endings
from app.support.visits.queries.unconfirmed import visits_to_tell_of
from tests.factories import accounts, bookings, circles, messages
from tests.factories.bookings import NOW, Scene
from tests.inspection import InspectingClient
from tests.integration.bookings.test_races import at_once, one
from tests.processes import rounds

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def agreed(kind: str = "companionship", times: list[tuple[datetime, datetime]] | None = None) -> tuple[Scene, Booking]:
    """A visit on Tuesday at 9am with one of everybody: its staff, a care manager, a helper who may book, one who may not."""
    scene = bookings.scene(kind=kind)
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000), times=times)
    manager = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    circles.support(scene.person, accounts.person(name="Jo Sister"))
    circles.support(scene.person, accounts.person(name="Sam Shopper"), frozenset({Power.SUGGEST}))
    return scene, made


def after(made: Booking, minutes: int) -> datetime:
    return made.visits[0].starts_at + minutes * MINUTE


def swept(at: datetime) -> str:
    with clock.set_to(at):
        (words,) = desk.tell_of_unconfirmed_visits().words
    return words


def told() -> list[tuple[str, str | None]]:
    """Who was asked to check, and the page they were given."""
    db.session.rollback()
    rows = select(Person.full_name, Message.link).join(Person, Person.id == Message.to_person_id)
    asked = rows.where(Message.subject.endswith("please check now")).order_by(Message.id)
    return [(name, link) for name, link in db.session.execute(asked)]


NOBODY = "0 told of, 0 recorded meanwhile"
ONE = "1 told of, 0 recorded meanwhile"


@pytest.mark.usefixtures("app")
def test_the_provider_is_told_after_half_an_hour_and_those_beside_the_person_after_an_hour() -> None:
    _scene, made = agreed()
    visit = made.visits[0]
    page, desk_page = settling.visit_path_of(visit), settling.desk_visit_path_of(visit)
    assert swept(after(made, 29)) == NOBODY
    assert [swept(after(made, 30)), swept(after(made, 31)), swept(after(made, 59))] == [ONE, NOBODY, NOBODY]
    assert told() == [("Bob Staff", desk_page)]
    assert [swept(after(made, 60)), swept(after(made, 61)), swept(after(made, 600))] == [ONE, NOBODY, NOBODY]
    assert told() == [("Bob Staff", desk_page), ("Jo Sister", page), ("Cara Manager", page)]
    # Each may open the page they were sent to.
    for reader in db.session.scalars(select(Person).where(Person.full_name.in_(["Jo Sister", "Cara Manager"]))):
        assert endings.visit_for(reader, visit.public_id).id == visit.id
    history = [event.action for event in persons.booking_history(made)]
    assert history[-2:] == ["visit_unconfirmed", "visit_unconfirmed_told_on"]


@pytest.mark.usefixtures("app")
def test_the_letter_says_nothing_of_care_in_its_subject_and_leads_to_where_it_is_recorded(
    client: InspectingClient,
) -> None:
    scene, made = agreed()
    swept(after(made, 30))
    email = messages.emails()[-1]
    assert email["Subject"] == "Nobody has said that a visit began: please check now"
    assert f"A visit of {made.reference} was to begin at 9am, and nobody has entered a code" in (
        " ".join(email.get_content().split())
    )
    accounts.sign_in(client, scene.staff)
    with clock.set_to(after(made, 31)):
        assert "Record this visit" in client.page(messages.link_in(email)).main.get_text(" ")
    accounts.sign_in(client, scene.person)
    with clock.set_to(after(made, 32)):
        words = client.page(f"/bookings/{made.public_id}").main.get_text(" ")
    assert "Nobody had said that the worker came, so the provider was told" in words


@pytest.mark.usefixtures("app")
def test_when_the_worker_was_away_both_are_told_at_once_and_after_two_days_nobody() -> None:
    _scene, made = agreed()
    assert swept(after(made, 90)) == ONE
    assert [name for name, _ in told()] == ["Bob Staff", "Jo Sister", "Cara Manager"]
    _scene, other = agreed()
    assert swept(after(other, 2 * 24 * 60 + 1)) == NOBODY


@pytest.mark.usefixtures("app")
def test_a_council_says_after_how_many_minutes() -> None:
    scene, made = agreed()
    with transaction():
        for name, minutes in (("visit_unconfirmed_minutes", 10), ("visit_unconfirmed_escalate_minutes", 5)):
            set_policy(actor=None, council=scene.council, name=name, value=minutes, valid_from=date(2026, 11, 24))
    assert [swept(after(made, 9)), len(told())] == [NOBODY, 0]
    # Those beside the person never hear of it before the provider.
    assert [swept(after(made, 10)), len(told())] == [ONE, 3]


@pytest.mark.usefixtures("app")
def test_who_has_no_council_has_the_minutes_that_hold_otherwise() -> None:
    scene, made = agreed()
    with transaction():
        set_policy(
            actor=None,
            council=scene.council,
            name="visit_unconfirmed_minutes",
            value=600,
            valid_from=date(2026, 1, 1),
        )
        scene.person.council_id = None
    assert [swept(after(made, 29)), swept(after(made, 30))] == [NOBODY, ONE]
    # The care manager's council is no longer theirs.
    assert swept(after(made, 60)) == ONE
    assert [name for name, _ in told()] == ["Bob Staff", "Jo Sister"]


@pytest.mark.usefixtures("app")
def test_who_is_told_follows_from_who_stands_beside_the_person_at_that_moment() -> None:
    scene, made = agreed()
    swept(after(made, 30))
    with transaction():
        for entry in db.session.scalars(select(circles.CaseloadEntry)):
            entry.ended_at = clock.now()
        for support in db.session.scalars(select(circles.Support)):
            support.ended_at = clock.now()
    other = accounts.person(Role.CARE_MANAGER, name="Olu Manager", council_id=scene.council.id)
    circles.caseload_entry(other, scene.person, scene.council, frozenset({Power.SUGGEST}))
    swept(after(made, 60))
    # She may not see what is booked, so she is not sent to a page she cannot open.
    assert told()[1:] == [("Olu Manager", "/caseload")]


@pytest.mark.usefixtures("app")
def test_nobody_is_told_of_a_visit_of_which_something_is_known() -> None:
    def recorded(scene: Scene, visit: Visit) -> None:
        recording.record_visit(actor=scene.staff, visit=visit, ending=VisitStatus.MISSED)

    def came(scene: Scene, visit: Visit) -> None:
        code = settling.code_of(visit.booking, visit)
        assert recording.clock_in(actor=scene.staff, visit=visit, code=code)

    def disputed(scene: Scene, visit: Visit) -> None:
        disputes.raise_dispute(actor=scene.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="Nobody came.")

    def cancelled(scene: Scene, visit: Visit) -> None:
        answers.cancel(actor=scene.person, booking=visit.booking)

    for act, minutes in ((recorded, 20), (came, 20), (disputed, 100), (cancelled, -60)):
        scene, made = agreed()
        visit = made.visits[0]
        with clock.set_to(after(made, minutes)), transaction():
            act(scene, visit)
        with clock.set_to(after(made, max(minutes, 61))):
            assert (act.__name__, visits_to_tell_of(now=clock.now())) == (act.__name__, [])
            with pytest.raises(Conflict, match="Something has been said"), transaction():
                unconfirmed.tell_unconfirmed(visit_id=visit.id)
    assert told() == []


@pytest.mark.usefixtures("app")
def test_a_wrong_code_is_no_word_that_the_worker_came() -> None:
    scene, made = agreed()
    with clock.set_to(after(made, 5)), transaction():
        assert not recording.clock_in(actor=scene.staff, visit=made.visits[0], code="0")
    assert [swept(after(made, 30)), len(told())] == [ONE, 1]


@pytest.mark.usefixtures("app")
def test_what_is_asked_for_and_what_is_not_at_home_is_left_alone() -> None:
    scene = bookings.scene()
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    asked = bookings.booking(scene, pot)
    _scene, away = agreed("day-activities")
    for made in (asked, away):
        assert swept(after(made, 61)) == NOBODY
        with clock.set_to(after(made, 61)), pytest.raises(Conflict), transaction():
            unconfirmed.tell_unconfirmed(visit_id=made.visits[0].id)


@pytest.mark.usefixtures("app")
def test_what_was_told_of_an_earlier_time_does_not_count_for_the_time_it_was_moved_to() -> None:
    _scene, made = agreed()
    swept(after(made, 60))
    visit = made.visits[0]
    with transaction():
        visit.starts_at, visit.ends_at = visit.starts_at + timedelta(hours=5), visit.ends_at + timedelta(hours=5)
    assert [swept(after(made, 29)), swept(after(made, 30)), swept(after(made, 60))] == [NOBODY, ONE, ONE]
    assert len(told()) == 6


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "begins"),
    [(date(2027, 3, 28), time(0, 45)), (date(2027, 10, 31), time(0, 45)), (date(2027, 10, 31), time(1, 30))],
)
def test_minutes_are_minutes_on_the_nights_when_clocks_change(day: date, begins: time) -> None:
    starts = clock.at_london(day, begins)
    scene = bookings.scene()
    with clock.set_to(starts - timedelta(days=2)):
        accounts.person(name="Nobody")
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    made = bookings.accepted(scene, pot, times=[(starts, starts + timedelta(hours=1))])
    assert [swept(after(made, 29)), swept(after(made, 30)), swept(after(made, 59)), swept(after(made, 60))] == [
        NOBODY,
        ONE,
        NOBODY,
        ONE,
    ]
    shown = {time(0, 45): "12:45am", time(1, 30): "1:30am"}[begins]
    assert f"was to begin at {shown}, and nobody has entered a code" in (
        " ".join(messages.emails()[-1].get_content().split())
    )


@pytest.mark.parametrize("turn", range(rounds(3)))
def test_recording_at_the_moment_of_telling_is_either_first_or_second(app: Flask, turn: int) -> None:
    scene, made = agreed()
    staff, number, moment = scene.staff.id, made.visits[0].id, after(made, 90)
    with clock.set_to(moment):
        recorded, telling, again = at_once(
            app,
            lambda: recording.mark_delivered(actor=one(Person, staff), visit=one(Visit, number)),  # type: ignore[arg-type]
            lambda: unconfirmed.tell_unconfirmed(visit_id=number),
            lambda: unconfirmed.tell_unconfirmed(visit_id=number),
        )
    assert recorded is None
    refused = [str(one) for one in (telling, again) if one is not None]
    assert len(refused) in {1, 2}
    # Told once and by one of them, or not at all because it was recorded first.
    assert len(told()) == (3 if len(refused) == 1 else 0)
    kept = db.session.get(VisitClock, number)
    assert (kept is not None and kept.circle_told_at == moment) == (len(refused) == 1)
    assert db.session.get_one(Visit, number).status == VisitStatus.DELIVERED


@pytest.mark.parametrize("turn", range(rounds(3)))
def test_a_code_at_the_moment_of_telling_is_either_first_or_second(app: Flask, turn: int) -> None:
    scene, made = agreed()
    visit = made.visits[0]
    staff, number, code = scene.staff.id, visit.id, settling.code_of(made, visit)
    with clock.set_to(after(made, 30)):
        came, telling = at_once(
            app,
            lambda: recording.clock_in(actor=one(Person, staff), visit=one(Visit, number), code=code),  # type: ignore[arg-type]
            lambda: unconfirmed.tell_unconfirmed(visit_id=number),
        )
    assert came is None
    assert len(told()) == (1 if telling is None else 0)
    # Once somebody has come, nobody else is told, whichever was first.
    later = db.session.get_one(Visit, number).starts_at + 60 * MINUTE
    assert [swept(later), len(told())] == [NOBODY, 1 if telling is None else 0]
