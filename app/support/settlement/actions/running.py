"""Making the invoices of four weeks: each provider's in a transaction of its own, under the council's lock.

May be run twice, beside itself and after days off: what was made is not made again, and what was cut short goes on.
"""

from functools import partial
from typing import Any

from sqlalchemy import insert, select

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db, in_transaction, write_rows
from app.market.frameworks.queries.reading import staff_who_speak_for
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.jobs.rules import Swept
from app.platform.messages.actions import sending
from app.platform.messages.actions import settlement as notices
from app.platform.web.filters import plural
from app.support.settlement.models import Invoice, InvoiceLine, InvoiceProgress, SettlementPeriod
from app.support.settlement.queries import entries
from app.support.settlement.rules.invoices import (
    FOUR_WEEKS,
    LAST_DAY,
    Entry,
    InvoiceStatus,
    LineFate,
    best_terms,
    first_day_of,
    vat_in,
    why_withheld,
)

_LINE = insert(InvoiceLine.__table__)  # type: ignore[arg-type] # it is a table


def run_settlement() -> Swept:
    """Make every invoice that is due, of every council. Safe to run twice, and beside itself."""
    made = closed = 0
    for council_id in entries.councils_to_settle():
        more, weeks = settle_council(council_id)
        made, closed = made + more, closed + weeks
    return Swept(
        (f"{plural(made, 'invoice', 'invoices')} made, {plural(closed, 'four weeks', 'times four weeks')} closed.",)
    )


def settle_council(council_id: int) -> tuple[int, int]:
    """Make every invoice of one council that is due; how many were made, and how many times four weeks were closed."""
    made = closed = 0
    while (period_id := in_transaction(partial(_open_next, council_id))) is not None:
        while not in_transaction(partial(_close, council_id, period_id)):
            for provider_id in entries.providers_waiting(db.session.get_one(SettlementPeriod, period_id)):
                made += in_transaction(partial(_make_invoice, council_id, period_id, provider_id))
        closed += 1
    return made, closed


def lock_council(council_id: int) -> Council:
    """The council, once everybody before us who numbers its papers has finished."""
    return db.session.scalars(
        select(Council)
        .where(Council.id == council_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _open_next(council_id: int) -> int | None:
    """The four weeks to be invoiced now: those that are open, else the next that are over; nothing when none are."""
    lock_council(council_id)
    going_on = entries.open_period(council_id)
    if going_on is not None:
        return going_on.id
    last = entries.last_period(council_id)
    if last is not None:
        first_day = last.starts_on + FOUR_WEEKS
    else:
        began = entries.first_entry_at(council_id)
        if began is None:
            return None
        day = clock.london(began).date()
        first_day = first_day_of(day, entries.weeks_anchor(council_id, clock.today()))
    if first_day + LAST_DAY >= clock.today():
        return None
    made = SettlementPeriod(
        public_id=new_public_id(),
        council_id=council_id,
        starts_on=first_day,
        ends_on=first_day + LAST_DAY,
        opened_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def _close(council_id: int, period_id: int) -> bool:
    """Close the four weeks when every provider has its invoice; whether they are closed now."""
    lock_council(council_id)
    period = db.session.get_one(SettlementPeriod, period_id, populate_existing=True)
    if period.closed_at is None:
        if entries.providers_waiting(period):
            return False
        period.closed_at = clock.now()
        db.session.flush()
    return True


def _make_invoice(council_id: int, period_id: int, provider_id: int) -> int:
    """Make the invoice of one provider, unless it was made or the weeks are closed; how many were made: 0 or 1."""
    council = lock_council(council_id)
    period = db.session.get_one(SettlementPeriod, period_id, populate_existing=True)
    if period.closed_at is not None or entries.invoice_for(period_id, provider_id) is not None:
        return 0
    rule = entries.without_times(council_id, period.starts_on)
    lines = [
        (one, why)
        for one in entries.entries_waiting(period, provider_id)
        if not ((why := why_withheld(one, rule)) and one.was_withheld)
    ]
    if not lines:
        return 0
    invoice = _added_up(period, provider_id, lines)
    write_rows(_LINE, [_line(invoice, one, why) for one, why in lines])
    record(
        action="invoice_made",
        actor_id=None,
        subject_kind="invoice",
        subject_id=invoice.id,
        council_id=council_id,
        due_pence=invoice.due_pence,
    )
    tell_finance_staff(
        provider_id,
        notices.INVOICE_MADE,
        link=desk_invoice_path(invoice),
        council=council.name,
        first=day_words(period.starts_on),
        last=day_words(period.ends_on),
    )
    return 1


def _added_up(period: SettlementPeriod, provider_id: int, lines: list[tuple[Entry, str]]) -> Invoice:
    counted = [one for one, why in lines if not why]
    charged = sum(one.pence for one in counted if one.pence > 0)
    credited = -sum(one.pence for one in counted if one.pence < 0)
    terms, discount = best_terms(
        charged - credited, entries.terms_for(period.council_id, provider_id, period.starts_on)
    )
    invoice = Invoice(
        public_id=new_public_id(),
        council_id=period.council_id,
        provider_id=provider_id,
        period_id=period.id,
        number=entries.last_number(Invoice, period.council_id) + 1,
        made_at=clock.now(),
        charged_pence=charged,
        credited_pence=credited,
        withheld_pence=sum(one.pence for one, why in lines if why),
        vat_pence=sum(vat_in(one.pence, one.vat) for one in counted),
        framework_id=terms and terms.framework_id,
        discount_over_pence=terms and terms.over_pence,
        discount_percent=terms and terms.percent,
        discount_pence=discount,
        due_pence=charged - credited - discount,
    )
    db.session.add(invoice)
    db.session.flush()
    status = InvoiceStatus.MADE if invoice.due_pence else InvoiceStatus.NOTHING_TO_PAY
    db.session.add(InvoiceProgress(invoice_id=invoice.id, status=status))
    db.session.flush()
    return invoice


def _line(invoice: Invoice, one: Entry, why: str) -> dict[str, object]:
    return {
        "public_id": new_public_id(),
        "invoice_id": invoice.id,
        "transfer_id": one.transfer_id,
        "pot_id": one.pot_id,
        "booking_id": one.booking_id,
        "visit_id": one.visit_id,
        "entered_on": one.day,
        "pence": one.pence,
        "vat": one.vat,
        "vat_pence": vat_in(one.pence, one.vat),
        "fate": LineFate.WITHHELD if why else LineFate.INVOICED,
        "why": why,
    }


def finance_staff_of(provider_id: int) -> list[Person]:
    """Who sees for a provider what was earned."""
    return [one for one in staff_who_speak_for(provider_id) if provider_id in one.provider_ids_to(StaffDuty.FINANCE)]


def tell_finance_staff(provider_id: int, notice: sending.MessageTemplate, *, link: str, **words: Any) -> None:
    """Tell a provider's finance staff."""
    provider = db.session.get_one(Provider, provider_id)
    for member in finance_staff_of(provider_id):
        sending.send_notice(notice, member, link=link, provider=provider.name, **words)


def desk_invoice_path(invoice: Invoice) -> str:
    """Where a provider reads an invoice."""
    return f"/desk/invoices/{invoice.public_id}"
