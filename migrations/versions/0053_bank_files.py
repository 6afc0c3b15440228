"""Bank details with their second look, and the files that ask a bank to pay.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAYS = "bank_details is only ever added to"
SQLITE = {
    "bank_details_no_update": "BEFORE UPDATE ON bank_details",
    "bank_details_no_delete": "BEFORE DELETE ON bank_details",
    "bank_details_no_replace": "BEFORE INSERT ON bank_details WHEN EXISTS "
    "(SELECT 1 FROM bank_details t WHERE t.id = NEW.id OR t.public_id = NEW.public_id)",
}


def upgrade() -> None:
    """Make the tables; nobody changes an account into another unseen."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        for name, when in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    op.execute(
        "CREATE TRIGGER bank_details_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_details "
        "FOR EACH STATEMENT EXECUTE FUNCTION settled_only_grows()"
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("bank_file_payment", "bank_check", "bank_file", "bank_details"):
        op.drop_table(table)


def _tables() -> None:
    op.create_table(
        "bank_details",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("provider_id", KEY, nullable=True),
        sa.Column("council_id", KEY, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("masked", sa.String(length=40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", KEY, nullable=False),
        sa.CheckConstraint("(provider_id IS NULL) <> (council_id IS NULL)", name=op.f("ck_bank_details_somebodys")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_bank_details_council_id_council")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_bank_details_given_by_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_bank_details_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_details")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_details_public_id")),
    )
    op.create_index(op.f("ix_bank_details_council_id"), "bank_details", ["council_id"], unique=False)
    op.create_index(op.f("ix_bank_details_provider_id"), "bank_details", ["provider_id"], unique=False)
    op.create_table(
        "bank_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.CheckConstraint("pence > 0 AND number >= 1", name=op.f("ck_bank_file_asks_for_something")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_bank_file_council_id_council")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_bank_file_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("council_id", "number", name=op.f("uq_bank_file_council_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_file_public_id")),
    )
    op.create_table(
        "bank_check",
        sa.Column("details_id", KEY, autoincrement=False, nullable=False),
        sa.Column("council_id", KEY, autoincrement=False, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_bank_check_checked_by_id_person")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_bank_check_council_id_council")),
        sa.ForeignKeyConstraint(
            ["details_id"], ["bank_details.id"], name=op.f("fk_bank_check_details_id_bank_details")
        ),
        sa.PrimaryKeyConstraint("details_id", "council_id", name=op.f("pk_bank_check")),
    )
    op.create_table(
        "bank_file_payment",
        sa.Column("payment_id", KEY, autoincrement=False, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("details_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["details_id"], ["bank_details.id"], name=op.f("fk_bank_file_payment_details_id_bank_details")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["bank_file.id"], name=op.f("fk_bank_file_payment_file_id_bank_file")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_file_payment_payment_id_payment")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_bank_file_payment")),
    )
    op.create_index(op.f("ix_bank_file_payment_file_id"), "bank_file_payment", ["file_id"], unique=False)
