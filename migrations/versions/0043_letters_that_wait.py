"""Until when an email makes sense, what goes instead afterwards, why it failed last, and when it was given up.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was tried twenty times is given up by name now, and not in silence."""
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("useful_until", sa.DateTime(timezone=True), nullable=True))
        message.add_column(sa.Column("instead", sa.JSON(), nullable=True))
        message.add_column(sa.Column("fault", sa.String(80), nullable=True))
        message.add_column(sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE message SET given_up_at = made_at, fault = 'tried twenty times'"
        " WHERE sent_at IS NULL AND dropped_at IS NULL AND attempts >= 20"
    )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("message") as message:
        for name in ("given_up_at", "fault", "instead", "useful_until"):
            message.drop_column(name)
