"""Under which codes a council's own finance system keeps what it pays providers.

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ledger_code",
        sa.Column("council_id", KEY, autoincrement=False, nullable=False),
        sa.Column(
            "of",
            sa.Enum(
                "support",
                "vat",
                "discount",
                name="ledger_code_of",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_ledger_code_council_id_council")),
        sa.PrimaryKeyConstraint("council_id", "of", name=op.f("pk_ledger_code")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("ledger_code")
