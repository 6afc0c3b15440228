"""Jobs: when each is due, how its last runs went, and which worker has it in hand.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a worker makes the rows, since which jobs there are is said in the code."""
    op.create_table(
        "job_state",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.Column("holder", sa.String(length=120), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(holder IS NULL) = (leased_until IS NULL)", name=op.f("ck_job_state_held_by_somebody_until_then")
        ),
        sa.CheckConstraint("(failures = 0) = (fault IS NULL)", name=op.f("ck_job_state_failures_have_a_class")),
        sa.CheckConstraint("failures >= 0 AND fence >= 0", name=op.f("ck_job_state_counts_are_not_negative")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_state")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("job_state")
