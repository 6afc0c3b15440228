"""What becomes of things that were bought: they arrive, some of them, damaged or not at all; sums say what went back."""

from datetime import timedelta

import pytest

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.insight.trends import actions as trends_actions
from app.insight.trends.queries import published
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.desk import queries as desk
from app.support.sessions.actions import returns
from app.support.visits.actions import disputes, recording, settling
from app.support.visits.models import Dispute
from app.support.visits.queries import endings, figures
from app.support.visits.rules.endings import TimesWorked
from app.support.visits.rules.figures import VisitFigures
from tests.factories import accounts, bookings, catalogue, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

TIPPERS = 3440
"""Two kettle tippers at £17.20."""


@pytest.fixture
def scene(app: object) -> bookings.Scene:
    """Kettle tippers at £17.20 each."""
    made = bookings.scene()
    made.listing = catalogue.listing(made.provider, "daily-living", made.council, title="Kettle tipper")
    catalogue.card(made.listing, 1720, unit=Unit.ITEM)
    return made


@pytest.fixture
def own(scene: bookings.Scene) -> Pot:
    return bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)


def bought(scene: bookings.Scene, own: Pot, quantity: int = 2) -> Booking:
    """So many of them, agreed, on the day on which they are to come."""
    with clock.set_to(NOW), transaction():
        made = bookings.request_booking(
            actor=scene.person,
            person=scene.person,
            listing=scene.listing,
            times=bookings.tuesday(),
            add_on_ids=(),
            pots=[own.id],
            key=f"buying-tippers-{quantity}",
            quantity=quantity,
        )
        answers.accept(actor=scene.staff, booking=made)
    return made


def record(scene: bookings.Scene, visit: Visit, ending: VisitStatus, **more: object) -> Visit:
    with clock.set_to(visit.ends_at), transaction():
        return recording.record_visit(actor=scene.staff, visit=visit, ending=ending, **more)  # type: ignore[arg-type]


def say(scene: bookings.Scene, visit: Visit, claim: DisputeClaim, **more: object) -> Dispute:
    with clock.set_to(visit.ends_at + timedelta(hours=1)), transaction():
        return disputes.raise_dispute(
            actor=scene.person,
            visit=visit,
            claim=claim,
            words="It came in pieces.",
            **more,  # type: ignore[arg-type]
        )


def sent_back(scene: bookings.Scene, made: Booking, quantity: int = 1) -> None:
    with clock.set_to(made.visits[0].ends_at + timedelta(days=1)), transaction():
        item = returns.send_back(actor=scene.person, booking=made, quantity=quantity, key=f"back-{quantity}")
        returns.say_arrived(actor=scene.staff, item_return=item)


def test_ten_minutes_at_the_door_are_two_kettle_tippers_and_not_fifty_seven_pence(
    scene: bookings.Scene, own: Pot
) -> None:
    made = bought(scene, own)
    (visit,) = made.visits
    assert made.total_pence == TIPPERS
    ten = TimesWorked(visit.starts_at, visit.starts_at + timedelta(minutes=10))
    record(scene, visit, VisitStatus.DELIVERED, stay=ten)
    assert (visit.status, visit.charged_pence, visit.arrived) == (VisitStatus.DELIVERED, TIPPERS, 2)
    assert (made.status, bookings.left(own)) == (BookingStatus.COMPLETED, (20_000 - TIPPERS, 0))
    kept = endings.record_of(visit.id)
    assert kept is not None
    assert (kept.came_at, kept.planned_minutes, kept.delivered_minutes, kept.charged_minutes) == (None, 0, 0, 0)
    sent_back(scene, made, 2)
    assert bookings.left(own) == (20_000, 0)
    assert ledger.ledger_differences() == []


@pytest.mark.parametrize(
    ("ending", "arrived", "status", "pence"),
    [
        (VisitStatus.DELIVERED, None, VisitStatus.DELIVERED, 3 * 1720 + 699),
        (VisitStatus.DELIVERED, 3, VisitStatus.DELIVERED, 3 * 1720 + 699),
        (VisitStatus.DELIVERED, 1, VisitStatus.PART_DELIVERED, 1720 + 699),
        (VisitStatus.DAMAGED, None, VisitStatus.DAMAGED, 0),
        (VisitStatus.DAMAGED, 2, VisitStatus.DAMAGED, 2 * 1720 + 699),
        (VisitStatus.MISSED, None, VisitStatus.MISSED, 0),
    ],
)
def test_each_thing_that_came_whole_counts_at_its_price_and_delivery_once(
    scene: bookings.Scene, own: Pot, ending: VisitStatus, arrived: int | None, status: VisitStatus, pence: int
) -> None:
    scene.listing = catalogue.listing(scene.provider, "daily-living", scene.council, title="Brought")
    catalogue.card(
        scene.listing, 1720, catalogue.add_on("Delivery", 699, AddOnBasis.ONCE, is_required=True), unit=Unit.ITEM
    )
    made = bought(scene, own, 3)
    record(scene, made.visits[0], ending, words="The box was wet.", arrived=arrived)
    assert (made.visits[0].status, made.visits[0].charged_pence) == (status, pence)
    assert bookings.left(own) == (20_000 - pence, 0)
    kept = endings.record_of(made.visits[0].id)
    assert kept is not None
    assert sum(amount for _, amount in kept.shown_lines) == pence


def test_an_ending_of_a_visit_is_none_of_a_thing_and_a_number_that_cannot_be_is_told(
    scene: bookings.Scene, own: Pot
) -> None:
    made = bought(scene, own)
    (visit,) = made.visits
    for ending, arrived, words in (
        (VisitStatus.REFUSED, None, "Select what became of it"),
        (VisitStatus.DELIVERED, 3, "2 were bought. Enter 2 or fewer"),
        (VisitStatus.DELIVERED, 0, "say that it did not arrive"),
        (VisitStatus.DAMAGED, 2, "say that it arrived"),
    ):
        with pytest.raises(BadInput, match=words):
            record(scene, visit, ending, arrived=arrived, words="Why")
    with clock.set_to(visit.starts_at), pytest.raises(Conflict, match="Nobody comes in with a code"), transaction():
        recording.clock_in(actor=scene.staff, visit=visit, code=settling.code_of(made, visit))
    company = bookings.scene()
    hers = bookings.accepted(company, bookings.pot(company.person, PotKind.OWN_MONEY, 9000)).visits[0]
    with pytest.raises(BadInput, match="Select what became of it"):
        record(company, hers, VisitStatus.DAMAGED, words="Why")


def test_what_did_not_arrive_whole_is_settled_by_how_many_did(scene: bookings.Scene, own: Pot) -> None:
    made = bought(scene, own)
    (visit,) = made.visits
    record(scene, visit, VisitStatus.DELIVERED)
    with pytest.raises(BadInput, match="Select whether it did not arrive"):
        say(scene, visit, DisputeClaim.OTHER_TIMES)
    with pytest.raises(BadInput, match="2 were bought"):
        say(scene, visit, DisputeClaim.DAMAGED, says_arrived=5)
    raised = say(scene, visit, DisputeClaim.DAMAGED, says_arrived=1)
    assert bookings.left(own) == (20_000 - TIPPERS, TIPPERS)
    with clock.set_to(visit.ends_at + timedelta(hours=2)), transaction():
        disputes.answer_dispute(actor=scene.staff, dispute=raised, agrees=True)
    assert (visit.status, visit.charged_pence, visit.arrived) == (VisitStatus.DAMAGED, 1720, 1)
    assert raised.status == DisputeStatus.AGREED
    assert bookings.left(own) == (20_000 - 1720, 0)
    # Only what arrived can be sent back, and with the last of it all that was paid comes back.
    with clock.set_to(visit.ends_at + timedelta(days=1)), pytest.raises(Conflict, match="You have 1 of these left"):
        sent_back(scene, made, 2)
    sent_back(scene, made, 1)
    assert bookings.left(own) == (20_000, 0)
    assert ledger.ledger_differences() == []


def test_a_care_manager_decides_by_how_many_arrived(scene: bookings.Scene, own: Pot) -> None:
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    made = bought(scene, own)
    (visit,) = made.visits
    record(scene, visit, VisitStatus.DELIVERED)
    raised = say(scene, visit, DisputeClaim.DID_NOT_COME)
    with clock.set_to(visit.ends_at + timedelta(days=8)), transaction():
        disputes.decide_dispute(
            actor=manager, dispute=raised, ending=VisitStatus.DELIVERED, words="One was signed for.", arrived=1
        )
    assert (visit.status, visit.charged_pence) == (VisitStatus.PART_DELIVERED, 1720)
    assert bookings.left(own) == (20_000 - 1720, 0)


def test_what_went_back_is_missing_from_no_figure(client: InspectingClient, scene: bookings.Scene, own: Pot) -> None:
    made = bought(scene, own)
    (visit,) = made.visits
    record(scene, visit, VisitStatus.DELIVERED)
    sent_back(scene, made)
    assert (visit.charged_pence, visit.returned_pence, visit.paid_pence) == (TIPPERS, 1720, 1720)
    ids = {scene.provider.id}
    since, until = NOW, visit.ends_at + timedelta(days=3)
    assert desk.paid_since(ids, since).pence == 1720
    assert [line.charged_pence for line in desk.last_paid(ids)] == [1720]
    # No hour of any figure: a thing is counted with what it cost, and nowhere else.
    of_things = VisitFigures(things=1, things_pence=1720)
    assert figures.figures_at_desk(ids, since=since, until=until) == of_things
    assert figures.figures_of_booking(made) == of_things
    (line,) = figures.figures_of_person(scene.person, scene.person, since=since, until=until)
    assert line.figures == of_things
    assert figures.figures_by_provider(scene.council.id, since=since, until=until) == []
    with clock.set_to(until):
        _pages_say_it(client, scene, made)


def _pages_say_it(client: InspectingClient, scene: bookings.Scene, made: Booking) -> None:
    (visit,) = made.visits
    accounts.sign_in(client, scene.person)
    for page in (f"/bookings/{made.public_id}", f"/bookings/visits/{visit.public_id}"):
        words = " ".join(client.page(page).main.get_text(" ").split())
        assert "£34.40 spent." in words
        assert "£17.20 of it came back for what was sent back, so it cost £17.20." in words
    words = " ".join(client.page("/bookings/delivered").main.get_text(" ").split())
    assert "1 purchase of things, £17.20" in words
    assert "£34.40" not in words
    accounts.sign_in(client, scene.staff)
    words = " ".join(client.page("/desk").main.get_text(" ").split())
    assert "£17.20 in the last four weeks, less what went back." in words
    assert "£34.40" not in words
    words = " ".join(client.page("/desk/delivered").main.get_text(" ").split())
    assert "1 purchase of things for £17.20" in words
    assert "£34.40" not in words


def test_the_council_counts_what_was_kept_and_no_hour_of_things(scene: bookings.Scene) -> None:
    people = [scene.person] + [accounts.person(Role.PERSON, council_id=scene.council.id) for _ in range(4)]
    made = [_buys(scene, one) for one in people]
    sent_back(scene, made[0])
    after = made[0].visits[0].ends_at + timedelta(days=45)
    with clock.set_to(after):
        trends_actions.publish_periods()
        told = published.latest(scene.council)
    assert [one.tables["all"].rows[0].figures["spend_pounds"].number for one in told] == [155]
    assert told[0].tables["kinds"].rows[0].figures["hours"].number is None


def _buys(scene: bookings.Scene, person: Person) -> Booking:
    pot = bookings.pot(person, PotKind.OWN_MONEY, 20_000)
    with clock.set_to(NOW), transaction():
        made = bookings.request_booking(
            actor=person,
            person=person,
            listing=scene.listing,
            times=bookings.tuesday(),
            add_on_ids=(),
            pots=[pot.id],
            key=f"buying-for-{person.id:08d}",
            quantity=2,
        )
        answers.accept(actor=scene.staff, booking=made)
    record(scene, made.visits[0], VisitStatus.DELIVERED)
    return made


def test_the_pages_of_a_thing_speak_of_a_thing(client: InspectingClient, scene: bookings.Scene, own: Pot) -> None:
    made = bought(scene, own)
    (visit,) = made.visits
    with clock.set_to(visit.ends_at):
        accounts.sign_in(client, scene.staff)
        page = client.page(f"/desk/visits/{visit.public_id}")
        words = page.main.get_text(" ")
        assert "How many arrived whole?" in words
        assert "When did the worker come" not in words
        assert "9am" not in words
        client.submit(
            f"/desk/visits/{visit.public_id}",
            button="Record it",
            ending="damaged",
            arrived="1",
            words="One was cracked",
        )
        assert (db.session.get_one(Visit, visit.id).status, bookings.left(own)) == (
            VisitStatus.DAMAGED,
            (20_000 - 1720, 0),
        )
        accounts.sign_in(client, scene.person)
        words = client.page(f"/bookings/visits/{visit.public_id}").main.get_text(" ")
        assert "Arrived damaged" in words
        assert "1 of 2 arrived whole: each of these at the price agreed" in words
        for never in ("minutes", "hour", "code for this visit", "worker", "9am"):
            assert never not in words


def test_a_thing_that_does_not_arrive_leaves_nobody_alone(scene: bookings.Scene, own: Pot) -> None:
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    for quantity in (1, 2):
        made = bought(scene, own, quantity)
        record(scene, made.visits[0], VisitStatus.MISSED)
        assert settling.alert_when_missed_twice(made, made.visits[0]) == 0
