"""What the ledger has between money a council looks after and its providers, and what of it is on no invoice yet."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from app.base import clock
from app.base.db import db
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import Vat
from app.market.frameworks.queries.reading import discount_on
from app.market.providers.models import FrameworkPlace
from app.people.councils import queries as councils
from app.people.councils.models import Framework, Lot
from app.people.councils.rules.policies import POLICIES
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import AccountKind
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.settlement.models import Invoice, InvoiceLine, Remittance, SettlementPeriod
from app.support.settlement.rules.invoices import Entry, LineFate, Terms

PROVIDER = aliased(LedgerAccount)
"""The account of the provider that a transfer is with."""
_INVOICED = (
    select(InvoiceLine.id).where(InvoiceLine.transfer_id == Transfer.id, InvoiceLine.fate == LineFate.INVOICED).exists()
)
_WITHHELD = (
    select(InvoiceLine.id).where(InvoiceLine.transfer_id == Transfer.id, InvoiceLine.fate == LineFate.WITHHELD).exists()
)


def council_entries(council_id: int) -> tuple[Select[Any], Select[Any]]:
    """Every transfer between money a council looks after and providers: what was charged, and what was given back.

    Two selects over ``Transfer``, ``Pot``, ``Journal`` and :data:`PROVIDER`, to be given columns: asked as one, with an OR,
    no index would help.
    """
    charged = (Transfer.debit_id, Transfer.credit_id)
    return _between(council_id, *charged), _between(council_id, *reversed(charged))


def _between(council_id: int, pot_side: Any, provider_side: Any) -> Select[Any]:
    rows: Select[Any] = (
        select(Transfer.id)
        .join(Pot, Pot.account_id == pot_side)
        .join(PROVIDER, PROVIDER.id == provider_side)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(
            PROVIDER.kind == AccountKind.PROVIDER,
            # It stands for everybody outside, whom a council's own money never pays.
            PROVIDER.owner != "provider:0",
            Pot.kind == PotKind.COUNCIL_MANAGED,
            Pot.council_id == council_id,
            Transfer.moved > 0,
        )
    )
    return rows


def expected_holds(council_id: int) -> Select[*tuple[str, int]]:
    """What is set aside of such money for each provider, and not settled: the provider's account and the pence."""
    end = aliased(Transfer)
    return (
        select(PROVIDER.owner, func.sum(Transfer.held))
        .select_from(Pot)
        .join(Transfer, Transfer.debit_id == Pot.account_id)
        .join(PROVIDER, PROVIDER.id == Transfer.credit_id)
        .outerjoin(end, end.settles_id == Transfer.id)
        .where(
            Pot.kind == PotKind.COUNCIL_MANAGED,
            Pot.council_id == council_id,
            Transfer.held > 0,
            end.id.is_(None),
        )
        .group_by(PROVIDER.owner)
    )


def without_times(council_id: int, on: date) -> str:
    """Whether a council withholds or pays a visit without times: ``withheld`` or ``paid``."""
    return str(_rule_of(council_id, "invoice_without_times", on))


def weeks_anchor(council_id: int, on: date) -> date:
    """A day on which four weeks of a council begin."""
    return date.fromisoformat(_rule_of(council_id, "invoice_first_day", on))


def two_approvals_over(council_id: int, on: date) -> int:
    """Pounds over which a council's invoice needs the yes of two officers."""
    return int(_rule_of(council_id, "two_approvals_over_pounds", on))


def _rule_of(council_id: int, name: str, on: date) -> Any:
    """A council's rule on a day, or what holds everywhere."""
    said = councils.policy(council_id, name, on)
    return POLICIES[name].otherwise if said is None else said


def end_of(day: date) -> datetime:
    """The moment in which a day ends in London."""
    return clock.at_london(day + timedelta(days=1), time())


def first_entry_at(council_id: int) -> datetime | None:
    """When such money first moved; nothing when it never did."""
    rows = [half.with_only_columns(func.min(Journal.at)) for half in council_entries(council_id)]
    return min((at for row in rows if (at := db.session.scalar(row)) is not None), default=None)


def providers_waiting(period: SettlementPeriod) -> list[int]:
    """The providers, by number, that have an entry by the end of these weeks on no invoice, and no invoice for them yet.

    What was withheld before and still is brings no provider an invoice by itself.
    """
    has_one = select(Invoice.provider_id).where(Invoice.period_id == period.id)
    evidenced = or_(~_WITHHELD, _no_longer_withheld(period))
    waits = (Journal.at < end_of(period.ends_on), ~_INVOICED, evidenced)
    halves = [half.with_only_columns(PROVIDER.owner).where(*waits) for half in council_entries(period.council_id)]
    owners = db.session.scalars(union(*halves)).all()
    numbers = {int(owner.partition(":")[2]) for owner in owners}
    return sorted(numbers - set(db.session.scalars(has_one)))


def _no_longer_withheld(period: SettlementPeriod) -> Any:
    if without_times(period.council_id, period.starts_on) == "paid":
        return literal(value=True)
    still = (
        select(VisitPayment.id)
        .join(VisitRecord, and_(VisitRecord.visit_id == VisitPayment.visit_id, VisitRecord.is_current))
        .where(VisitPayment.hold_id == Transfer.settles_id, VisitRecord.came_at.is_(None))
    )
    return ~still.exists()


def entries_waiting(period: SettlementPeriod, provider_id: int) -> list[Entry]:
    """The entries of one provider by the end of these weeks that are on no invoice, in the order of the ledger."""
    found = [
        (sign, row)
        for sign, half in zip((1, -1), council_entries(period.council_id), strict=True)
        for row in db.session.execute(_with_facts(half, period), {"owner": f"provider:{provider_id}"})
    ]
    return [_entry(sign, row) for sign, row in sorted(found, key=lambda one: one[1].transfer_id)]


def _with_facts(half: Select[Any], period: SettlementPeriod) -> Any:
    of_booking = func.substr(Journal.about, len("booking:") + 1)
    return (
        half.with_only_columns(
            Transfer.id.label("transfer_id"),
            Transfer.moved,
            Journal.at,
            Pot.id.label("pot_id"),
            Booking.id.label("booking_id"),
            Visit.id.label("visit_id"),
            Visit.status,
            VisitRecord.came_at,
            VisitRecord.planned_minutes,
            Booking.agreed[("terms", "cards", 0, "vat")].as_string().label("vat"),
            _WITHHELD.label("was_withheld"),
        )
        .outerjoin(VisitPayment, VisitPayment.hold_id == Transfer.settles_id)
        .outerjoin(Visit, Visit.id == VisitPayment.visit_id)
        .outerjoin(VisitRecord, and_(VisitRecord.visit_id == Visit.id, VisitRecord.is_current))
        .outerjoin(Booking, and_(Journal.about.like("booking:%"), Booking.public_id == of_booking))
        .where(PROVIDER.owner == bindparam("owner"), Journal.at < end_of(period.ends_on), ~_INVOICED)
    )


def _entry(sign: int, row: Any) -> Entry:
    return Entry(
        transfer_id=row.transfer_id,
        pot_id=row.pot_id,
        day=clock.london(row.at).date(),
        pence=sign * int(row.moved),
        booking_id=row.booking_id,
        visit_id=row.visit_id,
        ending=row.status,
        has_times=row.came_at is not None,
        is_timed=bool(row.planned_minutes),
        vat=Vat(row.vat) if row.vat and row.vat != "null" else None,
        was_withheld=bool(row.was_withheld),
    )


def terms_for(council_id: int, provider_id: int, day: date) -> list[Terms]:
    """The volume discounts of the frameworks of a council on which a provider had a place on a day."""
    on = (
        select(Framework.id)
        .join(Lot, Lot.framework_id == Framework.id)
        .join(FrameworkPlace, FrameworkPlace.lot_id == Lot.id)
        .where(
            Framework.council_id == council_id,
            FrameworkPlace.provider_id == provider_id,
            Framework.starts_on <= day,
            Framework.ends_on >= day,
            FrameworkPlace.from_on <= day,
            or_(FrameworkPlace.until_on.is_(None), FrameworkPlace.until_on >= day),
        )
        .distinct()
        .order_by(Framework.id)
    )
    found = [(number, discount_on(number, day)) for number in db.session.scalars(on).all()]
    return [Terms(number, one.threshold_pence, one.percent) for number, one in found if one is not None and one.percent]


def open_period(council_id: int) -> SettlementPeriod | None:
    """The four weeks of a council whose invoices are being made."""
    rows = select(SettlementPeriod).where(
        SettlementPeriod.council_id == council_id, SettlementPeriod.closed_at.is_(None)
    )
    return db.session.scalar(rows.execution_options(populate_existing=True))


def last_period(council_id: int) -> SettlementPeriod | None:
    """The latest four weeks of a council, open or closed."""
    rows = select(SettlementPeriod).where(SettlementPeriod.council_id == council_id)
    return db.session.scalar(rows.order_by(SettlementPeriod.starts_on.desc()).limit(1))


def invoice_for(period_id: int, provider_id: int) -> Invoice | None:
    """The invoice of a provider for four weeks, when it was made."""
    return db.session.scalar(select(Invoice).where(Invoice.period_id == period_id, Invoice.provider_id == provider_id))


def last_number(kind: type[Invoice] | type[Remittance], council_id: int) -> int:
    """The highest number of a council's invoices or remittances; 0 when there is none."""
    return db.session.scalar(select(func.max(kind.number)).where(kind.council_id == council_id)) or 0


def councils_to_settle() -> list[int]:
    """Every council that looks after money, by number."""
    rows = select(Pot.council_id).where(Pot.kind == PotKind.COUNCIL_MANAGED).distinct().order_by(Pot.council_id)
    return [number for number in db.session.scalars(rows) if number is not None]
