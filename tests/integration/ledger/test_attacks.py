"""Somebody writes SQL straight at the database: it refuses, on both kinds, and nothing has changed.

SQLite is attacked through a plain connection of its own, without the pragmas the application sets.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from app.base.db import alembic, db, transaction
from app.platform.ledger.actions.transfers import hold, post, settle
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.queries import available, guards_missing, ledger_differences
from app.platform.ledger.rules import CONSTRAINTS, POSTGRESQL_CONSTRAINTS, AccountKind, JournalKind
from tests.factories.ledger import account

pytestmark = pytest.mark.usefixtures("app")

ACCOUNT = "INSERT INTO ledger_account (kind, owner, guarded, credited, debited, held, applied_id) VALUES "
JOURNAL = "INSERT INTO journal (key, digest, kind, at) VALUES "
TRANSFER = "INSERT INTO transfer (journal_id, debit_id, credit_id, held, moved, settles_id) VALUES "
NOW = "'2026-06-01 09:00:00'"

ATTACKS = {
    "money written into a pot": "UPDATE ledger_account SET credited = credited + 1 WHERE id = {pot}",
    "spending forgotten": "UPDATE ledger_account SET debited = 0 WHERE id = {pot}",
    "money no longer set aside": "UPDATE ledger_account SET held = 0 WHERE id = {pot}",
    "money written in beside a made-up transfer": "UPDATE ledger_account SET credited = credited + 1,"
    " applied_id = applied_id + 1 WHERE id = {pot}",
    "the same transfer counted twice": "UPDATE ledger_account SET credited = credited + 10000, applied_id = {funding}"
    " WHERE id = {pot}",
    "the newest transfer counted twice": "UPDATE ledger_account SET held = held + 500, applied_id = {open}"
    " WHERE id = {pot}",
    "somebody else's transfer counted": "UPDATE ledger_account SET credited = credited + 700, applied_id = {last}"
    " WHERE id = {pot}",
    "an account set back": "UPDATE ledger_account SET applied_id = 0 WHERE id = {pot}",
    "sums written into an unguarded account": "UPDATE ledger_account SET credited = 5 WHERE id = {provider}",
    "a guard taken away": "UPDATE ledger_account SET guarded = false WHERE id = {pot}",
    "a guard put up late": "UPDATE ledger_account SET guarded = true WHERE id = {provider}",
    "an account of another kind": "UPDATE ledger_account SET kind = 'card' WHERE id = {pot}",
    "an account given away": "UPDATE ledger_account SET owner = 'pot:mine' WHERE id = {pot}",
    "an account renumbered": "UPDATE ledger_account SET id = 98765 WHERE id = {pot}",
    "an account removed": "DELETE FROM ledger_account WHERE id = {unused}",
    "an account born rich": ACCOUNT + "('pot', 'pot:rich', true, 5, 0, 0, 0)",
    "an account born with room to grow": ACCOUNT + "('pot', 'pot:odd', true, 0, 0, 0, 99)",
    "an account born in debt": ACCOUNT + "('pot', 'pot:poor', true, 0, 5, 0, 0)",
    "an account opened twice": ACCOUNT + "('pot', '{owner}', true, 0, 0, 0, 0)",
    "an account opened over another": "INSERT INTO ledger_account (id, kind, owner, guarded, credited, debited, held,"
    " applied_id) VALUES ({pot}, 'pot', 'pot:over', true, 0, 0, 0, 0)",
    "a balance upserted": ACCOUNT + "('pot', '{owner}', true, 0, 0, 0, 0)"
    " ON CONFLICT (kind, owner) DO UPDATE SET credited = 99999",
    "an amount changed": "UPDATE transfer SET moved = 1 WHERE id = {funding}",
    "a transfer turned round": "UPDATE transfer SET debit_id = credit_id, credit_id = debit_id WHERE id = {funding}",
    "a transfer removed": "DELETE FROM transfer WHERE id = {last}",
    "every transfer removed": "DELETE FROM transfer",
    "an event retold": "UPDATE journal SET about = 'booking:other' WHERE id = {event}",
    "an event moved in time": f"UPDATE journal SET at = {NOW} WHERE id = {{event}}",
    "an event removed": "DELETE FROM journal WHERE id = {empty_event}",
    "an event told twice": JOURNAL + f"('{{key}}', 'x', 'move', {NOW})",
    "an event upserted": JOURNAL + f"('{{key}}', 'x', 'move', {NOW}) ON CONFLICT (key) DO UPDATE SET digest = 'x'",
    "an event of no kind": JOURNAL + f"('new', 'x', 'theft', {NOW})",
    "more paid than there is": TRANSFER + "({event}, {pot}, {provider}, 0, 6001, NULL)",
    "more set aside than there is": TRANSFER + "({event}, {pot}, {provider}, 6001, 0, NULL)",
    "money paid backwards": TRANSFER + "({event}, {provider}, {pot}, 0, -5, NULL)",
    "nothing moved": TRANSFER + "({event}, {pot}, {provider}, 0, 0, NULL)",
    "paid and set aside at once": TRANSFER + "({event}, {pot}, {provider}, 5, 5, NULL)",
    "given back without having been set aside": TRANSFER + "({event}, {pot}, {provider}, -5, 0, NULL)",
    "paid to oneself": TRANSFER + "({event}, {pot}, {pot}, 0, 5, NULL)",
    "a hold settled for less than it holds": TRANSFER + "({event}, {pot}, {provider}, -1, 0, {open})",
    "a hold settled for more than it holds": TRANSFER + "({event}, {pot}, {provider}, -501, 501, {open})",
    "more paid than was held": TRANSFER + "({event}, {pot}, {provider}, -500, 501, {open})",
    "a hold paid to somebody else": TRANSFER + "({event}, {pot}, {other}, -500, 500, {open})",
    "a hold paid from other money": TRANSFER + "({event}, {other}, {provider}, -500, 500, {open})",
    "a hold settled twice": TRANSFER + "({event}, {pot}, {provider}, -4000, 0, {settled})",
    "a settling settled": TRANSFER + "({event}, {pot}, {provider}, -4000, 0, {settling})",
    "a payment settled": TRANSFER + "({event}, {council}, {pot}, -10000, 0, {funding})",
    "a hold that never was": TRANSFER + "({event}, {pot}, {provider}, -5, 5, 98765)",
    "money to nobody": TRANSFER + "({event}, {pot}, 98765, 0, 5, NULL)",
    "money from nobody": TRANSFER + "({event}, 98765, {pot}, 0, 5, NULL)",
    "money moved by no event": TRANSFER + "(98765, {council}, {pot}, 0, 5, NULL)",
    "money set aside where nothing is counted": TRANSFER + "({event}, {council}, {provider}, 5, 0, NULL)",
    "half a penny": TRANSFER + "({event}, {council}, {pot}, 0, 0.5, NULL)",
    "half a penny set aside": TRANSFER + "({event}, {pot}, {provider}, 1.5, 0, NULL)",
    "half a penny where nothing is counted": TRANSFER + "({event}, {council}, {provider}, 0, 0.5, NULL)",
    "half a penny more than whole": TRANSFER + "({event}, {council}, {pot}, 0, 2.5, NULL)",
    "half a penny written into a pot": "UPDATE ledger_account SET credited = credited + 0.5 WHERE id = {pot}",
    "more money than can be counted": TRANSFER + "({event}, {council}, {provider}, 0, 9000000000000000000, NULL)",
    "a small hold settled twice": TRANSFER + "({event}, {pot}, {provider}, -50, 50, {small})",
    "a payment that expires": "INSERT INTO journal (key, digest, kind, at, expires_at)"
    f" VALUES ('new', 'x', 'charge', {NOW}, {NOW})",
    "an expiry put off": f"UPDATE journal SET expires_at = {NOW} WHERE id = {{event}}",
    "an event told over another": "INSERT INTO journal (id, key, digest, kind, at)"
    f" VALUES ({{event}}, 'new', 'x', 'move', {NOW})",
    "an account of no kind": ACCOUNT + "('purse', 'purse:1', true, 0, 0, 0, 0)",
    "a transfer told over another": "INSERT INTO transfer (id, journal_id, debit_id, credit_id, held, moved)"
    " VALUES ({uncounted}, {event}, {council}, {provider}, 0, 5)",
    "a sum forgotten": "UPDATE ledger_account SET debited = NULL WHERE id = {pot}",
    "everything forgotten": "UPDATE ledger_account SET credited = NULL, debited = NULL, held = NULL, applied_id = NULL"
    " WHERE id = {pot}",
    "a guard neither up nor down": "UPDATE ledger_account SET guarded = NULL WHERE id = {pot}",
    "the newest transfer counted with a sum forgotten": "UPDATE ledger_account SET credited = NULL, applied_id = {last}"
    " WHERE id = {pot}",
    "a transfer without an amount": TRANSFER + "({event}, {council}, {pot}, 0, NULL, NULL)",
}

WITHOUT_CHECKS = "PRAGMA ignore_check_constraints = ON;"
SQLITE_ATTACKS = {
    "words for an amount": TRANSFER + "({event}, {council}, {pot}, 0, '12x', NULL)",
    "a guard that is neither": ACCOUNT + "('pot', 'pot:maybe', 'x', 0, 0, 0, 0)",
    "a transfer replaced": "INSERT OR REPLACE INTO transfer (id, journal_id, debit_id, credit_id, held, moved)"
    " VALUES ({funding}, {event}, {council}, {pot}, 0, 99999)",
    "a payment replaced where no balance is kept": "INSERT OR REPLACE INTO transfer (id, journal_id, debit_id,"
    " credit_id, held, moved) VALUES ({uncounted}, {event}, {council}, {provider}, 0, 99999)",
    "a settling replaced": TRANSFER.replace("INSERT", "INSERT OR REPLACE")
    + "({event}, {pot}, {provider}, -4000, 0, {settled})",
    "an event replaced": JOURNAL.replace("INSERT", "INSERT OR REPLACE") + f"('{{key}}', 'x', 'move', {NOW})",
    "an event replaced by number": "INSERT OR REPLACE INTO journal (id, key, digest, kind, at)"
    f" VALUES ({{event}}, 'new', 'x', 'move', {NOW})",
    "an account replaced": ACCOUNT.replace("INSERT", "INSERT OR REPLACE") + "('pot', '{owner}', true, 0, 0, 0, 0)",
    "an account replaced by number": "REPLACE INTO ledger_account (id, kind, owner, guarded, credited, debited, held,"
    " applied_id) VALUES ({pot}, 'pot', 'pot:new', true, 0, 0, 0, 0)",
    "an account moved over another": "UPDATE OR REPLACE ledger_account SET id = {other} WHERE id = {unused}",
    "more paid than there is, without checks": WITHOUT_CHECKS
    + TRANSFER
    + "({event}, {pot}, {provider}, 0, 6001, NULL)",
    "money paid backwards, without checks": WITHOUT_CHECKS + TRANSFER + "({event}, {provider}, {pot}, 0, -5, NULL)",
    "paid and set aside at once, without checks": WITHOUT_CHECKS
    + TRANSFER
    + "({event}, {pot}, {provider}, 5, 5, NULL)",
    "more paid than was held, without checks": WITHOUT_CHECKS
    + TRANSFER
    + "({event}, {pot}, {provider}, -500, 501, {open})",
    "paid to oneself, without checks": WITHOUT_CHECKS + TRANSFER + "({event}, {pot}, {pot}, 0, 5, NULL)",
}

POSTGRESQL_ATTACKS = {
    "an event of somebody who is nobody": "INSERT INTO journal (key, digest, kind, at, actor_id)"
    f" VALUES ('new', 'x', 'move', {NOW}, 98765)",
    "no number at all": TRANSFER + "({event}, {council}, {provider}, 0, 'NaN', NULL)",
    "money without end": TRANSFER + "({event}, {council}, {provider}, 0, 'Infinity', NULL)",
    "an endless hold": TRANSFER + "({event}, {pot}, {provider}, 'Infinity', 0, NULL)",
    "transfers emptied": "TRUNCATE transfer CASCADE",
    "the journal emptied": "TRUNCATE journal CASCADE",
    "accounts emptied": "TRUNCATE ledger_account CASCADE",
    "a transfer upserted": "INSERT INTO transfer (id, journal_id, debit_id, credit_id, held, moved)"
    " VALUES ({funding}, {event}, {council}, {pot}, 0, 5) ON CONFLICT (id) DO UPDATE SET moved = 99999",
    "a balance merged": "MERGE INTO ledger_account a USING (SELECT 1) one ON a.id = {pot}"
    " WHEN MATCHED THEN UPDATE SET credited = 99999",
    "a transfer merged away": "MERGE INTO transfer t USING (SELECT 1) one ON t.id = {last} WHEN MATCHED THEN DELETE",
    "a balance from another table": "UPDATE ledger_account a SET credited = t.moved * 2 FROM transfer t"
    " WHERE t.id = {funding} AND a.id = {pot}",
}


def facts() -> dict[str, object]:
    """Money in two pots, one hold open and one paid."""
    pot, other, unused = account(pence=10_000), account(pence=300), account()
    provider = account(AccountKind.PROVIDER)
    with transaction():
        [settled] = hold(key="first", parts=[(pot.id, provider.id, 4_000)])
        paid = settle(key="paid", kind=JournalKind.CHARGE, holds={settled.id: 3_500})
        [settling] = paid.transfers
        [still_open] = hold(key="second", parts=[(pot.id, provider.id, 500)])
        [small] = hold(key="small", parts=[(pot.id, provider.id, 50)])
        settle(key="small paid", kind=JournalKind.RELEASE, holds={small.id: 0})
        facts = {
            "small": small.id,
            "settled": settled.id,
            "settling": settling.id,
            "open": still_open.id,
            "event": paid.id,
        }
    with transaction():
        empty = Journal(key="empty", digest="x", kind=JournalKind.CORRECT, at=pot_opened_at())
        db.session.add(empty)
        db.session.flush()
        last = hold(key="last", parts=[(other.id, provider.id, 100)])[0].id
        facts |= {"empty_event": empty.id, "last": last}
    funding = db.session.scalars(select(Transfer).where(Transfer.credit_id == pot.id)).one()
    facts |= {"pot": pot.id, "other": other.id, "unused": unused.id, "provider": provider.id, "owner": pot.owner}
    facts |= {"funding": funding.id, "council": funding.debit_id, "key": "paid"}
    with transaction():
        told = post(key="uncounted", kind=JournalKind.CORRECT, moves=[(funding.debit_id, provider.id, 70)])
        facts["uncounted"] = told.transfers[0].id
    return facts


def pot_opened_at():
    return db.session.scalars(select(Journal.at)).first()


def everything() -> list[list[tuple[object, ...]]]:
    db.session.rollback()
    tables = (LedgerAccount.__table__, Journal.__table__, Transfer.__table__)
    found = [[tuple(row) for row in db.session.execute(select(t).order_by(t.c.id))] for t in tables]
    db.session.commit()
    return found


def strike(attack: str) -> bool:
    """Send it, keep what it did if it could, and say whether it was refused (for its content: not for its grammar)."""
    url = make_url(db.engine.url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database, isolation_level=None)) as connection:
            *pragmas, statement = attack.split(";")
            for pragma in pragmas:
                connection.execute(pragma)
            try:
                connection.execute(statement)
            except sqlite3.IntegrityError:
                return True
            return False
    try:
        with db.engine.begin() as connection:
            connection.exec_driver_sql(attack)
    except IntegrityError:
        return True
    return False


def attacks() -> dict[str, str]:
    more = SQLITE_ATTACKS if db.engine.dialect.name == "sqlite" else POSTGRESQL_ATTACKS
    return {**ATTACKS, **more}


def test_every_attack_is_refused_and_changes_nothing() -> None:
    known = facts()
    before = everything()
    got_through = []
    for name, attack in attacks().items():
        if not strike(attack.format(**known)) or everything() != before:
            got_through.append(name)
    assert got_through == []
    assert ledger_differences() == [f"event {known['empty_event']}: moved nothing"]


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) == 68
    assert (len(SQLITE_ATTACKS), len(POSTGRESQL_ATTACKS)) == (15, 11)


def guards() -> Iterator[tuple[str, str]]:
    """Each trigger on the ledger's tables: its name and how to take it down."""
    if db.engine.dialect.name == "sqlite":
        names = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        drop = "DROP TRIGGER {0}"
    else:
        names = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
        drop = "ALTER TABLE {1} DISABLE TRIGGER {0}"
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(names).all()
    for name, table in rows:
        if table in {"ledger_account", "journal", "transfer"}:
            yield name, drop.format(name, table)


def test_a_guard_that_is_taken_down_is_missed() -> None:
    """Without any one of the triggers some attack gets through, so none is there for show and none can go unnoticed."""
    known = facts()
    unmissed, unseen = [], []
    for name, take_down in guards():
        if not _is_missed(known, take_down, is_application=name == "transfer_applied"):
            unmissed.append(name)
        if not _is_seen(name, take_down):
            unseen.append(name)
    assert (unmissed, unseen) == ([], [])


SECOND_LOCKS = {"ck_ledger_account_sums_are_not_negative", "fk_transfer_settles_id_transfer"}
"""They stand behind another lock (the trigger that settling must match its hold, and happens once), so no attack tells."""


def test_a_constraint_that_is_taken_down_is_missed() -> None:
    """PostgreSQL drops one at a time; SQLite cannot, and has a trigger before each, which the test above takes down."""
    known = facts()
    if db.engine.dialect.name == "sqlite":
        unseen = [
            name
            for name in sorted(CONSTRAINTS)
            if not _is_seen(
                name,
                "PRAGMA writable_schema = ON",
                f"UPDATE sqlite_master SET sql = replace(sql, 'CONSTRAINT {name} ', 'CONSTRAINT gone ')",
                "PRAGMA writable_schema = OFF",
            )
        ]
        assert unseen == []
        return
    unmissed, unseen = set(), []
    for name in sorted(CONSTRAINTS | POSTGRESQL_CONSTRAINTS):
        table = next(one for one in ("ledger_account", "journal", "transfer") if f"_{one}" in name[: len(one) + 3])
        take_down = f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"
        if not _is_missed(known, take_down):
            unmissed.add(name)
        if not _is_seen(name, take_down):
            unseen.append(name)
    assert (unmissed, unseen) == (SECOND_LOCKS, [])


def test_a_guard_that_is_written_otherwise_is_seen() -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    name = "journal_fixed" if is_sqlite else "ledger_account_follows"
    weaker = "DROP TRIGGER journal_fixed;CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal WHEN false BEGIN SELECT 1; END"
    if not is_sqlite:
        weaker = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    for statement in weaker.split(";", 1) if is_sqlite else [weaker]:
        db.session.connection().exec_driver_sql(statement)
    assert guards_missing() == [f"guard {name}: is not as it was made"]
    db.session.rollback()
    assert guards_missing() == []


def _is_seen(name: str, *take_down: str) -> bool:
    """Whether ``flask ledger check`` tells of it."""
    for statement in take_down:
        db.session.connection().exec_driver_sql(statement)
    told = guards_missing()
    db.session.rollback()
    return f"guard {name}: is not there" in told


def _is_missed(known: dict[str, object], take_down: str, *, is_application: bool = False) -> bool:
    with db.engine.connect() as connection:
        outcome = connection.begin()
        connection.exec_driver_sql(take_down)
        if is_application:
            # What is not applied is seen by the sums.
            connection.exec_driver_sql((TRANSFER + "({event}, {council}, {pot}, 0, 5, NULL)").format(**known))
            left = "SELECT credited FROM ledger_account WHERE id = {pot}".format(**known)
            missed = connection.exec_driver_sql(left).scalar() == 10_000
        else:
            missed = any(_gets_through(connection, attack.format(**known)) for attack in attacks().values())
        outcome.rollback()
    return missed


def _gets_through(connection, attack: str) -> bool:
    point = connection.begin_nested()
    try:
        for statement in attack.split(";"):
            connection.exec_driver_sql(statement)
    except DBAPIError:
        return False
    finally:
        point.rollback()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    return True


def test_guards_go_down_and_up_again() -> None:
    before = sorted(guards())
    db.session.commit()
    alembic.downgrade("0001")
    assert list(guards()) == []
    alembic.upgrade()
    assert sorted(guards()) == before
    known = facts()
    assert strike(ATTACKS["money written into a pot"].format(**known))


A_PLAIN_ROLE = """
    CREATE ROLE {0};
    GRANT USAGE ON SCHEMA public TO {0};
    GRANT SELECT, INSERT ON journal, transfer TO {0};
    GRANT SELECT, INSERT, UPDATE ON ledger_account TO {0};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {0};
"""
"""As docs/money.md advises: the site writes, and owns nothing. Locking an account needs UPDATE; the trigger guards that."""

TAKING_DOWN = (
    "ALTER TABLE transfer DISABLE TRIGGER ALL",
    "ALTER TABLE transfer DISABLE TRIGGER transfer_applied",
    "DROP TRIGGER transfer_fixed ON transfer",
    "ALTER TABLE ledger_account DROP CONSTRAINT ck_ledger_account_never_overdrawn",
    "ALTER TABLE transfer ALTER COLUMN moved TYPE bigint",
    "DROP FUNCTION ledger_only_grows() CASCADE",
    "CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "SET session_replication_role = replica",
    "TRUNCATE transfer CASCADE",
    "DELETE FROM transfer",
    "UPDATE transfer SET moved = 1",
    "DROP TABLE transfer",
)


def test_a_role_that_owns_nothing_can_write_and_not_take_guards_down() -> None:
    """SQLite has no roles: whoever has the file owns it, and only ``flask ledger check`` tells."""
    if db.engine.dialect.name == "sqlite":
        assert guards_missing() == []
        return
    pot, provider = account(pence=100).id, account(AccountKind.PROVIDER).id
    db.session.commit()
    role = f"site_{os.getpid()}_{pot}"
    with db.engine.begin() as connection:
        connection.exec_driver_sql(A_PLAIN_ROLE.format(role))
    try:
        for attack in TAKING_DOWN:
            with (
                pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                db.engine.begin() as connection,
            ):
                connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
                connection.exec_driver_sql(attack)
        with transaction():
            db.session.connection().exec_driver_sql(f"SET LOCAL ROLE {role}")
            hold(key="as the site", parts=[(pot, provider, 60)])
    finally:
        db.session.commit()
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert (available([pot]), ledger_differences()) == ({pot: 40}, [])
