"""The promises of the ledger, kept by the database itself against whoever writes SQL straight at it.

A transfer is applied to its guarded accounts by a trigger and by nothing else; journal and transfers only grow; an
account is born empty and stays what it is. A change of an account's sums must be exactly that of one later transfer
(``applied_id``), so a balance cannot be written by hand on either database, at a cost that does not grow.

SQLite drops the triggers of a table that a batch migration rebuilds: a later migration that alters one of these three
tables there must take them down before and put them up after.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _refuse(name: str, when: str, words: str) -> str:
    timing, _, condition = when.partition(" WHEN ")
    on = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} {timing}{on} BEGIN SELECT RAISE(ABORT, '{words}'); END"


# Where a CHECK says the same, the trigger says it again: SQLite lets a connection switch its CHECKs and foreign keys off.
SQLITE = {
    # INSERT OR REPLACE removes the old row without asking its DELETE trigger, so what is there already is refused first.
    "ledger_account_born_empty": _refuse(
        "ledger_account_born_empty",
        "BEFORE INSERT ON ledger_account WHEN NEW.credited <> 0 OR NEW.debited <> 0 OR NEW.held <> 0"
        " OR NEW.applied_id <> 0 OR NEW.guarded NOT IN (0, 1)"
        " OR EXISTS (SELECT 1 FROM ledger_account a"
        "   WHERE a.id = NEW.id OR (a.kind = NEW.kind AND a.owner = NEW.owner))",
        "an account is opened once, and empty",
    ),
    "ledger_account_kept": _refuse(
        "ledger_account_kept", "BEFORE DELETE ON ledger_account", "an account is never removed"
    ),
    "ledger_account_follows": _refuse(
        "ledger_account_follows",
        "BEFORE UPDATE ON ledger_account WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.owner <> OLD.owner"
        " OR NEW.guarded <> OLD.guarded OR NOT OLD.guarded OR NEW.applied_id <= OLD.applied_id"
        " OR NEW.credited - NEW.debited - NEW.held < 0 OR NEW.held < 0"
        " OR NOT EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.applied_id AND ("
        "  (t.debit_id = OLD.id AND NEW.credited = OLD.credited AND NEW.debited = OLD.debited + t.moved"
        "    AND NEW.held = OLD.held + t.held)"
        "  OR (t.credit_id = OLD.id AND NEW.credited = OLD.credited + t.moved AND NEW.debited = OLD.debited"
        "    AND NEW.held = OLD.held)))",
        "a balance follows its transfers and never goes below nothing",
    ),
    "journal_grows": _refuse(
        "journal_grows",
        "BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal j WHERE j.id = NEW.id OR j.key = NEW.key)",
        "the journal only grows",
    ),
    "journal_fixed": _refuse("journal_fixed", "BEFORE UPDATE ON journal", "the journal only grows"),
    "journal_kept": _refuse("journal_kept", "BEFORE DELETE ON journal", "the journal only grows"),
    "transfer_grows": _refuse(
        "transfer_grows",
        "BEFORE INSERT ON transfer WHEN EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM transfer t WHERE t.settles_id = NEW.settles_id)",
        "transfers only grow",
    ),
    "transfer_whole": _refuse(
        "transfer_whole",
        "BEFORE INSERT ON transfer WHEN typeof(NEW.held) <> 'integer' OR typeof(NEW.moved) <> 'integer'"
        " OR NEW.debit_id = NEW.credit_id OR NEW.moved < 0"
        " OR (NEW.settles_id IS NULL AND (NEW.held < 0 OR (NEW.held = 0) = (NEW.moved = 0)))"
        " OR (NEW.settles_id IS NOT NULL AND (NEW.held >= 0 OR NEW.moved > -NEW.held))",
        "a transfer is direct, a hold or the settling of one, in whole pence",
    ),
    "transfer_joined": _refuse(
        "transfer_joined",
        "BEFORE INSERT ON transfer WHEN NOT EXISTS (SELECT 1 FROM journal j WHERE j.id = NEW.journal_id)"
        " OR NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = NEW.debit_id AND (a.guarded OR NEW.held = 0))"
        " OR NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = NEW.credit_id)",
        "a transfer joins two accounts, and holds only in a guarded one",
    ),
    "transfer_settles": _refuse(
        "transfer_settles",
        "BEFORE INSERT ON transfer WHEN NEW.settles_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM transfer h"
        " WHERE h.id = NEW.settles_id AND h.held = -NEW.held AND h.debit_id = NEW.debit_id"
        " AND h.credit_id = NEW.credit_id)",
        "settling must match its hold",
    ),
    "transfer_fixed": _refuse("transfer_fixed", "BEFORE UPDATE ON transfer", "transfers only grow"),
    "transfer_kept": _refuse("transfer_kept", "BEFORE DELETE ON transfer", "transfers only grow"),
    "transfer_applied": (
        "CREATE TRIGGER transfer_applied AFTER INSERT ON transfer BEGIN"
        " UPDATE ledger_account SET held = held + NEW.held, debited = debited + NEW.moved, applied_id = NEW.id"
        "  WHERE id = NEW.debit_id AND guarded;"
        " UPDATE ledger_account SET credited = credited + NEW.moved, applied_id = NEW.id"
        "  WHERE id = NEW.credit_id AND guarded AND NEW.moved > 0;"
        " END"
    ),
}

POSTGRESQL = (
    """
    CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE FUNCTION ledger_account_born_empty() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.credited <> 0 OR NEW.debited <> 0 OR NEW.held <> 0 OR NEW.applied_id <> 0 THEN
        RAISE EXCEPTION 'an account is opened empty' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION ledger_account_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.owner <> OLD.owner OR NEW.guarded <> OLD.guarded THEN
        RAISE EXCEPTION 'an account stays what it is' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NOT OLD.guarded OR NEW.applied_id <= OLD.applied_id OR NOT EXISTS (
        SELECT 1 FROM transfer t WHERE t.id = NEW.applied_id AND (
          (t.debit_id = OLD.id AND NEW.credited = OLD.credited AND NEW.debited = OLD.debited + t.moved
            AND NEW.held = OLD.held + t.held)
          OR (t.credit_id = OLD.id AND NEW.credited = OLD.credited + t.moved AND NEW.debited = OLD.debited
            AND NEW.held = OLD.held))) THEN
        RAISE EXCEPTION 'a balance follows its transfers' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION ledger_transfer_applied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.settles_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM transfer h WHERE h.id = NEW.settles_id AND h.held = -NEW.held
          AND h.debit_id = NEW.debit_id AND h.credit_id = NEW.credit_id) THEN
        RAISE EXCEPTION 'settling must match its hold' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      -- The account with the lower number first, so that two transfers never wait for each other in a ring.
      IF NEW.credit_id < NEW.debit_id AND NEW.moved > 0 THEN
        UPDATE ledger_account SET credited = credited + NEW.moved, applied_id = NEW.id
          WHERE id = NEW.credit_id AND guarded;
      END IF;
      UPDATE ledger_account SET held = held + NEW.held, debited = debited + NEW.moved, applied_id = NEW.id
        WHERE id = NEW.debit_id AND guarded;
      IF NEW.held <> 0 AND NOT FOUND THEN
        RAISE EXCEPTION 'money is held only in a guarded account' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NEW.credit_id > NEW.debit_id AND NEW.moved > 0 THEN
        UPDATE ledger_account SET credited = credited + NEW.moved, applied_id = NEW.id
          WHERE id = NEW.credit_id AND guarded;
      END IF;
      RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER transfer_applied AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION ledger_transfer_applied()",
    "CREATE TRIGGER transfer_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()",
    "CREATE TRIGGER journal_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON journal"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()",
    "CREATE TRIGGER ledger_account_kept BEFORE DELETE OR TRUNCATE ON ledger_account"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()",
    "CREATE TRIGGER ledger_account_born_empty BEFORE INSERT ON ledger_account"
    " FOR EACH ROW EXECUTE FUNCTION ledger_account_born_empty()",
    "CREATE TRIGGER ledger_account_follows BEFORE UPDATE ON ledger_account"
    " FOR EACH ROW EXECUTE FUNCTION ledger_account_follows()",
)

POSTGRESQL_DOWN = (
    "DROP FUNCTION ledger_only_grows, ledger_account_born_empty, ledger_account_follows, ledger_transfer_applied CASCADE",
)


def upgrade() -> None:
    """Put the guards up."""
    for statement in SQLITE.values() if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take the guards down."""
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for statement in POSTGRESQL_DOWN:
            op.execute(statement)
