"""Visits as they really ended: minutes, money and record agree to the penny; silence spends nothing."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import RateCard
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.queries import persons
from app.support.visits.actions import disputes, recording, settling
from app.support.visits.models import Dispute
from app.support.visits.queries import endings, figures
from app.support.visits.rules.endings import TimesWorked
from tests.factories import accounts, bookings, catalogue, circles, councils, providers
from tests.factories.bookings import NOW, TUESDAY, Scene
from tests.inspection import InspectingClient


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def agreed(pence: int = 9000) -> tuple[Scene, object, Booking]:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, pence)
    return scene, own, bookings.accepted(scene, own)


def at(hour: int, minute: int = 0) -> datetime:
    return clock.at_london(TUESDAY, time(hour, minute))


def record(scene: Scene, visit: Visit, ending: VisitStatus = VisitStatus.DELIVERED, **more: object) -> Visit:
    with clock.set_to(max(clock.now(), visit.ends_at + timedelta(hours=1))), transaction():
        return recording.record_visit(actor=scene.staff, visit=visit, ending=ending, **more)  # type: ignore[arg-type]


def after(visit: Visit, hours: int = 2) -> datetime:
    return visit.ends_at + timedelta(hours=hours)


def subjects(person: Person) -> list[str]:
    return list(
        db.session.scalars(select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id))
    )


@pytest.mark.usefixtures("app")
def test_a_short_stay_is_charged_by_the_card_frozen_when_booked() -> None:
    scene, own, made = agreed()
    # What is published today changes nothing: the copy in the agreement counts.
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 1
    scene.listing.rate_cards[0].listing.title = "Renamed"
    db.session.commit()
    visit = record(scene, made.visits[0], stay=TimesWorked(at(9, 4), at(9, 44)))
    assert (visit.status, visit.charged_pence) == (VisitStatus.PART_DELIVERED, 1833)
    assert bookings.left(own) == (9000 - 1833, 0)
    kept = endings.record_of(visit.id)
    assert kept is not None
    assert (kept.planned_minutes, kept.delivered_minutes, kept.charged_minutes) == (90, 40, 40)
    assert sum(pence for _, pence in kept.shown_lines) == 1833
    assert visit.booking.status == BookingStatus.COMPLETED
    assert ledger.ledger_differences() == []
    with pytest.raises(Conflict, match="has already been recorded"):
        record(scene, visit)


@pytest.mark.usefixtures("app")
def test_several_sums_pay_in_their_order_and_the_rest_of_each_goes_back() -> None:
    scene = bookings.scene()
    direct = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 1000, scene.council)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, direct, own)
    visit = record(scene, made.visits[0], stay=TimesWorked(at(9), at(9, 40)))
    assert [(p.pot.kind, p.amount_pence, spent) for p, spent in visit.spending] == [
        (PotKind.DIRECT_PAYMENT, 1000, 1000),
        (PotKind.OWN_MONEY, 3125, 833),
    ]
    assert (bookings.left(direct), bookings.left(own)) == ((0, 0), (9000 - 833, 0))


@pytest.mark.usefixtures("app")
def test_other_endings_need_words_and_cost_what_was_agreed() -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    left = 90_000
    for ending, charged, became in (
        (VisitStatus.REFUSED, 4125, BookingStatus.COMPLETED),
        (VisitStatus.UNUSED, 4125, BookingStatus.COMPLETED),
        (VisitStatus.FRUSTRATED, 0, BookingStatus.CANCELLED),
    ):
        made = bookings.accepted(scene, own)
        with pytest.raises(BadInput, match="Enter a reason"):
            record(scene, made.visits[0], ending)
        visit = record(scene, made.visits[0], ending, words="The lift was broken.")
        left -= charged
        assert (visit.status, visit.charged_pence, visit.booking.status) == (ending, charged, became)
        assert bookings.left(own) == (left, 0)
        assert "recorded" in subjects(scene.person)[-1]


@pytest.mark.usefixtures("app")
def test_the_code_at_the_door_tells_in_and_out_and_wrong_codes_run_out() -> None:
    scene, own, made = agreed()
    visit = made.visits[0]
    code = settling.code_of(made, visit)
    wrong = "000000" if code != "000000" else "111111"
    assert (len(code), code.isdigit()) == (6, True)

    def try_it(act: object, typed: str, moment: datetime) -> bool:
        with clock.set_to(moment), transaction():
            return act(actor=scene.staff, visit=visit, code=typed)  # type: ignore[operator]

    with pytest.raises(Conflict, match="more than 4 hours away"):
        try_it(recording.clock_in, code, at(4))
    with pytest.raises(Conflict, match="Nobody has come in"):
        try_it(recording.clock_out, code, at(9))
    assert not try_it(recording.clock_in, wrong, at(8, 59))
    assert try_it(recording.clock_in, f"{code[:3]} {code[3:]}", at(9, 1) + timedelta(seconds=40))
    with pytest.raises(Conflict, match="already come in"):
        try_it(recording.clock_in, code, at(9, 2))
    assert bookings.left(own) == (4875, 4125)
    assert try_it(recording.clock_out, code, at(10, 29) + timedelta(seconds=10))
    kept = endings.record_of(visit.id)
    assert kept is not None
    assert (kept.came_at, kept.left_at, kept.how.value, kept.delivered_minutes) == (at(9, 1), at(10, 29), "code", 88)
    assert bookings.left(own) == (4875, 0)
    other = bookings.accepted(scene, own).visits[0]
    visit = other
    assert [try_it(recording.clock_in, "12", at(9)) for _ in range(5)] == [False] * 5
    with pytest.raises(Conflict, match="Too many wrong codes"):
        try_it(recording.clock_in, settling.code_of(other.booking, other), at(9))


@pytest.mark.usefixtures("app")
def test_silence_spends_nothing_and_the_person_may_say_that_it_came() -> None:
    scene, own, made = agreed()
    visit = made.visits[0]
    with clock.set_to(visit.ends_at + timedelta(days=2)):
        for rows in (
            endings.to_settle_of(scene.person, scene.person),
            endings.to_settle_at_desk({scene.provider.id}),
        ):
            assert [found.id for found in db.session.scalars(rows)] == [visit.id]
    with clock.set_to(visit.ends_at + timedelta(days=400)):
        assert bookings.left(own) == (4875, 4125)
    friend = accounts.person(Role.SUPPORTER)
    with pytest.raises(NotFound), transaction():
        recording.confirm_visit(actor=friend, visit=visit)
    with clock.set_to(visit.starts_at), pytest.raises(Conflict, match="not over yet"), transaction():
        recording.confirm_visit(actor=scene.person, visit=visit)
    with clock.set_to(after(visit)), transaction():
        recording.confirm_visit(actor=scene.person, visit=visit)
    assert bookings.left(own) == (4875, 0)
    assert subjects(scene.staff)[-1].endswith("was confirmed")
    with clock.set_to(after(visit)), pytest.raises(Conflict, match="already been marked"), transaction():
        recording.confirm_visit(actor=scene.person, visit=visit)


def dispute(scene: Scene, visit: Visit, claim: DisputeClaim = DisputeClaim.DID_NOT_COME, **more: object) -> Dispute:
    with clock.set_to(after(visit)), transaction():
        return disputes.raise_dispute(
            actor=scene.person,
            visit=visit,
            claim=claim,
            words="Nobody rang the bell.",
            **more,  # type: ignore[arg-type]
        )


@pytest.mark.usefixtures("app")
def test_what_was_charged_is_put_back_and_waits_and_nobody_can_spend_it() -> None:
    scene, own, made = agreed(4125)
    visit = record(scene, made.visits[0])
    assert bookings.left(own) == (0, 0)
    raised = dispute(scene, visit)
    assert (raised.waiting_pence, visit.charged_pence, visit.status) == (4125, 0, VisitStatus.DELIVERED)
    assert bookings.left(own) == (0, 4125)
    assert subjects(scene.staff)[-1].endswith("was not as recorded")
    with pytest.raises(Conflict, match="said this already"):
        dispute(scene, visit)
    with clock.set_to(after(visit)), transaction():
        disputes.answer_dispute(actor=scene.staff, dispute=raised, agrees=True)
    assert (raised.status, visit.status, visit.charged_pence) == (DisputeStatus.AGREED, VisitStatus.MISSED, 0)
    assert bookings.left(own) == (4125, 0)
    assert [(kept.ending, kept.is_current) for kept in endings.records_of(visit)] == [
        (VisitStatus.DELIVERED, False),
        (VisitStatus.MISSED, True),
    ]
    with pytest.raises(Conflict, match="Nothing was charged for this visit"):
        dispute(scene, visit)
    assert ledger.ledger_differences() == []


@pytest.mark.usefixtures("app")
def test_the_care_manager_decides_once_the_provider_had_its_say_and_never_dearer() -> None:
    scene, own, made = agreed()
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    visit = record(scene, made.visits[0], stay=TimesWorked(at(9), at(10)))
    assert visit.charged_pence == 2750
    raised = dispute(scene, visit, DisputeClaim.OTHER_TIMES, says=TimesWorked(at(9), at(9, 20)))

    def decide(actor: Person, stay: TimesWorked, moment: datetime) -> None:
        with clock.set_to(moment), transaction():
            disputes.decide_dispute(
                actor=actor, dispute=raised, ending=VisitStatus.DELIVERED, words="By the diary.", stay=stay
            )

    with pytest.raises(Conflict, match="7 days to answer"):
        decide(manager, TimesWorked(at(9), at(9, 30)), after(visit))
    with clock.set_to(after(visit)), transaction():
        disputes.answer_dispute(actor=scene.staff, dispute=raised, agrees=False, words="She stayed the hour.")
    assert subjects(manager)[-1].endswith("please decide")
    with pytest.raises(NotFound):
        decide(accounts.person(Role.CARE_MANAGER, council_id=councils.council().id), TimesWorked(), after(visit))
    with pytest.raises(NotFound):
        decide(scene.staff, TimesWorked(), after(visit))
    decide(manager, TimesWorked(at(9), at(10, 30)), after(visit))
    # By those times the whole price would be due: it stays what was first charged.
    assert (raised.status, visit.charged_pence) == (DisputeStatus.DECIDED, 2750)
    assert bookings.left(own) == (9000 - 2750, 0)
    with pytest.raises(Conflict, match="settled already"):
        dispute(scene, visit)
    with pytest.raises(Conflict, match="has been decided"):
        decide(manager, TimesWorked(at(9), at(9, 30)), after(visit))
    steps = [step.action for step in persons.booking_history(visit.booking)]
    assert steps[-4:] == ["visit_part_delivered", "visit_disputed", "dispute_answered", "dispute_decided"]
    assert ledger.ledger_differences() == []


@pytest.mark.usefixtures("app")
def test_taking_it_back_pays_what_was_first_charged_and_it_can_be_said_again() -> None:
    scene, own, made = agreed()
    visit = record(scene, made.visits[0], stay=TimesWorked(at(9), at(10)))
    raised = dispute(scene, visit)
    looker = accounts.person(Role.SUPPORTER)
    circles.support(scene.person, looker, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    with clock.set_to(after(visit)), pytest.raises(NotAllowed), transaction():
        disputes.withdraw_dispute(actor=looker, dispute=raised)
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    with clock.set_to(after(visit)), pytest.raises(NotAllowed), transaction():
        disputes.withdraw_dispute(actor=manager, dispute=raised)
    with clock.set_to(after(visit)), transaction():
        disputes.withdraw_dispute(actor=scene.person, dispute=raised)
    assert (visit.status, visit.charged_pence, bookings.left(own)) == (
        VisitStatus.PART_DELIVERED, 2750, (9000 - 2750, 0),
    )  # fmt: skip
    again = dispute(scene, visit)
    assert again.waiting_pence == 2750
    assert [payment.amount_pence for payment in visit.payments] == [2750]
    assert bookings.left(own) == (9000 - 2750, 2750)


@pytest.mark.usefixtures("app")
def test_a_visit_nobody_recorded_can_be_disputed_and_then_the_provider_answers() -> None:
    scene, own, made = agreed()
    visit = made.visits[0]
    with clock.set_to(visit.starts_at), pytest.raises(Conflict, match="not over yet"), transaction():
        disputes.raise_dispute(actor=scene.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="No")
    raised = dispute(scene, visit)
    assert bookings.left(own) == (4875, 4125)
    with pytest.raises(Conflict, match="says what happened was something else"):
        record(scene, visit)
    visit = record(scene, visit, VisitStatus.MISSED)
    assert (visit.status, visit.booking.status) == (VisitStatus.MISSED, BookingStatus.CANCELLED)
    db.session.refresh(raised)
    assert raised.status == DisputeStatus.AGREED
    assert bookings.left(own) == (9000, 0)


@pytest.mark.usefixtures("app")
def test_two_missed_visits_in_a_week_alert_provider_and_care_manager() -> None:
    scene = bookings.scene()
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    times = [(at(9) + timedelta(days=days), at(10) + timedelta(days=days)) for days in (0, 6, 14)]
    made = bookings.accepted(scene, own, times=times)
    alert = "More than one visit was missed"
    for visit, alerts in zip(made.visits, (0, 1, 1), strict=True):
        record(scene, visit, VisitStatus.MISSED)
        assert (subjects(manager).count(alert), subjects(scene.staff).count(alert)) == (alerts, alerts)


def test_both_sides_read_one_record_and_only_the_person_reads_the_code(client: InspectingClient) -> None:
    scene, own, made = agreed()
    visit = made.visits[0]
    mine, desk = f"/bookings/visits/{visit.public_id}", f"/desk/visits/{visit.public_id}"
    code = settling.code_of(made, visit)
    accounts.sign_in(client, scene.person)
    assert f"{code[:3]} {code[3:]}" in client.page(mine).main.get_text(" ")
    client.get("/sign-out")
    with clock.set_to(after(visit)):
        accounts.sign_in(client, scene.staff)
        page = client.page(desk)
        assert code not in str(page)
        assert code not in str(client.page(f"{desk}/code")).replace(" ", "")
        answer = client.submit(desk, button="Record the visit", ending="delivered", came="9:10", left="")
        assert "Enter both when the worker came and when they left" in answer.text
        assert (
            client.submit(desk, button="Record the visit", ending="delivered", came="9:10", left="9:50").status_code
            == 302
        )
        said = "Planned 1 hour 30 minutes. Given 40 minutes. Charged 40 minutes."
        assert said in " ".join(client.page(desk).main.get_text(" ").split())
        accounts.sign_in(client, scene.person)
        assert said in " ".join(client.page(mine).main.get_text(" ").split())
        client.submit(f"{mine}/dispute", button="Send", claim="did_not_come", words="Nobody rang.")
        assert "£18.33 waits until this is settled" in client.page(mine).main.get_text(" ")
        assert client.page("/bookings/to-settle").caption.get_text() == "1 visit"
        accounts.sign_in(client, scene.staff)
        assert "Nobody rang." in client.page(desk).main.get_text(" ")
        assert client.page("/desk/to-settle").caption.get_text() == "1 visit"
        client.submit(f"{desk}/answer", button="Send the answer", agrees="no", words="He was there.")
        manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
        accounts.sign_in(client, manager)
        assert client.page("/bookings/to-settle").caption.get_text() == "1 visit"
        client.submit(f"{mine}/decide", button="Decide", ending="missed", words="The diary says nobody came.")
        assert "The diary says nobody came." in client.page(mine).main.get_text(" ")
    assert bookings.left(own) == (9000, 0)
    other = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    accounts.sign_in(client, other)
    for address in (desk, f"{desk}/code", f"{desk}/answer"):
        client.page(address, 404)
    accounts.sign_in(client, accounts.person())
    for address in (mine, f"{mine}/dispute"):
        client.page(address, 404)


@pytest.mark.usefixtures("app")
def test_a_visit_priced_since_by_a_newer_card_is_quoted_by_that_card() -> None:
    scene, _, made = agreed()
    visit = made.visits[0]
    catalogue.card(scene.listing, weekday_pence=3000, valid_from=TUESDAY)
    # As when a visit of a pattern is made for a later period: its own price, the agreement's older terms.
    visit.price_pence, visit.price_lines = 3000, [{"words": "An hour", "pence": 3000}]
    visit.ends_at = at(10)
    db.session.commit()
    record(scene, visit, stay=TimesWorked(at(9), at(9, 30)))
    assert visit.charged_pence == 1500


def called_off_late() -> tuple[Scene, object, Visit]:
    scene, own, made = agreed()
    with clock.set_to(at(8)), transaction():
        answers.cancel(actor=scene.person, booking=made)
    (visit,) = made.visits
    assert (visit.status, bookings.left(own)) == (VisitStatus.CANCELLED_LATE, (9000 - 4125, 0))
    return scene, own, visit


@pytest.mark.usefixtures("app")
def test_what_was_charged_for_calling_off_late_can_be_disputed_and_the_provider_lets_it_go() -> None:
    scene, own, visit = called_off_late()
    with pytest.raises(BadInput, match="nothing came of it"):
        dispute(scene, visit, DisputeClaim.OTHER_TIMES, says=TimesWorked(at(9), at(10)))
    raised = dispute(scene, visit)
    assert (raised.waiting_pence, visit.charged_pence, bookings.left(own)) == (4125, 0, (9000 - 4125, 4125))
    with clock.set_to(after(visit)), transaction():
        disputes.answer_dispute(actor=scene.staff, dispute=raised, agrees=True)
    assert (raised.status, visit.status, visit.charged_pence) == (
        DisputeStatus.AGREED, VisitStatus.CANCELLED_IN_TIME, 0,
    )  # fmt: skip
    assert bookings.left(own) == (9000, 0)
    assert [(kept.ending, kept.is_current) for kept in endings.records_of(visit)] == [
        (VisitStatus.CANCELLED_LATE, False),
        (VisitStatus.CANCELLED_IN_TIME, True),
    ]
    assert figures.figures_of_booking(visit.booking).planned_minutes == 0
    with pytest.raises(Conflict, match="Nothing was charged"):
        dispute(scene, visit)
    assert ledger.ledger_differences() == []


@pytest.mark.parametrize(
    ("found", "left"), [(VisitStatus.CANCELLED_LATE, 9000 - 4125), (VisitStatus.CANCELLED_IN_TIME, 9000)]
)
def test_a_care_manager_decides_whether_calling_off_is_charged(
    client: InspectingClient, found: VisitStatus, left: int
) -> None:
    scene, own, visit = called_off_late()
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    here, desk = f"/bookings/visits/{visit.public_id}", f"/desk/visits/{visit.public_id}"
    with clock.set_to(after(visit)):
        accounts.sign_in(client, scene.person)
        assert "Say this is not right" in client.page(here).get_text()
        assert client.submit(f"{here}/dispute", words="I telephoned two days before.").location == here
        assert "It should not be charged" in client.page(here).get_text()
        accounts.sign_in(client, scene.staff)
        client.submit(f"{desk}/answer", agrees="no", words="Nobody telephoned.")
        accounts.sign_in(client, manager)
        choices = [str(box["value"]) for box in client.page(f"{here}/decide").select("input[name=ending]")]
        assert choices == [VisitStatus.CANCELLED_LATE, VisitStatus.CANCELLED_IN_TIME]
        refused = client.submit(f"{here}/decide", ending=VisitStatus.DELIVERED, words="They came.")
        assert refused.status_code == 200
        assert client.submit(f"{here}/decide", ending=found, words="By the telephone's list.").location == here
    assert bookings.left(own) == (left, 0)
    assert db.session.get_one(Visit, visit.id).status == found
    assert ledger.ledger_differences() == []


@pytest.mark.usefixtures("app")
def test_taking_back_a_doubt_about_calling_off_pays_it_after_all() -> None:
    scene, own, visit = called_off_late()
    raised = dispute(scene, visit)
    with clock.set_to(after(visit)), transaction():
        disputes.withdraw_dispute(actor=scene.person, dispute=raised)
    assert (visit.status, visit.charged_pence, bookings.left(own)) == (
        VisitStatus.CANCELLED_LATE, 4125, (9000 - 4125, 0),
    )  # fmt: skip
    assert ledger.ledger_differences() == []


def test_a_visit_that_is_still_going_on_cannot_have_gone_as_planned(client: InspectingClient) -> None:
    """One minute after it began, four hours were charged by one press."""
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bookings.accepted(scene, own, times=bookings.tuesday(time(9), time(13)))
    visit = made.visits[0]
    accounts.sign_in(client, scene.staff)
    with clock.set_to(at(9, 1)):
        desk = client.page(f"/desk/bookings/{made.public_id}")
        assert "It was delivered" not in desk.text
        assert "It was delivered" not in client.page("/desk").text
        with pytest.raises(Conflict, match="not over yet"), transaction():
            recording.mark_delivered(actor=scene.staff, visit=visit)
        db.session.expire_all()
        assert (visit.status, visit.charged_pence, bookings.left(own)) == (VisitStatus.PLANNED, 0, (9_000, 11_000))
    with clock.set_to(at(9, 31)), transaction():
        # Who has left already says when: that is charged by the minutes given.
        recording.record_visit(
            actor=scene.staff, visit=visit, ending=VisitStatus.DELIVERED, stay=TimesWorked(at(9), at(9, 30))
        )
    assert (visit.status, visit.charged_pence) == (VisitStatus.PART_DELIVERED, 13_75)


@pytest.mark.usefixtures("app")
def test_it_went_as_planned_from_its_last_minute_on() -> None:
    scene, _, made = agreed()
    with clock.set_to(made.visits[0].ends_at), transaction():
        assert recording.mark_delivered(actor=scene.staff, visit=made.visits[0]).charged_pence == 41_25
