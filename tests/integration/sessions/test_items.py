"""Things bought by number, and sent back within 14 days with the money to where it came from."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.returns import ItemReturn
from app.support.booking_records.queries import returns as returns_queries
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import answers
from app.support.sessions.actions import returns
from app.support.visits.actions import disputes, recording
from app.support.visits.models import Dispute
from tests.factories import accounts, bookings, catalogue
from tests.factories.bookings import NOW

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene() -> bookings.Scene:
    """Raised toilet seats at £42 each, delivery £6.99 for all of it."""
    made = bookings.scene()
    made.listing = catalogue.listing(made.provider, "daily-living", made.council, title="Raised seat")
    catalogue.card(
        made.listing, 4200, catalogue.add_on("Delivery", 699, AddOnBasis.ONCE, is_required=True), unit=Unit.ITEM
    )
    return made


def buy(scene: bookings.Scene, *pots: object, quantity: int = 3) -> Booking:
    with clock.set_to(NOW), transaction():
        return bookings.request_booking(
            actor=scene.person,
            person=scene.person,
            listing=scene.listing,
            times=bookings.tuesday(),
            add_on_ids=(),
            pots=[pot.id for pot in pots],  # type: ignore[attr-defined]
            key=f"buying-{quantity:08d}",
            quantity=quantity,
        )


def bought(scene: bookings.Scene, *pots: object) -> Booking:
    made = buy(scene, *pots)
    with clock.set_to(NOW), transaction():
        answers.accept(actor=scene.staff, booking=made)
    with clock.set_to(made.visits[0].ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=made.visits[0])
    return made


def send_back(scene: bookings.Scene, made: Booking, quantity: int, key: str = "send-back-1") -> ItemReturn:
    with transaction():
        return returns.send_back(actor=scene.person, booking=made, quantity=quantity, key=key)


def test_each_thing_counts_and_delivery_once(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = buy(scene, own)
    (visit,) = made.visits
    assert made.total_pence == 3 * 4200 + 699
    assert [pence for _, pence in visit.lines] == [12_600, 699]
    assert visit.lines[0][0].startswith("3 × ")
    assert (made.agreed["quantity"], made.agreed["each_pence"]) == (3, 4200)
    assert bookings.left(own) == (20_000 - 13_299, 13_299)


def test_a_number_nobody_needs_is_refused_and_a_visit_is_not_bought_by_number(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    for quantity in (0, 100):
        with pytest.raises(BadInput, match="from 1 to 99"):
            buy(scene, own, quantity=quantity)
    other = bookings.scene()
    with pytest.raises(BadInput):
        buy(other, bookings.pot(other.person, PotKind.OWN_MONEY, 20_000))


def test_what_is_sent_back_is_paid_back_to_the_money_that_paid_to_the_penny(scene: bookings.Scene) -> None:
    budget = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 10_000, scene.council)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    made = bought(scene, budget, own)
    assert (bookings.left(budget), bookings.left(own)) == ((0, 0), (1701, 0))
    arrival = returns_queries.arrived_at(made)
    assert arrival == made.visits[0].settled_at
    with clock.set_to(arrival + timedelta(days=14)):
        first = send_back(scene, made, 1)
        assert send_back(scene, made, 1).id == first.id
        assert (first.pence, bookings.left(budget), bookings.left(own)) == (4200, (0, 0), (1701, 0))
        with pytest.raises(Conflict, match="already been used"):
            send_back(scene, made, 2)
        with pytest.raises(Conflict, match="You have 2 of these left to send back"):
            send_back(scene, made, 3, key="send-back-2")
        for _ in range(2):
            with transaction():
                returns.say_arrived(actor=scene.staff, item_return=first)
        # £42 of what was paid £100 and £32.99: to the nearest penny in that proportion.
        assert (bookings.left(budget), bookings.left(own)) == ((3158, 0), (1701 + 1042, 0))
        rest = send_back(scene, made, 2, key="send-back-3")
        assert rest.pence == 13_299 - 4200
        with transaction():
            returns.say_arrived(actor=scene.staff, item_return=rest)
        with pytest.raises(Conflict, match="All of these have been sent back already"):
            send_back(scene, made, 1, key="send-back-4")
    assert (bookings.left(budget), bookings.left(own)) == ((10_000, 0), (5000, 0))
    assert ledger.ledger_differences() == []
    subjects = list(db.session.scalars(select(Message.subject).order_by(Message.id)))
    assert subjects.count("What you sent back has arrived") == 2
    assert subjects.count("Something is on its way back to you") == 2


def test_not_before_it_arrived_and_not_after_14_days(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    waiting = buy(scene, own, quantity=1)
    with clock.set_to(NOW), pytest.raises(Conflict, match="has not arrived yet"):
        send_back(scene, waiting, 1)
    made = bought(scene, own)
    arrival = returns_queries.arrived_at(made)
    assert arrival is not None
    with clock.set_to(arrival + timedelta(days=14, seconds=1)), pytest.raises(Conflict, match="14 days"):
        send_back(scene, made, 1)
    stranger = accounts.person()
    with clock.set_to(arrival), pytest.raises(NotFound), transaction():
        returns.send_back(actor=stranger, booking=made, quantity=1, key="a-stranger")
    assert made.visits[0].status == VisitStatus.DELIVERED
    assert db.session.scalar(select(func.count()).select_from(ItemReturn)) == 0


def test_only_the_provider_says_that_it_arrived(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bought(scene, own)
    with clock.set_to(made.visits[0].ends_at):
        on_its_way = send_back(scene, made, 3)
        with pytest.raises(NotFound), transaction():
            returns.say_arrived(actor=scene.person, item_return=on_its_way)
    assert bookings.left(own) == (20_000 - 13_299, 0)


def test_the_price_goes_back_once_sent_back_or_never_come_but_not_both(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    made = bought(scene, own)
    (visit,) = made.visits
    with clock.set_to(visit.ends_at + timedelta(hours=1)):

        def dispute() -> Dispute:
            with transaction():
                return disputes.raise_dispute(
                    actor=scene.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="Nothing came."
                )

        raised = dispute()
        with pytest.raises(Conflict, match="did not come"):
            send_back(scene, made, 3)
        with transaction():
            disputes.withdraw_dispute(actor=scene.person, dispute=raised)
        item_return = send_back(scene, made, 3)
        with pytest.raises(Conflict, match="sent back already"):
            dispute()
        with transaction():
            returns.say_arrived(actor=scene.staff, item_return=item_return)
        with pytest.raises(Conflict, match="sent back already"):
            dispute()
    assert bookings.left(own) == (20_000, 0)
    assert ledger.ledger_differences() == []
