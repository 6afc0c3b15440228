"""Mistakes about a council's money put right: which, by what, who and why. Only ever added to.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAYS = "correction is only ever added to"
SAME = (
    "t.id = NEW.id OR t.public_id = NEW.public_id OR t.journal_id = NEW.journal_id OR t.by_journal_id = NEW.by_journal_id"
)
SQLITE = {
    "correction_no_update": "BEFORE UPDATE ON correction",
    "correction_no_delete": "BEFORE DELETE ON correction",
    "correction_no_replace": f"BEFORE INSERT ON correction WHEN EXISTS (SELECT 1 FROM correction t WHERE {SAME})",
}
REFERS = (
    ("journal_id", "journal"),
    ("by_journal_id", "journal"),
    ("person_id", "person"),
    ("pot_id", "pot"),
    ("corrected_by_id", "person"),
)


def upgrade() -> None:
    """Make the table, and let nobody rewrite it."""
    op.create_table(
        "correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("journal_id", KEY, nullable=False),
        sa.Column("by_journal_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("pot_id", KEY, nullable=False),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by_id", KEY, nullable=False),
        sa.CheckConstraint("pence > 0 AND reason <> ''", name=op.f("ck_correction_a_sum_and_a_reason")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_correction_{column}_{to}"))
            for column, to in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_public_id")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_correction_journal_id")),
        sa.UniqueConstraint("by_journal_id", name=op.f("uq_correction_by_journal_id")),
    )
    op.create_index(op.f("ix_correction_person_id"), "correction", ["person_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, when in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    op.execute(
        "CREATE FUNCTION correction_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER correction_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON correction "
        "FOR EACH STATEMENT EXECUTE FUNCTION correction_only_grows()"
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("correction")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION correction_only_grows()")
