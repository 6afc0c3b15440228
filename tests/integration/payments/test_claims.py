"""Disputes and payments paid back at the card company: frozen at once, what is spent is owed, in whatever order it is told."""

import itertools
import random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.money import Money
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.actions import pots
from app.funding.payments.actions import claims, paying_back
from app.funding.payments.actions.paying_back import TooMuchBack
from app.funding.payments.models import CardClaim, CardPayment, TopUp
from app.funding.payments.queries import card_money
from app.funding.payments.rules import REINSTATED, CardClaimStatus
from app.people.accounts.models import Person
from app.platform.ledger.access import every_difference
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind, NotEnough
from app.platform.messages.models import Message
from tests.factories import accounts
from tests.factories.at_once import at_once
from tests.factories.payments import (
    charge_of,
    dispute_of,
    message,
    own_money,
    paid_in,
    refund_of,
    session_of,
    signed,
    top_up,
)
from tests.inspection import InspectingClient
from tests.integration.payments.conftest import Cards

pytestmark = pytest.mark.usefixtures("set_up")
CREATED, CLOSED = "charge.dispute.created", "charge.dispute.closed"
WITHDRAWN = "charge.dispute.funds_withdrawn"
_numbers = itertools.count(1)


def tell(client: InspectingClient, kind: str, about: dict[str, Any], **event: Any) -> str:
    body = message(about, kind=kind, **event)
    answer = client.post("/webhooks/stripe", data=body, headers=signed(body))
    db.session.rollback()
    assert answer.status_code == 200, answer.text
    return answer.text.strip()


def spend(person: Person, pence: int) -> None:
    """Own money paid to a provider."""
    with transaction():
        ledger.post(
            key=f"only-for-tests-{next(_numbers)}",
            kind=JournalKind.CHARGE,
            moves=[(pots.open_own_money(person=person).account_id, pots.provider_account(1).id, pence)],
        )


def news(person: Person) -> tuple[int, int, int]:
    """What is left, frozen and owed; and the ledger is clean."""
    db.session.rollback()
    assert every_difference() == []
    found = card_money.card_news(person.id)
    return own_money(person), found.frozen, found.owed


def test_a_dispute_freezes_what_is_there_and_what_is_spent_is_owed(client: InspectingClient) -> None:
    ada, bea = accounts.person(), accounts.person()
    made = paid_in(ada, pence=50_00)
    paid_in(bea, pence=50_00)
    spend(ada, 20_00)
    assert tell(client, CREATED, dispute_of(made)) == "claimed"
    assert tell(client, CREATED, dispute_of(made)) == "no_change"
    assert tell(client, WITHDRAWN, dispute_of(made)) == "no_change"
    assert (news(ada), own_money(bea)) == ((0, 30_00, 20_00), 50_00)
    with pytest.raises(NotEnough):
        spend(ada, 1)
    accounts.sign_in(client, ada)
    page = client.page("/money").main.get_text(" ", strip=True)
    assert "£20.00 is owed" in page
    assert "£30.00 is frozen" in page
    assert client.page("/money/owed").h1.get_text(strip=True) == "£20.00 is owed"
    subjects = db.session.scalars(select(Message.subject).where(Message.to_person_id == ada.id)).all()
    assert subjects.count("Your card company told us something") == 1

    assert tell(client, CLOSED, dispute_of(made, status="lost")) == "claim_ended"
    assert news(ada) == (0, 0, 20_00)
    # Nothing goes back while something is owed; it is paid from own money as far as that reaches.
    paid_in(ada, pence=15_00)
    with pytest.raises(TooMuchBack), transaction():
        paying_back.begin_pay_back(actor=ada, person=ada, amount=Money(1), key="only-for-tests-back")
    client.submit("/money/owed")
    assert news(ada) == (0, 0, 5_00)
    paid_in(ada, pence=8_00)
    client.submit("/money/owed")
    assert news(ada) == (3_00, 0, 0)
    with pytest.raises(Conflict, match="Nothing is owed"), transaction():
        claims.pay_what_is_owed(actor=ada, person=ada)
    # The card company gives it back after all: as if it had never been asked for.
    assert tell(client, REINSTATED, dispute_of(made, status="won")) == "claim_ended"
    assert news(ada) == (53_00, 0, 0)


def test_a_dispute_that_is_won_gives_everything_back(client: InspectingClient) -> None:
    ada = accounts.person()
    made = paid_in(ada, pence=50_00)
    spend(ada, 45_00)
    tell(client, CREATED, dispute_of(made))
    assert news(ada) == (0, 5_00, 45_00)
    tell(client, CLOSED, dispute_of(made, status="won"))
    assert news(ada) == (5_00, 0, 0)
    assert tell(client, CREATED, dispute_of(made)) == "no_change"
    assert news(ada) == (5_00, 0, 0)


@pytest.mark.parametrize("ends", ["won", "lost", "reinstated"])
def test_in_any_order_and_many_times_it_ends_the_same(client: InspectingClient, ends: str) -> None:
    """The payment itself may be told last of all."""
    chance = random.Random(f"order-{ends}")
    for _ in range(6):
        ada = accounts.person()
        made = top_up(ada, pence=50_00)
        told: list[tuple[str, dict[str, Any]]] = [
            ("checkout.session.completed", session_of(made)),
            (CREATED, dispute_of(made)),
            (WITHDRAWN, dispute_of(made)),
            (CLOSED, dispute_of(made, status="won" if ends == "won" else "lost")),
        ]
        if ends == "reinstated":
            told.append((REINSTATED, dispute_of(made, status="lost")))
        storm = [one for one in told for _ in range(chance.randint(1, 4))]
        chance.shuffle(storm)
        for kind, about in storm:
            tell(client, kind, about)
        assert news(ada) == ((0, 0, 0) if ends == "lost" else (50_00, 0, 0)), storm


def test_a_payment_paid_back_at_the_card_company_is_taken_once(client: InspectingClient) -> None:
    ada = accounts.person()
    made = paid_in(ada, pence=50_00)
    spend(ada, 20_00)
    assert tell(client, "charge.refunded", charge_of(made, refunded=10_00)) == "claimed"
    assert tell(client, "charge.refunded", charge_of(made, refunded=10_00)) == "no_change"
    assert news(ada) == (20_00, 0, 0)
    assert tell(client, "charge.refunded", charge_of(made, refunded=50_00)) == "claimed"
    # What was told first comes late.
    assert tell(client, "charge.refunded", charge_of(made, refunded=10_00)) == "no_change"
    assert news(ada) == (0, 0, 20_00)


def test_our_own_refunds_are_no_claims(client: InspectingClient) -> None:
    ada = accounts.person()
    made = paid_in(ada, pence=50_00)
    with transaction():
        paying_back.begin_pay_back(actor=ada, person=ada, amount=Money(30_00), key="only-for-tests-back")
    part = db.session.scalars(select(card_money.PayBackPart.public_id)).one()
    # Told in either order.
    assert tell(client, "charge.refunded", charge_of(made, refunded=30_00)) == "no_change"
    assert tell(client, "refund.created", refund_of(made, pence=30_00, part=part)) == "paid_back"
    assert tell(client, "charge.refunded", charge_of(made, refunded=35_00)) == "claimed"
    assert news(ada) == (15_00, 0, 0)
    # Ours fails. What counts it still is no news; the card company is asked instead.
    early = int(clock.now().timestamp()) - 60
    tell(client, "refund.failed", refund_of(made, pence=30_00, part=part, status="failed"))
    assert news(ada) == (45_00, 0, 0)
    late = message(charge_of(made, refunded=35_00), kind="charge.refunded").replace(
        f'"created": {int(clock.now().timestamp())}', f'"created": {early}'
    )
    client.post("/webhooks/stripe", data=late, headers=signed(late))
    assert news(ada) == (45_00, 0, 0)
    assert db.session.scalars(select(CardPayment.ask_since)).one() is not None


@pytest.mark.parametrize(
    ("changed", "event"),
    [
        ({"payment_intent": None}, {}),
        ({"payment_intent": "pi_of_another_shop"}, {}),
        ({"amount": 0}, {}),
    ],
)
def test_what_is_not_ours_touches_nobody(client: InspectingClient, changed: dict[str, Any], event: Any) -> None:
    ada = accounts.person()
    made = paid_in(ada)
    assert tell(client, CREATED, dispute_of(made, **changed), **event) == "unknown"
    assert news(ada) == (20_00, 0, 0)


def test_another_account_another_mode_and_broken_objects_do_nothing(client: InspectingClient, app: Flask) -> None:
    ada = accounts.person()
    made = paid_in(ada)
    good = message(dispute_of(made), kind=CREATED)
    other_account = good.replace('"object": "event"', '"object": "event", "account": "acct_other"')
    for body, answer in (
        (other_account, "not_for_us"),
        (good.replace('"livemode": false', '"livemode": true'), "not_for_us"),
    ):
        app.config["STRIPE_API_KEY"] = "sk_test_pretend"
        told = client.post("/webhooks/stripe", data=body.replace("evt_", f"evt_{next(_numbers)}_"), headers={})
        assert told.status_code == 400
        fresh = body.replace('"id": "evt_', f'"id": "evt_{next(_numbers)}_')
        told = client.post("/webhooks/stripe", data=fresh, headers=signed(fresh))
        assert (told.status_code, told.text.strip()) == (200, answer)
    for kind in (CREATED, "charge.refunded", "refund.failed"):
        for about in ([], None, {}, {"id": 5}, {"id": "x", "amount": "12", "status": "lost"}):
            body = message(about, kind=kind)  # type: ignore[arg-type]
            assert client.post("/webhooks/stripe", data=body, headers=signed(body)).status_code == 400
    assert news(ada) == (20_00, 0, 0)


def test_a_dispute_in_another_currency_freezes_the_whole_payment(client: InspectingClient) -> None:
    ada = accounts.person()
    made = paid_in(ada)
    assert tell(client, CREATED, dispute_of(made, currency="eur", amount=23_00)) == "claimed"
    assert news(ada) == (0, 20_00, 0)


def test_at_the_same_moment_it_is_frozen_once_and_nobody_spends_it_too(app: Flask) -> None:
    ada = accounts.person()
    made = paid_in(ada, pence=50_00)
    bodies = [message(dispute_of(made), kind=kind) for kind in (CREATED, WITHDRAWN, CREATED)]
    account = in_transaction(lambda: pots.open_own_money(person=ada).account_id)
    provider = in_transaction(lambda: pots.provider_account(1).id)

    def job(number: int) -> None:
        if number < 3:
            with app.test_client() as client:
                told = client.post("/webhooks/stripe", data=bodies[number], headers=signed(bodies[number]))
                assert told.status_code == 200, told.text
        else:
            moves = [(account, provider, 30_00)]
            in_transaction(lambda: ledger.post(key=f"race-{number}", kind=JournalKind.CHARGE, moves=moves))

    answers = at_once(app, job, 5)
    assert len(db.session.scalars(select(CardClaim)).all()) == 1
    spent = 30_00 * answers[3:].count("done")
    assert spent in {0, 30_00}
    assert news(ada) == (0, 50_00 - spent, spent)


def test_two_presses_pay_what_is_owed_once_and_a_stranger_not_at_all(client: InspectingClient, app: Flask) -> None:
    ada = accounts.person()
    made = paid_in(ada, pence=20_00)
    spend(ada, 20_00)
    tell(client, CLOSED, dispute_of(made, status="lost"))
    paid_in(ada, pence=50_00)
    stranger = accounts.person()
    with pytest.raises(NotAllowed), transaction():
        claims.pay_what_is_owed(actor=stranger, person=ada)
    number = ada.id

    def press(_: int) -> None:
        def pay() -> None:
            person = db.session.get_one(Person, number)
            claims.pay_what_is_owed(actor=person, person=person)

        in_transaction(pay)

    assert sorted(at_once(app, press, 3)) == ["Conflict", "Conflict", "done"]
    assert news(ada) == (30_00, 0, 0)


def test_the_pretend_card_company_disputes_and_decides(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    cards.pay(client.submit("/money/top-up", amount="20").location)
    books = cards.app.books
    with books.lock:
        disputed = books.dispute(next(books.all_of("payment_intent")))
        told, books.unsent = books.unsent, []
    cards.app.couriers.send(told, wait=True)
    assert news(ada) == (0, 20_00, 0)
    with books.lock:
        books.close_dispute(disputed, "won")
        told, books.unsent = books.unsent, []
    cards.app.couriers.send(list(reversed(told)), wait=True)
    assert news(ada) == (20_00, 0, 0)
    assert db.session.scalars(select(CardClaim.status)).one() == CardClaimStatus.WON
    # A disputed payment is refused by the card company: the money stays here, and none of it is lost.
    client.submit("/money/pay-back", amount="20")
    assert news(ada) == (20_00, 0, 0)
    assert db.session.scalars(select(TopUp.status)).one() == "paid"
