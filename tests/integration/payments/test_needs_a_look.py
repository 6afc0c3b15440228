"""Card payments that are not as we asked: never a fault, never only a line of a log; somebody settles each, once."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from app.base.db import db, in_transaction, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.payments.actions import top_ups as actions
from app.funding.payments.models import OddPayment, StripeEvent, TopUp
from app.funding.payments.queries import top_ups as queries
from app.funding.payments.rules import OddEnding, OddWhy, TopUpStatus
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.ledger.queries import ledger_differences
from app.platform.messages.models import Message
from tests.factories import accounts, councils
from tests.factories.at_once import at_once
from tests.factories.payments import message, own_money, session_of, signed, top_up
from tests.inspection import InspectingClient

DOOR = "/webhooks/stripe"
pytestmark = pytest.mark.usefixtures("set_up")


def tell(client: InspectingClient, body: str) -> tuple[int, str]:
    answer = client.post(DOOR, data=body, headers=signed(body))
    db.session.rollback()
    return answer.status_code, answer.text.strip()


def odd() -> OddPayment:
    return db.session.scalars(select(OddPayment)).one()


def status(made: TopUp) -> TopUpStatus:
    return db.session.scalars(select(TopUp.status).where(TopUp.id == made.id)).one()


def settled(actor: Person, how: OddEnding, reason: str = "Looked up at the card company") -> OddPayment:
    with transaction():
        return actions.settle_odd_payment(actor=actor, odd=odd(), how=how, reason=reason)


def test_a_second_paid_card_page_is_kept_to_be_settled_and_paid_back(client: InspectingClient) -> None:
    ada, finance = accounts.person(), accounts.person(Role.PAYMENTS, name="Fay Finance")
    made = top_up(ada)
    tell(client, message(session_of(made)))
    twin = session_of(made, id="cs_test_twin", payment_intent="pi_twin")
    assert tell(client, message(twin)) == (200, "mismatch")
    # Told again by another event, it is the same one.
    assert tell(client, message(twin)) == (200, "mismatch")
    assert (odd().why, odd().pence, odd().top_up_id, odd().settled_at) == (OddWhy.SECOND_PAYMENT, 20_00, made.id, None)
    settled(finance, OddEnding.PAID_BACK)
    with pytest.raises(Conflict, match="settled already"):
        settled(finance, OddEnding.ADDED)
    assert (own_money(ada), status(made), ledger_differences()) == (20_00, TopUpStatus.PAID, [])
    accounts.sign_in(client, ada)
    page = client.page(f"/money/top-up/{made.public_id}").get_text(" ", strip=True)
    assert "Another payment came in for it: £20.00. It was paid back to the card." in page


def test_a_reference_that_is_known_already_is_no_fault(client: InspectingClient) -> None:
    """The column is unique: it was a 500, and Stripe told it again for three days."""
    ada, finance = accounts.person(), accounts.person(Role.PAYMENTS)
    first, second = top_up(ada), top_up(ada, pence=30_00)
    tell(client, message(session_of(first, payment_intent="pi_same")))
    assert tell(client, message(session_of(second, payment_intent="pi_same"))) == (200, "mismatch")
    assert (odd().why, status(second), own_money(ada)) == (OddWhy.KNOWN_PAYMENT, TopUpStatus.NEEDS_A_LOOK, 20_00)
    with pytest.raises(Conflict, match="added with another payment"):
        settled(finance, OddEnding.ADDED)
    settled(finance, OddEnding.NOTHING_TAKEN)
    assert (status(second), own_money(ada)) == (TopUpStatus.FAILED, 20_00)
    # The true one may still come.
    assert tell(client, message(session_of(second, payment_intent="pi_own"))) == (200, "credited")
    assert own_money(ada) == 50_00


def test_a_session_that_names_another_wish_credits_neither(client: InspectingClient) -> None:
    ada, bea = accounts.person(), accounts.person()
    mine, theirs = top_up(ada), top_up(bea)
    assert tell(client, message(session_of(mine, client_reference_id=theirs.public_id))) == (200, "mismatch")
    assert (own_money(ada), own_money(bea), odd().why) == (0, 0, OddWhy.SECOND_PAYMENT)


def test_what_was_taken_is_added_when_it_is_settled_so(client: InspectingClient) -> None:
    ada, finance = accounts.person(), accounts.person(Role.PAYMENTS)
    made = top_up(ada, pence=20_00)
    assert tell(client, message(session_of(made, amount_total=25_00))) == (200, "mismatch")
    assert (odd().why, own_money(ada)) == (OddWhy.OTHER_SUM, 0)
    settled(finance, OddEnding.ADDED)
    assert (own_money(ada), status(made), ledger_differences()) == (25_00, TopUpStatus.PAID, [])
    accounts.sign_in(client, ada)
    page = client.page(f"/money/top-up/{made.public_id}").get_text(" ", strip=True)
    assert "£25.00 was added to your own money" in page
    acts = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "odd_payment")).all()
    assert acts == ["odd_payment_added"]
    told = db.session.scalars(select(Message.subject).where(Message.to_person_id == ada.id)).all()
    assert told == ["We looked at your payment"]


@pytest.mark.parametrize("changed", [{"currency": "eur"}, {"amount_total": None}])
def test_what_is_not_in_pounds_cannot_be_added(client: InspectingClient, changed: dict[str, object]) -> None:
    finance, made = accounts.person(Role.PAYMENTS), top_up(accounts.person())
    tell(client, message(session_of(made, **changed)))
    with pytest.raises(Conflict, match="not taken in pounds"):
        settled(finance, OddEnding.ADDED)
    settled(finance, OddEnding.PAID_BACK)
    assert status(made) == TopUpStatus.FAILED


def test_a_payment_that_is_nobodys_waits_too(client: InspectingClient) -> None:
    finance = accounts.person(Role.PAYMENTS)
    body = message({"id": "cs_foreign", "payment_status": "paid", "amount_total": 5_00, "currency": "gbp"})
    assert tell(client, body) == (200, "unknown")
    assert (odd().why, odd().amount_words) == (OddWhy.NOT_OURS, "£5.00")
    with pytest.raises(Conflict, match="nobody's money"):
        settled(finance, OddEnding.ADDED)
    settled(finance, OddEnding.PAID_BACK)


def test_who_may_settle_and_with_what(client: InspectingClient) -> None:
    ada = accounts.person()
    both = accounts.person(Role.PAYMENTS)
    tell(client, message(session_of(top_up(ada), amount_total=1_00)))
    council = councils.council().id
    managers = [accounts.person(role, council_id=council) for role in (Role.CARE_MANAGER, Role.COMMISSIONER)]
    for stranger in (ada, *managers):
        with pytest.raises(NotAllowed):
            settled(stranger, OddEnding.PAID_BACK)
    with pytest.raises(BadInput):
        settled(both, OddEnding.PAID_BACK, "  ")
    with transaction():
        odd().top_up.person_id = both.id
    with pytest.raises(NotAllowed):
        settled(both, OddEnding.ADDED)


@pytest.mark.parametrize(
    "about",
    [
        [],
        "cs_test_1",
        None,
        {},
        {"id": 5},
        {"id": ""},
        {"id": "x" * 256},
        {"id": "cs_\x00"},
        {"id": "cs_1", "amount_total": "2000"},
        {"id": "cs_1", "amount_total": True},
        {"id": "cs_1", "amount_total": -1},
        {"id": "cs_1", "amount_total": 10**30},
        {"id": "cs_1", "currency": ["gbp"]},
        {"id": "cs_1", "client_reference_id": {"a": 1}},
        {"id": "cs_1", "payment_intent": {}},
        {"id": "cs_1", "payment_intent": 7},
        {"id": "cs_1", "livemode": "yes"},
    ],
)
def test_an_object_of_the_wrong_shape_is_refused_in_words(client: InspectingClient, about: object) -> None:
    code, words = tell(client, message(about))  # type: ignore[arg-type]
    assert (code, words) == (400, "This is not a signed message from the card company.")
    assert db.session.scalars(select(StripeEvent.id)).all() == []


@pytest.mark.parametrize("changed", [{"id": 7}, {"id": "e" * 300}, {"type": []}, {"livemode": None}, {"data": []}])
def test_so_is_an_event_of_the_wrong_shape(client: InspectingClient, changed: dict[str, object]) -> None:
    body = json.dumps(json.loads(message(session_of(top_up(accounts.person())))) | changed)
    assert tell(client, body)[0] == 400


@pytest.mark.parametrize(
    ("key", "is_live", "outcome"),
    [
        ("sk_live_1", False, "not_for_us"),
        ("rk_live_1", False, "not_for_us"),
        ("sk_test_1", True, "not_for_us"),
        ("sk_live_1", True, "credited"),
        ("sk_test_1", False, "credited"),
        ("a-key-of-another-kind", True, "credited"),
    ],
)
def test_pretend_money_is_never_added_as_real_nor_the_other_way_round(
    client: InspectingClient, app: Flask, key: str, is_live: bool, outcome: str
) -> None:
    app.config["STRIPE_API_KEY"] = key
    ada = accounts.person()
    body = json.dumps(json.loads(message(session_of(top_up(ada), livemode=is_live))) | {"livemode": is_live})
    assert tell(client, body) == (200, outcome)
    assert own_money(ada) == (20_00 if outcome == "credited" else 0)


def test_two_who_settle_at_once_settle_once(client: InspectingClient, app: Flask) -> None:
    ada, finance = accounts.person(), accounts.person(Role.PAYMENTS)
    tell(client, message(session_of(top_up(ada), amount_total=25_00)))
    who, which = finance.id, odd().id
    db.session.rollback()

    def settle(_: int) -> None:
        in_transaction(
            lambda: actions.settle_odd_payment(
                actor=db.session.get_one(Person, who),
                odd=db.session.get_one(OddPayment, which),
                how=OddEnding.ADDED,
                reason="Looked up",
            )
        )

    answers = at_once(app, settle, 3)
    assert sorted(answers) == ["Conflict", "Conflict", "done"]
    assert (own_money(ada), ledger_differences()) == (25_00, [])


def test_it_is_settled_on_a_page_and_reconcile_says_that_it_waits(client: InspectingClient, app: Flask) -> None:
    ada, finance = accounts.person(name="Ada Example"), accounts.person(Role.PAYMENTS)
    made = top_up(ada)
    tell(client, message(session_of(made, amount_total=25_00)))
    told = app.test_cli_runner().invoke(args=["payments", "reconcile"])
    assert told.exit_code == 1
    assert "1 need a look at /card-payments" in told.output
    accounts.sign_in(client, finance)
    assert "£25.00" in client.page("/card-payments").get_text(" ", strip=True)
    here = f"/card-payments/{odd().public_id}"
    page = client.page(here).get_text(" ", strip=True)
    assert "Ada Example" in page
    assert "£20.00" in page
    assert "Enter how you know" in client.submit(here, how="added", reason="").get_data(as_text=True)
    assert client.submit(here, how="added", reason="Seen in the list of payments").status_code == 302
    assert "Seen in the list of payments" in client.page(here).get_text(" ", strip=True)
    db.session.rollback()
    assert own_money(ada) == 25_00
    looked = select(AuditEvent.for_person_id).where(AuditEvent.action == "card_payment_looked_at")
    assert set(db.session.scalars(looked)) == {ada.id}
    assert app.test_cli_runner().invoke(args=["payments", "reconcile"]).exit_code == 0
    assert queries.needing_a_look() == []
