"""Agreeing, querying, approving by two, remittances, and what of it the ledger has."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.rules import Role
from app.people.councils.models import Policy
from app.platform.ledger.queries import account_of, available
from app.support.settlement.actions import answering, paying
from app.support.settlement.models import Invoice, InvoiceLine, Remittance
from app.support.settlement.queries.checking import settlement_differences
from app.support.settlement.rules.invoices import InvoiceStatus
from app.support.settlement.rules.paying import PaymentStatus
from tests.factories import accounts
from tests.factories import settlement as made
from tests.factories.at_once import at_once

pytestmark = pytest.mark.usefixtures("app")


def _invoiced(*pence: int, discount: bool = False) -> tuple[made.Weeks, Invoice]:
    weeks = made.weeks()
    if discount:
        made.discount(weeks)
    for one in pence:
        made.charge(weeks, one)
    made.run()
    return weeks, db.session.scalars(select(Invoice)).one()


def _do(job: object, **facts: object) -> object:
    with clock.set_to(made.AFTER), transaction():
        return job(**facts)  # type: ignore[operator]


def _status(invoice: Invoice) -> InvoiceStatus:
    db.session.expire_all()
    return invoice.progress.status


def _two_over(weeks: made.Weeks, pounds: int) -> None:
    db.session.add(
        Policy(
            council_id=weeks.scene.council.id,
            name="two_approvals_over_pounds",
            value=pounds,
            valid_from=date(2026, 1, 1),
            set_at=accounts.LONG_AGO,
        )
    )
    db.session.commit()


def test_from_visits_to_money_and_the_ledger_agrees(app: Flask) -> None:
    weeks, invoice = _invoiced(14_000_01, discount=True)
    _two_over(weeks, 20_000)
    _do(answering.agree_invoice, actor=weeks.scene.staff, invoice=invoice)
    assert _do(answering.approve, actor=weeks.finance, invoice=invoice) == InvoiceStatus.APPROVED
    (remittance,) = _do(paying.make_remittances, actor=weeks.finance, council_id=weeks.scene.council.id)  # type: ignore[misc]
    assert (remittance.number, remittance.pence, remittance.discount_pence) == (1, 13_720_01, 280_00)
    assert _do(paying.make_remittances, actor=weeks.finance, council_id=weeks.scene.council.id) == []
    day = clock.london(made.AFTER).date()
    for _ in range(2):
        payment = _do(paying.mark_paid, actor=weeks.finance, remittance=remittance, paid_on=day)
        assert payment.status == PaymentStatus.PAID  # type: ignore[attr-defined]
    owners = [f"provider:{weeks.scene.provider.id}", f"paid:{weeks.scene.council.id}"]
    numbers = [account_of(one).id for one in owners]  # type: ignore[union-attr]
    assert [available(numbers)[one] for one in numbers] == [0, 13_720_01]
    assert settlement_differences() == []
    told = app.test_cli_runner().invoke(args=["ledger", "check"])
    assert (told.exit_code, told.output) == (0, "Every balance is the sum of its entries.\n")


def test_over_the_limit_two_different_officers_say_yes() -> None:
    weeks, invoice = _invoiced(100_01)
    _two_over(weeks, 100)
    assert _do(answering.approve, actor=weeks.finance, invoice=invoice) == InvoiceStatus.APPROVED_ONCE
    with pytest.raises(Conflict, match="colleague"):
        _do(answering.approve, actor=weeks.finance, invoice=invoice)
    assert _do(paying.make_remittances, actor=weeks.finance, council_id=weeks.scene.council.id) == []
    assert _do(answering.approve, actor=weeks.second, invoice=invoice) == InvoiceStatus.APPROVED
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("UPDATE invoice_progress SET second_yes_by_id = first_yes_by_id"))


def test_who_works_for_the_provider_or_elsewhere_approves_nothing() -> None:
    weeks, invoice = _invoiced(10_00)
    theirs = accounts.person(
        Role.FINANCE, Role.PROVIDER_STAFF, council_id=weeks.scene.council.id, provider_id=weeks.scene.provider.id
    )
    other = made.weeks().finance
    manager = accounts.person(Role.COMMISSIONER, Role.CARE_MANAGER, Role.PAYMENTS, council_id=weeks.scene.council.id)
    for actor in (theirs, other, manager, weeks.scene.staff, weeks.scene.person):
        with pytest.raises(NotAllowed):
            _do(answering.approve, actor=actor, invoice=invoice)
    for actor in (other, manager, weeks.scene.staff):
        with pytest.raises(NotAllowed):
            _do(paying.make_remittances, actor=actor, council_id=weeks.scene.council.id)
    for actor in (other, weeks.finance, weeks.scene.person):
        with pytest.raises(NotFound):
            _do(answering.agree_invoice, actor=actor, invoice=invoice)
    assert _status(invoice) == InvoiceStatus.MADE


def test_a_query_stops_the_invoice_until_it_is_answered_and_changes_nothing_of_it() -> None:
    weeks, invoice = _invoiced(10_00)
    line = db.session.scalars(select(InvoiceLine)).one()
    with pytest.raises(BadInput):
        _do(answering.query_line, actor=weeks.scene.staff, line=line, reason=" ")
    query = _do(answering.query_line, actor=weeks.scene.staff, line=line, reason="It was an hour longer")
    with pytest.raises(Conflict):
        _do(answering.query_line, actor=weeks.scene.staff, line=line, reason="Again")
    for job, who in ((answering.approve, weeks.finance), (answering.agree_invoice, weeks.scene.staff)):
        with pytest.raises(Conflict):
            _do(job, actor=who, invoice=invoice)
    with pytest.raises(NotAllowed):
        _do(answering.answer_query, actor=weeks.scene.staff, query=query, answer="Yes")
    _do(answering.answer_query, actor=weeks.finance, query=query, answer="We looked: the record stands")
    with pytest.raises(Conflict):
        _do(answering.answer_query, actor=weeks.second, query=query, answer="Twice")
    assert _status(invoice) == InvoiceStatus.MADE
    assert invoice.due_pence == 10_00
    assert _do(answering.approve, actor=weeks.finance, invoice=invoice) == InvoiceStatus.APPROVED
    with pytest.raises(Conflict):
        _do(answering.query_line, actor=weeks.scene.staff, line=line, reason="Too late")


def test_a_query_takes_back_a_first_yes() -> None:
    weeks, invoice = _invoiced(100_01)
    _two_over(weeks, 100)
    _do(answering.approve, actor=weeks.finance, invoice=invoice)
    line = db.session.scalars(select(InvoiceLine)).one()
    query = _do(answering.query_line, actor=weeks.scene.staff, line=line, reason="Not ours")
    _do(answering.answer_query, actor=weeks.second, query=query, answer="It is")
    assert _do(answering.approve, actor=weeks.finance, invoice=invoice) == InvoiceStatus.APPROVED_ONCE


def test_what_a_provider_owes_back_is_taken_off_what_is_paid_next() -> None:
    weeks, first = _invoiced(50_00)
    _do(answering.approve, actor=weeks.finance, invoice=first)
    council_id = weeks.scene.council.id
    assert len(_do(paying.make_remittances, actor=weeks.finance, council_id=council_id)) == 1  # type: ignore[arg-type]
    made.charge(weeks, -50_00, made.IN_NEXT)
    made.run(made.AFTER_NEXT)
    back = db.session.scalars(select(Invoice).where(Invoice.number == 2)).one()
    _do(answering.approve, actor=weeks.finance, invoice=back)
    assert _do(paying.make_remittances, actor=weeks.finance, council_id=council_id) == []
    made.charge(weeks, 70_00, made.AFTER_NEXT)
    made.run(made.AFTER_NEXT.replace(month=2, day=20))
    third = db.session.scalars(select(Invoice).where(Invoice.number == 3)).one()
    _do(answering.approve, actor=weeks.finance, invoice=third)
    (remittance,) = _do(paying.make_remittances, actor=weeks.finance, council_id=council_id)  # type: ignore[misc]
    assert (remittance.number, remittance.pence) == (2, 20_00)
    assert settlement_differences() == []


def test_what_the_bank_sent_back_is_tried_again_and_paid_once(app: Flask) -> None:
    weeks, invoice = _invoiced(50_00)
    _do(answering.approve, actor=weeks.finance, invoice=invoice)
    (remittance,) = _do(paying.make_remittances, actor=weeks.finance, council_id=weeks.scene.council.id)  # type: ignore[misc]
    with pytest.raises(Conflict):
        _do(paying.mark_refused, actor=weeks.finance, remittance=remittance, reason="Closed account")
    _do(paying.send_payment, actor=weeks.finance, remittance=remittance)
    _do(paying.mark_refused, actor=weeks.finance, remittance=remittance, reason="Closed account")
    day = clock.london(made.AFTER).date()
    number, who = remittance.id, weeks.finance.id

    def pay(_turn: int) -> None:
        with clock.set_to(made.AFTER), transaction():
            paying.mark_paid(
                actor=db.session.get_one(type(weeks.finance), who),
                remittance=db.session.get_one(Remittance, number),
                paid_on=day,
            )

    assert at_once(app, pay, 4) == ["done"] * 4
    assert [one.status for one in db.session.get_one(Remittance, number).payments] == [
        PaymentStatus.REFUSED,
        PaymentStatus.PAID,
    ]
    assert settlement_differences() == []
    with pytest.raises(Conflict):
        _do(paying.mark_refused, actor=weeks.finance, remittance=remittance, reason="Closed account")


def test_the_check_finds_what_somebody_forced() -> None:
    _weeks, invoice = _invoiced(50_00)
    is_sqlite = db.engine.dialect.name == "sqlite"
    guard = "DROP TRIGGER invoice_no_update" if is_sqlite else "ALTER TABLE invoice DISABLE TRIGGER invoice_only_grows"
    line = "DROP TRIGGER invoice_line_no_delete" if is_sqlite else "ALTER TABLE invoice_line DISABLE TRIGGER USER"
    number, council = invoice.number, invoice.council_id
    db.session.commit()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(guard)
        connection.exec_driver_sql("UPDATE invoice SET charged_pence = 6000, due_pence = 6000")
    assert settlement_differences() == [f"council {council}: invoice {number} is not the sum of its lines"]
    db.session.commit()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(line)
        connection.exec_driver_sql("DELETE FROM invoice_line")
    made.charge(_weeks, 1_00, made.IN_NEXT)
    assert f"council {council}: invoice {number} is not the sum of its lines" in settlement_differences()
