"""Hours saved: cancelled in time, kept with their money, spent later with the same provider or given back; once."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers, proposals
from app.support.bookings.models import Proposal
from app.support.visits.actions import disputes, recording, saved_hours
from tests.factories import accounts, bookings, catalogue
from tests.factories.bookings import NOW, TUESDAY, Scene
from tests.inspection import InspectingClient

FRIDAY = clock.at_london(TUESDAY + timedelta(days=3), time(9))


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def saved(pence: int = 4125) -> tuple[Scene, object, SavedHours]:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, pence)
    made = bookings.accepted(scene, own)
    with transaction():
        kept = saved_hours.save_hours(actor=scene.person, visit=made.visits[0])
    return scene, own, kept


def spend(
    scene: Scene, kept: SavedHours, minutes: int = 60, price: int = 2750, key: str = "the-form-of-the-hours"
) -> object:
    with transaction():
        return saved_hours.spend_hours(
            actor=scene.person,
            saved=kept,
            starts=FRIDAY,
            ends=FRIDAY + timedelta(minutes=minutes),
            key=key,
            price_seen=price,
        )


@pytest.mark.usefixtures("app")
def test_hours_are_saved_with_their_money_and_spent_once() -> None:
    scene, own, kept = saved()
    visit = kept.visit
    assert (kept.minutes, visit.status, visit.booking.status) == (90, VisitStatus.SAVED, BookingStatus.CANCELLED)
    # Not a penny is left over: the money of the saved hours is what the new visit is set aside from.
    assert bookings.left(own) == (0, 4125)
    with pytest.raises(Conflict, match="longer than the hours saved"):
        spend(scene, kept, 91)
    with pytest.raises(Conflict, match="The price changed"):
        spend(scene, kept, price=2000)
    assert (bookings.left(own), kept.ended_at) == ((0, 4125), None)
    sent = spend(scene, kept)
    assert bookings.left(own) == (1375, 2750)
    assert spend(scene, kept) == sent
    with pytest.raises(Conflict, match="used or given back already"):
        spend(scene, kept, key="another-form-of-the-hours")
    assert (kept.visit.status, kept.spent_on_id) == (
        VisitStatus.CANCELLED_IN_TIME,
        db.session.get_one(Booking, kept.spent_on_id).id,
    )
    assert ledger.ledger_differences() == []


@pytest.mark.usefixtures("app")
def test_hours_are_saved_only_in_time_and_given_back_once() -> None:
    scene, own, kept = saved(9000)
    with pytest.raises(NotFound), transaction():
        saved_hours.give_back_hours(actor=accounts.person(), saved=kept)
    with transaction():
        saved_hours.give_back_hours(actor=scene.person, saved=kept)
    assert bookings.left(own) == (9000, 0)
    with pytest.raises(Conflict, match="used or given back already"), transaction():
        saved_hours.give_back_hours(actor=scene.person, saved=kept)
    late = bookings.accepted(scene, own).visits[0]
    with clock.set_to(late.starts_at - timedelta(hours=1)), pytest.raises(Conflict, match="too late"), transaction():
        saved_hours.save_hours(actor=scene.person, visit=late)


def test_the_person_saves_hours_and_uses_them_after_seeing_the_price(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    visit = bookings.accepted(scene, own).visits[0]
    accounts.sign_in(client, scene.person)
    client.submit(f"/bookings/visits/{visit.public_id}", button="Cancel it and save the hours for later")
    page = client.page("/bookings/saved-hours")
    assert "1h 30m with Bright Days" in page.main.get_text(" ")
    use = page.select_one("main a.govuk-button")["href"]
    asked = {"on-day": "27", "on-month": "11", "on-year": "2026", "start": "9am", "end": "10am"}
    answer = client.submit(use, button="See what it costs", **asked)
    assert "The other £13.75 is free again." in answer.text
    form = answer.text
    key, price = (form.split(f'name="{name}" type="hidden" value="')[1].split('"')[0] for name in ("key", "price"))
    client.submit(use, button="See what it costs", **asked, key=key, price=price)
    assert bookings.left(own) == (9000 - 2750, 2750)
    assert "No hours are saved." in client.page("/bookings/saved-hours").main.get_text(" ")


# Hours come back ----------------------------------------------------------------------------------------------------


def two_hours(pence: int = 4970) -> tuple[Scene, Pot, SavedHours]:
    """Two hours saved, £49.70 at £24.85 an hour."""
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider, "companionship", scene.council, title="Two hours")
    catalogue.card(scene.listing, 2485)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, pence)
    made = bookings.accepted(scene, own, times=bookings.tuesday(time(9), time(11)))
    with transaction():
        kept = saved_hours.save_hours(actor=scene.person, visit=made.visits[0])
    assert (kept.minutes, kept.pence, bookings.left(own)) == (120, 4970, (pence - 4970, 4970))
    return scene, own, kept


def used(scene: Scene, kept: SavedHours, minutes: int = 120, key: str = "the-form-of-the-hours") -> Booking:
    sent = spend(scene, kept, minutes, 4970 * minutes // 120, key)
    return db.session.get_one(Booking, sent.id)  # type: ignore[attr-defined]


def decline(scene: Scene, made: Booking) -> None:
    with transaction():
        answers.decline(actor=scene.staff, booking=made, reason="We are full.")


def lapse(scene: Scene, made: Booking) -> None:
    with clock.set_to(made.visits[0].starts_at), transaction():
        answers.lapse(booking_id=made.id)


def cancel(scene: Scene, made: Booking) -> None:
    with transaction():
        answers.cancel(actor=scene.person, booking=made)


def cancel_in_time(scene: Scene, made: Booking) -> None:
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    cancel(scene, made)


def miss(scene: Scene, made: Booking) -> None:
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    with clock.set_to(made.visits[0].ends_at), transaction():
        recording.mark_missed(actor=scene.staff, visit=made.visits[0])


def dispute(scene: Scene, made: Booking) -> None:
    """Turned away at the door and charged; then both agree that nobody came."""
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    with clock.set_to(made.visits[0].ends_at), transaction():
        recording.record_visit(
            actor=scene.staff, visit=made.visits[0], ending=VisitStatus.REFUSED, words="She said no."
        )
    with clock.set_to(made.visits[0].ends_at), transaction():
        raised = disputes.raise_dispute(
            actor=scene.person, visit=made.visits[0], claim=DisputeClaim.DID_NOT_COME, words="Nobody came."
        )
        disputes.answer_dispute(actor=scene.staff, dispute=raised, agrees=True)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("undo", [decline, lapse, cancel, cancel_in_time, miss, dispute], ids=lambda one: one.__name__)
def test_two_hours_come_back_with_their_money_when_what_they_were_used_for_comes_to_nothing(
    undo: Callable[[Scene, Booking], None],
) -> None:
    scene, own, kept = two_hours()
    made = used(scene, kept)
    assert (kept.ended_at, kept.spent_on_id, bookings.left(own)) == (kept.ended_at, made.id, (0, 4970))
    undo(scene, made)
    db.session.refresh(kept)
    assert (kept.ended_at, kept.spent_on_id, kept.minutes, kept.pence) == (None, None, 120, 4970)
    assert (kept.visit.status, made.visits[0].charged_pence) == (VisitStatus.SAVED, 0)
    # Not a penny is free, and not a penny is set aside twice.
    assert bookings.left(own) == (0, 4970)
    assert ledger.ledger_differences() == []
    # They can be used again, come back again, and be given back in the end.
    decline(scene, used(scene, kept, key="another-form-of-the-hours"))
    db.session.refresh(kept)
    with transaction():
        saved_hours.give_back_hours(actor=scene.person, saved=kept)
    assert bookings.left(own) == (4970, 0)
    assert ledger.ledger_differences() == []


@pytest.mark.usefixtures("app")
def test_what_was_used_comes_back_and_no_more() -> None:
    scene, own, kept = two_hours()
    made = used(scene, kept, 60)
    assert bookings.left(own) == (2485, 2485)
    decline(scene, made)
    db.session.refresh(kept)
    assert (kept.minutes, kept.pence, bookings.left(own)) == (60, 2485, (2485, 2485))
    with pytest.raises(Conflict, match="longer than the hours saved"):
        used(scene, kept, 90, key="another-form-of-the-hours")


@pytest.mark.usefixtures("app")
def test_of_a_dearer_day_what_was_saved_comes_back_and_the_rest_is_free() -> None:
    scene, own, kept = two_hours(9000)
    catalogue.card(scene.listing, 3000, valid_from=FRIDAY.date())
    sent = spend(scene, kept, 120, 6000)
    assert bookings.left(own) == (3000, 6000)
    decline(scene, db.session.get_one(Booking, sent.id))  # type: ignore[attr-defined]
    db.session.refresh(kept)
    assert (kept.minutes, kept.pence, bookings.left(own)) == (120, 4970, (9000 - 4970, 4970))


@pytest.mark.usefixtures("app")
def test_charged_hours_do_not_come_back_and_other_times_keep_them_used() -> None:
    scene, own, kept = two_hours()
    made = used(scene, kept)
    later = FRIDAY + timedelta(hours=3)
    with transaction():
        proposals.propose(
            actor=scene.staff, booking=made, times=[(later, later + timedelta(hours=2))], words="Only then"
        )
    proposal = db.session.scalars(select(Proposal)).one()
    with transaction():
        proposals.agree_to_proposal(
            actor=scene.person, booking=made, proposal_id=proposal.public_id, pots=[own.id], price_seen=4970
        )
    db.session.refresh(kept)
    assert (kept.spent_on_id, kept.visit.status) == (made.id, VisitStatus.CANCELLED_IN_TIME)
    with clock.set_to(later + timedelta(hours=2)), transaction():
        recording.mark_delivered(actor=scene.staff, visit=made.visits[-1])
    db.session.refresh(kept)
    assert (kept.spent_on_id, bookings.left(own)) == (made.id, (0, 0))


@pytest.mark.usefixtures("app")
def test_pages_and_letters_say_that_the_hours_are_saved_again(client: InspectingClient) -> None:
    scene, _, kept = two_hours()
    made = used(scene, kept)
    accounts.sign_in(client, scene.person)
    page = " ".join(client.page(f"/bookings/{made.public_id}/cancel").main.get_text(" ").split())
    assert "nothing is charged, and the hours you used for it are saved again" in page
    assert "is free again" not in page
    decline(scene, made)
    body = db.session.scalars(
        select(Message.body).where(Message.to_person_id == scene.person.id).order_by(Message.id.desc())
    ).first()
    assert body is not None
    assert "The hours you had saved and used for it are saved again" in body
    assert "free again" not in body
    page = client.page("/bookings/saved-hours").main.get_text(" ")
    assert "2h with Bright Days" in page
    assert "£49.70 set aside." in page
