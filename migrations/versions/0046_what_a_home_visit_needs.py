"""What a visit at home needs: where to come, how to get in and whom to call, sealed; the telephone in the account goes.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "home_details",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("way_in", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", KEY, nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_home_details_revision_counts_from_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_home_details_person_id_person")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_home_details_saved_by_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_home_details")),
    )
    # Nothing ever wrote it, and it lay open.
    op.drop_column("person", "phone")


def downgrade() -> None:
    """Take it away."""
    op.add_column("person", sa.Column("phone", sa.String(length=20), nullable=True))
    op.drop_table("home_details")
