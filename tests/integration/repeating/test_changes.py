"""This visit, this and later ones, or the whole pattern: changed and cancelled to the penny, and the past never touched."""

import itertools
import os
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import Unit
from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.people.councils.actions import holidays
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.rules.changes import ChangeStatus, VisitChangedMeanwhile
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers as answers_actions
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.queries import at_desk as room
from app.support.recurrence.rules.patterns import PatternRefused, Rule, Scope
from app.support.recurrence.rules.times import TimesRefused
from app.support.repeating.actions import changes, leaving_out, making_visits
from app.support.repeating.actions.replanning import Wish
from app.support.repeating.queries import patterns as queries
from app.support.repeating.rules import Consequence
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, circles, patterns
from tests.factories.bookings import NOW, TUESDAY, left
from tests.inspection import InspectingClient
from tests.integration.bookings.test_races import at_once

pytestmark = pytest.mark.usefixtures("app")
_keys = itertools.count(1)
PENCE = 100_000
ROUNDS = int(os.environ.get("ROUNDS", "2"))
"""How often two meet at the same visit."""


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


@pytest.fixture
def own(scene: bookings.Scene) -> Pot:
    return bookings.pot(scene.person, PotKind.OWN_MONEY, PENCE)


def leave_out(scene: bookings.Scene, made: Booking, visit: str, scope: Scope = Scope.THIS, **more: object) -> Booking:
    with clock.set_to(NOW), transaction():
        return leaving_out.leave_out(actor=scene.person, booking=made, name=visit, scope=scope, **more)  # type: ignore[arg-type]


def ask(
    scene: bookings.Scene, made: Booking, visit: str, wish: Wish, scope: Scope = Scope.THIS, **more: object
) -> VisitChange:
    key = f"test-change-{next(_keys):08d}"
    with clock.set_to(NOW), transaction():
        return changes.ask_change(
            actor=scene.person,
            booking=made,
            name=visit,
            scope=scope,
            wish=wish,
            key=key,
            **more,  # type: ignore[arg-type]
        )


def agree(scene: bookings.Scene, change: VisitChange) -> VisitChange:
    with clock.set_to(NOW), transaction():
        return changes.agree_to_change(actor=scene.staff, change=change)


def visit_on(made: Booking, day: date) -> Visit:
    """The newest visit of a day of the rule."""
    db.session.rollback()
    db.session.expire_all()
    rows = select(Visit).where(Visit.booking_id == made.id, Visit.slot_day == day).order_by(Visit.id.desc())
    return db.session.scalars(rows).first()  # type: ignore[return-value]


def name_on(made: Booking, day: date) -> str:
    return visit_on(made, day).public_id


def slot_name(made: Booking, day: date, number: int = 0) -> str:
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    return f"{pattern.slots[number].public_id}-{day:%Y%m%d}"


def times_of(made: Booking, status: VisitStatus = VisitStatus.PLANNED) -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    visits = db.session.get_one(Booking, made.id).visits
    return [f"{clock.london(one.starts_at):%d %b %H:%M}" for one in visits if one.status == status]


def subjects(person: Person) -> list[str]:
    rows = select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id)
    return list(db.session.scalars(rows))


EIGHT = ["24 Nov 09:00", "01 Dec 09:00", "08 Dec 09:00", "15 Dec 09:00", "22 Dec 09:00", "29 Dec 09:00",
         "05 Jan 09:00", "12 Jan 09:00"]  # fmt: skip
FIRST, SECOND, THIRD = date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15)
AFTERNOON = Wish(time(14), time(15, 30), days=(2,))


# Cancelling ---------------------------------------------------------------------------------------------------------


def test_what_each_way_of_cancelling_means_is_known_before_anything_happens(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    # 26 hours before the second visit: all in time but for none.
    with clock.set_to(datetime(2026, 11, 24, 7, tzinfo=clock.london(NOW).tzinfo)):
        which = queries.which_visit(made, queries.pattern_of(made.id), name_on(made, FIRST))
        found = leaving_out.consequences(which)
    assert found[Scope.THIS] == Consequence(1, 0, 0, 4125)
    # Until 24 November 2027 there are 45 more; the first visit of all is two hours off, and so charged.
    assert found[Scope.LATER] == Consequence(7, 0, 0, 7 * 4125, to_come=45, is_endless=True)
    assert found[Scope.ALL] == Consequence(8, 1, 4125, 7 * 4125, to_come=45, is_endless=True)
    assert times_of(made) == EIGHT


def test_cancelling_one_visit_leaves_all_others_and_is_remembered_as_left_out(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    leave_out(scene, made, name_on(made, FIRST), charge_seen=0)
    assert times_of(made) == [one for one in EIGHT if one != "01 Dec 09:00"]
    assert left(own) == (PENCE - 7 * 4125, 7 * 4125)
    with clock.set_to(datetime(2026, 11, 24, 3, tzinfo=clock.london(NOW).tzinfo)), transaction():
        making_visits.confirm(person_id=scene.person.id)
    assert times_of(made) == [*(one for one in EIGHT if one != "01 Dec 09:00"), "19 Jan 09:00"]


def test_a_day_not_made_yet_can_be_left_out_and_put_back_without_asking(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    far = slot_name(made, date(2027, 1, 19))
    leave_out(scene, made, far)
    with pytest.raises(Conflict, match="cancelled already"):
        leave_out(scene, made, far)
    assert ask(scene, made, far, Wish(is_back=True)).status == ChangeStatus.AGREED
    with clock.set_to(datetime(2026, 11, 24, 3, tzinfo=clock.london(NOW).tzinfo)), transaction():
        making_visits.confirm(person_id=scene.person.id)
    assert times_of(made)[-1] == "19 Jan 09:00"


def test_a_cancelled_visit_is_put_back_at_its_time_once_the_provider_agrees(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    leave_out(scene, made, name_on(made, FIRST))
    change = ask(scene, made, name_on(made, FIRST), Wish(is_back=True))
    assert (change.status, change.before_pence, change.after_pence) == (ChangeStatus.ASKED, 0, 4125)
    assert len(times_of(made)) == 7
    agree(scene, change)
    assert times_of(made) == EIGHT
    assert left(own) == (PENCE - 8 * 4125, 8 * 4125)
    with pytest.raises(Conflict, match="not taken out"):
        ask(scene, made, name_on(made, FIRST), Wish(is_back=True))


def test_this_and_later_end_the_pattern_there_and_nothing_comes_after(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    leave_out(scene, made, name_on(made, SECOND), Scope.LATER)
    assert times_of(made) == EIGHT[:2]
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    assert (pattern.next_on, pattern.slots[0].rule) == (
        None, "FREQ=WEEKLY;UNTIL=20261207T090000Z;BYDAY=TU;WKST=MO"
    )  # fmt: skip
    assert db.session.get_one(Booking, made.id).status == BookingStatus.ACCEPTED
    assert left(own) == (PENCE - 2 * 4125, 2 * 4125)


def test_the_whole_pattern_leaves_the_past_as_it_was(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    first = made.visits[0]
    with clock.set_to(first.ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=first)
    before = (first.starts_at, first.charged_pence, first.settled_at)
    with clock.set_to(first.ends_at), transaction():
        leaving_out.leave_out(actor=scene.person, booking=made, name=name_on(made, THIRD), scope=Scope.ALL)
    assert times_of(made) == []
    kept = visit_on(made, TUESDAY)
    assert (kept.starts_at, kept.charged_pence, kept.settled_at) == before
    assert kept.status == VisitStatus.DELIVERED
    assert db.session.get_one(Booking, made.id).status == BookingStatus.COMPLETED
    assert left(own) == (PENCE - 4125, 0)
    assert ledger.ledger_differences() == []


def test_cancelling_late_costs_the_visits_within_the_notice_and_no_others(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    late = datetime(2026, 11, 23, 12, tzinfo=clock.london(NOW).tzinfo)
    with clock.set_to(late), pytest.raises(PriceChanged) as refused, transaction():
        leaving_out.leave_out(
            actor=scene.person, booking=made, name=made.visits[0].public_id, scope=Scope.ALL, charge_seen=0
        )
    assert refused.value.now_pence == 4125
    with clock.set_to(late), transaction():
        leaving_out.leave_out(
            actor=scene.person, booking=made, name=made.visits[0].public_id, scope=Scope.ALL, charge_seen=4125
        )
    assert left(own) == (PENCE - 4125, 0)
    assert times_of(made, VisitStatus.CANCELLED_LATE) == ["24 Nov 09:00"]


# Changing -----------------------------------------------------------------------------------------------------------


def test_a_visit_moves_when_the_provider_agrees_and_not_before(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    wish = Wish(time(14), time(16), on=date(2026, 12, 2))
    change = ask(scene, made, name_on(made, FIRST), wish)
    assert (change.before_pence, change.after_pence) == (4125, 5500)
    assert times_of(made) == EIGHT
    assert subjects(scene.staff)[-1] == "Another time is asked for"
    agree(scene, change)
    assert times_of(made) == [EIGHT[0], "02 Dec 14:00", *EIGHT[2:]]
    assert left(own) == (PENCE - 7 * 4125 - 5500, 7 * 4125 + 5500)
    moved = visit_on(made, FIRST)
    assert (moved.price_pence, moved.revision, sum(one.amount_pence for one in moved.payments)) == (5500, 1, 5500)
    assert subjects(scene.person)[-1] == "The new time is agreed"
    assert db.session.get_one(Booking, made.id).total_pence == 7 * 4125 + 5500
    assert ledger.ledger_differences() == []


def test_a_request_nobody_accepted_yet_is_changed_at_once(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.asked(scene, own)
    change = ask(scene, made, name_on(made, FIRST), Wish(time(14), time(15, 30), on=FIRST))
    assert change.status == ChangeStatus.AGREED
    assert times_of(made)[1] == "01 Dec 14:00"
    assert left(own) == (PENCE - 8 * 4125, 8 * 4125)


def test_a_visit_that_does_not_repeat_can_be_moved_too(scene: bookings.Scene, own: Pot) -> None:
    made = bookings.accepted(scene, own)
    change = ask(scene, made, made.visits[0].public_id, Wish(time(9), time(10), on=date(2026, 11, 25)))
    agree(scene, change)
    assert times_of(made) == ["25 Nov 09:00"]
    assert left(own) == (PENCE - 2750, 2750)


def test_this_and_later_change_from_that_visit_on_and_stay_changed_when_more_is_made(
    scene: bookings.Scene, own: Pot
) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, SECOND), Wish(time(14), time(15), days=(1, 4)), Scope.LATER)
    assert (change.before_pence, change.after_pence) == (6 * 4125, 11 * 2750)
    agree(scene, change)
    assert times_of(made) == [
        *EIGHT[:2],
        *("10 Dec 14:00", "14 Dec 14:00", "17 Dec 14:00", "21 Dec 14:00", "24 Dec 14:00", "28 Dec 14:00"),
        *("31 Dec 14:00", "04 Jan 14:00", "07 Jan 14:00", "11 Jan 14:00", "14 Jan 14:00"),
    ]
    with clock.set_to(datetime(2026, 11, 24, 3, tzinfo=clock.london(NOW).tzinfo)), transaction():
        making_visits.confirm(person_id=scene.person.id)
    assert times_of(made)[-1] == "18 Jan 14:00"
    assert left(own)[1] == 2 * 4125 + 12 * 2750
    assert ledger.ledger_differences() == []


def test_changing_the_whole_pattern_touches_neither_the_past_nor_what_was_moved_or_left_out(
    scene: bookings.Scene, own: Pot
) -> None:
    made = patterns.agreed(scene, own)
    first = made.visits[0]
    with clock.set_to(first.ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=first)
    agree(scene, ask(scene, made, name_on(made, SECOND), Wish(time(18), time(19, 30), on=SECOND)))
    leave_out(scene, made, name_on(made, THIRD))
    with clock.set_to(first.ends_at):
        with transaction():
            change = changes.ask_change(
                actor=scene.person,
                booking=made,
                name=name_on(made, date(2026, 12, 29)),
                scope=Scope.ALL,
                wish=AFTERNOON,
                key="the-whole-pattern",
            )
        with transaction():
            changes.agree_to_change(actor=scene.staff, change=change)
    assert times_of(made) == [
        *("01 Dec 14:00", "08 Dec 18:00", "22 Dec 14:00", "29 Dec 14:00", "05 Jan 14:00", "12 Jan 14:00"),
    ]
    assert times_of(made, VisitStatus.DELIVERED) == ["24 Nov 09:00"]
    # The day left out before can still be put back, now at the new time.
    with clock.set_to(first.ends_at):
        with transaction():
            change = changes.ask_change(
                actor=scene.person,
                booking=made,
                name=slot_name(made, THIRD, 1),
                scope=Scope.THIS,
                wish=Wish(is_back=True),
                key="put-it-back-again",
            )
        with transaction():
            changes.agree_to_change(actor=scene.staff, change=change)
    assert times_of(made)[2] == "15 Dec 14:00"
    assert left(own) == (PENCE - 8 * 4125, 7 * 4125)


def test_a_pattern_of_so_many_days_keeps_its_number_when_it_changes_in_the_middle(
    scene: bookings.Scene, own: Pot
) -> None:
    made = patterns.agreed(scene, own, rule=Rule((2,), count=5))
    agree(scene, ask(scene, made, name_on(made, SECOND), AFTERNOON, Scope.LATER))
    assert times_of(made) == [*EIGHT[:2], "08 Dec 14:00", "15 Dec 14:00", "22 Dec 14:00"]
    pattern = queries.pattern_of(made.id)
    assert pattern is not None
    assert [slot.rule for slot in pattern.slots] == [
        "FREQ=WEEKLY;COUNT=2;BYDAY=TU;WKST=MO", "FREQ=WEEKLY;COUNT=3;BYDAY=TU;WKST=MO"
    ]  # fmt: skip


def test_a_change_the_money_does_not_stretch_to_is_refused_and_nothing_is_asked(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 8 * 4125 + 1374)
    made = patterns.agreed(scene, own)
    with pytest.raises(NotEnoughMoney) as refused:
        ask(scene, made, name_on(made, FIRST), Wish(time(9), time(11), on=FIRST))
    assert refused.value.short_by_pence == 1
    assert db.session.scalars(select(VisitChange)).all() == []


def test_when_the_money_is_gone_by_the_time_the_provider_agrees_everything_stays(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 8 * 4125 + 1375)
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, FIRST), Wish(time(9), time(11), on=FIRST))
    bookings.booking(scene, own, times=bookings.tuesday(time(18), time(18, 30)))
    with pytest.raises(NotEnoughMoney):
        agree(scene, change)
    assert times_of(made) == EIGHT
    with clock.set_to(NOW), transaction():
        changes.decline_change(actor=scene.staff, change=change, reason="No money for it")
    assert (change.status, times_of(made)) == (ChangeStatus.DECLINED, EIGHT)


def test_only_one_change_waits_at_a_time_and_it_can_be_taken_back(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, FIRST), Wish(time(14), time(15, 30), on=FIRST))
    with pytest.raises(Conflict, match="waits for an answer"):
        ask(scene, made, name_on(made, SECOND), Wish(time(14), time(15, 30), on=SECOND))
    with transaction():
        changes.withdraw_change(actor=scene.person, booking=made)
    with pytest.raises(Conflict, match="was taken back"):
        agree(scene, change)
    assert times_of(made) == EIGHT


def test_cancelling_what_a_change_is_about_takes_the_change_back(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, FIRST), Wish(time(14), time(15, 30), on=FIRST))
    leave_out(scene, made, name_on(made, SECOND))
    db.session.refresh(change)
    assert change.status == ChangeStatus.ASKED
    leave_out(scene, made, name_on(made, FIRST))
    db.session.refresh(change)
    assert change.status == ChangeStatus.WITHDRAWN
    assert len(times_of(made)) == 6


def test_a_request_whose_only_visit_was_cancelled_can_still_be_agreed_or_lapse(scene: bookings.Scene) -> None:
    money = patterns.budget(scene, 20_000)
    made, other = patterns.asked(scene, money), patterns.asked(scene, money)
    for one in (made, other):
        leave_out(scene, one, one.visits[0].public_id)
        assert (times_of(one), one.status) == ([], BookingStatus.REQUESTED)
    with clock.set_to(NOW), transaction():
        answers_actions.accept(actor=scene.staff, booking=made)
    with clock.set_to(NOW + timedelta(days=5)):
        assert room.unanswered(now=clock.now()) == [other.id]
        with transaction():
            answers_actions.lapse(booking_id=other.id)
    assert (made.status, other.status) == (BookingStatus.ACCEPTED, BookingStatus.LAPSED)


def test_two_visits_of_one_booking_are_never_put_at_the_same_time(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    with pytest.raises(TimesRefused, match="Another visit of this booking is at that time"):
        ask(scene, made, name_on(made, FIRST), Wish(time(10), time(11), on=SECOND))


def test_a_change_to_the_same_time_is_no_change(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    with pytest.raises(TimesRefused, match="already"):
        ask(scene, made, name_on(made, FIRST), Wish(time(9), time(10, 30), on=FIRST))
    with pytest.raises(PatternRefused, match="already"):
        ask(scene, made, name_on(made, FIRST), Wish(time(9), time(10, 30), days=(2,)), Scope.LATER)


def test_a_change_is_for_those_concerned_only(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    name = name_on(made, FIRST)
    change = ask(scene, made, name, Wish(time(14), time(15, 30), on=FIRST))
    stranger = accounts.person(name="Stranger")
    onlooker = accounts.person(name="Onlooker")
    circles.support(scene.person, onlooker, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    with transaction(), pytest.raises(NotFound):
        leaving_out.leave_out(actor=stranger, booking=made, name=name, scope=Scope.THIS)
    with transaction(), pytest.raises(NotAllowed):
        leaving_out.leave_out(actor=onlooker, booking=made, name=name, scope=Scope.THIS)
    with transaction(), pytest.raises(NotFound):
        changes.agree_to_change(actor=scene.person, change=change)
    assert times_of(made) == EIGHT


def test_writing_the_note_anew_changes_nothing_else(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    before = [(one.public_id, one.starts_at, one.price_pence, one.status, one.revision) for one in made.visits]
    facts = (made.status, made.total_pence, made.revision, made.agreed)
    with clock.set_to(NOW), transaction():
        changes.write_note(actor=scene.person, booking=made, note="The key is with Jo")
    db.session.expire_all()
    assert [(one.public_id, one.starts_at, one.price_pence, one.status, one.revision) for one in made.visits] == before
    assert (made.status, made.total_pence, made.revision, made.agreed, made.note) == (*facts, "The key is with Jo")
    assert subjects(scene.staff)[-1] == "What you should know before a visit was changed"


# Two at once --------------------------------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_that_the_visit_was_changed(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    seen = made.revision
    name = name_on(made, FIRST)
    leave_out(scene, made, name, seen=seen)
    with pytest.raises(VisitChangedMeanwhile, match="Somebody changed a visit of this booking while you were looking"):
        ask(scene, made, name, Wish(time(14), time(15, 30), on=FIRST), seen=seen)
    assert len(times_of(made)) == 7


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_people_change_the_same_visit_and_one_wins_and_the_other_is_told(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, PENCE)
        made = patterns.asked(scene, own)
        name, seen, number, person = name_on(made, FIRST), made.revision, made.id, scene.person.id

        def move(hour: int) -> None:
            changes.ask_change(
                actor=db.session.get_one(Person, person),
                booking=db.session.get_one(Booking, number),
                name=name,
                scope=Scope.THIS,
                wish=Wish(time(hour), time(hour + 1, 30), on=FIRST),
                key=f"at-once-{turn}-{hour:010d}",
                seen=seen,
            )

        answers = at_once(app, lambda: move(14), lambda: move(16))
    told = [answer for answer in answers if answer is not None]
    assert [type(one) for one in told] == [VisitChangedMeanwhile]
    won = 14 if answers[0] is None else 16
    visit = db.session.scalars(select(Visit).where(Visit.public_id == name)).one()
    assert clock.london(visit.starts_at).hour == won
    assert visit.revision == 1
    assert ledger.ledger_differences() == []


def test_the_nights_run_twice_at_once_makes_each_visit_once(app: Flask) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, PENCE)
        made = patterns.agreed(scene, own)
        number, person = made.id, scene.person.id
    with clock.set_to(NOW + timedelta(weeks=3)):
        assert at_once(app, *[lambda: making_visits.confirm(person_id=person)] * 3) == [None] * 3
    visits = db.session.scalars(select(Visit).where(Visit.booking_id == number)).all()
    assert len(visits) == len({visit.slot_day for visit in visits}) == 11
    assert left(own)[1] == 11 * 4125


# What was agreed to is what happens ---------------------------------------------------------------------------------

WEDNESDAYS = Wish(time(9), time(11), days=(3,))
"""Two hours on Wednesdays, £55 a visit instead of £41.25."""


def test_a_visit_cancelled_while_a_change_waits_does_not_come_back_and_the_person_is_asked_again(
    scene: bookings.Scene, own: Pot
) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, TUESDAY), WEDNESDAYS, Scope.ALL)
    # Told £110 more: eight visits of £55 instead of eight of £41.25.
    assert change.after_pence - change.before_pence == 11_000
    leave_out(scene, made, name_on(made, FIRST))
    assert left(own) == (PENCE - 7 * 4125, 7 * 4125)
    agree(scene, change)
    assert change.status == ChangeStatus.OVERTAKEN
    # Nobody agreed to anything else, so nothing happened: no visit came back, and no penny more is held.
    assert times_of(made) == [one for one in EIGHT if one != "01 Dec 09:00"]
    assert left(own) == (PENCE - 7 * 4125, 7 * 4125)
    assert subjects(scene.person)[-1] == "Please look at the new time again"
    again = ask(scene, made, name_on(made, TUESDAY), WEDNESDAYS, Scope.ALL)
    assert (again.before_pence, again.after_pence) == (7 * 4125, 7 * 5500)
    assert agree(scene, again).status == ChangeStatus.AGREED
    assert times_of(made) == [
        *("25 Nov 09:00", "09 Dec 09:00", "16 Dec 09:00", "23 Dec 09:00", "30 Dec 09:00", "06 Jan 09:00"),
        "13 Jan 09:00",
    ]
    assert left(own) == (PENCE - 7 * 5500, 7 * 5500)
    assert ledger.ledger_differences() == []
    # What was left out on the Tuesday can be put back, on the Wednesday of its week.
    back = ask(scene, made, slot_name(made, date(2026, 12, 2), 1), Wish(is_back=True))
    agree(scene, back)
    assert times_of(made)[1] == "02 Dec 09:00"


def test_told_79_pounds_more_nobody_holds_124_and_no_visit_of_52_comes_back() -> None:
    # Saturdays cost £52 a visit, the bank holiday among them £103, Tuesdays £45: four visits, £259 instead of £180.
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider, council=scene.council)
    rates = {"saturday_pence": 5200, "bank_holiday_pence": 10_300}
    catalogue.card(scene.listing, 4500, unit=Unit.VISIT, **rates)
    with transaction():
        holidays.add_holiday(nation=scene.council.nation, day=date(2026, 12, 12), name="A day for everybody")
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, PENCE)
    made = patterns.agreed(scene, own, rule=Rule((2,), count=4))
    saturdays = Wish(time(9), time(10, 30), days=(6,))
    change = ask(scene, made, name_on(made, TUESDAY), saturdays, Scope.ALL)
    assert (change.before_pence, change.after_pence, change.after_pence - change.before_pence) == (18_000, 25_900, 7900)
    leave_out(scene, made, name_on(made, FIRST))
    agree(scene, change)
    # Made so as it was asked, the visit would come back for £52 and £124 more be held than the £135 there are.
    assert 25_900 - 3 * 4500 == 12_400
    assert (change.status, left(own)) == (ChangeStatus.OVERTAKEN, (PENCE - 3 * 4500, 3 * 4500))
    again = ask(scene, made, name_on(made, TUESDAY), saturdays, Scope.ALL)
    assert (again.before_pence, again.after_pence) == (3 * 4500, 25_900 - 5200)
    agree(scene, again)
    assert times_of(made) == ["28 Nov 09:00", "12 Dec 09:00", "19 Dec 09:00"]
    assert left(own) == (PENCE - 20_700, 20_700)


def test_a_day_left_out_that_is_not_made_yet_stays_out_on_its_other_day(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    leave_out(scene, made, slot_name(made, date(2027, 1, 19)))
    agree(scene, ask(scene, made, name_on(made, FIRST), WEDNESDAYS, Scope.LATER))
    with clock.set_to(datetime(2026, 12, 2, 3, tzinfo=clock.london(NOW).tzinfo)), transaction():
        making_visits.confirm(person_id=scene.person.id)
    assert times_of(made)[-2:] == ["13 Jan 09:00", "27 Jan 09:00"]


def test_a_visit_moved_by_itself_is_not_made_twice_when_the_weekday_changes(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    agree(scene, ask(scene, made, name_on(made, SECOND), Wish(time(18), time(19, 30), on=SECOND)))
    agree(scene, ask(scene, made, name_on(made, FIRST), Wish(time(9), time(10, 30), days=(3,)), Scope.LATER))
    assert times_of(made)[:4] == ["24 Nov 09:00", "02 Dec 09:00", "08 Dec 18:00", "16 Dec 09:00"]
    assert left(own) == (PENCE - 8 * 4125, 8 * 4125)


def test_visits_that_are_over_meanwhile_change_nothing_of_what_is_still_to_come(
    scene: bookings.Scene, own: Pot
) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, TUESDAY), Wish(time(14), time(15, 30), days=(2,)), Scope.ALL)
    with clock.set_to(datetime(2026, 11, 24, 16, tzinfo=clock.london(NOW).tzinfo)), transaction():
        changes.agree_to_change(actor=scene.staff, change=change)
    assert change.status == ChangeStatus.AGREED
    assert times_of(made) == ["24 Nov 09:00", *(f"{one[:6]} 14:00" for one in EIGHT[1:])]


def test_another_price_is_asked_about_again_whether_dearer_or_cheaper(scene: bookings.Scene, own: Pot) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, FIRST), Wish(time(14), time(15, 30), on=FIRST))
    catalogue.card(scene.listing, 2500, valid_from=FIRST)
    agree(scene, change)
    assert (change.status, times_of(made)) == (ChangeStatus.OVERTAKEN, EIGHT)
    assert left(own) == (PENCE - 8 * 4125, 8 * 4125)


def test_the_person_finds_the_change_on_the_bookings_page_and_asks_again_in_one_press(
    client: InspectingClient, scene: bookings.Scene, own: Pot
) -> None:
    made = patterns.agreed(scene, own)
    change = ask(scene, made, name_on(made, TUESDAY), WEDNESDAYS, Scope.ALL)
    leave_out(scene, made, name_on(made, FIRST))
    with clock.set_to(NOW):
        accounts.sign_in(client, scene.staff)
        page = client.submit(f"/desk/bookings/{made.public_id}", button="Agree to the new time")
        assert page.status_code == 302
        assert "We have asked the person again" in client.page(page.headers["Location"]).get_text(" ")
        accounts.sign_in(client, scene.person)
        page = client.page(f"/bookings/{made.public_id}")
        assert "Visits have changed since: ask again" in page.main.get_text(" ")
        link = next(one["href"] for one in page.main.select("a") if "ask again" in one.get_text())
        assert "£96.25 more is set aside." in client.page(link).main.get_text(" ")
        client.submit(link, button="Ask for this change")
        page = client.page(f"/bookings/{made.public_id}").main.get_text(" ")
        assert "Another time is asked for" in page
        assert "ask again" not in page
    db.session.refresh(change)
    assert change.status == ChangeStatus.OVERTAKEN


def test_changing_a_visit_of_the_night_clocks_change_begins_with_the_times_of_the_pattern(
    client: InspectingClient, scene: bookings.Scene, own: Pot
) -> None:
    sunday = date(2027, 3, 28)
    made = patterns.agreed(scene, own, rule=Rule((7,)), starts_on=sunday, times=((time(1, 30), time(3), False),))
    with clock.set_to(datetime(2027, 3, 1, 12, tzinfo=clock.london(NOW).tzinfo)):
        with transaction():
            making_visits.confirm(person_id=scene.person.id)
        # An hour later by the clock, and as long as agreed: £41.25 and not a third of it.
        assert times_of(made)[:2] == ["28 Mar 02:30", "04 Apr 01:30"]
        visit = visit_on(made, sunday)
        assert (visit.ends_at - visit.starts_at, visit.price_pence) == (timedelta(minutes=90), 4125)
        accounts.sign_in(client, scene.person)
        page = client.page(f"/bookings/{made.public_id}/visits/{visit.public_id}").main.get_text(" ")
        assert "this visit is from 2:30am to 4am, as long as always" in page
        page = client.page(f"/bookings/{made.public_id}/visits/{visit.public_id}/change")
        assert [page.select_one(f"#{name}")["value"] for name in ("start", "end")] == ["01:30", "03:00"]
