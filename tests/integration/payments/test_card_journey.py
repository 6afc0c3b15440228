"""Adding own money by card, from the form to the balance, with the pretend card company really answering."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.payments.models import StripeEvent, TopUp
from app.funding.payments.rules import KEY_LASTS, TopUpStatus, WebhookOutcome
from app.platform.audit.models import AuditEvent
from app.platform.ledger.models import Journal
from app.platform.messages.models import Message
from tests.factories import accounts
from tests.factories.payments import own_money
from tests.inspection import InspectingClient
from tests.integration.payments.conftest import Cards, path_of
from tests.standins.stripe_books import DECLINED, WORKS


def _one() -> TopUp:
    db.session.rollback()
    return db.session.scalars(select(TopUp)).one()


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_money_paid_by_card_is_in_the_balance(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    answer = client.submit("/money/top-up", amount="27.50")
    assert answer.status_code == 303
    assert answer.location.startswith(f"{cards.url}/c/pay/cs_test_")
    assert "£27.50" in cards.read(answer.location)
    assert own_money(ada) == 0

    status, back = cards.pay(answer.location)
    assert status == 303
    assert back == f"{client.application.config['SITE_URL']}/money/top-up/{_one().public_id}"
    page = client.page(path_of(back))
    assert page.h1.get_text(strip=True) == "Payment received"
    assert "£27.50 was added to your own money" in page.main.get_text()
    assert own_money(ada) == 2750
    paid = _one()
    assert paid.status == TopUpStatus.PAID
    assert paid.payment_intent == cards.sessions()[0]["payment_intent"]
    receipt = db.session.scalars(select(Message).where(Message.subject == "Your receipt")).one()
    assert (receipt.to_person_id, receipt.link) == (ada.id, f"/money/top-up/{paid.public_id}")
    acts = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_kind == "top_up").order_by(AuditEvent.id)
    )
    assert acts.all() == ["top_up_started", "top_up_paid"]


def test_the_page_waits_while_nothing_has_been_heard(client: InspectingClient, cards: Cards) -> None:
    accounts.sign_in(client, accounts.person())
    client.submit("/money/top-up", amount="5")
    address = f"/money/top-up/{_one().public_id}"
    answer = client.get(address)
    assert "We are waiting for the card company" in answer.text
    assert answer.headers["Refresh"] == f"4; url={address}?look=1"
    assert "Refresh" not in client.get(f"{address}?look=10").headers
    assert client.get(f"{address}?look=many").headers["Refresh"].endswith("?look=1")
    assert "Nothing was paid" in client.get(f"{address}/cancelled").text
    assert _one().status == TopUpStatus.STARTED


def test_a_declined_card_takes_nothing_and_another_may_be_tried(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    page = client.submit("/money/top-up", amount="40").location
    status, words = cards.pay(page, DECLINED)
    assert status == 402
    assert "Your card was declined." in words
    assert own_money(ada) == 0
    assert cards.pay(page, WORKS)[0] == 303
    assert own_money(ada) == 4000


def test_paying_twice_on_the_card_page_pays_once(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    page = client.submit("/money/top-up", amount="40").location
    assert cards.pay(page) == cards.pay(page)
    assert own_money(ada) == 4000
    assert len(list(cards.app.books.all_of("payment_intent"))) == 1


def test_a_second_click_is_the_same_payment(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    form = {tag["name"]: tag.get("value", "") for tag in client.page("/money/top-up").select("main form input")}
    first = client.post("/money/top-up", data={**form, "amount": "40"})
    second = client.post("/money/top-up", data={**form, "amount": "40"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(cards.sessions()) == 1
    assert _count(TopUp) == 1

    other = client.post("/money/top-up", data={**form, "amount": "41"})
    assert other.status_code == 409
    assert "already used for another payment" in other.text
    cards.pay(first.location)
    again = client.post("/money/top-up", data={**form, "amount": "40"})
    assert again.status_code == 409
    assert "This payment has already been made" in again.text
    assert _count(TopUp) == 1
    assert own_money(ada) == 4000


@pytest.mark.parametrize("fault", ["lose_answer", "busy"])
def test_when_the_card_company_falters_for_a_moment_nobody_notices(
    client: InspectingClient, cards: Cards, fault: str
) -> None:
    accounts.sign_in(client, accounts.person())
    cards.app.faults.append(fault)
    answer = client.submit("/money/top-up", amount="40")
    assert answer.status_code == 303
    assert len(cards.sessions()) == 1
    assert answer.location == cards.sessions()[0]["url"]


def test_a_lost_answer_is_found_again_by_the_same_form(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    form = {tag["name"]: tag.get("value", "") for tag in client.page("/money/top-up").select("main form input")}
    cards.app.faults += ["lose_answer"] * 3
    lost = client.post("/money/top-up", data={**form, "amount": "40"})
    assert lost.status_code == 503
    assert "The card company did not answer. Nothing was taken." in lost.text
    assert _one().checkout_session is None
    found = client.post("/money/top-up", data={**form, "amount": "40"})
    assert found.location == cards.sessions()[0]["url"]
    assert len(cards.sessions()) == 1
    cards.pay(found.location)
    assert own_money(ada) == 4000


def test_after_a_refusal_the_form_is_a_new_wish(client: InspectingClient, cards: Cards) -> None:
    accounts.sign_in(client, accounts.person())
    old = client.page("/money/top-up").select_one("input[name=key]")["value"]
    cards.app.faults += ["busy"] * 3
    answer = client.submit("/money/top-up", amount="40", key=old)
    assert answer.status_code == 503
    assert f'value="{old}"' not in answer.text


def test_a_form_from_yesterday_starts_again(client: InspectingClient, cards: Cards) -> None:
    accounts.sign_in(client, accounts.person())
    form = {tag["name"]: tag.get("value", "") for tag in client.page("/money/top-up").select("main form input")}
    client.post("/money/top-up", data={**form, "amount": "40"})
    with clock.set_to(clock.now() + KEY_LASTS * 1.1):
        late = client.post("/money/top-up", data={**form, "amount": "40"})
    assert late.status_code == 409
    assert "This form is too old" in late.text
    assert len(cards.sessions()) == 1


def test_messages_reach_a_shop_that_was_down(client: InspectingClient, cards: Cards, app: Flask) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    page = client.submit("/money/top-up", amount="40").location
    secret, app.config["STRIPE_WEBHOOK_SECRET"] = app.config["STRIPE_WEBHOOK_SECRET"], ""
    cards.pay(page)
    completed = next(e for e in cards.app.books.all_of("event") if e["type"] == "checkout.session.completed")
    assert cards.app.couriers.wait_for_tries(completed["id"], 2)[:2] == [503, 503]
    assert own_money(ada) == 0
    app.config["STRIPE_WEBHOOK_SECRET"] = secret
    tries = len(cards.app.couriers.tries[completed["id"]])
    assert cards.app.couriers.wait_for_tries(completed["id"], tries + 1)[-1] in {200, 503}
    cards.app.couriers.join()
    assert cards.app.couriers.tries[completed["id"]][-1] == 200
    assert own_money(ada) == 4000


def test_reconcile_settles_what_no_message_told(client: InspectingClient, cards: Cards, app: Flask) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    paid = client.submit("/money/top-up", amount="40").location
    client.submit("/money/top-up", amount="7")
    cards.app.faults += ["busy"] * 3
    client.submit("/money/top-up", amount="8")
    app.config["STRIPE_WEBHOOK_SECRET"], secret = "whsec_other", app.config["STRIPE_WEBHOOK_SECRET"]
    cards.pay(paid)
    assert own_money(ada) == 0

    run = app.test_cli_runner()
    assert "0 waiting payments asked about" in run.invoke(args=["payments", "reconcile"]).output
    with clock.set_to(clock.now() + KEY_LASTS):
        done = run.invoke(args=["payments", "reconcile"])
        assert done.exit_code == 0, (done.output, done.exception)
        assert done.output.splitlines() == [
            "3 waiting payments asked about",
            "  credited: 1",
            "  given up: 1",
            "  not paid yet: 1",
        ]
        assert own_money(ada) == 4000
        assert "1 waiting payments asked about" in run.invoke(args=["payments", "reconcile"]).output
        cards.app.faults.clear()
        app.config["STRIPE_API_KEY"] = "sk_test_of_somebody_else"
        lost = run.invoke(args=["payments", "reconcile"])
    assert lost.exit_code == 1
    assert "no answer: 1" in lost.output
    # The message that comes at last changes nothing.
    app.config["STRIPE_WEBHOOK_SECRET"] = secret
    cards.app.couriers.join()
    assert own_money(ada) == 4000
    assert _count(Journal) == 1
    told = db.session.scalars(select(StripeEvent.outcome).where(StripeEvent.kind == "checkout.session.completed"))
    assert told.all() == [WebhookOutcome.ALREADY_CREDITED]


def test_a_wrong_key_says_that_cards_are_not_set_up(client: InspectingClient, cards: Cards, app: Flask) -> None:
    accounts.sign_in(client, accounts.person())
    app.config["STRIPE_API_KEY"] = "sk_test_of_somebody_else"
    answer = client.submit("/money/top-up", amount="40")
    assert answer.status_code == 503
    assert "Paying by card is not set up here yet" in answer.text
    assert cards.sessions() == []


def test_where_no_card_company_is_named_the_page_says_so(client: InspectingClient) -> None:
    accounts.sign_in(client, accounts.person())
    page = client.page("/money/top-up")
    assert page.h1.get_text(strip=True) == "Paying by card is not set up here yet"
    assert page.select("main form") == []


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter how much to add"),
        ("lots", "Enter an amount in pounds, like 27 or 27.50"),
        ("0.99", "Enter an amount from £1.00 to £5,000.00"),
        ("5000.01", "Enter an amount from £1.00 to £5,000.00"),
        ("-5", "Enter an amount in pounds, like 27 or 27.50"),
    ],
)
def test_an_amount_that_will_not_do_is_explained(client: InspectingClient, typed: str, says: str) -> None:
    accounts.sign_in(client, accounts.person())
    answer = client.submit("/money/top-up", amount=typed)
    assert says in answer.text
    assert _count(TopUp) == 0


@pytest.mark.usefixtures("set_up")
def test_a_page_of_somebody_elses_payment_is_not_there(client: InspectingClient) -> None:
    from tests.factories.payments import top_up

    made = top_up(accounts.person())
    accounts.sign_in(client, accounts.person())
    client.page(f"/money/top-up/{made.public_id}", 404)
    client.page(f"/money/top-up/{made.public_id}/cancelled", 404)
    client.page("/money/top-up/nosuchpayment1", 404)


def test_nobody_signed_in_is_sent_to_sign_in(client: InspectingClient) -> None:
    assert client.get("/money/top-up").location == "/sign-in?next=%2Fmoney%2Ftop-up"
