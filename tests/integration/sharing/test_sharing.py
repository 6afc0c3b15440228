"""Shared support: nobody pays without a yes, each visit's shares sum to the penny, and leaving asks everybody anew."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, VisitPayment
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.rules.notice import LastDayRefused
from app.support.changing_provider import actions as changing_provider_actions
from app.support.recurrence.rules.times import visit_times
from app.support.sharing import rules as sharing_rules
from app.support.sharing.actions import leaving, plans
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, circles
from tests.factories.bookings import NOW, TUESDAY
from tests.factories.sharing import LAST, House, now_is

KEY = "a-form-of-its-own-to-share"
PRICE = 4125


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def paid_by(house: House, visit: int) -> list[int]:
    """What each pot has set aside for one visit."""
    rows = db.session.execute(
        select(VisitPayment.pot_id, VisitPayment.amount_pence).where(VisitPayment.visit_id == visit)
    )
    amounts = {row.pot_id: row.amount_pence for row in rows}
    return [amounts.get(pot.id, 0) for pot in house.pots]


def test_nothing_is_set_aside_or_asked_for_until_the_last_has_agreed() -> None:
    house = House()
    plan = house.plan()
    assert house.plan().id == plan.id
    assert [share.amount_pence for share in plan.shares] == [8250, 8250, 16_500]
    house.agree(1, plan)
    house.agree(1, plan)
    assert house.left() == [(40_000, 0)] * 3
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0
    plan = house.agree(2, plan)
    assert plan.status == SharePlanStatus.SENT
    booking = plan.booking
    assert booking is not None
    assert (booking.is_shared, booking.status, booking.total_pence) == (True, BookingStatus.REQUESTED, 33_000)
    assert house.left() == [(31_750, 8250), (31_750, 8250), (23_500, 16_500)]
    for visit in booking.visits:
        assert sum(paid_by(house, visit.id)) == PRICE
    assert [paid_by(house, visit.id) for visit in booking.visits[:2]] == [[1031, 1031, 2063], [1032, 1031, 2062]]
    assert ledger.ledger_differences() == []
    assert house.agree(2, plan).booking_id == booking.id
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1


def test_a_delivered_visit_spends_every_share_and_a_missed_one_none() -> None:
    house = House()
    booking = house.going_on()
    first, second = booking.visits[:2]
    with clock.set_to(first.ends_at), transaction():
        recording.mark_delivered(actor=house.scene.staff, visit=first)
    with clock.set_to(second.ends_at), transaction():
        recording.mark_missed(actor=house.scene.staff, visit=second)
    spent, back = [1031, 1031, 2063], [1032, 1031, 2062]
    for place, who in enumerate(house.people):
        own = shares.own_visits(booking.id, who)
        assert [(one.pence, one.spent_pence) for one in own[:2]] == [(spent[place], spent[place]), (back[place], 0)]
    held = [8250, 8250, 16_500]
    assert house.left() == [
        (40_000 - held[place] + back[place], held[place] - spent[place] - back[place]) for place in range(3)
    ]
    assert ledger.ledger_differences() == []


def test_one_no_ends_the_plan_and_nothing_was_ever_set_aside() -> None:
    house = House()
    plan = house.plan()
    house.agree(1, plan)
    for _ in range(2):
        with transaction():
            plans.refuse_to_share(actor=house.people[2], person=house.people[2], share=house.share(2, plan))
    assert plan.status == SharePlanStatus.REFUSED
    with pytest.raises(Conflict, match="refused by somebody"):
        house.agree(2, plan)
    assert house.left() == [(40_000, 0)] * 3
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_who_asked_can_take_a_plan_back_and_the_others_cannot() -> None:
    house = House()
    plan = house.plan()
    with pytest.raises(NotAllowed), transaction():
        plans.withdraw_plan(actor=house.people[1], person=house.people[1], share=house.share(1, plan))
    for _ in range(2):
        with transaction():
            plans.withdraw_plan(actor=house.people[0], person=house.people[0], share=house.share(0, plan))
    with pytest.raises(Conflict, match="was taken back"):
        house.agree(1, plan)


def test_a_yes_that_cannot_be_kept_changes_nothing_and_tells_nothing_of_the_others() -> None:
    house = House(has=20_000)
    plan = house.plan()
    house.agree(1, plan)

    def refused(refusal: type[Refusal], **changed: object) -> str:
        before = house.left()
        with pytest.raises(refusal) as why:
            house.agree(2, plan, **changed)
        db.session.expire_all()
        assert (plan.status, house.share(2, plan).status) == (SharePlanStatus.ASKED, ShareStatus.ASKED)
        assert house.left() == before
        return str(why.value)

    refused(PriceChanged, amount_seen=1)
    refused(Conflict, pots=[house.pots[1].id])
    _spend(house, 0)
    told = refused(Conflict)
    assert "another person's share has changed" in told
    assert "£" not in told
    assert "Ada" not in told
    _spend(house, 2)
    refused(NotEnoughMoney)
    assert db.session.scalar(select(func.count()).select_from(Booking).where(Booking.is_shared)) == 0


def test_a_price_that_changed_meanwhile_asks_for_a_new_plan() -> None:
    house = House()
    plan = house.plan()
    house.agree(1, plan)
    catalogue.card(house.scene.listing, 2800, valid_from=date(2026, 12, 1))
    with pytest.raises(Conflict, match="The price has changed since this plan was made"):
        house.agree(2, plan)
    assert house.left() == [(40_000, 0)] * 3


def _spend(house: House, place: int) -> None:
    """One of them books five hours for themselves, so that their share is no longer there."""
    whose = house.people[place]
    with transaction():
        bookings.request_booking(
            actor=whose,
            person=whose,
            listing=house.scene.listing,
            times=[visit_times(TUESDAY, time(h), time(h + 1), ends_next_day=False) for h in (11, 13, 15, 17, 18)],
            add_on_ids=(),
            pots=[house.pots[place].id],
            key=f"another-booking-of-theirs-{place}",
        )


def test_a_supporter_with_the_power_answers_for_a_person_and_others_cannot() -> None:
    house = House()
    plan = house.plan()
    house.agree(1, plan)
    looker, sister = accounts.person(Role.PERSON), accounts.person(Role.PERSON, name="Joan Sister")
    circles.support(house.people[2], looker, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    circles.support(house.people[2], sister)
    for who in (looker, house.people[0], accounts.person()):
        with pytest.raises(NotAllowed):
            house.agree(2, plan, actor=who)
    with pytest.raises(NotFound):
        shares.share_for(sister, plan.public_id)
    plan = house.agree(2, plan, actor=sister, name="Colin")
    share = house.share(2, plan)
    assert (plan.status, share.name, share.answered_by_id) == (SharePlanStatus.SENT, "Colin", sister.id)


def test_plans_need_different_people_and_a_true_amount_and_whoever_has_no_account_is_asked_by_email() -> None:
    house = House()
    with pytest.raises(PriceChanged):
        house.plan(amount=8249)
    with pytest.raises(BadInput, match="between 1 and 100 parts"):
        house.plan(parts=(1, 0, 1))
    for twice in (house.people[0], house.people[1]):
        house.people[2], was = twice, house.people[2]
        with pytest.raises(BadInput, match="different email address"):
            house.plan()
        house.people[2] = was
    unknown = accounts.person(Role.PERSON, name="Not Here Yet", council_id=house.scene.council.id)
    address, unknown.email_confirmed_at = unknown.email, None
    db.session.commit()
    house.people[1] = unknown
    plan = house.plan()
    assert [share.person_id is None for share in plan.shares] == [False, True, False]
    rows = db.session.execute(select(Message.to_person_id, Message.to_email, Message.body).order_by(Message.id)).all()
    asked = [row for row in rows if "share something" in row.body]
    assert [(row.to_person_id, row.to_email) for row in asked] == [
        (None, address),
        (house.people[2].id, house.people[2].email),
    ]
    assert asked[0].body == asked[1].body
    assert not any(word in asked[0].body for word in ("Ada", "Company", "£", "Bright"))
    with pytest.raises(NotFound):
        shares.share_for(unknown, plan.public_id)
    unknown.email_confirmed_at = NOW
    db.session.commit()
    house.pots[1] = bookings.pot(unknown, PotKind.OWN_MONEY, 40_000)
    house.agree(1, plan)
    assert house.share(1, plan).person_id == unknown.id


def test_no_single_one_ends_cancels_or_moves_it_for_all() -> None:
    house = House()
    booking = house.going_on()
    for act in (
        lambda: answers.cancel(actor=house.people[0], booking=booking),
        lambda: bookings.cancel_visit(actor=house.people[0], visit=booking.visits[0]),
        lambda: changing_provider_actions.end_with_notice(actor=house.people[0], booking=booking, last_day=LAST),
        lambda: changing_provider_actions.change_provider(
            actor=house.people[0],
            booking=booking,
            listing_id=1,
            last_day=LAST,
            pots=[1],
            key=KEY,
            price_seen=1,
            note="",
        ),
    ):
        with pytest.raises(Conflict, match="one person cannot change it for all"), transaction():
            act()
    assert now_is(booking) == (BookingStatus.ACCEPTED, [VisitStatus.PLANNED] * 8)


def test_leaving_asks_the_others_and_their_yes_changes_only_the_visits_after_the_notice() -> None:
    house = House()
    booking = house.going_on()
    with pytest.raises(LastDayRefused, match="30 days of notice"):
        house.leave(2, booking, last_day=LAST - timedelta(days=1))
    house.leave(2, booking)
    house.leave(2, booking)
    plan = house.leaving()
    assert [(share.name, share.amount_pence, share.status) for share in plan.shares] == [
        ("Ada", 8250, ShareStatus.ASKED),
        ("Bea", 8250, ShareStatus.ASKED),
    ]
    with pytest.raises(Conflict, match="Somebody else is leaving"):
        house.leave(1, booking, key="a-form-to-leave-0002")
    house.agree(0, plan)
    assert house.left() == [(31_750, 8250), (31_750, 8250), (23_500, 16_500)]
    house.agree(1, plan)
    assert now_is(booking) == (BookingStatus.ACCEPTED, [VisitStatus.PLANNED] * 8)
    assert [sum(paid_by(house, visit.id)) for visit in booking.visits] == [PRICE] * 8
    assert [paid_by(house, visit.id) for visit in booking.visits[4:6]] == [[2063, 2062, 0], [2062, 2063, 0]]
    assert house.left() == [(27_625, 12_375), (27_625, 12_375), (31_750, 8250)]
    assert ledger.ledger_differences() == []
    assert [share.name for share in shares.plan_in_force(booking.id).shares] == ["Ada", "Bea"]
    with pytest.raises(NotFound):
        house.leave(2, booking, key="a-form-to-leave-0003")
    before, after = booking.visits[0], booking.visits[4]
    for visit in (before, after):
        with clock.set_to(visit.ends_at), transaction():
            recording.mark_delivered(actor=house.scene.staff, visit=visit)
    spent = [1031 + 2063, 1031 + 2062, 2063]
    assert house.left() == [(27_625, 12_375 - spent[0]), (27_625, 12_375 - spent[1]), (31_750, 8250 - spent[2])]
    assert ledger.ledger_differences() == []


def test_taking_plans_back_and_making_new_ones_fills_nobodys_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing_rules, "MOST_A_DAY", 2)
    house = House(weeks=4)
    for _ in range(2):
        plan = house.plan()
        with transaction():
            plans.withdraw_plan(actor=house.people[0], person=house.people[0], share=house.share(0, plan))
        house.key += "-again"
    with pytest.raises(Conflict, match="within a day"):
        house.plan()
    with clock.set_to(NOW + timedelta(days=1, seconds=1)):
        assert house.plan().person_id == house.people[0].id


@pytest.mark.parametrize("silently", [False, True])
def test_without_the_consent_of_all_the_later_visits_end_for_all(*, silently: bool) -> None:
    house = House()
    booking = house.going_on()
    house.leave(2, booking)
    plan = house.leaving()
    house.agree(0, plan)
    if silently:
        number = plan.id
        with pytest.raises(Conflict, match="still time"), transaction():
            leaving.end_due(plan_id=number)
        after = booking.visits[4]
        with clock.set_to(after.ends_at), pytest.raises(Conflict, match="have not agreed who pays"), transaction():
            recording.mark_delivered(actor=house.scene.staff, visit=after)
        on = clock.at_london(LAST, time(1))
        with clock.set_to(on):
            assert list(shares.plans_due(now=on, today=LAST)) == [number]
            with transaction():
                leaving.end_due(plan_id=number)
    else:
        with transaction():
            plans.refuse_to_share(actor=house.people[1], person=house.people[1], share=house.share(1, plan))
    four = [VisitStatus.PLANNED] * 4 + [VisitStatus.CANCELLED_IN_TIME] * 4
    assert now_is(booking) == (BookingStatus.ACCEPTED, four)
    assert house.left() == [(35_875, 4125), (35_875, 4125), (31_750, 8250)]
    assert ledger.ledger_differences() == []


def test_a_request_nobody_accepted_is_taken_back_for_all_and_the_last_one_left_ends_it() -> None:
    house = House()
    booking = house.sent()
    house.leave(1, booking)
    assert now_is(booking)[0] == BookingStatus.CANCELLED
    assert house.left() == [(40_000, 0)] * 3
    again = House()
    other = again.going_on()
    again.leave(2, other)
    again.agree(0, shares.leaving_plan(other.id))
    again.agree(1, shares.leaving_plan(other.id))
    again.leave(1, other, key="a-form-to-leave-0002")
    plan = shares.leaving_plan(other.id)
    assert plan is not None
    assert [(share.name, share.amount_pence) for share in plan.shares] == [("Ada", 16_500)]
    again.agree(0, plan)
    again.leave(0, other, key="a-form-to-leave-0003", last_day=LAST)
    assert now_is(other) == (BookingStatus.ACCEPTED, [VisitStatus.PLANNED] * 4 + [VisitStatus.CANCELLED_IN_TIME] * 4)
    assert again.left() == [(35_875, 4125), (35_875, 4125), (31_750, 8250)]
    assert ledger.ledger_differences() == []


def test_when_visits_change_while_people_answer_all_are_asked_again() -> None:
    house = House()
    booking = house.going_on()
    house.leave(2, booking)
    plan = house.leaving()
    house.agree(0, plan)
    with transaction():
        changing_provider_actions.end_with_notice(
            actor=house.scene.staff, booking=booking, last_day=LAST + timedelta(days=14)
        )
    house.agree(1, plan)
    db.session.expire_all()
    assert [(one.amount_pence, one.status) for one in plan.shares] == [(4125, ShareStatus.ASKED)] * 2
    house.agree(0, plan)
    house.agree(1, plan)
    assert plan.status == SharePlanStatus.SENT
    assert house.left() == [(31_750, 8250), (31_750, 8250), (31_750, 8250)]
    assert ledger.ledger_differences() == []


def test_when_the_provider_ends_it_before_the_leaver_goes_nothing_is_left_to_share() -> None:
    house = House()
    booking = house.going_on()
    house.leave(2, booking, last_day=LAST + timedelta(days=7))
    plan = house.leaving()
    with transaction():
        changing_provider_actions.end_with_notice(actor=house.scene.staff, booking=booking, last_day=LAST)
    house.agree(0, plan)
    house.agree(1, plan)
    db.session.expire_all()
    assert (plan.status, booking.ends_on) == (SharePlanStatus.LAPSED, LAST)
    assert house.left() == [(35_875, 4125), (35_875, 4125), (31_750, 8250)]
