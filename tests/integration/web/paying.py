"""Invoices of the world: one to approve, one with a question about a line, one on a remittance nobody has paid."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.rules import Role
from app.platform.web.seals import seal_for
from app.support.settlement.actions import answering, banking, paying
from app.support.settlement.models import Invoice, InvoiceLine
from app.support.settlement.rules.bank_files import PURPOSE, bank_account
from tests.factories import accounts, bookings, settlement

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
