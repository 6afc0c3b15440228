"""Rules that move money wait for the yes of a second person at the council.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing waits so far."""
    op.create_table(
        "policy_proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("policy_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (policy_id IS NULL OR answered_by_id <> asked_by_id)",
            name=op.f("ck_policy_proposal_two_people"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_policy_proposal_{column}_{table}"))
            for column, table in (
                ("council_id", "council"),
                ("asked_by_id", "person"),
                ("answered_by_id", "person"),
                ("policy_id", "policy"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_policy_proposal_public_id")),
    )
    where = sa.text("answered_at IS NULL")
    op.create_index(
        "uq_policy_proposal_one_waits",
        "policy_proposal",
        ["council_id", "name"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Forget what waits."""
    op.drop_table("policy_proposal")
