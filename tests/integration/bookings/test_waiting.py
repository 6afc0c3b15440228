"""A visit waits for money still to come: promised once, set aside when it is there, called off in time when it is not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.funding.budgets.actions import releasing
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.platform.ledger.queries import ledger_differences
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers, proposals
from app.support.bookings.queries import waiting as queries
from app.support.desk import actions as sweeps
from app.support.recurrence.rules.patterns import Scope
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import changes
from app.support.repeating.actions.replanning import Wish
from app.support.visits.actions import saved_hours
from tests.factories import accounts, bookings, catalogue, patterns
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")
DECEMBER = date(2026, 12, 1)
"""The Tuesday after the second period's money has come, on Monday 30 November."""
COMES = date(2026, 11, 30)
COMES_AT = datetime(2026, 11, 30, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(app: object) -> bookings.Scene:
    return bookings.scene(notice_hours=24)


def at(day: date, start: int = 9, end: int = 10) -> list[tuple[datetime, datetime]]:
    return [visit_times(day, time(start), time(end), ends_next_day=False)]


def ask(
    scene: bookings.Scene, *pots: Pot, day: date = DECEMBER, end: int = 10, key: str = "wait-key-00000001"
) -> Booking:
    """A request for an hour at £27.50 on a day, that may wait."""
    with transaction():
        return bookings.request_booking(
            actor=scene.person,
            person=scene.person,
            listing=scene.listing,
            times=at(day, end=end),
            add_on_ids=(),
            pots=[one.id for one in pots],
            key=key,
            waits=True,
        )


def spend_what_is_there(scene: bookings.Scene, pot: Pot) -> None:
    """Use up what the first period's money leaves: an hour and a half at £27.50."""
    bookings.booking(scene, pot)
    assert bookings.left(pot) == (0, 4125)


def again(booking: Booking) -> Booking:
    number = booking.id
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Booking, number)


def release() -> None:
    """What ``flask budgets release`` does."""
    releasing.release_what_is_due()


def sweep() -> str:
    return sweeps.confirm_visits_due().words[0]


def subjects(scene: bookings.Scene) -> list[tuple[str, str]]:
    rows = db.session.execute(select(Message.to_person_id, Message.subject).order_by(Message.id)).all()
    names = {scene.person.id: "person", scene.staff.id: "staff"}
    return [(names[who], subject) for who, subject in rows if who in names]


@pytest.fixture
def pot(scene: bookings.Scene) -> Pot:
    """£41.25 in each period, of which the first period's is used up."""
    made = patterns.budget(scene, 4125)
    spend_what_is_there(scene, made)
    return made


def test_it_is_promised_set_aside_when_the_money_comes_and_both_are_told(scene: bookings.Scene, pot: Pot) -> None:
    before = len(subjects(scene))
    made = ask(scene, pot)
    (visit,) = made.visits
    assert (made.status, visit.price_pence, visit.waits_on, visit.waits_for) == (
        BookingStatus.REQUESTED,
        2750,
        COMES,
        [pot.id],
    )
    assert (bookings.left(pot), again(made).visits[0].payments) == ((0, 4125), [])
    assert queries.coming_for(scene.person, DECEMBER)[pot.id] == queries.MoneyToCome(0, 4125, COMES, 2750, 1375)
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    with clock.set_to(COMES_AT):
        assert sweep() == "0 visits confirmed, 1 wait for money or a price"
    with clock.set_to(COMES_AT):
        release()
        assert sweep() == "1 visits confirmed, 0 wait for money or a price"
        assert sweep() == "0 visits confirmed, 0 wait for money or a price"
    visit = again(made).visits[0]
    assert (visit.waits_on, visit.waits_for, [one.amount_pence for one in visit.payments]) == (None, None, [2750])
    assert bookings.left(pot) == (1375, 4125 + 2750)
    assert subjects(scene)[before:] == [
        ("staff", "A new request waits for your answer"),
        ("person", "Your request was accepted"),
        ("person", "A visit that waited is confirmed"),
        ("staff", "A visit that waited is confirmed"),
    ]


def test_two_requests_for_the_same_money_are_not_both_promised_it(scene: bookings.Scene, pot: Pot) -> None:
    ask(scene, pot)
    with pytest.raises(NotEnoughMoney) as refused:
        ask(scene, pot, end=10, day=DECEMBER + timedelta(days=1), key="wait-key-00000002")
    assert (refused.value.costs_pence, refused.value.has_pence) == (2750, 1375)
    with pytest.raises(NotEnoughMoney):
        ask(scene, pot, end=10, day=COMES, key="wait-key-00000003")
    # In the period after that, what comes then is free.
    far = ask(scene, pot, day=DECEMBER + timedelta(weeks=4), key="wait-key-00000004")
    assert far.visits[0].waits_on == COMES + timedelta(weeks=4)


def test_the_same_form_again_is_the_same_booking(scene: bookings.Scene, pot: Pot) -> None:
    assert ask(scene, pot).id == ask(scene, pot).id


def test_what_repeats_is_counted_before_a_visit_that_would_wait_for_the_same_weeks(scene: bookings.Scene) -> None:
    pot = patterns.budget(scene, 5 * 4125)
    patterns.agreed(scene, pot)
    # Four Tuesdays of £41.25 in December leave £41.25 of £206.25.
    coming = queries.coming_for(scene.person, DECEMBER)[pot.id]
    assert (coming.comes_pence, coming.promised_pence, coming.has_pence) == (5 * 4125, 4 * 4125, 4125)


def test_without_money_that_comes_it_is_refused_and_nothing_is_written(scene: bookings.Scene, pot: Pot) -> None:
    with pytest.raises(Conflict, match="No money comes before that day"):
        ask(scene, pot, day=date(2026, 11, 26))
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100)
    with pytest.raises(Conflict, match="No money comes before that day"):
        ask(scene, own)
    assert len(db.session.scalars(select(Booking.id)).all()) == 1


def test_with_money_enough_it_does_not_wait(scene: bookings.Scene) -> None:
    pot = patterns.budget(scene, 4125)
    made = ask(scene, pot)
    assert (made.visits[0].waits_on, bookings.left(pot)) == (None, (1375, 2750))


def test_cancelling_before_the_money_comes_is_free_also_late_and_frees_the_promise(
    scene: bookings.Scene, pot: Pot
) -> None:
    made = ask(scene, pot, day=COMES)
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    # Less than a day before it: nothing is set aside, so nothing is charged.
    with clock.set_to(datetime(2026, 11, 29, 20, tzinfo=UTC)), transaction():
        answers.cancel(actor=scene.person, booking=made, charge_seen=0)
    made = again(made)
    assert (made.status, made.visits[0].status, made.visits[0].waits_on) == (
        BookingStatus.CANCELLED,
        VisitStatus.CANCELLED_IN_TIME,
        None,
    )
    assert queries.coming_for(scene.person, DECEMBER)[pot.id].has_pence == 4125
    with clock.set_to(COMES_AT):
        release()
        assert sweep() == "0 visits confirmed, 0 wait for money or a price"
    assert bookings.left(pot) == (4125, 4125)


@pytest.mark.parametrize("is_agreed", [True, False])
def test_when_the_money_does_not_come_it_is_called_off_in_time_and_both_are_told(
    scene: bookings.Scene, pot: Pot, is_agreed: bool
) -> None:
    made = ask(scene, pot)
    if is_agreed:
        with transaction():
            answers.accept(actor=scene.staff, booking=made)
    before = len(subjects(scene))
    # Nothing is released: as if the budget had ended. At six it is said to be short, a day before the visit called off.
    for at_moment, words in (
        (datetime(2026, 11, 30, 5, 59, tzinfo=UTC), []),
        (datetime(2026, 11, 30, 6, tzinfo=UTC), [("person", "A visit is not confirmed yet")]),
        (datetime(2026, 11, 30, 8, 59, tzinfo=UTC), []),
        (
            datetime(2026, 11, 30, 9, tzinfo=UTC),
            [("person", "A visit was called off"), ("staff", "A visit was called off")],
        ),
        (datetime(2026, 11, 30, 10, tzinfo=UTC), []),
    ):
        with clock.set_to(at_moment):
            sweep()
        assert subjects(scene)[before:] == words, at_moment
        before += len(words)
    made = again(made)
    assert (made.status, made.visits[0].status, made.visits[0].charged_pence) == (
        BookingStatus.CANCELLED,
        VisitStatus.CANCELLED_IN_TIME,
        0,
    )
    assert bookings.left(pot) == (0, 4125)


def test_declining_and_no_answer_end_it_like_any_other(scene: bookings.Scene, pot: Pot) -> None:
    made = ask(scene, pot)
    with pytest.raises(Conflict, match="other times cannot be proposed"), transaction():
        proposals.propose(actor=scene.staff, booking=made, times=at(DECEMBER, 11, 12), words="Later?")
    with transaction():
        answers.decline(actor=scene.staff, booking=made, reason="We are full")
    made = again(made)
    assert (made.status, made.visits[0].status, made.visits[0].waits_on) == (
        BookingStatus.DECLINED,
        VisitStatus.DECLINED,
        None,
    )


def test_a_price_that_rises_meanwhile_changes_nothing_of_what_was_asked(scene: bookings.Scene, pot: Pot) -> None:
    made = ask(scene, pot)
    catalogue.card(scene.listing, 9900, valid_from=date(2026, 11, 25))
    with clock.set_to(COMES_AT):
        release()
        sweep()
    assert [one.amount_pence for one in again(made).visits[0].payments] == [2750]


def test_who_books_when_the_money_is_there_does_not_take_it_from_who_waits(scene: bookings.Scene, pot: Pot) -> None:
    made = ask(scene, pot)
    with clock.set_to(COMES_AT):
        release()
        # No sweep between: the request itself settles what waits first.
        with pytest.raises(NotEnoughMoney), transaction():
            bookings.request_booking(
                actor=scene.person,
                person=scene.person,
                listing=scene.listing,
                times=at(DECEMBER, 14, 15),
                add_on_ids=(),
                pots=[pot.id],
                key="another-key-0001",
            )
        sweep()
    assert again(made).visits[0].waits_on is None
    assert bookings.left(pot) == (1375, 4125 + 2750)


def move(scene: bookings.Scene, made: Booking, day: date, start: int, end: int, *, price: int = 2750) -> VisitChange:
    """Ask for another time of its visit."""
    (visit,) = (one for one in made.visits if one.status == VisitStatus.PLANNED)
    with transaction():
        return changes.ask_change(
            actor=scene.person,
            booking=made,
            name=visit.public_id,
            scope=Scope.THIS,
            wish=Wish(time(start), time(end), on=day),
            key=f"moved-{day}-{start}-{end}-0001",
            after_seen=price,
        )


def waits(made: Booking) -> tuple[date | None, int, int]:
    """Until when its visit waits, what it costs, and what is set aside for it."""
    (visit,) = (one for one in again(made).visits if one.status == VisitStatus.PLANNED)
    return visit.waits_on, visit.price_pence, sum(one.amount_pence for one in visit.payments)


def test_a_visit_that_waits_is_moved_and_goes_on_waiting_for_what_comes_before_its_new_day(
    scene: bookings.Scene, pot: Pot
) -> None:
    made = ask(scene, pot)
    move(scene, made, DECEMBER + timedelta(days=1), 14, 15)
    assert waits(made) == (COMES, 2750, 0)
    # Longer: what comes, £41.25, is enough without itself counted beside; an hour and three quarters is not.
    move(scene, made, DECEMBER, 14, 15)
    with pytest.raises(NotEnoughMoney) as short, transaction():
        changes.ask_change(
            actor=scene.person,
            booking=again(made),
            name=again(made).visits[0].public_id,
            scope=Scope.THIS,
            wish=Wish(time(14), time(16), on=DECEMBER),
            key="moved-too-long-0001",
            after_seen=5500,
        )
    assert (short.value.costs_pence, short.value.has_pence) == (5500, 4125)
    with pytest.raises(Conflict, match="No money comes before that day"):
        move(scene, again(made), date(2026, 11, 26), 9, 10)
    # Into the next four weeks: then it is that money it waits for, and this period's is free for something else.
    later = DECEMBER + timedelta(weeks=4)
    move(scene, again(made), later, 9, 10)
    assert waits(made) == (COMES + timedelta(weeks=4), 2750, 0)
    assert queries.coming_for(scene.person, DECEMBER)[pot.id].has_pence == 4125
    assert queries.coming_for(scene.person, later)[pot.id].has_pence == 1375
    assert bookings.left(pot) == (0, 4125)


def test_moved_by_agreement_its_money_is_set_aside_once_whenever_it_comes(scene: bookings.Scene, pot: Pot) -> None:
    made = ask(scene, pot)
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    change = move(scene, again(made), DECEMBER + timedelta(days=1), 9, 10)
    assert waits(made) == (COMES, 2750, 0)
    with clock.set_to(COMES_AT):
        release()
        sweep()
        # Its money came between the question and the yes.
        with transaction():
            changes.agree_to_change(actor=scene.staff, change=db.session.get_one(VisitChange, change.id))
        assert waits(made) == (None, 2750, 2750)
        assert bookings.left(pot) == (1375, 4125 + 2750)
        sweep()
    assert bookings.left(pot) == (1375, 4125 + 2750)
    assert ledger_differences() == []


def test_moved_to_before_the_money_comes_it_is_paid_with_what_is_there_and_promises_nothing(
    scene: bookings.Scene,
) -> None:
    pot = patterns.budget(scene, 4125)
    first = bookings.booking(scene, pot)
    made = ask(scene, pot)
    with transaction():
        answers.cancel(actor=scene.person, booking=first)
    move(scene, again(made), date(2026, 11, 26), 9, 10)
    assert waits(made) == (None, 2750, 2750)
    assert bookings.left(pot) == (1375, 2750)
    with clock.set_to(COMES_AT):
        release()
        assert sweep() == "0 visits confirmed, 0 wait for money or a price"
    assert bookings.left(pot) == (1375 + 4125, 2750)


def test_the_hours_of_a_visit_that_waits_cannot_be_saved_and_it_is_said_what_to_do(
    scene: bookings.Scene, pot: Pot
) -> None:
    made = ask(scene, pot)
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    with pytest.raises(Conflict, match="nothing to save yet"), transaction():
        saved_hours.save_hours(actor=scene.person, visit=again(made).visits[0])
    assert waits(made) == (COMES, 2750, 0)


def test_the_page_of_a_change_says_that_it_still_waits(client: InspectingClient, scene: bookings.Scene) -> None:
    pot = patterns.budget(scene, 4125)
    spend_what_is_there(scene, pot)
    made = ask(scene, pot)
    accounts.sign_in(client, scene.person)
    page = f"/bookings/{made.public_id}/visits/{made.visits[0].public_id}/change"
    answer = client.submit(page, start="2pm", end="3pm")
    said = " ".join(client.page(answer.location).main.get_text(" ").split())
    assert "Nothing is set aside yet. £27.50 is, when its money comes on 30 November 2026." in said
    assert client.submit(answer.location, button="Change it").location == f"/bookings/{made.public_id}"
    assert waits(made) == (COMES, 2750, 0)


def test_the_database_lets_only_planned_visits_wait(scene: bookings.Scene, pot: Pot) -> None:
    made = ask(scene, pot)
    with pytest.raises(IntegrityError, match="only_what_is_planned_waits"):
        db.session.execute(text("UPDATE visit SET status = 'delivered' WHERE id = :id"), {"id": made.visits[0].id})
    db.session.rollback()


@pytest.mark.parametrize("has_come", [True, False])
def test_while_a_report_of_a_death_stands_what_was_agreed_is_still_set_aside_or_called_off_in_time(
    scene: bookings.Scene, pot: Pot, *, has_come: bool
) -> None:
    made = ask(scene, pot)
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    with clock.set_to(COMES_AT):
        if has_come:
            release()
    with transaction():
        db.session.get_one(Person, scene.person.id).stopped_at = NOW
    before = len(subjects(scene))
    with clock.set_to(datetime(2026, 11, 30, 9, tzinfo=UTC)):
        sweep()
    told = [subject for who, subject in subjects(scene)[before:] if who == "staff"]
    found = (again(made).visits[0].status, bookings.left(pot), told)
    if has_come:
        assert found == (VisitStatus.PLANNED, (1375, 6875), ["A visit that waited is confirmed"])
    else:
        assert found == (VisitStatus.CANCELLED_IN_TIME, (0, 4125), ["A visit was called off"])
