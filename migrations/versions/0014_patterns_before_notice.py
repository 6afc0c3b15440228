"""What repeats as it stood when notice was given, so that another provider can be asked for what fell away.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("pattern") as pattern:
        pattern.add_column(sa.Column("before_notice", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("pattern") as pattern:
        pattern.drop_column("before_notice")
