"""Messages from Stripe: repeated, reordered, forged, mistaken or two at once, each payment is credited exactly once."""

import itertools
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.money import Money
from app.base.refusals import NotAllowed
from app.funding.payments.actions import top_ups as payments_actions
from app.funding.payments.actions.top_ups import TooManyTopUps, TopUpOver
from app.funding.payments.gateway import Opened
from app.funding.payments.models import StripeEvent, TopUp
from app.funding.payments.rules import (
    COMPLETED,
    EXPIRED,
    LATER_FAILED,
    LATER_PAID,
    STARTED_AT_MOST,
    STARTED_WITHIN,
    TopUpStatus,
    WebhookOutcome,
)
from app.people.accounts.models import Person
from app.platform.ledger.models import Journal
from app.platform.ledger.queries import ledger_differences
from tests.factories import accounts
from tests.factories.payments import message, own_money, session_of, signed, top_up
from tests.inspection import InspectingClient

DOOR = "/webhooks/stripe"

pytestmark = pytest.mark.usefixtures("set_up")


def _status(made: TopUp) -> TopUpStatus:
    db.session.rollback()
    return db.session.scalars(select(TopUp.status).where(TopUp.id == made.id)).one()


def _outcomes() -> list[WebhookOutcome]:
    db.session.rollback()
    return list(db.session.scalars(select(StripeEvent.outcome).order_by(StripeEvent.id)))


def _journals() -> int:
    return db.session.scalar(select(func.count()).select_from(Journal)) or 0


def _tell(client: InspectingClient, body: str, **how: object) -> tuple[int, str]:
    answer = client.post(DOOR, data=body, headers=signed(body, **how))  # type: ignore[arg-type]
    return answer.status_code, answer.text.strip()


def test_the_same_message_again_changes_nothing(client: InspectingClient) -> None:
    ada = accounts.person()
    body = message(session_of(top_up(ada)))
    assert _tell(client, body) == (200, "credited")
    assert _tell(client, body) == (200, "already_told")
    assert own_money(ada) == 2000
    assert _outcomes() == [WebhookOutcome.CREDITED]
    assert ledger_differences() == []


def _story(made: TopUp) -> list[str]:
    unpaid = session_of(made, payment_status="unpaid", payment_intent=None)
    return [
        message(unpaid, kind=COMPLETED),
        message(session_of(made), kind=LATER_PAID),
        message(session_of(made), kind=COMPLETED),
        message({**unpaid, "status": "expired"}, kind=EXPIRED),
        message(unpaid, kind=LATER_FAILED),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_in_whatever_order_messages_come_it_is_credited_once(client: InspectingClient, order: tuple[int, ...]) -> None:
    ada = accounts.person()
    made = top_up(ada)
    bodies = _story(made)
    for number in (*order, *order):
        assert _tell(client, bodies[number])[0] == 200
    assert own_money(ada) == 2000
    assert _status(made) == TopUpStatus.PAID
    assert _journals() == 1
    outcomes = _outcomes()
    assert len(outcomes) == 5
    assert outcomes.count(WebhookOutcome.CREDITED) == 1
    assert outcomes.count(WebhookOutcome.ALREADY_CREDITED) == 1


@pytest.mark.parametrize(
    ("kind", "state", "becomes"),
    [
        (EXPIRED, {"status": "expired", "payment_status": "unpaid"}, TopUpStatus.EXPIRED),
        (LATER_FAILED, {"payment_status": "unpaid"}, TopUpStatus.FAILED),
        (COMPLETED, {"payment_status": "unpaid"}, TopUpStatus.STARTED),
        (COMPLETED, {"payment_status": "no_payment_required"}, TopUpStatus.STARTED),
    ],
)
def test_what_was_not_paid_is_not_credited(
    client: InspectingClient, kind: str, state: dict[str, str], becomes: TopUpStatus
) -> None:
    ada = accounts.person()
    made = top_up(ada)
    assert _tell(client, message(session_of(made, payment_intent=None, **state), kind=kind))[0] == 200
    assert _status(made) == becomes
    assert own_money(ada) == 0


@pytest.mark.parametrize(
    "changed",
    [{"amount_total": 2001}, {"amount_total": 1}, {"amount_total": None}, {"currency": "eur"}, {"id": "cs_test_other"}],
)
def test_another_amount_than_asked_waits_for_a_person(client: InspectingClient, changed: dict[str, object]) -> None:
    ada = accounts.person()
    made = top_up(ada)
    accounts.sign_in(client, ada)
    assert _tell(client, message(session_of(made, **changed))) == (200, "mismatch")
    assert _status(made) == TopUpStatus.NEEDS_A_LOOK
    assert own_money(ada) == 0
    assert client.page(f"/money/top-up/{made.public_id}").h1.get_text(strip=True) == "We are checking this payment"
    # Once the right message comes, it is credited after all.
    assert _tell(client, message(session_of(made))) == (200, "credited")
    assert own_money(ada) == 2000


def test_a_second_payment_for_the_same_wish_is_not_hidden(client: InspectingClient) -> None:
    ada = accounts.person()
    made = top_up(ada)
    _tell(client, message(session_of(made)))
    assert _tell(client, message(session_of(made, id="cs_test_twin", payment_intent="pi_twin"))) == (200, "mismatch")
    assert own_money(ada) == 2000
    assert _status(made) == TopUpStatus.PAID


def test_a_payment_whose_name_never_reached_us_is_found_by_ours(client: InspectingClient) -> None:
    ada = accounts.person()
    with transaction():
        made = payments_actions.begin_top_up(actor=ada, person=ada, amount=Money(700), key="lost-on-the-way-0001")
    assert _tell(client, message(session_of(made, id="cs_test_lost"))) == (200, "credited")
    assert own_money(ada) == 700


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (message({"id": "cs_test_foreign", "payment_status": "paid"}), "unknown"),
        (message({"id": "cs_test_foreign", "client_reference_id": "abc", "payment_status": "paid"}), "unknown"),
        (message({"id": "pi_1", "object": "payment_intent"}, kind="payment_intent.succeeded"), "not_for_us"),
    ],
)
def test_messages_about_other_things_are_noted_and_left(client: InspectingClient, body: str, outcome: str) -> None:
    assert _tell(client, body) == (200, outcome)
    assert _outcomes() == [WebhookOutcome(outcome)]
    assert _journals() == 0


def _forgeries() -> dict[str, tuple[str, dict[str, str]]]:
    body = message({"id": "cs_test_1", "payment_status": "paid"}, event="evt_forged")
    good = signed(body)["Stripe-Signature"]
    return {
        "altered": (body.replace("cs_test_1", "cs_test_2"), {"Stripe-Signature": good}),
        "old": (body, signed(body, seconds_old=301)),
        "wrong secret": (body, signed(body, secret="whsec_another")),
        "empty secret": (body, signed(body, secret="")),
        "no signature": (body, {}),
        "empty signature": (body, {"Stripe-Signature": ""}),
        "garbage": (body, {"Stripe-Signature": "t=now,v1=yes"}),
        "no time": (body, {"Stripe-Signature": good.split(",")[1]}),
        "no v1": (body, {"Stripe-Signature": good.replace("v1=", "v0=")}),
        "not ascii": (body, {"Stripe-Signature": "t=1,v1=\u00e9"}),
        "not text": ("\x00\udcff", {"Stripe-Signature": good}),
        "not json": ("paid!", signed("paid!")),
        "not an object": ("[1]", signed("[1]")),
        "nothing": ("", signed("")),
        "no id": ('{"type": "checkout.session.completed"}', signed('{"type": "checkout.session.completed"}')),
        "nested too deep": ("[" * 50_000, signed("[" * 50_000)),
    }


@pytest.mark.parametrize("how", _forgeries())
def test_a_forged_or_broken_message_writes_nothing(client: InspectingClient, how: str) -> None:
    body, headers = _forgeries()[how]
    answer = client.post(DOOR, data=body.encode(errors="surrogateescape"), headers=headers)
    assert answer.status_code == 400
    assert answer.text == "This is not a signed message from the card company.\n"
    assert _outcomes() == []


def test_a_message_too_long_is_not_read(client: InspectingClient) -> None:
    assert client.post(DOOR, data=b"x" * (256 * 1024 + 1)).status_code == 413


def test_without_a_secret_every_message_is_refused(client: InspectingClient, app: Flask) -> None:
    app.config["STRIPE_WEBHOOK_SECRET"] = ""
    body = message({"id": "cs_test_1"})
    assert _tell(client, body, secret="")[0] == 503
    assert _outcomes() == []


def test_only_posting_opens_the_door(client: InspectingClient) -> None:
    assert client.get(DOOR).status_code == 405


def _all_at_once(app: Flask, bodies: list[str]) -> list[int]:
    statuses: list[int] = []
    ready = threading.Barrier(len(bodies))

    def send(body: str) -> None:
        ready.wait()
        statuses.append(app.test_client().post(DOOR, data=body, headers=signed(body)).status_code)

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_the_same_message_many_times_at_once_is_credited_once(app: Flask) -> None:
    ada = accounts.person()
    body = message(session_of(top_up(ada)))
    db.session.rollback()
    assert _all_at_once(app, [body] * 8) == [200] * 8
    assert own_money(ada) == 2000
    assert _outcomes() == [WebhookOutcome.CREDITED]


def test_different_messages_about_one_payment_at_once_credit_it_once(app: Flask) -> None:
    ada = accounts.person()
    made = top_up(ada)
    bodies = [message(session_of(made), kind=kind) for kind in (COMPLETED, LATER_PAID) * 4]
    db.session.rollback()
    assert _all_at_once(app, bodies) == [200] * 8
    assert own_money(ada) == 2000
    assert sorted(_outcomes()) == sorted([WebhookOutcome.CREDITED, *[WebhookOutcome.ALREADY_CREDITED] * 7])
    assert ledger_differences() == []


def test_first_payments_of_two_people_at_once_share_the_card_account(app: Flask) -> None:
    people = [accounts.person() for _ in range(4)]
    bodies = [message(session_of(top_up(person))) for person in people]
    db.session.rollback()
    assert _all_at_once(app, bodies) == [200] * 4
    assert [own_money(person) for person in people] == [2000] * 4
    assert ledger_differences() == []


def test_two_clicks_at_the_same_moment_are_one_wish(app: Flask) -> None:
    ada = accounts.person()
    ada_id = ada.id
    found: list[int] = []
    ready = threading.Barrier(6)

    def click() -> None:
        with app.app_context():
            ready.wait()
            with transaction():
                person = db.session.get_one(Person, ada_id)
                begun = payments_actions.begin_top_up(
                    actor=person, person=person, amount=Money(900), key="one-form-000000001"
                )
                found.append(begun.id)

    db.session.rollback()
    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_only_those_who_may_spend_it_may_add_to_it() -> None:
    ada, stranger = accounts.person(), accounts.person()
    with pytest.raises(NotAllowed), transaction():
        payments_actions.begin_top_up(actor=stranger, person=ada, amount=Money(900), key="not-mine-000000001")
    assert db.session.scalar(select(func.count()).select_from(TopUp)) == 0


def test_a_settled_payment_gets_no_other_card_page(client: InspectingClient) -> None:
    made = top_up(accounts.person())
    with pytest.raises(TopUpOver), transaction():
        payments_actions.note_checkout(top_up_id=made.id, opened=Opened("cs_test_another", "http://127.0.0.1:9/"))
    _tell(client, message(session_of(made)))
    with pytest.raises(TopUpOver), transaction():
        payments_actions.note_checkout(
            top_up_id=made.id, opened=Opened(str(made.checkout_session), "http://127.0.0.1:9/")
        )


def test_stolen_cards_cannot_be_tried_out_by_the_hundred() -> None:
    ada = accounts.person()
    for _ in range(STARTED_AT_MOST):
        top_up(ada)
    with pytest.raises(TooManyTopUps):
        top_up(ada)
    with clock.set_to(clock.now() + STARTED_WITHIN):
        assert top_up(ada).status == TopUpStatus.STARTED
