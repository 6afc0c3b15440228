"""Bank holidays that were proclaimed, moved or dropped since the list in the program was made; England and Wales told apart.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and the mark by which a council's readers know that it changed."""
    op.create_table(
        "bank_holiday",
        sa.Column("id", KEY, nullable=False),
        sa.Column("nation", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "nation IN ('england', 'wales', 'scotland', 'northern-ireland')",
            name=op.f("ck_bank_holiday_nation_is_one_of_four"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_holiday")),
        sa.UniqueConstraint("nation", "day", name=op.f("uq_bank_holiday_nation_day")),
    )
    op.add_column("council", sa.Column("holidays_mark", sa.String(24), server_default=sa.text("''"), nullable=False))
    op.execute("UPDATE council SET nation = 'wales' WHERE nation = 'england-and-wales' AND area_code LIKE 'W%'")
    op.execute("UPDATE council SET nation = 'england' WHERE nation = 'england-and-wales'")


def downgrade() -> None:
    """Go back to the list in the program."""
    op.execute("UPDATE council SET nation = 'england-and-wales' WHERE nation IN ('england', 'wales')")
    with op.batch_alter_table("council") as council:
        council.drop_column("holidays_mark")
    op.drop_table("bank_holiday")
