"""The number of a council's safeguarding team, and when it answers.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; no council has said yet."""
    op.add_column("council", sa.Column("safeguarding_phone", sa.String(length=20), nullable=True))
    op.add_column("council", sa.Column("safeguarding_hours", sa.String(length=120), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("council", "safeguarding_hours")
    op.drop_column("council", "safeguarding_phone")
