"""The discount to the penny, VAT that is in a line, and which four weeks a day is in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.money import pounds_of
from app.base.refusals import Conflict
from app.market.catalogue.rules.rates import Vat
from app.platform.tables.rules.writing import as_csv
from app.support.booking_records.rules.states import VisitStatus
from app.support.settlement.rules.invoices import (
    Entry,
    InvoiceStatus,
    Terms,
    best_terms,
    first_day_of,
    invoice_must_become,
    needs_two,
    vat_in,
    volume_discount,
    why_withheld,
)


@pytest.mark.parametrize(
    ("pence", "discount"),
    [
        (0, 0),
        (-14_000_01, 0),
        (13_999_99, 0),
        (14_000_00, 0),
        (14_000_01, 280_00),
        (14_000_24, 280_00),
        (14_000_25, 280_01),
        (20_000_00, 400_00),
    ],
)
def test_the_discount_is_on_the_whole_invoice_once_it_is_over_the_threshold(pence: int, discount: int) -> None:
    assert volume_discount(pence, over_pence=14_000_00, percent=2) == discount


def test_of_two_frameworks_the_larger_discount_counts_and_never_both() -> None:
    two, five, none = Terms(1, 14_000_00, 2), Terms(2, 20_000_00, 5), Terms(3, 0, 0)
    assert best_terms(15_000_00, [two, five, none]) == (two, 300_00)
    assert best_terms(21_000_00, [two, five, none]) == (five, 1_050_00)
    assert best_terms(14_000_00, [two, five, none]) == (None, 0)


def test_vat_is_in_the_amount_and_comes_back_as_it_was_charged() -> None:
    assert [vat_in(pence, Vat.STANDARD) for pence in (41_25, -41_25, 3)] == [688, -688, 1]
    assert [vat_in(21_00, vat) for vat in (Vat.REDUCED, Vat.EXEMPT, Vat.ZERO, None)] == [1_00, 0, 0, 0]


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_every_day_is_in_four_weeks_counted_from_the_anchor(day: date, anchor: date) -> None:
    first = first_day_of(day, anchor)
    assert timedelta() <= day - first < timedelta(days=28)
    assert (first - anchor).days % 28 == 0


def _entry(pence: int, ending: VisitStatus | None, *, has_times: bool = False, is_timed: bool = True) -> Entry:
    return Entry(1, 1, date(2026, 1, 1), pence, None, None, ending, has_times, is_timed, None, was_withheld=False)


def test_only_a_visit_that_was_given_without_times_is_withheld() -> None:
    withheld = [VisitStatus.DELIVERED, VisitStatus.PART_DELIVERED]
    for ending in [*VisitStatus, None]:
        assert bool(why_withheld(_entry(1, ending), "withheld")) == (ending in {*withheld, VisitStatus.DAMAGED})
        assert why_withheld(_entry(1, ending), "paid") == ""
        assert why_withheld(_entry(-1, ending), "withheld") == ""
        assert why_withheld(_entry(1, ending, has_times=True), "withheld") == ""
        assert why_withheld(_entry(1, ending, is_timed=False), "withheld") == ""


def test_two_officers_are_needed_over_the_limit_and_not_at_it() -> None:
    assert [needs_two(pence, 10_000) for pence in (10_000_00, 10_000_01, -10_000_01)] == [False, True, True]
    assert needs_two(1, 0)


def test_pounds_in_a_file_are_plain_numbers() -> None:
    told = as_csv(["a"], [[pounds_of(pence)] for pence in (0, 5, -50_00, 13_720_01, 1_000_000_00)])
    assert told.decode().split()[1:] == ["0.00", "0.05", "-50.00", "13720.01", "1000000.00"]


def test_what_is_paid_never_goes_back() -> None:
    for then in InvoiceStatus:
        with pytest.raises(Conflict):
            invoice_must_become(InvoiceStatus.REMITTED, then)
    invoice_must_become(InvoiceStatus.MADE, InvoiceStatus.APPROVED)
