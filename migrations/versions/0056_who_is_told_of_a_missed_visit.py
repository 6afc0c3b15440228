"""Whom the person wants told when nobody comes, and as what they chose somebody before an authority was noted.

Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

KINDS = ("family_or_friend", "advocate", "broker", "trust_or_agent", "attorney", "deputy", "appointee")


def upgrade() -> None:
    """Whoever could book was told until now, and still is until the person says otherwise."""
    kinds = sa.Enum(*KINDS, name="helper_kind_before", native_enum=False, create_constraint=True, length=40)
    with op.batch_alter_table("support") as support:
        support.add_column(sa.Column("is_told_when_missed", sa.Boolean(), server_default=sa.false(), nullable=False))
        support.add_column(sa.Column("kind_before", kinds, nullable=True))
    op.execute(
        sa.text("UPDATE support SET is_told_when_missed = :told WHERE CAST(powers AS TEXT) LIKE '%\"book\"%'").bindparams(
            told=True
        )
    )
    with op.batch_alter_table("support") as support:
        support.alter_column("is_told_when_missed", server_default=None)


def downgrade() -> None:
    """Whoever may book is told again."""
    with op.batch_alter_table("support") as support:
        support.drop_constraint(op.f("ck_support_helper_kind_before"), type_="check")
        support.drop_column("kind_before")
        support.drop_column("is_told_when_missed")
