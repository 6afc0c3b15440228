"""Four weeks, what an entry of the ledger becomes on an invoice, the volume discount, and where an invoice stands.

Sources: "Four-weekly invoices" of the source papers (West Sussex, Manchester, Barking). Amounts are whole pence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.base.refusals import Conflict
from app.market.catalogue.rules.rates import VAT_PERCENT, Vat
from app.market.catalogue.rules.tariffs import rounded_half_up
from app.support.booking_records.rules.states import CAME, VisitStatus

FOUR_WEEKS = timedelta(days=28)
LAST_DAY = timedelta(days=27)
"""From the first day of four weeks to the last."""


class LineFate(StrEnum):
    """Whether a line is on the invoice or kept back."""

    INVOICED = "invoiced"
    WITHHELD = "withheld"


class InvoiceStatus(StrEnum):
    """Where an invoice stands. The invoice itself never changes."""

    MADE = "made"
    QUERIED = "queried"
    APPROVED_ONCE = "approved_once"
    APPROVED = "approved"
    REMITTED = "remitted"
    NOTHING_TO_PAY = "nothing_to_pay"


STATUS_WORDS = {
    InvoiceStatus.MADE: "Waits for the council",
    InvoiceStatus.QUERIED: "Queried",
    InvoiceStatus.APPROVED_ONCE: "Needs a second yes",
    InvoiceStatus.APPROVED: "Approved",
    InvoiceStatus.REMITTED: "On a remittance",
    InvoiceStatus.NOTHING_TO_PAY: "Nothing to pay",
}
MAY_BECOME: dict[InvoiceStatus, frozenset[InvoiceStatus]] = {
    InvoiceStatus.MADE: frozenset({InvoiceStatus.QUERIED, InvoiceStatus.APPROVED_ONCE, InvoiceStatus.APPROVED}),
    InvoiceStatus.QUERIED: frozenset({InvoiceStatus.QUERIED, InvoiceStatus.MADE}),
    InvoiceStatus.APPROVED_ONCE: frozenset({InvoiceStatus.QUERIED, InvoiceStatus.APPROVED}),
    InvoiceStatus.APPROVED: frozenset({InvoiceStatus.REMITTED}),
    InvoiceStatus.REMITTED: frozenset(),
    InvoiceStatus.NOTHING_TO_PAY: frozenset(),
}
OPEN_TO_QUERY = frozenset({InvoiceStatus.MADE, InvoiceStatus.QUERIED, InvoiceStatus.APPROVED_ONCE})


def invoice_must_become(now: InvoiceStatus, then: InvoiceStatus) -> None:
    """Let pass a step that an invoice may take.

    Raises:
        Conflict: for any other.
    """
    if then not in MAY_BECOME[now]:
        raise Conflict(f"This invoice is now: {STATUS_WORDS[now].lower()}. Look at it again.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer between money a council looks after and a provider, as it may come onto an invoice."""

    transfer_id: int
    pot_id: int
    day: date
    """London's day on which it was written."""
    pence: int
    """What was charged; less than nothing: what was given back."""
    booking_id: int | None
    visit_id: int | None
    ending: VisitStatus | None
    has_times: bool
    is_timed: bool
    """Whether the visit lasts a time at all: things do not."""
    vat: Vat | None
    was_withheld: bool


WITHHELD_NO_TIMES = "No times are recorded for this visit. It is paid once the visit has the times it began and ended."


def why_withheld(entry: Entry, rule: str) -> str:
    """Why a line is kept back; nothing when it is not.

    Only a charge for a visit that was given can be: one refused, not used or called off late never had times, and what
    was charged and given back since is both on the invoice.

    Args:
        entry: the charge.
        rule: the council's rule ``invoice_without_times``: ``withheld`` or ``paid``.
    """
    given = entry.ending is not None and entry.ending in CAME and entry.is_timed
    return WITHHELD_NO_TIMES if rule == "withheld" and entry.pence > 0 and given and not entry.has_times else ""


def vat_in(pence: int, vat: Vat | None) -> int:
    """How much of an amount is VAT, a half penny going up; of what is given back, as much as was charged."""
    percent = VAT_PERCENT[vat] if vat else 0
    whole = rounded_half_up(abs(pence) * percent, 100 + percent)[0]
    return whole if pence >= 0 else -whole


def volume_discount(pence: int, *, over_pence: int, percent: int) -> int:
    """What a provider gives the council on a whole invoice that is over a threshold; at the threshold nothing.

    ``volume_discount(14_000_00, over_pence=14_000_00, percent=2)`` is ``0``; of ``14_000_01`` it is ``280_00``.
    """
    return rounded_half_up(pence * percent, 100)[0] if pence > over_pence else 0


@dataclass(frozen=True, slots=True)
class Terms:
    """A framework's volume discount as it held on the first day of four weeks."""

    framework_id: int
    over_pence: int
    percent: int


def best_terms(pence: int, terms: Iterable[Terms]) -> tuple[Terms | None, int]:
    """Of the frameworks a provider is on, the one whose discount on this invoice is largest, and that discount.

    One discount on one invoice: they are never added up.
    """
    best, most = None, 0
    for one in terms:
        discount = volume_discount(pence, over_pence=one.over_pence, percent=one.percent)
        if discount > most:
            best, most = one, discount
    return best, most


def first_day_of(day: date, anchor: date) -> date:
    """The first day of the four weeks that a day is in, counted in both directions from an anchor."""
    return day - timedelta(days=(day - anchor).days % FOUR_WEEKS.days)


def needs_two(pence: int, limit_pounds: int) -> bool:
    """Whether two officers must say yes to paying so much (or to taking so much back)."""
    return abs(pence) > limit_pounds * 100
