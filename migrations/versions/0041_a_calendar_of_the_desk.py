"""The private address at which a calendar program reads a provider's days.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody has one yet."""
    op.create_table(
        "desk_feed",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("provider_id", KEY, autoincrement=False, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_feed_person_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_desk_feed_provider_id_provider")),
        sa.PrimaryKeyConstraint("person_id", "provider_id", name=op.f("pk_desk_feed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_desk_feed_public_id")),
    )


def downgrade() -> None:
    """Every address of a desk shows nothing any more."""
    op.drop_table("desk_feed")
