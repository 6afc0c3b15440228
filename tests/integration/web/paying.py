"""Invoices of the world: one to approve, one with a question about a line, one on a remittance nobody has paid; own money back."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.base import clock
from app.base.bank_accounts import PURPOSE, bank_account
from app.base.db import db, transaction
from app.base.money import Money
from app.funding.budgets.actions.pots import open_own_money, provider_account
from app.funding.budgets.rules.kinds import PotKind
from app.funding.payments.actions import claims, paying_back, paying_out
from app.funding.payments.queries import card_money
from app.funding.payments.rules import CARD_LASTS
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.ledger.actions import transfers
from app.platform.ledger.rules import JournalKind
from app.platform.web.seals import seal_for
from app.support.settlement.actions import answering, banking, paying
from app.support.settlement.models import Invoice, InvoiceLine
from tests.factories import accounts, bookings, payments, settlement

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHARGED = tuple(datetime(2026, month, 10, 12, tzinfo=UTC) for month in (8, 9, 10))


def settled(scene: bookings.Scene) -> dict[str, dict[str, str]]:
    """What addresses of invoices name, by endpoint."""
    council, staff = scene.council, scene.staff
    officer, second = (
        accounts.person(Role.FINANCE, name=name, council_id=council.id) for name in ("Ola Officer", "Oz Officer")
    )
    pot = bookings.pot(accounts.person(council_id=council.id), PotKind.COUNCIL_MANAGED, 500_00, council)
    weeks = settlement.Weeks(scene, pot, None, officer, officer)  # type: ignore[arg-type] # no discount here
    for at in CHARGED:
        settlement.charge(weeks, 30_00, at)
    settlement.run(NOW)
    rows = select(Invoice).where(Invoice.council_id == council.id).order_by(Invoice.number)
    open_one, queried, remitted = db.session.scalars(rows).all()
    lines = {one.invoice_id: one for one in db.session.scalars(select(InvoiceLine))}
    with clock.set_to(NOW), transaction():
        query = answering.query_line(actor=staff, line=lines[queried.id], reason="Not an hour")
        answering.approve(actor=officer, invoice=remitted)
        (remittance,) = paying.make_remittances(actor=officer, council_id=council.id)
        seal = seal_for(PURPOSE)
        facts = {"account": bank_account("Bright Days", "112233", "12345678"), "seal": seal}
        theirs = banking.give_bank_details(actor=staff, provider_id=scene.provider.id, **facts)
        own = banking.give_council_account(actor=officer, council_id=council.id, **facts)
        for details in (theirs, own):
            banking.check_bank_details(
                actor=second, council_id=council.id, details=details, number="12345678", seal=seal
            )
        file = banking.make_bank_file(actor=officer, council_id=council.id, seal=seal)
    code = {"code": council.code}
    invoice, paid = {"public_id": open_one.public_id}, {"public_id": remittance.public_id}
    pages = ("settlement", "invoices", "line_queries", "remittances", "make_remittances", "remittances_file")
    return {
        **{f"settlement.{page}": code for page in (*pages, "remittances_columns", "ledger_codes")},
        **{f"settlement.{page}": code | invoice for page in ("invoice", "approve")},
        **{f"settlement.{page}": code | paid for page in ("remittance", "paid", "sent")},
        "settlement.answer_query": code | {"public_id": query.public_id},
        **{f"settlement.{page}": invoice for page in ("desk_invoice", "agree_invoice")},
        "settlement.query_line": invoice | {"line_id": lines[open_one.id].public_id},
        "settlement.desk_remittance": paid,
        "settlement.bank_details": {"provider_id": scene.provider.public_id},
        **{f"settlement.{page}": code for page in ("bank_files", "council_account", "make_bank_file", "bank_answer")},
        "settlement.check_bank_details": code | {"public_id": theirs.public_id},
        "settlement.bank_file": code | {"public_id": file.public_id},
    }


def going_back(person: Person) -> dict[str, dict[str, str]]:
    """Own money of long ago that goes back to a bank account, some with a file and some not yet; and a pound that is owed."""
    finance = accounts.person(Role.PAYMENTS, name="Pia Payer")
    with clock.set_to(NOW - CARD_LASTS - timedelta(days=1)):
        payments.paid_in(person, pence=5_00)
    account, ids = bank_account("Ada Lovelace", "20-30-40", "12345678"), dict[str, dict[str, str]]()
    with clock.set_to(NOW), transaction():
        paying_back.give_bank_account(actor=person, person=person, account=account, seal=seal_for(PURPOSE))
        for pence in (3_00, 2_00):
            key = f"going-back-{person.public_id}-{pence}"
            made = paying_back.begin_pay_back(actor=person, person=person, amount=Money(pence), key=key)
            if not ids:
                file = paying_out.make_file(actor=finance)
                ids = {
                    "payments.paid_back": {"public_id": made.public_id},
                    "payments.pay_out": {"public_id": made.parts[0].public_id},
                    "payments.pay_out_file": {"public_id": file.public_id},
                }
    with clock.set_to(NOW):
        _owe(person)
    return ids


def _owe(person: Person) -> None:
    """A pound is paid back at the card company while all of the own money is set aside."""
    paid = payments.paid_in(person, pence=1_00)
    with transaction():
        pot = open_own_money(person=person)
        parts = [(pot.account_id, provider_account(1).id, card_money.left_locked(pot))]
        (held,) = transfers.hold(key=f"all-of-it:{person.public_id}", parts=parts)
        intent = f"pi_{paid.public_id}"
        claims.claim_refunded(intent, 1_00, card_money.card_payment_known_as(intent))
        transfers.settle(key=f"none-of-it:{person.public_id}", kind=JournalKind.RELEASE, holds={held.id: 0})
