"""Unread messages are counted for every page of somebody signed in: by an index of the unread alone.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_message_unread", "message", ["to_person_id"], sqlite_where=unread, postgresql_where=unread
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_message_unread", table_name="message")
