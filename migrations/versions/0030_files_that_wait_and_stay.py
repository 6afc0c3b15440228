"""Files that people choose, waiting with their form, and every receipt that was ever added.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROWS = "receipt_file is only ever added to"
SAME = "t.id = NEW.id OR t.key = NEW.key OR t.file_id = NEW.file_id"
SQLITE = {
    "receipt_file_no_update": "BEFORE UPDATE ON receipt_file",
    "receipt_file_no_delete": "BEFORE DELETE ON receipt_file",
    "receipt_file_no_replace": f"BEFORE INSERT ON receipt_file WHEN EXISTS (SELECT 1 FROM receipt_file t WHERE {SAME})",
}
POSTGRES = f"""
CREATE FUNCTION receipt_file_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{GROWS}' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER receipt_file_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt_file
    FOR EACH STATEMENT EXECUTE FUNCTION receipt_file_only_grows();
"""


def upgrade() -> None:
    """Receipts of before stay where they are: in the table of receipts."""
    op.create_table(
        "stored_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_for", sa.String(length=120), nullable=True),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(waits_for IS NULL) = (waits_until IS NULL)", name=op.f("ck_stored_file_waits_for_a_while")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_is_not_empty")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stored_file_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
        sa.UniqueConstraint("person_id", "waits_for", name=op.f("uq_stored_file_person_id_waits_for")),
    )
    op.create_index("ix_stored_file_waits_until", "stored_file", ["waits_until"])
    op.create_table(
        "receipt_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("spending_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["spending_id"], ["outside_spending.id"], name=op.f("fk_receipt_file_spending_id_outside_spending")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_receipt_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_receipt_file_added_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_file")),
        sa.UniqueConstraint("key", name=op.f("uq_receipt_file_key")),
        sa.UniqueConstraint("file_id", name=op.f("uq_receipt_file_file_id")),
    )
    op.create_index("ix_receipt_file_spending", "receipt_file", ["spending_id", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, when in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{GROWS}'); END")
    else:
        op.execute(POSTGRES)


def downgrade() -> None:
    """Forget the files; they stay where they are kept."""
    op.drop_table("receipt_file")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION receipt_file_only_grows()")
    op.drop_table("stored_file")
