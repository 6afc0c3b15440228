"""Own money paid back: to the cards it came from to the penny, through double clicks, lost answers, kills and refusals."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.bank_accounts import PURPOSE, bank_account
from app.base.db import db, in_transaction, transaction
from app.base.money import Money
from app.base.refusals import Conflict, NotAllowed
from app.base.sealing import Seal
from app.funding.payments.actions import paying_back, paying_out
from app.funding.payments.actions.paying_back import NoBankAccount, TooMuchBack
from app.funding.payments.models import CardClaim, CardPayment, PayBack, PayBackPart
from app.funding.payments.queries import card_money
from app.funding.payments.rules import CARD_LASTS, WAIT_BEFORE_ASKING, PartStatus
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import AuthorityEvidence, HelperKind
from app.platform.ledger.access import every_difference
from app.platform.messages.models import Message
from tests.factories import accounts, circles
from tests.factories.at_once import at_once
from tests.factories.payments import message, own_money, paid_in, refund_of, signed
from tests.inspection import InspectingClient
from tests.integration.payments.conftest import Cards, path_of

SEAL = Seal(PURPOSE, "only-for-tests-" * 4)
ACCOUNT = bank_account("Ada Lovelace", "20-30-40", "1234567")
pytestmark = pytest.mark.usefixtures("app")
LATER = WAIT_BEFORE_ASKING + timedelta(seconds=1)


def add_by_card(client: InspectingClient, cards: Cards, amount: str) -> None:
    cards.pay(client.submit("/money/top-up", amount=amount).location)


def parts() -> list[tuple[int, PartStatus]]:
    db.session.rollback()
    rows = select(PayBackPart.pence, PayBackPart.status).order_by(PayBackPart.id)
    return [(pence, status) for pence, status in db.session.execute(rows)]


def refunds(cards: Cards) -> list[int]:
    return [thing["amount"] for thing in reversed(list(cards.app.books.all_of("refund")))]


def ask(person: Person, pence: int, key: str = "only-for-tests-back", *, by: Person | None = None) -> PayBack:
    with transaction():
        return paying_back.begin_pay_back(actor=by or person, person=person, amount=Money(pence), key=key)


def give_account(person: Person) -> None:
    with transaction():
        paying_back.give_bank_account(actor=person, person=person, account=ACCOUNT, seal=SEAL)


def reconcile(app: Flask) -> list[str]:
    db.session.rollback()
    with clock.set_to(clock.now() + LATER):
        told = app.test_cli_runner().invoke(args=["payments", "reconcile"])
    db.session.rollback()
    return told.output.splitlines()


def is_clean() -> bool:
    db.session.rollback()
    assert every_difference() == []
    return True


def test_it_goes_back_to_the_cards_oldest_first_to_the_penny(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    for amount in ("20", "10.01", "5"):
        add_by_card(client, cards, amount)
    page = client.page("/money/pay-back").main.get_text(" ", strip=True)
    assert "£35.01 of your own money is not used" in page
    answer = client.submit("/money/pay-back", amount="30.02")
    assert answer.status_code == 303
    assert refunds(cards) == [20_00, 10_01, 1]
    assert parts() == [(20_00, PartStatus.ARRIVED), (10_01, PartStatus.ARRIVED), (1, PartStatus.ARRIVED)]
    assert "£10.01 to the card that paid on" in client.page(path_of(answer.location)).main.get_text(" ", strip=True)
    assert own_money(ada) == 4_99
    # What the card company tells of its own refunds changes nothing more.
    cards.app.couriers.join()
    assert (own_money(ada), parts()[0], is_clean()) == (4_99, (20_00, PartStatus.ARRIVED), True)
    statement = client.page("/money").main.get_text(" ", strip=True)
    assert "Paid back to a card or a bank account" in statement
    refused = client.submit("/money/pay-back", amount="5")
    assert "Enter an amount up to £4.99" in refused.text


def test_two_clicks_are_one_wish_and_two_forms_never_pay_twice(app: Flask) -> None:
    ada = accounts.person()
    paid_in(ada, pence=20_00)

    def click(number: int) -> None:
        person = db.session.get_one(Person, ada_id)
        # Three clicks on one form, three on others.
        key = "one-and-the-same-form" if number < 3 else f"another-form-number-{number}"
        in_transaction(
            lambda: paying_back.begin_pay_back(
                actor=db.session.merge(person), person=db.session.merge(person), amount=Money(15_00), key=key
            )
        )

    ada_id = ada.id
    answers = at_once(app, click, 6)
    assert db.session.scalar(select(func.count()).select_from(PayBack)) == 1
    assert set(answers) <= {"done", "TooMuchBack"}
    assert answers.count("done") in {1, 3}
    assert (own_money(ada), is_clean()) == (5_00, True)


@pytest.mark.parametrize("fault", ["busy", "lose_answer"])
def test_an_answer_that_never_came_is_looked_for_and_paid_once(
    client: InspectingClient, cards: Cards, app: Flask, fault: str
) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    add_by_card(client, cards, "20")
    # Nothing is heard: neither the answer nor the messages.
    app.config["STRIPE_WEBHOOK_SECRET"] = "whsec_other"
    cards.app.faults += [fault] * 3
    client.submit("/money/pay-back", amount="12.40")
    cards.app.couriers.join()
    assert (parts(), own_money(ada), is_clean()) == ([(12_40, PartStatus.ON_ITS_WAY)], 7_60, True)
    # The card company forgets after a day that it was asked before.
    cards.app.books.answers.clear()
    assert "1 parts on their way back to cards asked about" in reconcile(app)
    assert (refunds(cards), parts()) == ([12_40], [(12_40, PartStatus.ARRIVED)])
    reconcile(app)
    assert (refunds(cards), own_money(ada), is_clean()) == ([12_40], 7_60, True)


def test_who_is_killed_between_asking_and_sending_is_taken_up(
    client: InspectingClient, cards: Cards, app: Flask
) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    add_by_card(client, cards, "20")
    ask(ada, 20_00)
    assert (own_money(ada), refunds(cards)) == (0, [])
    reconcile(app)
    assert (refunds(cards), parts(), is_clean()) == ([20_00], [(20_00, PartStatus.ARRIVED)], True)


def test_what_was_paid_back_at_the_card_company_meanwhile_is_not_paid_twice(
    client: InspectingClient, cards: Cards, app: Flask
) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    add_by_card(client, cards, "20")
    app.config["STRIPE_WEBHOOK_SECRET"] = "whsec_other"
    intent = db.session.scalars(select(CardPayment.payment_intent)).one()
    with cards.app.books.lock:
        cards.app.books.refund({"payment_intent": intent, "amount": 15_00})
    client.submit("/money/pay-back", amount="20")
    db.session.rollback()
    assert parts() == [(20_00, PartStatus.FAILED)]
    # £15 went to the card from there; £5 is here, and nobody owes anything.
    assert (own_money(ada), card_money.card_news(ada.id).owed, is_clean()) == (5_00, 0, True)


def test_a_card_that_is_gone_leaves_the_money_here_and_the_next_time_it_goes_to_the_bank(
    client: InspectingClient, cards: Cards, app: Flask
) -> None:
    ada, finance = accounts.person(), accounts.person(Role.PAYMENTS, name="Fay Finance")
    accounts.sign_in(client, ada)
    add_by_card(client, cards, "20")
    client.submit("/money/pay-back", amount="20")
    assert own_money(ada) == 0
    with cards.app.books.lock:
        books = cards.app.books
        books.fail_refund(next(books.all_of("refund")))
        told, books.unsent = books.unsent, []
    for event in (*told, *told):
        cards.app.couriers.send([event], wait=True)
    db.session.rollback()
    assert (parts(), own_money(ada), is_clean()) == ([(20_00, PartStatus.FAILED)], 20_00, True)
    subjects = db.session.scalars(select(Message.subject).where(Message.to_person_id == ada.id)).all()
    assert subjects.count("Something could not be sent back to you") == 1
    refused = client.submit("/money/pay-back", amount="20")
    assert "Give a bank account first" in refused.text
    client.submit("/money/pay-back/bank-account", name="Ada Lovelace", sort_code="20-30-40", number="12345678")
    assert client.submit("/money/pay-back", amount="20").status_code == 303
    assert (parts()[1], own_money(ada), len(refunds(cards))) == ((20_00, PartStatus.ON_ITS_WAY), 0, 1)

    accounts.sign_in(client, finance)
    client.submit("/pay-backs", button="Make the file for the bank")
    link = client.page("/pay-backs").select_one("a[href$='.csv']:not([href*=columns])")
    rows = client.get(link["href"]).text.lstrip("\ufeff").splitlines()
    assert rows[0] == "reference,name,sort_code,account_number,pounds"
    assert re.fullmatch(r"\w{14},Ada Lovelace,203040,12345678,20\.00", rows[1])
    name = rows[1][:14]
    client.submit(f"/pay-backs/{name}", fate="paid")
    assert (parts()[1], is_clean()) == ((20_00, PartStatus.ARRIVED), True)
    # Returned after it was paid.
    client.submit(f"/pay-backs/{name}", fate="sent_back", reason="Account closed")
    assert (parts()[1], own_money(ada), is_clean()) == ((20_00, PartStatus.FAILED), 20_00, True)


def test_what_is_older_than_a_year_goes_to_the_bank_and_the_rest_to_its_card() -> None:
    ada = accounts.person()
    with clock.set_to(clock.now() - CARD_LASTS - timedelta(days=1)):
        paid_in(ada, pence=10_00)
    paid_in(ada, pence=5_00)
    with pytest.raises(NoBankAccount):
        ask(ada, 12_00)
    give_account(ada)
    ask(ada, 12_00)
    rows = db.session.execute(
        select(PayBackPart.pence, PayBackPart.card_payment_id.is_not(None)).order_by(PayBackPart.id)
    ).all()
    assert rows == [(5_00, True), (7_00, False)]
    assert (own_money(ada), is_clean()) == (3_00, True)
    kept = db.session.execute(select(PayBackPart.details_id)).all()
    assert len(kept) == 2
    assert "1234567" not in str(db.session.connection().exec_driver_sql("SELECT * FROM person_bank_details").all())


def test_only_the_person_and_who_acts_by_law_has_it_paid_back() -> None:
    ada, sister, stranger = accounts.person(), accounts.person(), accounts.person()
    council = circles.council()
    manager = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    paid_in(ada, pence=20_00)
    grant = circles.support(ada, sister)
    for other in (sister, stranger, manager):
        with pytest.raises(NotAllowed):
            ask(ada, 1_00, by=other)
        with pytest.raises(NotAllowed), transaction():
            paying_back.give_bank_account(actor=other, person=ada, account=ACCOUNT, seal=SEAL)
    with transaction():
        grant.kind, grant.authority = HelperKind.ATTORNEY, next(iter(AuthorityEvidence))
        grant.authority_noted_by_id, grant.authority_noted_at = manager.id, clock.now()
    with pytest.raises(NotAllowed):
        ask(ada, 1_00, by=sister)
    with transaction():
        grant.authority_seen_by_id, grant.authority_seen_at = stranger.id, clock.now()
    ask(ada, 1_00, by=sister)
    # Whoever acts for somebody acts no more when that person is reported to have died.
    with transaction():
        ada.stopped_at = clock.now()
    with pytest.raises(NotAllowed):
        ask(ada, 1_00, "another-form-000001", by=sister)
    assert (own_money(ada), is_clean()) == (19_00, True)


def test_a_form_is_one_wish_and_nothing_is_paid_back_of_what_is_not_there() -> None:
    ada = accounts.person()
    with pytest.raises(TooMuchBack, match="nothing that can be paid back"):
        ask(ada, 1)
    paid_in(ada, pence=20_00)
    for pence in (0, -5, 20_01):
        with pytest.raises(TooMuchBack):
            ask(ada, pence)
    first = ask(ada, 5_00)
    assert ask(ada, 5_00).id == first.id
    with pytest.raises(Conflict, match="used already"):
        ask(ada, 6_00)


@pytest.mark.usefixtures("set_up")
def test_messages_about_refunds_in_any_order_end_the_same(client: InspectingClient) -> None:
    ada = accounts.person()
    made = paid_in(ada, pence=20_00)
    ask(ada, 20_00)
    part = db.session.scalars(select(PayBackPart.public_id)).one()
    good, bad = refund_of(made, pence=20_00, part=part), refund_of(made, pence=20_00, part=part, status="failed")

    def tell(about: dict[str, object], kind: str) -> str:
        body = message(about, kind=kind)
        answer = client.post("/webhooks/stripe", data=body, headers=signed(body))
        db.session.rollback()
        assert answer.status_code == 200
        return answer.text.strip()

    other = {**good, "payment_intent": "pi_of_somebody_else"}
    assert tell(other, "refund.created") == "unknown"
    assert tell({**good, "amount": 19_00}, "refund.created") == "mismatch"
    assert tell({**good, "status": "pending"}, "refund.created") == "no_change"
    assert own_money(ada) == 0
    assert tell(bad, "refund.failed") == "could_not_pay_back"
    assert tell(bad, "refund.updated") == "no_change"
    # Late: from before it failed.
    assert tell(good, "refund.created") == "no_change"
    assert (own_money(ada), parts(), is_clean()) == (20_00, [(20_00, PartStatus.FAILED)], True)


def test_a_bank_part_is_in_one_file_and_answered_once_and_never_by_whose_it_is(app: Flask) -> None:
    ada, finance = accounts.person(Role.PAYMENTS), accounts.person(Role.PAYMENTS)
    with clock.set_to(clock.now() - CARD_LASTS - timedelta(days=1)):
        paid_in(ada, pence=10_00)
    give_account(ada)
    ask(ada, 10_00)
    part = db.session.scalars(select(PayBackPart)).one()
    with pytest.raises(Conflict, match="nothing to pay"), transaction():
        paying_out.make_file(actor=ada)
    with pytest.raises(Conflict, match="in no file"), transaction():
        paying_out.say_paid(actor=finance, part=part)
    ids = (finance.id, part.id)
    answers = at_once(
        app,
        lambda _: in_transaction(lambda: paying_out.make_file(actor=db.session.get_one(Person, ids[0]))),  # type: ignore[arg-type,return-value]
        3,
    )
    assert sorted(answers) == ["Conflict", "Conflict", "done"]
    with pytest.raises(NotAllowed), transaction():
        paying_out.say_paid(actor=ada, part=part)
    answers = at_once(
        app,
        lambda number: in_transaction(
            lambda: (
                paying_out.say_paid(
                    actor=db.session.get_one(Person, ids[0]), part=db.session.get_one(PayBackPart, ids[1])
                )
                if number % 2
                else paying_out.say_sent_back(
                    actor=db.session.get_one(Person, ids[0]),
                    part=db.session.get_one(PayBackPart, ids[1]),
                    reason="No such account",
                )
            )
        ),
        4,
    )
    # Paid, then sent back; or sent back at once: never both ways at a time.
    assert parts() == [(10_00, PartStatus.FAILED)]
    assert answers.count("done") in {1, 2}
    assert (own_money(ada), is_clean()) == (10_00, True)
    assert db.session.scalar(select(func.count()).select_from(CardClaim)) == 0
