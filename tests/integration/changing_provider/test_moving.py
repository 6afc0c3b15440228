"""Ending with notice and changing provider: every penny and every visit is with the one or the other, never lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed, NotFound, Refusal
from app.funding.budgets.actions.releasing import work_off
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.tariffs import RatesNotPublished
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.rules.notice import LastDayRefused
from app.support.changing_provider import actions as changing_provider_actions
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import making_visits
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, circles, patterns, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW, TUESDAY
from tests.inspection import InspectingClient
from tests.queries import counted

KEY = "a-form-of-its-own-to-move"
LAST = date(2026, 12, 20)
"""Thirty days from now, a Sunday: visits from Tuesday 22 December on fall away."""


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def weekly(weeks: int = 8) -> list[tuple[datetime, datetime]]:
    """Tuesdays from 24 November, 9 to 10.30: four until 15 December, then four that cost £41.25 each."""
    days = [TUESDAY + timedelta(weeks=week) for week in range(weeks)]
    return [visit_times(day, time(9), time(10, 30), ends_next_day=False) for day in days]


def going_on(pence: int = 8 * 4125) -> tuple[bookings.Scene, Pot, Booking]:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, pence)
    return scene, own, bookings.accepted(scene, own, times=weekly(), note="The key is under the pot")


def other(scene: bookings.Scene, pence: int = 2600, **more: object) -> Listing:
    """The same kind of support from another provider, at £26 an hour: £39 a visit."""
    there = providers.provider("Second Wind")
    accounts.person(Role.PROVIDER_STAFF, name="Cy Second", provider_id=there.id)
    made = catalogue.listing(there, "companionship", scene.council, title="Good company", **more)
    catalogue.card(made, pence)
    return made


def move(scene: bookings.Scene, booking: Booking, listing: Listing, *pots: Pot, **changed: object) -> Booking:
    facts = {
        "actor": scene.person,
        "listing_id": listing.id,
        "last_day": LAST,
        "pots": [one.id for one in pots],
        "key": KEY,
        "price_seen": 4 * 3900,
        "note": "The key is under the pot",
        **changed,
    }
    with transaction():
        return changing_provider_actions.change_provider(booking=booking, **facts)  # type: ignore[arg-type]


def stands(booking: Booking) -> tuple[BookingStatus, list[VisitStatus]]:
    db.session.rollback()
    db.session.expire_all()
    now = db.session.get_one(Booking, booking.id)
    return now.status, [visit.status for visit in now.visits]


FOUR_STAY = [VisitStatus.PLANNED] * 4 + [VisitStatus.CANCELLED_IN_TIME] * 4


def test_ending_keeps_the_visits_of_the_notice_and_frees_the_money_of_the_others() -> None:
    scene, own, booking = going_on()
    assert booking.agreed["ending_days"] == 30
    assert bookings.left(own) == (0, 8 * 4125)
    with pytest.raises(LastDayRefused, match="30 days of notice"), transaction():
        changing_provider_actions.end_with_notice(
            actor=scene.person, booking=booking, last_day=LAST - timedelta(days=1)
        )
    for _ in range(2):
        with transaction():
            changing_provider_actions.end_with_notice(
                actor=scene.person, booking=booking, last_day=LAST, released_seen=4 * 4125
            )
    assert stands(booking) == (BookingStatus.ACCEPTED, FOUR_STAY)
    assert (booking.ends_on, booking.ended_by_id) == (LAST, scene.person.id)
    assert bookings.left(own) == (4 * 4125, 4 * 4125)
    assert ledger.ledger_differences() == []
    for visit in booking.visits[:4]:
        with clock.set_to(visit.ends_at), transaction():
            recording.mark_delivered(actor=scene.staff, visit=visit)
    assert stands(booking)[0] == BookingStatus.COMPLETED
    assert bookings.left(own) == (4 * 4125, 0)


def test_the_provider_gives_the_same_notice_and_others_none() -> None:
    scene, own, booking = going_on()
    looker = accounts.person(Role.PERSON)
    circles.support(scene.person, looker, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    other_staff = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    for who, refusal in ((looker, NotAllowed), (accounts.person(), NotFound), (other_staff, NotFound)):
        with pytest.raises(refusal), transaction():
            changing_provider_actions.end_with_notice(actor=who, booking=booking, last_day=LAST)
    assert stands(booking) == (BookingStatus.ACCEPTED, [VisitStatus.PLANNED] * 8)
    with pytest.raises(PriceChanged), transaction():
        changing_provider_actions.end_with_notice(actor=scene.staff, booking=booking, last_day=LAST, released_seen=1)
    with transaction():
        changing_provider_actions.end_with_notice(
            actor=scene.staff, booking=booking, last_day=LAST, reason="We are closing"
        )
    assert stands(booking) == (BookingStatus.ACCEPTED, FOUR_STAY)
    assert booking.reason == "We are closing"
    assert bookings.left(own) == (4 * 4125, 4 * 4125)


def test_a_request_is_cancelled_not_ended() -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    booking = bookings.booking(scene, own, times=weekly())
    with pytest.raises(Conflict, match="has not been accepted yet"), transaction():
        changing_provider_actions.end_with_notice(actor=scene.person, booking=booking, last_day=LAST)


def test_moving_carries_visits_note_and_money_in_one_act_and_a_second_click_is_the_same() -> None:
    scene, own, booking = going_on()
    there = other(scene)
    made = move(scene, booking, there, own)
    assert move(scene, booking, there, own).id == made.id
    assert (made.status, made.total_pence, made.note, made.moved_from_id) == (
        BookingStatus.REQUESTED,
        4 * 3900,
        "The key is under the pot",
        booking.id,
    )
    assert [visit.starts_at for visit in made.visits] == [visit.starts_at for visit in booking.visits[4:]]
    assert made.visits[0].starts_at == datetime(2026, 12, 22, 9, tzinfo=UTC)
    assert stands(booking) == (BookingStatus.ACCEPTED, FOUR_STAY)
    assert booking.ends_on == LAST
    assert bookings.left(own) == (4 * 225, 4 * 4125 + 4 * 3900)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 2
    assert ledger.ledger_differences() == []


def test_when_the_new_request_cannot_be_made_the_old_support_stays_as_it_was() -> None:
    scene, own, booking = going_on()
    cheap, dear, full = other(scene), other(scene, 2800), other(scene, can_take_new_people=False)
    bare = catalogue.listing(cheap.provider, "companionship", scene.council)
    faults: list[tuple[Listing, dict[str, object], type[Refusal]]] = [
        (dear, {"price_seen": 16_800}, NotEnoughMoney),
        (cheap, {"price_seen": 15_599}, PriceChanged),
        (bare, {}, RatesNotPublished),
        (scene.listing, {}, Conflict),
        (full, {}, Conflict),
        (cheap, {"last_day": LAST - timedelta(days=1)}, LastDayRefused),
    ]
    for there, changed, refusal in faults:
        with pytest.raises(refusal):
            move(scene, booking, there, own, **changed)
        assert stands(booking) == (BookingStatus.ACCEPTED, [VisitStatus.PLANNED] * 8)
        assert db.session.get_one(Booking, booking.id).ends_on is None
        assert db.session.scalar(select(func.count()).select_from(Visit)) == 8
        assert bookings.left(own) == (0, 8 * 4125)
    assert ledger.ledger_differences() == []


def test_a_declined_move_can_be_asked_of_a_third_provider() -> None:
    scene, own, booking = going_on()
    made = move(scene, booking, other(scene), own, note="")
    assert made.note == ""
    second_staff = db.session.scalars(select(Person).where(Person.full_name == "Cy Second")).one()
    with transaction():
        answers.decline(actor=second_staff, booking=made, reason="Full")
    third = other(scene)
    again = move(scene, made, third, own, key="another-form-to-move")
    assert [visit.starts_at for visit in again.visits] == [visit.starts_at for visit in booking.visits[4:]]
    assert stands(made)[0] == BookingStatus.DECLINED
    assert bookings.left(own) == (4 * 225, 4 * 4125 + 4 * 3900)
    fourth = move(scene, again, other(scene), own, key="and-one-more-form-to-move")
    assert stands(again) == (BookingStatus.CANCELLED, [VisitStatus.CANCELLED_IN_TIME] * 4)
    assert fourth.total_pence == 4 * 3900
    assert bookings.left(own) == (4 * 225, 4 * 4125 + 4 * 3900)


def test_when_the_provider_gives_notice_its_visits_go_to_another_once() -> None:
    scene, own, booking = going_on()
    with transaction():
        bookings.cancel_visit(actor=scene.person, visit=booking.visits[7])
    with clock.set_to(NOW + timedelta(minutes=1)), transaction():
        changing_provider_actions.end_with_notice(
            actor=scene.staff, booking=booking, last_day=LAST, reason="We are closing"
        )
    assert bookings.left(own) == (4 * 4125, 4 * 4125)
    there = other(scene)
    with clock.set_to(NOW + timedelta(minutes=2)):
        made = move(scene, booking, there, own, price_seen=3 * 3900)
        assert [visit.starts_at for visit in made.visits] == [visit.starts_at for visit in booking.visits[4:7]]
        with pytest.raises(Conflict, match=f"asked of another provider already: {made.reference}"):
            move(scene, booking, there, own, price_seen=3 * 3900, key="another-form-to-move")
    assert bookings.left(own) == (4 * 4125 - 3 * 3900, 4 * 4125 + 3 * 3900)
    assert ledger.ledger_differences() == []


def test_two_moves_at_once_are_one_and_the_other_is_told(app: Flask) -> None:
    scene, own, booking = going_on()
    ids, number, pot = [other(scene).id, other(scene).id], booking.id, own.id
    person = scene.person.id

    def job(which: int) -> None:
        with clock.set_to(NOW), transaction():
            changing_provider_actions.change_provider(
                actor=db.session.get_one(Person, person),
                booking=db.session.get_one(Booking, number),
                listing_id=ids[which],
                last_day=LAST,
                pots=[pot],
                key=f"a-form-of-its-own-{which:04d}",
                price_seen=4 * 3900,
                note="",
            )

    assert sorted(at_once(app, job, 2)) == ["Conflict", "done"]
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 2
    assert bookings.left(own) == (4 * 225, 4 * 4125 + 4 * 3900)
    assert ledger.ledger_differences() == []


def test_the_journey_from_one_provider_to_another(client: InspectingClient) -> None:
    scene, own, booking = going_on()
    there = other(scene)
    other(scene, days=[1])
    catalogue.listing(providers.provider("No Rates"), "companionship", scene.council)
    accounts.sign_in(client, scene.person)
    mine = f"/bookings/{booking.public_id}"
    assert client.page(mine).find("a", string="Change provider")["href"] == f"{mine}/move"
    db.session.expire_all()
    with counted() as few:
        text = " ".join(client.page(f"{mine}/move").main.get_text(" ").split())
    assert "4 visits after 20 December 2026" in text
    assert "£156.00 for the same visits: £9.00 less" in text
    assert "They do not come on all of these days." in text
    assert "No rate is published" in text
    for _ in range(5):
        other(scene)
    with counted() as many:
        client.page(f"{mine}/move")
    assert (len(few), len(many)) == (13, 13)
    page = client.page(f"{mine}/move?last-day=1&last-month=12&last-year=2026")
    assert "The last day can be 20 December 2026 or later" in page.main.get_text()
    client.page(f"{mine}/move?last-day=31&last-month=2&last-year=2026")
    answer = client.submit(f"{mine}/move/{there.public_id}?last=2026-12-20")
    made = db.session.scalars(select(Booking).where(Booking.moved_from_id == booking.id)).one()
    assert answer.headers["Location"] == f"/bookings/{made.public_id}/booked"
    assert (made.total_pence, made.note) == (4 * 3900, "The key is under the pot")
    assert bookings.left(own) == (4 * 225, 4 * 4125 + 4 * 3900)
    assert "The last day is 20 December 2026" in client.page(mine).main.get_text()
    assert f"The reference is {made.reference}" in client.page(f"{mine}/move").main.get_text()
    client.page(f"{mine}/move/{there.public_id}?last=2026-12-20", 409)


def test_the_page_of_ending_says_what_it_means_for_either_side(client: InspectingClient) -> None:
    scene, own, booking = going_on()
    accounts.sign_in(client, scene.staff)
    desk = f"/desk/bookings/{booking.public_id}/end"
    text = " ".join(client.page(desk).main.get_text(" ").split())
    assert "4 visits after it are called off: nothing is charged" in text
    assert "is free again" not in text
    accounts.sign_in(client, scene.person)
    mine = f"/bookings/{booking.public_id}/end"
    text = " ".join(client.page(f"{mine}?last-day=29&last-month=12&last-year=2026").main.get_text(" ").split())
    assert "2 visits after it are called off: nothing is charged, and £82.50 is free again" in text
    client.page(f"{mine}?last=never", 400)
    client.submit(mine, button="Give notice: last day 20 December 2026", reason="Moving house")
    assert stands(booking) == (BookingStatus.ACCEPTED, FOUR_STAY)
    assert bookings.left(own) == (4 * 4125, 4 * 4125)


def test_what_repeats_ends_too_and_makes_no_visit_after_the_last_day() -> None:
    scene = bookings.scene()
    pot = patterns.budget(scene, 4 * 4125)
    booking = patterns.agreed(scene, pot)
    assert booking.agreed["ending_days"] == 30
    with transaction():
        changing_provider_actions.end_with_notice(actor=scene.person, booking=booking, last_day=LAST)
    with clock.set_to(NOW + timedelta(days=10)), transaction():
        work_off(on=clock.today())
        making_visits.confirm(person_id=scene.person.id)
    assert patterns.days_of(booking) == [TUESDAY + timedelta(weeks=week) for week in range(4)]
    assert bookings.left(pot)[1] == 4 * 4125
    assert ledger.ledger_differences() == []
