"""Sign-ins that were ended by signing out, until no cookie of theirs would be taken anyway.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; nobody has signed out yet."""
    op.create_table(
        "ended_sign_in",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sign_in_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_sign_in")),
        sa.UniqueConstraint("sign_in_hash", name=op.f("uq_ended_sign_in_sign_in_hash")),
    )
    op.create_index(op.f("ix_ended_sign_in_until"), "ended_sign_in", ["until"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("ended_sign_in")
