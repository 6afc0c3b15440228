"""What could not be sent yet, sealed.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unsent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unsent_public_id")),
    )
    op.create_index(op.f("ix_unsent_kept_until"), "unsent", ["kept_until"])
    op.create_index("ix_unsent_owner", "unsent", ["owner", "id"])


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("unsent")
