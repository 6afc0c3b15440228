"""When the provider, and then those beside the person, were told that nobody has said the worker came.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was told so far."""
    with op.batch_alter_table("visit_clock") as batch:
        batch.add_column(sa.Column("provider_told_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("circle_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget who was told."""
    with op.batch_alter_table("visit_clock") as batch:
        batch.drop_column("circle_told_at")
        batch.drop_column("provider_told_at")
