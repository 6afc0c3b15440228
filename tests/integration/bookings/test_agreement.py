"""Other times proposed and agreed; what is agreed stays as it was; booking at once within what a provider offers."""

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.base import clock
from app.base.db import db, in_transaction, transaction, write_rows
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.availability import actions as availability_actions
from app.support.availability import queries as availability_queries
from app.support.availability.models import Place
from app.support.availability.rules import NoPlaceLeft, Opening
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers, proposals
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.models import Agreement, Proposal
from app.support.bookings.queries import proposals as proposals_queries
from app.support.recurrence.rules.times import visit_times
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, circles, places
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW, TUESDAY

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


def at(start: int, end: int, day: date = TUESDAY) -> list[tuple]:
    return [visit_times(day, time(start), time(end), ends_next_day=False)]


def propose(
    scene: bookings.Scene, made: Booking, times: list[tuple], words: str = "Nobody is free at nine"
) -> Proposal:
    with clock.set_to(NOW), transaction():
        return proposals.propose(actor=scene.staff, booking=made, times=times, words=words)


def agree(scene: bookings.Scene, made: Booking, proposal: Proposal, *pots: object, **more: object) -> Booking:
    facts = {"actor": scene.person, "price_seen": proposal.total_pence, **more}
    with transaction():
        return proposals.agree_to_proposal(
            booking=made,
            proposal_id=proposal.public_id,
            pots=[pot.id for pot in pots],  # type: ignore[attr-defined]
            **facts,  # type: ignore[arg-type]
        )


def told() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Person.full_name, Message.subject).join(Message, Message.to_person_id == Person.id).order_by(Message.id)
    )
    return [tuple(row) for row in rows]


def test_other_times_are_proposed_and_agreed(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 6000)
    made = bookings.booking(scene, own)
    proposal = propose(scene, made, at(14, 16))
    assert (made.status, proposal.total_pence, made.total_pence) == (BookingStatus.PROPOSED, 5500, 4125)
    assert proposal.answer_by == at(14, 16)[0][0]
    assert bookings.left(own) == (1875, 4125)
    with clock.set_to(NOW):
        agree(scene, made, proposal, own)
    assert (made.status, made.total_pence) == (BookingStatus.ACCEPTED, 5500)
    assert [(v.status, v.starts_at, v.price_pence) for v in made.visits] == [
        (VisitStatus.DECLINED, bookings.tuesday()[0][0], 4125),
        (VisitStatus.PLANNED, at(14, 16)[0][0], 5500),
    ]
    assert bookings.left(own) == (500, 5500)
    assert ledger.ledger_differences() == []
    assert told() == [
        ("Bob Staff", "A new request waits for your answer"),
        ("Ada Example", "Other times are proposed to you"),
        ("Bob Staff", "The times you proposed are agreed"),
    ]
    # The second click of the one who agreed changes nothing.
    with clock.set_to(NOW):
        agree(scene, made, proposal, own)
    assert bookings.left(own) == (500, 5500)
    assert len(made.visits) == 2
    # And the visit runs its course as any other.
    with clock.set_to(made.visits[1].ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=made.visits[1])
    assert (bookings.left(own), made.status) == ((500, 0), BookingStatus.COMPLETED)


def test_what_is_not_enough_for_the_other_times_changes_nothing(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5499)
    made = bookings.booking(scene, own)
    proposal = propose(scene, made, at(14, 16))
    with clock.set_to(NOW), pytest.raises(NotEnoughMoney) as refused:
        agree(scene, made, proposal, own)
    assert refused.value.short_by_pence == 1
    assert (made.status, len(made.visits), bookings.left(own)) == (BookingStatus.PROPOSED, 1, (1374, 4125))
    more = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 1, scene.council)
    with clock.set_to(NOW):
        agree(scene, made, proposal, own, more)
    assert (bookings.left(own), bookings.left(more)) == ((0, 5499), (0, 1))


def test_pressed_four_times_at_once_it_is_agreed_once(app: Flask, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    proposal = propose(scene, made, at(14, 16)).public_id
    whose, which, pot = scene.person.id, made.id, own.id

    def press(_number: int) -> None:
        with clock.set_to(NOW):
            in_transaction(
                lambda: proposals.agree_to_proposal(
                    actor=db.session.get_one(Person, whose),
                    booking=db.session.get_one(Booking, which),
                    proposal_id=proposal,
                    pots=[pot],
                    price_seen=5500,
                )
            )
        db.session.close()

    assert at_once(app, press, 4) == ["done"] * 4
    assert len(db.session.get_one(Booking, which).visits) == 2
    assert bookings.left(own) == (3500, 5500)
    assert ledger.ledger_differences() == []


def test_a_newer_proposal_takes_the_place_of_one_before(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    first, second = propose(scene, made, at(14, 16)), propose(scene, made, at(11, 12))
    with clock.set_to(NOW), pytest.raises(Conflict, match="has proposed other times since"):
        agree(scene, made, first, own)
    with clock.set_to(NOW):
        agree(scene, made, second, own)
    assert made.visits[-1].starts_at == at(11, 12)[0][0]


def test_who_may_propose_and_who_may_agree(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    stranger = accounts.person()
    with clock.set_to(NOW):
        with pytest.raises(NotFound), transaction():
            proposals.propose(actor=stranger, booking=made, times=at(14, 16), words="x")
        with pytest.raises(BadInput, match="Enter a reason"), transaction():
            proposals.propose(actor=scene.staff, booking=made, times=at(14, 16), words=" ")
        with pytest.raises(Conflict, match="a time for each visit"), transaction():
            proposals.propose(actor=scene.staff, booking=made, times=[*at(14, 16), *at(10, 11)], words="x")
        assert made.status == BookingStatus.REQUESTED
        proposal = propose(scene, made, at(14, 16))
        with pytest.raises(NotFound):
            agree(scene, made, proposal, own, actor=stranger)
        with pytest.raises(Conflict, match="so the person answers now"), transaction():
            answers.accept(actor=scene.staff, booking=made)
        with pytest.raises(PriceChanged):
            agree(scene, made, proposal, own, price_seen=5499)
        other = bookings.pot(stranger, PotKind.OWN_MONEY, 9000)
        with pytest.raises(Conflict, match="cannot be used for this"):
            agree(scene, made, proposal, other)
    assert (made.status, bookings.left(own), bookings.left(other)) == (BookingStatus.PROPOSED, (4875, 4125), (9000, 0))


def test_a_supporter_who_may_only_look_cannot_agree(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    proposal = propose(scene, made, at(14, 16))
    helper = accounts.person()
    circles.support(scene.person, helper, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    with clock.set_to(NOW), pytest.raises(NotAllowed):
        agree(scene, made, proposal, own, actor=helper)
    assert made.status == BookingStatus.PROPOSED


@pytest.mark.parametrize("ending", ["cancelled", "declined"])
def test_other_times_can_be_turned_down_by_either_side(scene: bookings.Scene, ending: str) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    proposal = propose(scene, made, at(14, 16))
    with clock.set_to(NOW), transaction():
        if ending == "cancelled":
            answers.cancel(actor=scene.person, booking=made, charge_seen=0)
        else:
            answers.decline(actor=scene.staff, booking=made, reason="After all not")
    assert (made.status.value, bookings.left(own)) == (ending, (9000, 0))
    with clock.set_to(NOW), pytest.raises(Conflict, match=f"has been {ending}"):
        agree(scene, made, proposal, own)


def test_other_times_nobody_agrees_to_lapse_with_the_money_and_both_are_told(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own, times=at(9, 10, date(2026, 12, 15)))
    proposal = propose(scene, made, at(14, 16, date(2026, 12, 15)))
    late = NOW + timedelta(days=5)
    assert proposal.answer_by == late
    with clock.set_to(late - timedelta(seconds=1)):
        assert proposals_queries.proposals_late(now=clock.now()) == []
        with pytest.raises(Conflict, match="still time to agree"), transaction():
            answers.lapse(booking_id=made.id)
    with clock.set_to(late):
        assert proposals_queries.proposals_late(now=clock.now()) == [made.id]
        with pytest.raises(Conflict, match="The time to answer has passed"):
            agree(scene, made, proposal, own)
        with transaction():
            answers.lapse(booking_id=made.id)
        assert proposals_queries.proposals_late(now=clock.now()) == []
    assert (made.status, bookings.left(own)) == (BookingStatus.LAPSED, (9000, 0))
    ended = "The other times proposed have ended"
    assert told()[-2:] == [("Ada Example", ended), ("Bob Staff", ended)]


# What is agreed ------------------------------------------------------------------------------------------------------


def test_what_is_agreed_is_kept_whole_and_the_database_refuses_any_change(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    scene.listing.description = "We come for tea."
    db.session.commit()
    made = bookings.booking(scene, own)
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 0
    with clock.set_to(NOW), transaction():
        answers.accept(actor=scene.staff, booking=made)
    kept = db.session.scalars(select(Agreement)).one()
    words = kept.words
    assert (kept.booking_id, kept.total_pence, kept.agreed_at) == (made.id, 4125, NOW)
    assert kept.agreed_by_id == scene.staff.id
    assert (words["title"], words["description"], words["notice_hours"]) == ("Company at home", "We come for tea.", 24)
    assert words["rates"][0]["weekday_pence"] == 2750
    (visit,) = words["visits"]
    assert (visit["starts"], visit["pence"]) == ("2026-11-24T09:00:00+00:00", 4125)
    assert sum(line["pence"] for line in visit["lines"]) == 4125
    for statement in ("UPDATE agreement SET total_pence = 1", "DELETE FROM agreement"):
        with pytest.raises(DatabaseError, match="what was agreed is never changed"), transaction():
            db.session.connection().exec_driver_sql(statement)


# Booking at once -----------------------------------------------------------------------------------------------------


def test_within_what_is_offered_it_is_agreed_at_once(scene: bookings.Scene) -> None:
    places.opened(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    assert (made.status, made.decided_at, made.decided_by_id) == (BookingStatus.ACCEPTED, NOW, None)
    place = db.session.scalars(select(Place)).one()
    assert (place.number, place.of_places, place.visit_id) == (1, 2, made.visits[0].id)
    assert db.session.scalars(select(Agreement.agreed_by_id)).one() == scene.person.id
    assert told() == [("Bob Staff", "Somebody booked with you")]
    assert bookings.left(own) == (4875, 4125)
    with clock.set_to(NOW), transaction():
        answers.cancel(actor=scene.person, booking=made)
    assert db.session.scalar(select(func.count()).select_from(Place)) == 0


def test_outside_what_is_offered_it_is_asked_for(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    tuesdays = places.TUESDAYS
    for openings, more in (
        ((tuesdays,), {"is_instant": False}),
        ((tuesdays,), {"closed": [TUESDAY]}),
        ((tuesdays,), {"ahead_hours": 94}),
        ((Opening(2, 9 * 60, 10 * 60, 2),), {}),
        ((Opening(3, 9 * 60, 17 * 60, 2),), {}),
    ):
        places.opened(scene, *openings, **more)
        made = bookings.booking(scene, own)
        assert (made.status, made.decided_at) == (BookingStatus.REQUESTED, None), (openings, more)
    assert db.session.scalar(select(func.count()).select_from(Place)) == 0


def test_when_every_place_is_taken_nothing_is_booked_and_no_money_moves(scene: bookings.Scene) -> None:
    places.opened(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    for _ in range(2):
        bookings.booking(scene, own)
    with pytest.raises(NoPlaceLeft):
        bookings.booking(scene, own, times=bookings.tuesday(time(10), time(11)))
    assert bookings.left(own) == (90_000 - 2 * 4125, 2 * 4125)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 2
    # Later the same day there is room again; and whoever accepts by hand is held to the same number.
    assert bookings.booking(scene, own, times=bookings.tuesday(time(10, 30), time(11))).status == BookingStatus.ACCEPTED


def test_others_move_over_for_a_visit_there_is_room_for(scene: bookings.Scene) -> None:
    places.opened(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    early = bookings.booking(scene, own, times=at(9, 10))
    second = bookings.booking(scene, own, times=bookings.tuesday(time(9, 30), time(10)))
    late = bookings.booking(scene, own, times=at(10, 11))
    other = bookings.booking(scene, own, times=at(10, 11))
    with clock.set_to(NOW), transaction():
        answers.cancel(actor=scene.person, booking=late)
    with clock.set_to(NOW), transaction():
        answers.cancel(actor=scene.person, booking=second)
    rows = {p.visit_id: p.number for p in db.session.scalars(select(Place))}
    assert rows == {early.visits[0].id: 1, other.visits[0].id: 2}
    long = bookings.booking(scene, own, times=at(9, 11))
    rows = {p.visit_id: p.number for p in db.session.scalars(select(Place))}
    assert sorted(rows) == sorted([early.visits[0].id, other.visits[0].id, long.visits[0].id])
    assert rows[early.visits[0].id] == rows[other.visits[0].id] != rows[long.visits[0].id]


def test_accepting_by_hand_takes_a_place_and_is_refused_when_there_is_none(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    asked = [bookings.booking(scene, own) for _ in range(3)]
    agreed = bookings.accepted(scene, own)
    # What was agreed before takes its place now.
    assert places.opened(scene) == 0
    assert [p.visit_id for p in db.session.scalars(select(Place))] == [agreed.visits[0].id]
    with clock.set_to(NOW), transaction():
        answers.accept(actor=scene.staff, booking=asked[0])
    with (
        clock.set_to(NOW),
        pytest.raises(NoPlaceLeft, match="Every place you offer at that time is taken"),
        transaction(),
    ):
        answers.accept(actor=scene.staff, booking=asked[1])
    assert asked[1].status == BookingStatus.REQUESTED
    # A number lowered under what is agreed is said, and nothing agreed is touched.
    assert places.opened(scene, Opening(2, 540, 1020, 1)) == 0
    assert db.session.scalar(select(func.count()).select_from(Place)) == 2


def test_agreed_visits_beyond_the_places_are_counted(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    for _ in range(3):
        bookings.accepted(scene, own)
    assert places.opened(scene) == 1


def test_only_the_providers_own_staff_say_when_it_can_be_had(scene: bookings.Scene) -> None:
    with pytest.raises(NotFound), transaction():
        availability_actions.set_availability(actor=scene.person, listing=scene.listing, openings=[places.TUESDAYS])
    with pytest.raises(BadInput, match="at least one time"), transaction():
        availability_actions.set_availability(actor=scene.staff, listing=scene.listing, openings=[])
    assert availability_queries.availability_of(scene.listing.id) is None


def test_the_database_itself_never_lets_a_place_be_had_twice(scene: bookings.Scene) -> None:
    places.opened(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    first = bookings.booking(scene, own, times=at(9, 10))
    second = bookings.booking(scene, own, times=at(9, 10))
    numbers = {p.visit_id: (p.id, p.number) for p in db.session.scalars(select(Place))}
    assert [numbers[one.visits[0].id][1] for one in (first, second)] == [1, 2]
    with pytest.raises(DatabaseError, match=r"place_had_once|somebody has this place"), transaction():
        db.session.connection().exec_driver_sql(
            f"UPDATE place SET number = 1 WHERE id = {numbers[second.visits[0].id][0]}"
        )
    with pytest.raises(DatabaseError, match="is_one_of_its_places"), transaction():
        db.session.connection().exec_driver_sql("UPDATE place SET number = 3 WHERE number = 2")
    row = dict(db.session.execute(select(Place.__table__).where(Place.number == 1)).mappings().one())
    third = bookings.booking(scene, own, times=at(12, 13))
    with transaction():
        db.session.connection().exec_driver_sql(f"DELETE FROM place WHERE visit_id = {third.visits[0].id}")
    row |= {"id": None, "public_id": "another", "visit_id": third.visits[0].id}
    row.pop("id")
    with pytest.raises(DatabaseError, match=r"place_had_once|somebody has this place"), transaction():
        write_rows(Place.__table__.insert(), row)  # type: ignore[attr-defined]
    assert issubclass(IntegrityError, DatabaseError)


def test_a_rate_published_meanwhile_does_not_change_what_was_proposed(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bookings.booking(scene, own)
    proposal = propose(scene, made, at(9, 11, date(2026, 12, 1)))
    catalogue.card(scene.listing, 3000, valid_from=date(2026, 11, 30))
    with clock.set_to(NOW):
        agree(scene, made, proposal, own)
    visit = made.visits[-1]
    assert (made.total_pence, visit.price_pence, sum(pence for _, pence in visit.lines)) == (5500, 5500, 5500)
    assert bookings.left(own) == (14_500, 5500)


def test_fewer_places_than_before_never_break_a_booking(scene: bookings.Scene) -> None:
    places.opened(scene, Opening(2, 540, 1020, 3))
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    for times in (at(9, 10), at(9, 10), at(9, 10), at(10, 11), at(11, 12)):
        bookings.booking(scene, own, times=times)
    places.opened(scene, Opening(2, 540, 1020, 2))
    with pytest.raises(NoPlaceLeft):
        bookings.booking(scene, own, times=at(9, 12))
    assert bookings.booking(scene, own, times=at(10, 12)).status == BookingStatus.ACCEPTED
    # Times that were named anew leave what hangs over their edge where it is.
    places.opened(scene, Opening(2, 570, 1020, 2))
    with pytest.raises(NoPlaceLeft):
        bookings.booking(scene, own, times=bookings.tuesday(time(9, 30), time(12)))
    numbers = [p.number for p in db.session.scalars(select(Place).order_by(Place.id))]
    assert len(numbers) == 6


def test_a_later_rate_prices_the_other_times_of_its_day(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bookings.booking(scene, own)
    catalogue.card(scene.listing, 3000, valid_from=date(2026, 12, 1))
    proposal = propose(scene, made, at(9, 11, date(2026, 12, 1)))
    assert proposal.total_pence == 6000
    with clock.set_to(NOW):
        agree(scene, made, proposal, own)
    assert [rate["valid_from"] for rate in made.agreed["rates"]] == ["2026-12-01"]
    assert [one.words["visits"][0]["pence"] for one in db.session.scalars(select(Agreement))] == [6000]
