"""The pages of a provider's finance staff and of a council's finance officers."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.support.settlement.models import Invoice, InvoiceLine, LineQuery, Remittance
from app.support.settlement.rules.invoices import InvoiceStatus
from app.support.settlement.rules.paying import FILE_COLUMNS, PaymentStatus
from tests.factories import accounts
from tests.factories import settlement as made
from tests.inspection import InspectingClient
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("app")


def _text(client: InspectingClient, path: str) -> str:
    return client.page(path).main.get_text(" ", strip=True)  # type: ignore[union-attr]


def _as(client: InspectingClient, who: Person) -> None:
    accounts.sign_in(client, who)


def _invoiced() -> tuple[made.Weeks, Invoice]:
    weeks = made.weeks()
    made.discount(weeks)
    made.charge(weeks, 14_000_01)
    made.visited(weeks, with_times=False)
    made.run()
    return weeks, db.session.scalars(select(Invoice)).one()


def test_from_the_providers_page_to_the_money(client: InspectingClient) -> None:
    weeks, invoice = _invoiced()
    council, remittances = weeks.scene.council.code, f"/council/{weeks.scene.council.code}/remittances"
    with clock.set_to(made.AFTER):
        _as(client, weeks.scene.staff)
        listed = _text(client, "/desk/invoices")
        for words in ("Earned in all £14,000.01", "Kept back until there are times £41.25", "Owed to you £13,720.01"):
            assert words in listed
        desk = f"/desk/invoices/{invoice.public_id}"
        assert "No times are recorded for this visit." in _text(client, desk)
        client.submit(desk, at=f"{desk}/agree")
        _as(client, weeks.finance)
        assert f"{invoice.name} from {weeks.scene.provider.name}" in _text(client, "/council-desk")
        page = f"/council/{council}/invoices/{invoice.public_id}"
        shown = _text(client, page)
        assert "Volume discount −£280.00: 2% of the whole invoice, which is over £14,000.00" in shown
        assert "Ada Example" not in shown
        client.submit(page, at=f"{page}/approve")
        assert "A colleague’s is needed as well" in client.page(page).get_text()
        _as(client, weeks.second)
        client.submit(page, at=f"{page}/approve")
        assert "come to £13,720.01" in _text(client, remittances)
        client.submit(remittances, at=f"{remittances}/make")
        remittance = db.session.scalars(select(Remittance)).one()
        one = f"{remittances}/{remittance.public_id}"
        client.submit(one, at=f"{one}/sent")
        today = clock.today()
        days = {"paid_on__day": today.day, "paid_on__month": today.month, "paid_on__year": today.year}
        client.submit(f"{one}/paid", fate="paid", **days)
        assert "Paid 14 December 2026" in _text(client, one)
        _as(client, weeks.scene.staff)
        assert "Owed to you £0.00" in _text(client, "/desk/invoices")
        assert "£13,720.01" in _text(client, f"/desk/remittances/{remittance.public_id}")
    assert remittance.payments[0].status == PaymentStatus.PAID


def test_a_line_is_queried_and_answered(client: InspectingClient) -> None:
    weeks, invoice = _invoiced()
    line = db.session.scalars(select(InvoiceLine).where(InvoiceLine.visit_id.is_(None))).one()
    with clock.set_to(made.AFTER):
        _as(client, weeks.scene.staff)
        ask = f"/desk/invoices/{invoice.public_id}/lines/{line.public_id}/query"
        assert "Enter what is not right" in client.submit(ask, reason="").get_data(as_text=True)
        client.submit(ask, reason="It was two hours")
        query = db.session.scalars(select(LineQuery)).one()
        _as(client, weeks.finance)
        assert "1 question of a provider about a line to answer" in _text(client, "/council-desk")
        answer = f"/council/{weeks.scene.council.code}/line-queries/{query.public_id}"
        assert "It was two hours" in _text(client, answer)
        client.submit(answer, answer="The record says one")
        _as(client, weeks.scene.staff)
        assert "The record says one" in _text(client, f"/desk/invoices/{invoice.public_id}")
    db.session.expire_all()
    assert invoice.progress.status == InvoiceStatus.MADE


def test_the_file_has_a_row_for_each_invoice_with_the_councils_codes(client: InspectingClient) -> None:
    weeks, invoice = _invoiced()
    here = f"/council/{weeks.scene.council.code}"
    with clock.set_to(made.AFTER):
        for who in (weeks.finance, weeks.second):
            _as(client, who)
            client.submit(f"{here}/invoices/{invoice.public_id}", at=f"{here}/invoices/{invoice.public_id}/approve")
        client.submit(f"{here}/ledger-codes", support="R1000", vat="", discount="=D1")
        client.submit(f"{here}/remittances", at=f"{here}/remittances/make")
        answer = client.get(f"{here}/remittances.csv").get_data(as_text=True).removeprefix("\ufeff")
        columns = client.get(f"{here}/remittances-columns.csv").get_data(as_text=True)
    head, row = csv.reader(io.StringIO(answer))
    found = dict(zip(head, row, strict=True))
    assert head == list(FILE_COLUMNS)
    assert all(name in columns for name in FILE_COLUMNS)
    assert (found["invoice"], found["status"], found["due_pounds"], found["discount_pounds"]) == (
        invoice.name,
        "not_sent",
        "13720.01",
        "280.00",
    )
    assert (found["support_code"], found["vat_code"], found["discount_code"]) == ("R1000", "", "'=D1")


def test_looking_at_lines_is_on_record_for_the_person_and_the_list_is_paged(client: InspectingClient) -> None:
    weeks, invoice = _invoiced()
    page = f"/council/{weeks.scene.council.code}/invoices/{invoice.public_id}"
    _as(client, weeks.finance)
    with clock.set_to(made.AFTER):
        client.page(page)
        looks = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "invoice_lines_looked_at")).all()
        assert [one.for_person_id for one in looks] == [weeks.scene.person.id]
        for _ in range(25):
            made.charge(weeks, 1_00, made.IN_NEXT)
        made.run(made.AFTER_NEXT)
        second = db.session.scalars(select(Invoice).where(Invoice.number == 2)).one()
        path = f"/council/{weeks.scene.council.code}/invoices/{second.public_id}"
        with counted() as few:
            assert len(client.page(path).select("tbody tr")) == 20
        assert len(few) <= 12, few
        assert len(client.page(f"{path}?page=2").select("tbody tr")) == 5
        with counted() as desk:
            client.page(f"/council/{weeks.scene.council.code}/settlement")
        assert len(desk) <= 18, desk


@pytest.mark.parametrize(
    "page", ["settlement", "invoices", "remittances", "line-queries", "remittances.csv", "ledger-codes"]
)
def test_another_councils_officer_and_other_roles_find_nothing(client: InspectingClient, page: str) -> None:
    weeks, other = made.weeks(), made.weeks()
    for who, status in (
        (other.finance, 404),
        (accounts.person(Role.PAYMENTS), 403),
        (accounts.person(Role.COMMISSIONER, council_id=weeks.scene.council.id), 403),
        (weeks.scene.staff, 403),
    ):
        _as(client, who)
        assert client.get(f"/council/{weeks.scene.council.code}/{page}").status_code == status


def test_staff_without_the_duty_of_finance_see_no_invoice(client: InspectingClient) -> None:
    weeks, invoice = _invoiced()
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == weeks.scene.staff.id)).one()
    grant.duties = ["manage", "answer", "record"]
    db.session.commit()
    _as(client, weeks.scene.staff)
    assert client.get(f"/desk/invoices/{invoice.public_id}").status_code == 404
    assert "You do not do the finances" in _text(client, "/desk/invoices")
    assert invoice.period.starts_on == date(2026, 11, 16)
