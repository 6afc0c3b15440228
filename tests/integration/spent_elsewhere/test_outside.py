"""Money spent elsewhere: recorded once, refused with the way on, its receipt private; and refunds in proportion."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.actions import pots, refunds
from app.funding.budgets.models import OutsideSpending, Pot
from app.funding.budgets.queries import balances, year
from app.funding.budgets.rules.kinds import PotKind
from app.funding.spent_elsewhere import actions as outside
from app.funding.spent_elsewhere.models import ReceiptFile
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.audit.models import AuditEvent
from app.platform.ledger.actions.transfers import settle
from app.platform.ledger.models import Journal
from app.platform.ledger.queries import ledger_differences
from app.platform.ledger.rules import JournalKind, KeyUsedOtherwise
from tests.factories import accounts, circles, files, providers
from tests.factories.accounts import sign_in
from tests.factories.budgets import pot
from tests.inspection import InspectingClient
from tests.integration.budgets.test_pages import acting_for, words
from tests.integration.budgets.test_years import Town, at, first_of, run

PDF = files.PDF


def record(person: Person, from_pot: Pot, actor: Person | None = None, **more: object) -> OutsideSpending:
    facts = {
        "spent_on": clock.today(),
        "paid_to": "Corner Pool",
        "paid_for": "Swimming",
        "pence": 12_50,
        "key": "a-key-made-with-the-form",
        **more,
    }
    with transaction():
        return outside.record_outside(actor=actor or person, person=person, pot=from_pot, **facts)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.usefixtures("app")
def test_spending_is_recorded_once_and_taken_back_by_another_entry() -> None:
    person = accounts.person()
    direct = pot(person, PotKind.DIRECT_PAYMENT, 100_00)
    waits_for = files.waiting(person)
    made = record(person, direct, receipt=waits_for)
    assert record(person, direct, receipt=waits_for).id == made.id
    assert (balances.left_of(person.id), count(OutsideSpending), count(ReceiptFile)) == (87_50, 1, 1)
    with pytest.raises(KeyUsedOtherwise):
        record(person, direct, pence=12_51)
    with transaction():
        outside.take_back_outside(actor=person, spending=made)
    with pytest.raises(Conflict, match="taken back already"), transaction():
        outside.take_back_outside(actor=person, spending=made)
    assert (balances.left_of(person.id), count(OutsideSpending), ledger_differences()) == (100_00, 1, [])


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("wrong", "refusal", "said"),
    [
        ({"pence": 0}, BadInput, "more than nothing"),
        ({"pence": -5}, BadInput, "more than nothing"),
        ({"pence": 100_01}, Conflict, "has £100.00 left. Enter £100.00 or less"),
        ({"paid_to": " "}, BadInput, "Enter who you paid"),
        ({"paid_for": "x" * 201}, BadInput, "Enter what it was for"),
        ({"spent_on": date(2099, 1, 1)}, BadInput, "Choose today or a day before"),
        ({"spent_on": date(2020, 1, 1)}, BadInput, "within the last year"),
        ({"receipt": "receipt:nothing-waits-for-this"}, Conflict, "waited too long and is gone"),
    ],
    ids=str,
)
def test_wrong_spending_is_refused_with_the_way_on(wrong: dict[str, object], refusal: type, said: str) -> None:
    person = accounts.person()
    direct = pot(person, PotKind.DIRECT_PAYMENT, 100_00)
    before = count(Journal)
    with pytest.raises(refusal, match=said):
        record(person, direct, **wrong)
    assert (balances.left_of(person.id), count(OutsideSpending), count(Journal)) == (100_00, 0, before)


@pytest.mark.usefixtures("app")
def test_only_money_in_ones_own_hands_is_spent_elsewhere_by_those_who_may() -> None:
    person, sister, stranger = accounts.person(), accounts.person(Role.SUPPORTER), accounts.person()
    circles.support(person, sister, frozenset({Power.SEE_MONEY}))
    managed, direct = pot(person, PotKind.COUNCIL_MANAGED, 50_00), pot(person, PotKind.DIRECT_PAYMENT, 50_00)
    for actor, whose, from_pot, refusal in (
        (person, person, managed, Conflict),
        (sister, person, direct, NotAllowed),
        (stranger, person, direct, NotAllowed),
        (stranger, stranger, direct, NotFound),
    ):
        with pytest.raises(refusal), transaction():
            outside.record_outside(
                actor=actor,
                person=whose,
                pot=from_pot,
                spent_on=clock.today(),
                paid_to="A",
                paid_for="B",
                pence=1,
                key="k" * 20,
            )
    direct.closed_at = clock.now()
    db.session.commit()
    with pytest.raises(Conflict, match="closed"):
        record(person, direct)
    assert count(OutsideSpending) == 0


@pytest.mark.usefixtures("app")
def test_nothing_is_recorded_in_a_period_that_is_settled() -> None:
    town = Town(carry_over_percent=25, carry_over_until="quarter_end")
    run(first_of(2))
    with at(first_of(2) + timedelta(days=2)):
        with pytest.raises(BadInput, match=r"is settled\. Choose 4 May 2026 or later"):
            record(town.person, town.pot(), spent_on=first_of(2) - timedelta(days=1))
        record(town.person, town.pot(), spent_on=first_of(2))
    assert town.left() == 112_50


def filled(own: Pot, day: date, **more: str) -> dict[str, str]:
    return {
        "spent_on__day": str(day.day),
        "spent_on__month": str(day.month),
        "spent_on__year": str(day.year),
        "paid_to": "Corner Pool",
        "paid_for": "Swimming",
        "amount": "12.50",
        "pot": own.public_id,
        **more,
    }


def test_the_page_records_it_and_every_line_is_explained(client: InspectingClient) -> None:
    person = accounts.person()
    own = pot(person, PotKind.OWN_MONEY, 100_00)
    sign_in(client, person)
    answer = client.submit("/money/outside", **filled(own, clock.today()))
    assert answer.status_code == 302
    page = client.page(answer.location)
    assert page.h1.get_text() == "Paid to Corner Pool"
    assert "£12.50" in words(page)
    money = client.page("/money")
    assert money.h1.get_text() == "You have £87.50 left"
    link = money.find("a", href=answer.location)
    assert link.get_text() == "Paid to Corner Pool outside Ownway, for Swimming"
    assert "Paid to Corner Pool outside Ownway, for Swimming" in client.get("/money/statement.csv").get_data(
        as_text=True
    )
    client.submit(answer.location, button="Take it back")
    assert client.page("/money").h1.get_text() == "You have £100.00 left"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "-5"}, "Enter an amount in pounds"),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "a lot"}, "Enter an amount in pounds"),
        ({"amount": "100.01"}, "has £100.00 left"),
        ({"paid_to": ""}, "Enter who you paid"),
        ({"spent_on__year": "2099"}, "Choose today or a day before"),
    ],
    ids=str,
)
def test_the_page_asks_again_saying_why(client: InspectingClient, wrong: dict[str, str], said: str) -> None:
    person = accounts.person()
    own = pot(person, PotKind.OWN_MONEY, 100_00)
    sign_in(client, person)
    answer = client.submit("/money/outside", **{**filled(own, clock.today()), **wrong})
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (200, True)
    assert count(OutsideSpending) == 0


def test_a_receipt_is_a_file_to_keep_for_those_who_may_see_the_money(client: InspectingClient) -> None:
    person, sister, stranger = accounts.person(), accounts.person(Role.SUPPORTER), accounts.person()
    own = pot(person, PotKind.OWN_MONEY, 100_00)
    circles.support(person, sister, frozenset({Power.SEE_MONEY}))
    sign_in(client, person)
    form = client.page("/money/outside").find("form", enctype="multipart/form-data")
    day = clock.today()
    fields = {name.replace("__", "-"): value for name, value in filled(own, day).items()}
    hidden = {box["name"]: box["value"] for box in form.select("input[type=hidden]")}
    sent = client.post(
        "/money/outside",
        data={**fields, **hidden, "receipt": (io.BytesIO(PDF), "../../evil.html")},
        content_type="multipart/form-data",
    )
    receipt = f"{sent.location}/receipt"
    for who in (person, sister):
        if who is sister:
            acting_for(client, sister, person)
        answer = client.get(receipt)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="receipt-{day:%Y-%m-%d}.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert db.session.scalar(select(AuditEvent.actor_id).where(AuditEvent.action == "money_looked_at")) == sister.id
    with client.session_transaction() as session:
        session.clear()
    assert client.get(receipt).status_code == 302
    sign_in(client, stranger)
    pot(stranger, PotKind.OWN_MONEY, 1_00)
    client.page(receipt, status=404)
    client.page(sent.location, status=404)


@pytest.mark.usefixtures("app")
def test_a_refund_goes_back_to_the_money_that_paid_in_proportion() -> None:
    person, provider = accounts.person(), providers.provider()
    direct, own = pot(person, PotKind.DIRECT_PAYMENT, 100_00), pot(person, PotKind.OWN_MONEY, 100_00)
    with transaction():
        parts = [(direct, provider.id, 20_00), (own, provider.id, 10_00)]
        holds = pots.set_aside(key="h", parts=parts, about="booking:x", actor_id=None)
        settle(key="c", kind=JournalKind.CHARGE, holds={hold.id: hold.held for hold in holds}, about="booking:x")

    def give_back(key: str, pence: int) -> None:
        with transaction():
            refunds.refund(key=key, about="booking:x", provider_id=provider.id, pence=pence, actor_id=None)

    def sums() -> dict[PotKind, int]:
        return {one.pot.kind: one.available_pence for one in balances.pots_of(person.id)}

    give_back("r1", 10_00)
    give_back("r1", 10_00)
    assert sums() == {PotKind.DIRECT_PAYMENT: 86_67, PotKind.OWN_MONEY: 93_33}
    with pytest.raises(KeyUsedOtherwise):
        give_back("r1", 9_99)
    with pytest.raises(Conflict, match=r"£20\.00 was paid and not given back"):
        give_back("r2", 20_01)
    give_back("r3", 20_00)
    assert (sums(), ledger_differences()) == ({PotKind.DIRECT_PAYMENT: 100_00, PotKind.OWN_MONEY: 100_00}, [])
    spent = [one.year.spent for one in year.figures(balances.pots_of(person.id), starts_on=None).values()]
    assert spent == [0, 0]
