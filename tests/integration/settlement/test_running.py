"""Invoices of four weeks: to the penny, once, without gaps, and never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.platform.messages.models import Message
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.settlement.actions import running
from app.support.settlement.models import Invoice, InvoiceLine, SettlementPeriod
from app.support.settlement.rules.invoices import InvoiceStatus, LineFate
from app.support.visits.actions import disputes
from tests.factories import bookings, councils
from tests.factories import settlement as made
from tests.factories.at_once import at_once

pytestmark = pytest.mark.usefixtures("app")


def _invoices() -> list[Invoice]:
    db.session.expire_all()
    return list(db.session.scalars(select(Invoice).order_by(Invoice.council_id, Invoice.number)))


def _sums() -> list[tuple[int, int, int, int]]:
    return [(one.charged_pence, one.credited_pence, one.discount_pence, one.due_pence) for one in _invoices()]


def test_nothing_is_made_before_the_weeks_are_over_and_once_after() -> None:
    weeks = made.weeks()
    made.charge(weeks, 41_25)
    made.charge(weeks, 10_00, made.IN_NEXT)
    with_clock = datetime(2026, 12, 13, 23, 59, tzinfo=UTC)
    assert made.run(with_clock) == ("0 invoices made, 0 times four weeks closed.",)
    assert made.run() == ("1 invoice made, 1 four weeks closed.",)
    assert made.run() == ("0 invoices made, 0 times four weeks closed.",)
    (invoice,) = _invoices()
    assert (invoice.number, invoice.due_pence, invoice.period.starts_on, invoice.period.ends_on) == (
        1,
        41_25,
        made.FIRST,
        made.LAST,
    )
    assert invoice.progress.status == InvoiceStatus.MADE
    told = db.session.scalars(select(Message).where(Message.to_person_id == weeks.scene.staff.id)).all()
    assert [one.link for one in told] == [f"/desk/invoices/{invoice.public_id}"]


@pytest.mark.parametrize(
    ("pence", "due"), [((14_000_00,), 14_000_00), ((14_000_01,), 13_720_01), ((7_000_00, 7_000_01), 13_720_01)]
)
def test_the_discount_is_over_the_threshold_on_all_pots_together(pence: tuple[int, ...], due: int) -> None:
    weeks = made.weeks()
    made.discount(weeks)
    for one in pence:
        pot = bookings.pot(bookings.scene().person, PotKind.COUNCIL_MANAGED, one, weeks.scene.council)
        made.charge(weeks, one, pot=pot)
    made.run()
    (invoice,) = _invoices()
    assert invoice.due_pence == due
    assert invoice.discount_pence == sum(pence) - due


def test_terms_are_those_of_the_first_day_and_of_a_framework_the_provider_is_on() -> None:
    weeks = made.weeks()
    made.discount(weeks, over=0, percent=1, from_on=made.FIRST)
    made.discount(weeks, over=0, percent=50, from_on=made.FIRST + timedelta(days=1))
    other = councils.framework(weeks.scene.council, ["companionship"])
    made.discount(made.Weeks(weeks.scene, weeks.pot, other, weeks.finance, weeks.second), over=0, percent=90)
    made.charge(weeks, 100_00)
    made.run()
    assert _sums() == [(100_00, 0, 1_00, 99_00)]


def test_a_credit_lowers_the_weeks_it_arises_in_and_no_others() -> None:
    weeks = made.weeks()
    made.discount(weeks)
    made.charge(weeks, 15_000_00)
    made.run()
    made.charge(weeks, 14_500_00, made.IN_NEXT)
    made.charge(weeks, -600_00, made.IN_NEXT)
    made.run(made.AFTER_NEXT)
    assert _sums() == [(15_000_00, 0, 300_00, 14_700_00), (14_500_00, 600_00, 0, 13_900_00)]


def test_more_given_back_than_charged_is_owed_by_the_provider() -> None:
    weeks = made.weeks()
    made.charge(weeks, 50_00)
    made.run()
    made.charge(weeks, -50_00, made.IN_NEXT)
    made.run(made.AFTER_NEXT)
    assert _sums() == [(50_00, 0, 0, 50_00), (0, 50_00, 0, -50_00)]


def test_weeks_without_anything_are_closed_and_a_late_start_catches_up() -> None:
    weeks = made.weeks()
    made.charge(weeks, 50_00)
    made.charge(weeks, 60_00, made.IN_NEXT + timedelta(days=56))
    made.run(made.AFTER_NEXT + timedelta(days=56))
    periods = db.session.scalars(select(SettlementPeriod).order_by(SettlementPeriod.starts_on)).all()
    assert [one.starts_on for one in periods] == [made.FIRST + timedelta(days=28 * number) for number in range(4)]
    assert [(one.number, one.due_pence, one.period.starts_on) for one in _invoices()] == [
        (1, 50_00, periods[0].starts_on),
        (2, 60_00, periods[3].starts_on),
    ]


def test_a_visit_without_times_is_withheld_with_why_and_paid_once_it_has_them() -> None:
    weeks = made.weeks()
    visit = made.visited(weeks, with_times=False)
    made.run()
    (invoice,) = _invoices()
    (line,) = db.session.scalars(select(InvoiceLine))
    assert (invoice.due_pence, invoice.withheld_pence) == (0, 41_25)
    assert invoice.progress.status == InvoiceStatus.NOTHING_TO_PAY
    assert line.fate == LineFate.WITHHELD
    assert line.why.startswith("No times are recorded")
    assert line.visit_id == visit.id
    made.run(made.AFTER_NEXT)
    assert len(_invoices()) == 1
    # Decided with times: what was charged and given back cancel out, and the visit is paid.
    with clock.set_to(visit.ends_at + timedelta(days=1)), transaction():
        dispute = disputes.raise_dispute(
            actor=weeks.scene.person,
            visit=visit,
            claim=DisputeClaim.OTHER_TIMES,
            words="She came later",
            says=_stay(visit),
        )
    with clock.set_to(visit.ends_at + timedelta(days=2)), transaction():
        disputes.answer_dispute(actor=weeks.scene.staff, dispute=dispute, agrees=True)
    made.run(made.AFTER_NEXT + timedelta(days=28))
    assert [(one.charged_pence, one.credited_pence, one.due_pence) for one in _invoices()] == [
        (0, 0, 0),
        (82_50, 41_25, 41_25),
    ]


def _stay(visit: object) -> disputes.TimesWorked:
    return disputes.TimesWorked(visit.starts_at, visit.ends_at)  # type: ignore[attr-defined]


def test_a_visit_with_times_is_paid() -> None:
    weeks = made.weeks()
    made.visited(weeks, with_times=True)
    made.run()
    (invoice,) = _invoices()
    assert (invoice.due_pence, invoice.withheld_pence) == (41_25, 0)


def test_other_money_is_on_no_invoice() -> None:
    weeks = made.weeks()
    for kind in (PotKind.DIRECT_PAYMENT, PotKind.INDIVIDUAL_SERVICE_FUND, PotKind.OWN_MONEY):
        council = None if kind == PotKind.OWN_MONEY else weeks.scene.council
        made.charge(weeks, 10_00, pot=bookings.pot(weeks.scene.person, kind, 10_00, council))
    made.run()
    assert _invoices() == []


def test_several_runs_at_once_make_each_invoice_once_and_leave_no_gap(app: Flask) -> None:
    all_weeks = [made.weeks() for _ in range(3)]
    first = all_weeks[0]
    for weeks in all_weeks:
        pot = bookings.pot(weeks.scene.person, PotKind.COUNCIL_MANAGED, 10_00, first.scene.council)
        made.charge(weeks, 10_00, pot=pot)

    def run(_number: int) -> None:
        with clock.set_to(made.AFTER):
            running.run_settlement()

    assert at_once(app, run, 4) == ["done"] * 4
    assert [one.number for one in _invoices()] == [1, 2, 3]
    assert [one.due_pence for one in _invoices()] == [10_00] * 3


def test_a_run_that_was_cut_short_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    all_weeks = [made.weeks() for _ in range(3)]
    for weeks in all_weeks:
        pot = bookings.pot(weeks.scene.person, PotKind.COUNCIL_MANAGED, 10_00, all_weeks[0].scene.council)
        made.charge(weeks, 10_00, pot=pot)
    whole, calls = running.write_rows, iter([True, False])

    def dies(*args: object) -> object:
        if next(calls):
            return whole(*args)  # type: ignore[arg-type]
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(running, "write_rows", dies)
        with pytest.raises(SystemExit):
            made.run()
    assert [one.number for one in _invoices()] == [1]
    made.run()
    assert [(one.number, one.due_pence) for one in _invoices()] == [(1, 10_00), (2, 10_00), (3, 10_00)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_period SET ends_on = starts_on",
        "UPDATE settlement_period SET closed_at = NULL",
        "DELETE FROM settlement_period",
        (
            "INSERT INTO invoice (public_id, council_id, provider_id, period_id, number, made_at, charged_pence, credited_pence,"
            " withheld_pence, vat_pence, discount_pence, due_pence) SELECT 'x', council_id, provider_id + 1, period_id, 2,"
            " made_at, 0, 0, 0, 0, 0, 0 FROM invoice"
        ),
        (
            "INSERT INTO invoice_line (public_id, invoice_id, transfer_id, pot_id, entered_on, pence, vat_pence, fate, why)"
            " SELECT 'x', invoice_id, transfer_id, pot_id, entered_on, pence, vat_pence, fate, why FROM invoice_line"
        ),
    ],
)
def test_the_database_refuses_what_would_open_closed_weeks_or_pay_twice(statement: str) -> None:
    made.charge(made.weeks(), 10_00)
    made.run()
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(statement))


def test_the_database_refuses_a_gap() -> None:
    weeks = made.weeks()
    made.charge(weeks, 10_00)
    with transaction():
        period = SettlementPeriod(
            council_id=weeks.scene.council.id, starts_on=made.FIRST, ends_on=made.LAST, opened_at=made.AFTER
        )
        db.session.add(period)
    number = period.id
    with pytest.raises(DBAPIError), transaction():
        db.session.add(
            Invoice(
                council_id=weeks.scene.council.id,
                provider_id=weeks.scene.provider.id,
                period_id=number,
                number=2,
                made_at=made.AFTER,
                charged_pence=0,
                credited_pence=0,
                withheld_pence=0,
                vat_pence=0,
                discount_pence=0,
                due_pence=0,
            )
        )
        db.session.flush()
