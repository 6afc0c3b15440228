"""searches that found nothing, counted by kind, place and day

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; there is nothing to fill it with."""
    op.create_table(
        "unmet_search",
        sa.Column("id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("locality_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_unmet_search_count_is_not_negative")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_unmet_search_council_id_council")),
        sa.ForeignKeyConstraint(["locality_id"], ["locality.id"], name=op.f("fk_unmet_search_locality_id_locality")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_search")),
    )
    empty = sa.text("locality_id IS NULL")
    op.create_index(
        "uq_unmet_search_there", "unmet_search", ["council_id", "kind", "locality_id", "day"], unique=True
    )
    op.create_index(
        "uq_unmet_search_anywhere",
        "unmet_search",
        ["council_id", "kind", "day"],
        unique=True,
        sqlite_where=empty,
        postgresql_where=empty,
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_index("uq_unmet_search_anywhere", table_name="unmet_search")
    op.drop_index("uq_unmet_search_there", table_name="unmet_search")
    op.drop_table("unmet_search")
