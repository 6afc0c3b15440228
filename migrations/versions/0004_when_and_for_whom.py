"""a listing says at which times of the day it can be had

Revision ID: 0004
Revises: 0003
"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op


revision: str = '0004'
down_revision: Union[str, Sequence[str], None] = "0003"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Add the times; nothing is known of those that are there."""
    op.add_column("listing", sa.Column("times", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Forget them again."""
    op.drop_column("listing", "times")
