"""Triggers look a transfer up by its number alone, and compare the rest themselves.

Asked with its accounts too, PostgreSQL could choose the index of one of them and read all entries of a busy provider
for each charge; it did, wherever the tables had been counted before the first of them.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APPLIED = """
    CREATE OR REPLACE FUNCTION ledger_transfer_applied() RETURNS trigger LANGUAGE plpgsql AS $$
    {declared}BEGIN
      {matched}
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
"""

BY_NUMBER = """IF NEW.settles_id IS NOT NULL THEN
        SELECT held, debit_id, credit_id INTO placed FROM transfer WHERE id = NEW.settles_id;
        IF NOT FOUND OR placed.held <> -NEW.held OR placed.debit_id <> NEW.debit_id
          OR placed.credit_id <> NEW.credit_id THEN
          RAISE EXCEPTION 'settling must match its hold' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END IF;"""

AS_BEFORE = """IF NEW.settles_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM transfer h WHERE h.id = NEW.settles_id AND h.held = -NEW.held
          AND h.debit_id = NEW.debit_id AND h.credit_id = NEW.credit_id) THEN
        RAISE EXCEPTION 'settling must match its hold' USING ERRCODE = 'integrity_constraint_violation';
      END IF;"""


FOLLOWS = """
    CREATE OR REPLACE FUNCTION ledger_account_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    {declared}BEGIN
      IF NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.owner <> OLD.owner OR NEW.guarded <> OLD.guarded THEN
        RAISE EXCEPTION 'an account stays what it is' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      {matched} THEN
        RAISE EXCEPTION 'a balance follows its transfers' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
"""

FOLLOWS_BY_NUMBER = """SELECT debit_id, credit_id, held, moved INTO t FROM transfer WHERE id = NEW.applied_id;
      IF NOT FOUND OR NOT OLD.guarded OR NEW.applied_id <= OLD.applied_id OR NOT (
          (t.debit_id = OLD.id AND NEW.credited = OLD.credited AND NEW.debited = OLD.debited + t.moved
            AND NEW.held = OLD.held + t.held)
          OR (t.credit_id = OLD.id AND NEW.credited = OLD.credited + t.moved AND NEW.debited = OLD.debited
            AND NEW.held = OLD.held))"""

FOLLOWS_AS_BEFORE = """IF NOT OLD.guarded OR NEW.applied_id <= OLD.applied_id OR NOT EXISTS (
        SELECT 1 FROM transfer t WHERE t.id = NEW.applied_id AND (
          (t.debit_id = OLD.id AND NEW.credited = OLD.credited AND NEW.debited = OLD.debited + t.moved
            AND NEW.held = OLD.held + t.held)
          OR (t.credit_id = OLD.id AND NEW.credited = OLD.credited + t.moved AND NEW.debited = OLD.debited
            AND NEW.held = OLD.held)))"""


def upgrade() -> None:
    """Look it up by its number."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FOLLOWS.format(declared="DECLARE\n      t record;\n    ", matched=FOLLOWS_BY_NUMBER))
        op.execute(APPLIED.format(declared="DECLARE\n      placed record;\n    ", matched=BY_NUMBER))


def downgrade() -> None:
    """Look it up as before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FOLLOWS.format(declared="", matched=FOLLOWS_AS_BEFORE))
        op.execute(APPLIED.format(declared="", matched=AS_BEFORE))
