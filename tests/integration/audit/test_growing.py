"""Tables that only grow: the database refuses to change, remove or replace a row of them, and a command names what keeps them."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Table, UniqueConstraint, select, text
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.bank_accounts import PURPOSE, bank_account
from app.base.columns import Base
from app.base.db import alembic, db, transaction
from app.funding.agreeing.models import AgreementLook
from app.funding.budgets.actions import pots
from app.funding.budgets.models import MoneyDecision, OneOffAgreement, OutsideSpending, Pot, Receipt
from app.funding.budgets.rules.kinds import DecisionKind, PotKind
from app.funding.corrections.models import Correction
from app.funding.payments.actions.paying_back import give_bank_account
from app.funding.spent_elsewhere.models import ReceiptFile
from app.insight.trends.models import TrendCounted
from app.market.catalogue.models import WithdrawnRate
from app.market.presenting.models import ProviderChange
from app.platform.audit.queries import growth_guards_missing
from app.platform.audit.rules.growth_guards import POSTGRESQL_GUARDS, SQLITE_GUARDS
from app.platform.ledger.actions import transfers
from app.platform.ledger.rules import JournalKind
from app.platform.web.seals import seal_for
from app.shop.reviews import actions as reviews
from app.shop.reviews.models import ReviewVersion
from app.support.settlement.models import BankDetails, Invoice, Remittance, RemittanceInvoice
from tests.factories import accounts, bookings, circles, files, settlement, trends
from tests.factories.budgets import agree_budget
from tests.integration.web.complained import complained

MAY_STILL_CHANGE = {
    "visit_record": {"is_current"},
    "money_choice": {
        "status",
        "answered_at",
        "answered_by_id",
        "fee_percent",
        "answer_words",
        "enacted_at",
        "enacted_by_id",
        "ended_at",
    },
}
"""What of a row moves on, by table; nothing of all others."""


@pytest.fixture
def something_in_each(app: Flask) -> None:
    """One row at least in every table that only grows."""
    scene = bookings.scene()
    manager = accounts.person(accounts.Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    with clock.set_to(bookings.NOW), transaction():
        agree_budget(
            actor=manager,
            person=scene.person,
            council=scene.council,
            year_starts_on=bookings.NOW.date(),
            total_pence=1_300_00,
            contribution_pence=0,
            pots=[(PotKind.DIRECT_PAYMENT, 1_300_00)],
        )
    pot = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 10_000, scene.council)
    bookings.delivered(scene, pot)
    now = bookings.NOW
    with transaction():
        spent = OutsideSpending(
            key="k" * 20,
            person_id=scene.person.id,
            pot_id=pot.id,
            spent_on=now.date(),
            paid_to="A shop",
            paid_for="Wool",
            pence=500,
            recorded_by_id=scene.person.id,
            recorded_at=now,
        )
        db.session.add(spent)
        db.session.flush()
        db.session.add(Receipt(spending_id=spent.id, media_type="image/png", content=b"png"))
        db.session.add(
            ReceiptFile(
                key="r" * 20,
                spending_id=spent.id,
                file_id=files.stored(scene.person).id,
                added_at=now,
                added_by_id=scene.person.id,
            )
        )
        db.session.add(
            WithdrawnRate(
                listing_id=scene.listing.id,
                valid_from=date(2027, 1, 1),
                card={},
                reason="Too early",
                published_at=now,
                withdrawn_at=now,
                withdrawn_by_id=scene.staff.id,
            )
        )
        agreement = OneOffAgreement(
            person_id=scene.person.id,
            provider_id=scene.provider.id,
            council_id=scene.council.id,
            reason="Nobody else speaks her language",
            signed_by_id=manager.id,
            from_on=now.date(),
            until_on=now.date(),
        )
        db.session.add(agreement)
        db.session.flush()
        db.session.add(
            AgreementLook(
                agreement_id=agreement.id, looked_on=now.date(), looked_by_id=manager.id, goes_on=True, words="All well"
            )
        )
        db.session.add(
            ProviderChange(
                provider_id=scene.provider.id, fact="about", before=None, after="Kind", by_id=scene.staff.id, at=now
            )
        )
        mistaken = transfers.post(
            key="mistaken",
            kind=JournalKind.MOVE,
            moves=[(pot.account_id, pots.council_account(scene.council.id).id, 5_00)],
        )
        db.session.add(
            Correction(
                public_id="correction1",
                journal_id=mistaken.id,
                by_journal_id=transfers.correct(journal_id=mistaken.id).id,
                person_id=scene.person.id,
                pot_id=pot.id,
                pence=5_00,
                reason="Mistaken",
                corrected_at=now,
                corrected_by_id=manager.id,
            )
        )
        db.session.add(
            MoneyDecision(
                key="d" * 20,
                kind=DecisionKind.CONTINGENCY,
                person_id=scene.person.id,
                into_pot_id=pot.id,
                pence=5_00,
                reason="A bad week",
                decided_at=now,
                decided_by_id=manager.id,
            )
        )
    _said_about_a_booking(scene, pot)
    _settled()
    _complained_published_and_paid_back(scene)


def _complained_published_and_paid_back(scene: bookings.Scene) -> None:
    """A complaint with its first step, figures with what is counted in them, and an account to pay own money into."""
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    booking = bookings.accepted(scene, pot)
    complained(scene.person, scene.staff, scene.staff, scene.council, booking)
    told = trends.publication(scene.council)
    db.session.add(TrendCounted(publication_id=told.id, booking_id=booking.id, pence=1))
    db.session.commit()
    account = bank_account("Ada Lovelace", "20-30-40", "12345678")
    with transaction():
        give_bank_account(actor=scene.person, person=scene.person, account=account, seal=seal_for(PURPOSE))


def _said_about_a_booking(scene: bookings.Scene, pot: Pot) -> None:
    """A review that its writer changed."""
    booking = bookings.delivered(scene, pot)
    with clock.set_to(booking.visits[0].ends_at + timedelta(hours=1)), transaction():
        review = reviews.write_review(
            actor=scene.person, booking=booking, quality=4, value=4, words="Kind and on time, every week."
        )
        db.session.add(
            ReviewVersion(review_id=review.id, number=1, quality=3, value=4, words="Kind.", replaced_at=clock.now())
        )


def _settled() -> None:
    """An invoice with its line, and a remittance."""
    weeks = settlement.weeks()
    settlement.charge(weeks, 10_00)
    settlement.run()
    invoice = db.session.scalars(select(Invoice)).one()
    with transaction():
        remittance = Remittance(
            council_id=invoice.council_id,
            provider_id=invoice.provider_id,
            number=1,
            pence=10_00,
            discount_pence=0,
            made_at=settlement.AFTER,
            made_by_id=weeks.finance.id,
        )
        db.session.add(remittance)
        db.session.flush()
        db.session.add(
            BankDetails(
                provider_id=invoice.provider_id,
                sealed="sealed",
                masked="account ending 678",
                given_at=settlement.AFTER,
                given_by_id=weeks.scene.staff.id,
            )
        )
        db.session.add(RemittanceInvoice(invoice_id=invoice.id, remittance_id=remittance.id))


def _rows(table: str) -> list[tuple[object, ...]]:
    found = [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]
    db.session.rollback()
    return found


def _refused(statement: str) -> None:
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(statement))


def _writable(table: Table) -> list[str]:
    """Every column a replacing row brings along, its own number apart."""
    return [one.name for one in table.columns if not one.primary_key]


def _unique_ways(table: Table) -> int:
    return sum(one.unique for one in table.indexes) + sum(
        isinstance(one, UniqueConstraint) for one in table.constraints
    )


@pytest.mark.usefixtures("something_in_each")
@pytest.mark.parametrize("name", sorted(set(SQLITE_GUARDS) - {"settlement_period"}))
def test_a_row_stays_as_it_was_written(name: str) -> None:
    table = Base.metadata.tables[name]
    before = _rows(name)
    assert before
    number = next(iter(table.primary_key.columns)).name
    for column in [one.name for one in table.columns if one.name not in MAY_STILL_CHANGE.get(name, ())]:
        _refused(f"UPDATE {name} SET {column} = {column}" if name != "visit_record" else _changed(table, column))
    _refused(f"DELETE FROM {name}")
    columns = ", ".join(_writable(table))
    same = f"INSERT INTO {name} ({number}, {columns}) SELECT {number}, {columns} FROM {name} WHERE true"
    some = _writable(table)[0]
    _refused(f"{same} ON CONFLICT ({number}) DO UPDATE SET {some} = excluded.{some}")
    if db.engine.dialect.name == "sqlite":
        replacing = same.replace("INSERT INTO", "INSERT OR REPLACE INTO")
        _refused(replacing)
        if _unique_ways(table):
            # A new number, and everything by which the row is known besides.
            _refused(replacing.replace(f"SELECT {number},", f"SELECT {number} + 1000,"))
    else:
        _refused(f"TRUNCATE {name} CASCADE")
    assert _rows(name) == before


@pytest.mark.usefixtures("something_in_each")
def test_a_period_of_invoices_is_closed_once_and_never_replaced() -> None:
    before = _rows("settlement_period")
    table = Base.metadata.tables["settlement_period"]
    columns = ", ".join(_writable(table))
    _refused("DELETE FROM settlement_period")
    _refused("UPDATE settlement_period SET closed_at = NULL WHERE closed_at IS NOT NULL")
    if db.engine.dialect.name == "sqlite":
        for number in ("id", "id + 1000"):
            _refused(
                f"INSERT OR REPLACE INTO settlement_period (id, {columns}) SELECT {number}, {columns} FROM settlement_period"
            )
    assert _rows("settlement_period") == before
    assert any(row[-1] is not None for row in before)


def _changed(table: Table, column: str) -> str:
    """A statement that truly changes a column: the record of a visit lets through what changes nothing."""
    kind = table.columns[column].type.python_type
    if kind is bool:
        value = f"NOT {column}"
    elif kind is int:
        value = f"{column} + 1"
    elif kind is str:
        value = f"{column} || 'x'"
    elif kind in (list, dict):
        value = "'[1]'"
    else:
        value = "'2020-01-01 00:00:00'"
    return f"UPDATE {table.name} SET {column} = {value}"


@pytest.mark.usefixtures("something_in_each")
def test_a_choice_or_a_record_that_stands_is_not_pushed_out_by_another() -> None:
    if db.engine.dialect.name != "sqlite":
        with transaction():
            db.session.execute(text("UPDATE visit_record SET is_current = false"))
        _refused("UPDATE visit_record SET is_current = true")
        return
    before = _rows("money_choice")
    values = _writable(Base.metadata.tables["money_choice"])
    spare = ", ".join(
        {"public_id": "'other'", "key": "'other'", "status": "'replaced'"}.get(one, one) for one in values
    )
    with transaction():
        db.session.execute(
            text(f"INSERT INTO money_choice ({', '.join(values)}) SELECT {spare} FROM money_choice LIMIT 1")
        )
    _refused("UPDATE OR REPLACE money_choice SET status = 'enacted' WHERE key = 'other'")
    assert len(_rows("money_choice")) == len(before) + 1
    with transaction():
        db.session.execute(text("UPDATE visit_record SET is_current = 0"))
    _refused("UPDATE OR REPLACE visit_record SET is_current = 1")


def test_every_table_that_says_it_only_grows_is_kept() -> None:
    says = {
        one.class_.__tablename__
        for one in Base.registry.mappers
        if "nly ever added" in f"{one.class_.__doc__}{_of_module(one.class_)}"
    }
    assert says - {"journal"} <= set(SQLITE_GUARDS)
    assert set(SQLITE_GUARDS) == set(POSTGRESQL_GUARDS)


def _of_module(model: type) -> str:
    module = __import__(model.__module__, fromlist=["x"])
    models = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == model.__module__]
    # The first words of a file speak for its table where it has but one.
    return f"{module.__doc__}" if len([one for one in models if hasattr(one, "__tablename__")]) == 1 else ""


def test_the_check_names_each_guard_that_is_gone_or_rewritten(app: Flask) -> None:
    assert growth_guards_missing() == []
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["audit", "check"])
    assert (whole.exit_code, "audit_event" in whole.output, "budget_version" in whole.output) == (0, True, True)
    is_lite = db.engine.dialect.name == "sqlite"
    for table, guards in (SQLITE_GUARDS if is_lite else POSTGRESQL_GUARDS).items():
        for name in guards:
            with transaction():
                db.session.execute(text(f"DROP TRIGGER {name}" + ("" if is_lite else f" ON {table}")))
            told = runner.invoke(args=["audit", "check"])
            assert (told.exit_code, told.output) == (1, f"{table}: its guard {name} is not there\n")
            db.session.rollback()
            body = "BEGIN SELECT 1; END" if is_lite else "EXECUTE FUNCTION audit_event_only_grows()"
            with transaction():
                db.session.execute(text(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} {body}"))
            told = runner.invoke(args=["audit", "check"])
            assert (told.exit_code, told.output) == (1, f"{table}: its guard {name} is not as it was made\n")
            db.session.rollback()
            _put_back(name, table, is_lite=is_lite)


def _put_back(name: str, table: str, *, is_lite: bool) -> None:
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {name}" + ("" if is_lite else f" ON {table}")))
        db.session.execute(text(_MADE[name]))


_MADE: dict[str, str] = {}


@pytest.fixture(autouse=True)
def _how_they_were_made(app: Flask) -> None:
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    _MADE.clear()
    _MADE.update(tuple(row) for row in db.session.execute(text(asked)))
    db.session.rollback()


def test_guards_stand_again_after_the_way_down_and_up(app: Flask) -> None:
    alembic.downgrade("0025")
    assert (growth_guards_missing() != []) is True
    db.session.close()
    alembic.upgrade()
    assert growth_guards_missing() == []
