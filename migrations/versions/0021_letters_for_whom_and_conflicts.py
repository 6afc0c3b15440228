"""Whose affairs a letter is about, and conflicts of interest.

Revision ID: 0021
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what a letter says of whom it is about; those that wait stay as they are, about their readers."""
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("for_person_id", KEY, nullable=True))
        message.add_column(sa.Column("told_as", sa.String(length=20), nullable=True))
        message.add_column(sa.Column("for_provider_id", KEY, nullable=True))
        message.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
        message.create_foreign_key(op.f("fk_message_for_person_id_person"), "person", ["for_person_id"], ["id"])
        message.create_foreign_key(op.f("fk_message_for_provider_id_provider"), "provider", ["for_provider_id"], ["id"])
        message.create_check_constraint(
            op.f("ck_message_told_by_a_right"), "(for_person_id IS NULL) = (told_as IS NULL)"
        )


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("ck_message_told_by_a_right"), type_="check")
        message.drop_constraint(op.f("fk_message_for_provider_id_provider"), type_="foreignkey")
        message.drop_constraint(op.f("fk_message_for_person_id_person"), type_="foreignkey")
        message.drop_column("dropped_at")
        message.drop_column("for_provider_id")
        message.drop_column("told_as")
        message.drop_column("for_person_id")
