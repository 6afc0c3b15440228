"""Files of rates: looked at first, then published.

Revision ID: 0072
Revises: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FATES = ("published", "same", "refused", "passed")
WAITS = sa.text("published_at IS NULL")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "rate_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_rate_file_provider_id_provider")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_rate_file_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rate_file_public_id")),
    )
    op.create_index("ix_rate_file_provider", "rate_file", ["provider_id", "at"])
    op.create_index(
        "uq_rate_file_waiting",
        "rate_file",
        ["provider_id"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_table(
        "rate_file_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column(
            "fate",
            sa.Enum(*FATES, name="rate_fate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("says", sa.JSON(), nullable=False),
        sa.Column("listing_id", KEY, nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("over_from", sa.Date(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.CheckConstraint("told >= 0", name=op.f("ck_rate_file_row_tells_nobody_or_some")),
        sa.ForeignKeyConstraint(["file_id"], ["rate_file.id"], name=op.f("fk_rate_file_row_file_id_rate_file")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_rate_file_row_listing_id_listing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_file_row")),
        sa.UniqueConstraint("file_id", "line", name=op.f("uq_rate_file_row_file_id_line")),
    )


def downgrade() -> None:
    """Forget the files; what they published stays."""
    op.drop_table("rate_file_row")
    op.drop_table("rate_file")
