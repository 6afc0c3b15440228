"""Asking, answering, cancelling and recording move exactly the right pence, once, and only for those who may."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import ListingStatus
from app.market.catalogue.rules.rates import AddOnBasis
from app.market.catalogue.rules.tariffs import RatesNotPublished
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import EVERY_POWER, Power, Spender
from app.platform.audit.models import AuditEvent
from app.platform.ledger import queries as ledger
from app.platform.ledger.models import Journal
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.queries import at_desk, offers
from app.support.recurrence.rules.times import TimesRefused, visit_times
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, circles, councils, providers
from tests.factories.bookings import NOW, TUESDAY

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


def counted(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def messages() -> list[tuple[str, str, str | None]]:
    rows = db.session.execute(
        select(Person.full_name, Message.subject, Message.link)
        .join(Message, Message.to_person_id == Person.id)
        .order_by(Message.id)
    )
    return [tuple(row) for row in rows]


def audited() -> list[tuple[str, int | None, int | None]]:
    rows = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(e.action, e.actor_id, e.for_person_id) for e in rows if e.action.startswith(("booking", "visit"))]


def test_a_request_freezes_words_and_price_sets_money_aside_and_tells_the_provider(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 10_000, scene.council)
    made = bookings.booking(scene, money, note="Ring twice")
    assert made.status == BookingStatus.REQUESTED
    assert (made.total_pence, made.is_framework, made.kind) == (4125, False, "companionship")
    assert made.agreed["title"] == "Company at home"
    assert made.agreed["provider"] == "Bright Days"
    assert made.agreed["notice_hours"] == 24
    assert [rate["valid_from"] for rate in made.agreed["rates"]] == ["2026-01-01"]
    (visit,) = made.visits
    assert (visit.price_pence, sum(pence for _, pence in visit.lines)) == (4125, 4125)
    assert visit.starts_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert [(part.pot_id, part.amount_pence) for part in visit.payments] == [(money.id, 4125)]
    assert bookings.left(money) == (5875, 4125)
    assert messages() == [("Bob Staff", "A new request waits for your answer", f"/desk/bookings/{made.public_id}")]
    assert audited() == [("booking_requested", scene.person.id, scene.person.id)]
    assert db.session.scalar(select(Journal.about).order_by(Journal.id.desc())) == f"booking:{made.public_id}"


def test_a_later_change_of_the_listing_changes_nothing_agreed(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    scene.listing.title, scene.listing.notice_hours = "Another name", 168
    catalogue.card(scene.listing, 9900, valid_from=date(2026, 11, 21))
    with clock.set_to(made.visits[0].starts_at - timedelta(hours=24)), transaction():
        answers.cancel(actor=scene.person, booking=made)
    assert (made.agreed["title"], made.visits[0].charged_pence) == ("Company at home", 0)
    assert bookings.left(money) == (10_000, 0)


def test_the_pots_pay_in_the_order_chosen(scene: bookings.Scene) -> None:
    first = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 3000, scene.council)
    second = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    made = bookings.booking(scene, first, second)
    assert [(p.pot_id, p.amount_pence) for p in made.visits[0].payments] == [(first.id, 3000), (second.id, 1125)]
    assert (bookings.left(first), bookings.left(second)) == ((0, 3000), (3875, 1125))


def test_delivery_spends_what_was_set_aside_and_silence_does_not(scene: bookings.Scene) -> None:
    first = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 3000, scene.council)
    second = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    made = bookings.accepted(scene, first, second)
    with clock.set_to(NOW + timedelta(days=60)):
        assert bookings.left(first) == (0, 3000)
    with clock.set_to(made.visits[0].ends_at), transaction():
        visit = recording.mark_delivered(actor=scene.staff, visit=made.visits[0])
    assert (visit.status, visit.charged_pence, visit.booking.status) == (
        VisitStatus.DELIVERED,
        4125,
        BookingStatus.COMPLETED,
    )
    assert (bookings.left(first), bookings.left(second)) == ((0, 0), (3875, 0))
    assert ledger.ledger_differences() == []
    assert [event[:2] for event in audited()] == [
        ("booking_requested", scene.person.id),
        ("booking_accepted", scene.staff.id),
        ("visit_delivered", scene.staff.id),
    ]


def test_a_visit_is_recorded_once_and_not_before_it_begins(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    visit = made.visits[0]
    with (
        clock.set_to(visit.starts_at - timedelta(seconds=1)),
        pytest.raises(Conflict, match="has not begun yet"),
        transaction(),
    ):
        recording.mark_delivered(actor=scene.staff, visit=visit)
    assert bookings.left(money) == (5875, 4125)
    with clock.set_to(visit.ends_at):
        with transaction():
            recording.mark_delivered(actor=scene.staff, visit=visit)
        for again in (recording.mark_delivered, recording.mark_missed):
            with pytest.raises(Conflict, match="already been marked as delivered"), transaction():
                again(actor=scene.staff, visit=visit)
    assert bookings.left(money) == (5875, 0)


def test_a_visit_that_did_not_happen_is_never_charged(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    with clock.set_to(made.visits[0].ends_at), transaction():
        visit = recording.mark_missed(actor=scene.staff, visit=made.visits[0])
    assert (visit.status, visit.charged_pence, visit.booking.status) == (VisitStatus.MISSED, 0, BookingStatus.CANCELLED)
    assert bookings.left(money) == (10_000, 0)


def test_a_request_is_not_recorded_as_delivered(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.booking(scene, money)
    with clock.set_to(made.visits[0].ends_at), pytest.raises(Conflict, match="not been accepted yet"), transaction():
        recording.mark_delivered(actor=scene.staff, visit=made.visits[0])
    assert bookings.left(money) == (5875, 4125)


def test_declining_gives_the_money_back_and_says_why(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.booking(scene, money)
    with pytest.raises(BadInput, match="Enter a reason"), transaction():
        answers.decline(actor=scene.staff, booking=made, reason="  ")
    with transaction():
        answers.decline(actor=scene.staff, booking=made, reason=" Nobody is free ")
    assert (made.status, made.reason, made.visits[0].status) == (
        BookingStatus.DECLINED,
        "Nobody is free",
        VisitStatus.DECLINED,
    )
    assert bookings.left(money) == (10_000, 0)
    assert messages()[-1] == ("Ada Example", "Your request was declined", f"/bookings/{made.public_id}")


def test_a_request_can_be_taken_back_without_paying_at_any_time(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.booking(scene, money)
    with clock.set_to(made.visits[0].starts_at - timedelta(minutes=5)), transaction():
        answers.cancel(actor=scene.person, booking=made, charge_seen=0)
    assert made.status == BookingStatus.CANCELLED
    assert bookings.left(money) == (10_000, 0)


@pytest.mark.parametrize(
    ("before", "status", "charged"),
    [
        (timedelta(hours=24), VisitStatus.CANCELLED_IN_TIME, 0),
        (timedelta(hours=24) - timedelta(seconds=1), VisitStatus.CANCELLED_LATE, 4125),
    ],
)
def test_an_agreed_visit_is_free_to_cancel_in_time_and_charged_when_late(
    scene: bookings.Scene, before: timedelta, status: VisitStatus, charged: int
) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    with clock.set_to(made.visits[0].starts_at - before):
        with pytest.raises(PriceChanged), transaction():
            answers.cancel(actor=scene.person, booking=made, charge_seen=4125 - charged)
        assert bookings.left(money) == (5875, 4125)
        with transaction():
            answers.cancel(actor=scene.person, booking=made, reason="Away", charge_seen=charged)
    assert (made.status, made.visits[0].status, made.visits[0].charged_pence) == (
        BookingStatus.CANCELLED,
        status,
        charged,
    )
    assert bookings.left(money) == (10_000 - charged, 0)
    assert messages()[-1][0] == "Bob Staff"


def test_what_has_begun_can_no_longer_be_cancelled_and_costs_nothing_by_that(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    with clock.set_to(made.visits[0].starts_at), pytest.raises(Conflict, match="nothing is charged"), transaction():
        answers.cancel(actor=scene.person, booking=made)
    assert bookings.left(money) == (5875, 4125)


def three_days(scene: bookings.Scene) -> list[tuple[datetime, datetime]]:
    return [visit_times(TUESDAY + timedelta(days=n), time(9), time(10, 30), ends_next_day=False) for n in (2, 0, 1)]


def test_one_visit_of_several_can_be_cancelled(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bookings.accepted(scene, money, times=three_days(scene))
    assert [visit.price_pence for visit in made.visits] == [4125, 4125, 4125]
    assert bookings.left(money) == (7625, 12_375)
    first, second, third = made.visits
    with clock.set_to(first.ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=first)
    with clock.set_to(second.starts_at - timedelta(hours=1)), transaction():
        bookings.cancel_visit(actor=scene.person, visit=second, charge_seen=4125)
    assert made.status == BookingStatus.ACCEPTED
    with clock.set_to(second.starts_at - timedelta(hours=1)), transaction():
        bookings.cancel_visit(actor=scene.person, visit=third, charge_seen=0)
    assert made.status == BookingStatus.COMPLETED
    assert [visit.status for visit in made.visits] == [
        VisitStatus.DELIVERED,
        VisitStatus.CANCELLED_LATE,
        VisitStatus.CANCELLED_IN_TIME,
    ]
    assert bookings.left(money) == (11_750, 0)
    assert ledger.ledger_differences() == []


def test_cancelling_the_whole_leaves_the_visit_that_has_begun_to_be_recorded(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bookings.accepted(scene, money, times=three_days(scene))
    with clock.set_to(made.visits[0].starts_at), transaction():
        answers.cancel(actor=scene.person, booking=made, charge_seen=0)
    assert made.status == BookingStatus.ACCEPTED
    assert bookings.left(money) == (15_875, 4125)
    with clock.set_to(made.visits[0].ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=made.visits[0])
    assert made.status == BookingStatus.COMPLETED
    assert bookings.left(money) == (15_875, 0)


def test_what_is_charged_once_is_charged_with_the_first_visit(scene: bookings.Scene) -> None:
    extra = catalogue.add_on("Setting up", 1500, AddOnBasis.ONCE)
    catalogue.card(scene.listing, 2750, extra, valid_from=date(2026, 11, 1))
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    with clock.set_to(NOW), transaction():
        made = bookings.request_booking(
            actor=scene.person,
            person=scene.person,
            listing=scene.listing,
            times=three_days(scene),
            add_on_ids=[extra.public_id],
            pots=[money.id],
            key="k" * 20,
        )
    assert [visit.price_pence for visit in made.visits] == [5625, 4125, 4125]
    assert made.agreed["extras"] == [{"name": "Setting up", "basis": "once", "amount_pence": 1500}]
    assert bookings.left(money) == (6125, 13_875)


def ask(scene: bookings.Scene, *pots: object, **changed: object) -> Booking:
    facts: dict[str, object] = {
        "actor": scene.person,
        "person": scene.person,
        "listing": scene.listing,
        "times": bookings.tuesday(),
        "add_on_ids": (),
        "pots": [pot.id for pot in pots],  # type: ignore[attr-defined]
        "key": "the-same-form-sent-twice",
        **changed,
    }
    with clock.set_to(NOW), transaction():
        return bookings.request_booking(**facts)  # type: ignore[arg-type]


def test_the_same_form_sent_twice_is_one_booking(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    first, second = ask(scene, money), ask(scene, money)
    assert first.id == second.id
    assert bookings.left(money) == (875, 4125)
    assert (counted(Booking), len(messages()), len(audited())) == (1, 1, 1)


def test_a_form_used_for_something_else_is_refused(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    other = bookings.scene()
    others_money = bookings.pot(other.person, PotKind.OWN_MONEY, 20_000)
    ask(scene, money)
    with pytest.raises(Conflict, match="already been used for another booking"):
        ask(scene, money, times=bookings.tuesday(time(14), time(15)))
    with pytest.raises(Conflict, match="already been used for another booking"):
        ask(other, others_money)
    assert (counted(Booking), bookings.left(money), bookings.left(others_money)) == (1, (15_875, 4125), (20_000, 0))


def test_not_enough_says_by_how_much_and_books_nothing(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 3000, scene.council)
    with pytest.raises(NotEnoughMoney, match=r"^This costs £41\.25 and you have £30\.00: £11\.25 short\.") as refused:
        ask(scene, money)
    assert refused.value.short_by_pence == 1125
    assert (counted(Booking), counted(Visit), bookings.left(money), messages()) == (0, 0, (3000, 0), [])


def test_money_that_may_not_pay_is_refused_with_the_reason(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 30_000, scene.council)
    with clock.set_to(NOW):
        (purse,) = offers.purses_of(
            scene.person, listing=scene.listing, days=[TUESDAY], spender=Spender(scene.person.id, EVERY_POWER)
        )
    assert purse.closed_because
    with pytest.raises(Conflict) as refused:
        ask(scene, money)
    assert str(refused.value) == f"{purse.name} cannot pay for this: {purse.closed_because}"
    assert (counted(Booking), bookings.left(money)) == (0, (30_000, 0))


def test_council_managed_money_pays_a_framework_provider_and_the_booking_remembers(scene: bookings.Scene) -> None:
    framework = councils.framework(scene.council, ["companionship"])
    providers.place(scene.provider, framework.lots[0])
    money = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 30_000, scene.council)
    made = ask(scene, money)
    assert made.is_framework
    assert bookings.left(money) == (25_875, 4125)


def test_nobody_elses_money_and_no_money_at_all_pay(scene: bookings.Scene) -> None:
    mine = bookings.pot(scene.person, PotKind.OWN_MONEY, 30_000)
    other = bookings.pot(accounts.person(), PotKind.OWN_MONEY, 30_000)
    for pots in ([other], [mine, other], [mine, mine], []):
        with pytest.raises(Conflict):
            ask(scene, *pots)
    assert (counted(Booking), bookings.left(mine), bookings.left(other)) == (0, (30_000, 0), (30_000, 0))


def test_a_price_that_changed_is_asked_about_again(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    with pytest.raises(PriceChanged, match=r"from £40\.00 to £41\.25") as refused:
        ask(scene, money, price_seen=4000)
    assert (refused.value.now_pence, counted(Booking), bookings.left(money)) == (4125, 0, (10_000, 0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": ListingStatus.WITHDRAWN}, "no longer offered"),
        ({"is_free": True}, "This is free"),
        ({"can_take_new_people": False}, "cannot take new people"),
    ],
)
def test_what_cannot_be_booked(scene: bookings.Scene, change: dict[str, object], words: str) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    for name, value in change.items():
        setattr(scene.listing, name, value)
    db.session.commit()
    with pytest.raises(Conflict, match=words):
        ask(scene, money)
    assert (counted(Booking), bookings.left(money)) == (0, (10_000, 0))


def test_unclaimed_providers_take_no_bookings(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    scene.provider.claimed_at = None
    db.session.commit()
    with pytest.raises(Conflict, match="not take"):
        ask(scene, money)
    assert counted(Booking) == 0


@pytest.mark.parametrize("by", ["their council", "everywhere", "another council"])
def test_suspended_providers_take_no_bookings_from_those_it_is_for(scene: bookings.Scene, by: str) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    council = {"their council": scene.council, "everywhere": None, "another council": councils.council()}[by]
    providers.suspension(scene.provider, council)
    if by == "another council":
        ask(scene, money)
    else:
        with pytest.raises(
            Conflict, match=r"Bright Days has been suspended by .* since 1 January 2026, so you cannot book"
        ):
            ask(scene, money)
    assert counted(Booking) == (1 if by == "another council" else 0)


def test_suspending_a_provider_cancels_nothing_but_it_cannot_accept(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    agreed = bookings.accepted(scene, money)
    asked = bookings.booking(scene, money)
    providers.suspension(scene.provider, scene.council, from_on=NOW.date())
    with clock.set_to(NOW), pytest.raises(Conflict, match="nothing new can be agreed"), transaction():
        answers.accept(actor=scene.staff, booking=asked)
    with clock.set_to(agreed.visits[0].ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=agreed.visits[0])
    assert (agreed.status, asked.status) == (BookingStatus.COMPLETED, BookingStatus.REQUESTED)
    assert bookings.left(money) == (1750, 4125)


@pytest.mark.parametrize("on", [date(2026, 11, 19), date(2027, 11, 22)], ids=["in the past", "more than a year ahead"])
def test_times_out_of_reach_are_refused(scene: bookings.Scene, on: date) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    with pytest.raises(TimesRefused):
        ask(scene, money, times=[visit_times(on, time(9), time(10), ends_next_day=False)])
    assert counted(Booking) == 0


def test_the_skipped_hour_is_refused_by_the_action_too(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    gap = datetime(2027, 3, 28, 1, 30, tzinfo=clock.LONDON)
    with pytest.raises(TimesRefused, match="Clocks go forward"):
        ask(scene, money, times=[(gap, gap + timedelta(hours=2))])
    assert counted(Booking) == 0


def test_a_day_without_a_published_rate_is_refused(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    later = catalogue.listing(scene.provider, council=scene.council)
    catalogue.card(later, valid_from=date(2026, 12, 1))
    with pytest.raises(RatesNotPublished):
        ask(scene, money, listing=later)
    assert counted(Booking) == 0


def test_a_supporter_books_within_what_was_granted_and_the_record_says_for_whom(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    helper = accounts.person(name="Sam Sister")
    circles.support(scene.person, helper, frozenset({Power.BOOK, Power.SUGGEST}))
    helper = db.session.get_one(Person, helper.id)
    made = bookings.booking(scene, money, actor=helper)
    assert (made.person_id, made.booked_by_id) == (scene.person.id, helper.id)
    assert audited() == [("booking_requested", helper.id, scene.person.id)]
    assert [(who, subject) for who, subject, _ in messages()] == [
        ("Bob Staff", "A new request waits for your answer"),
        ("Ada Example", "Something was asked for you"),
    ]
    with clock.set_to(NOW), transaction():
        answers.cancel(actor=helper, booking=made)
    assert bookings.left(money) == (10_000, 0)


def test_who_may_not_book_cancel_answer_or_record(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    asked = bookings.booking(scene, money)
    looker = accounts.person(name="Only Looks")
    circles.support(scene.person, looker, frozenset({Power.SEE_PLAN, Power.SEE_MONEY, Power.SUGGEST}))
    looker = db.session.get_one(Person, looker.id)
    stranger = accounts.person()
    elsewhere = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    commissioner = accounts.person(Role.COMMISSIONER, council_id=scene.council.id)
    before = (bookings.left(money), len(audited()), len(messages()))
    for who, refusal in ((looker, NotAllowed), (stranger, NotFound), (elsewhere, NotFound), (commissioner, NotFound)):
        with pytest.raises(NotAllowed):
            ask(scene, money, actor=who)
        with clock.set_to(NOW), pytest.raises(refusal), transaction():
            answers.cancel(actor=who, booking=made)
        for act in (
            lambda who: answers.accept(actor=who, booking=asked),
            lambda who: answers.decline(actor=who, booking=asked, reason="No"),
            lambda who: recording.mark_delivered(actor=who, visit=made.visits[0]),
            lambda who: recording.mark_missed(actor=who, visit=made.visits[0]),
        ):
            with clock.set_to(made.visits[0].ends_at), pytest.raises(NotFound), transaction():
                act(who)
    for act in (
        lambda: answers.cancel(actor=scene.staff, booking=made),
        lambda: answers.accept(actor=scene.person, booking=asked),
    ):
        with pytest.raises(Refusal), transaction():
            act()
    assert (bookings.left(money), len(audited()), len(messages())) == before
    assert (made.status, asked.status) == (BookingStatus.ACCEPTED, BookingStatus.REQUESTED)


def test_an_answer_comes_once(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.accepted(scene, money)
    for act, words in (
        (lambda: answers.accept(actor=scene.staff, booking=made), "has already been accepted"),
        (lambda: answers.decline(actor=scene.staff, booking=made, reason="No"), "has already been accepted"),
    ):
        with clock.set_to(NOW), pytest.raises(Conflict, match=words), transaction():
            act()
    assert bookings.left(money) == (5875, 4125)


def test_an_unanswered_request_lapses_once_its_time_has_come_and_both_are_told(scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    made = bookings.booking(scene, money)
    starts = made.visits[0].starts_at
    with clock.set_to(starts - timedelta(seconds=1)):
        assert at_desk.unanswered(now=clock.now()) == []
        with pytest.raises(Conflict, match="still has time"), transaction():
            answers.lapse(booking_id=made.id)
    with clock.set_to(starts):
        with pytest.raises(Conflict, match="time asked for has passed"), transaction():
            answers.accept(actor=scene.staff, booking=made)
        assert at_desk.unanswered(now=clock.now()) == [made.id]
        with transaction():
            answers.lapse(booking_id=made.id)
        with pytest.raises(Conflict, match="was not answered"), transaction():
            answers.lapse(booking_id=made.id)
    assert (made.status, made.visits[0].status) == (BookingStatus.LAPSED, VisitStatus.LAPSED)
    assert bookings.left(money) == (10_000, 0)
    assert [who for who, subject, _ in messages() if "not answered" in subject] == ["Ada Example", "Bob Staff"]
