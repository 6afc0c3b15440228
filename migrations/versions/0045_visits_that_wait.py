"""A visit may wait for the money of the period it lies in: since when known, from which money, and told when it was short.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a waiting visit keeps. Only a planned visit waits."""
    if op.get_bind().dialect.name == "sqlite":
        # Added by hand: making the table anew would lose its triggers.
        op.execute(
            "ALTER TABLE visit ADD COLUMN waits_on DATE CONSTRAINT ck_visit_only_what_is_planned_waits "
            "CHECK (waits_on IS NULL OR status = 'planned')"
        )
    else:
        op.add_column("visit", sa.Column("waits_on", sa.Date()))
        op.create_check_constraint(
            op.f("ck_visit_only_what_is_planned_waits"), "visit", "waits_on IS NULL OR status = 'planned'"
        )
    op.add_column("visit", sa.Column("waits_for", sa.JSON()))
    op.add_column("visit", sa.Column("told_short_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_visit_waits",
        "visit",
        ["waits_on"],
        sqlite_where=sa.text("waits_on IS NOT NULL"),
        postgresql_where=sa.text("waits_on IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it away; visits that wait are then planned ones without money."""
    op.drop_index("ix_visit_waits", "visit")
    op.drop_column("visit", "told_short_at")
    op.drop_column("visit", "waits_for")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE visit DROP COLUMN waits_on")
        return
    op.drop_constraint(op.f("ck_visit_only_what_is_planned_waits"), "visit")
    op.drop_column("visit", "waits_on")
