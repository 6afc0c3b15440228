"""Talks about money that was not used, and what was set aside when a period was settled.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _fk(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Add them."""
    op.add_column("pot_release", sa.Column("spared_pence", PENCE, nullable=False, server_default="0"))
    op.create_table(
        "spared_money",
        sa.Column("id", KEY, nullable=False),
        sa.Column("pot_release_id", KEY, nullable=False),
        sa.Column("transfer_id", KEY, nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False, server_default="false"),
        _fk("spared_money", "pot_release_id", "pot_release"),
        _fk("spared_money", "transfer_id", "transfer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spared_money")),
        sa.UniqueConstraint("pot_release_id", "transfer_id", name=op.f("uq_spared_money_pot_release_id_transfer_id")),
    )
    op.create_index(op.f("ix_spared_money_transfer_id"), "spared_money", ["transfer_id"])
    op.create_table(
        "unspent_talk",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("pot_id", KEY, nullable=False),
        sa.Column("pot_release_id", KEY, nullable=False),
        sa.Column("pence", PENCE, nullable=False),
        sa.Column("goes_back", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=True),
        sa.Column("said_by_id", KEY, nullable=True),
        sa.Column("talked_on", sa.Date(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", KEY, nullable=True),
        sa.Column("back_pence", PENCE, nullable=False, server_default="0"),
        sa.Column("person_agreed", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "pence > 0 AND back_pence >= 0 AND back_pence <= pence",
            name=op.f("ck_unspent_talk_no_more_back_than_unused"),
        ),
        sa.CheckConstraint(
            "closed_at IS NOT NULL AND closed_by_id IS NOT NULL AND talked_on IS NOT NULL AND reason <> ''"
            " OR closed_at IS NULL AND back_pence = 0",
            name=op.f("ck_unspent_talk_nothing_back_before_the_talk"),
        ),
        sa.CheckConstraint(
            "goes_back OR person_agreed OR back_pence = 0",
            name=op.f("ck_unspent_talk_what_may_stay_goes_by_agreement"),
        ),
        _fk("unspent_talk", "person_id", "person"),
        _fk("unspent_talk", "council_id", "council"),
        _fk("unspent_talk", "pot_id", "pot"),
        _fk("unspent_talk", "pot_release_id", "pot_release"),
        _fk("unspent_talk", "said_by_id", "person"),
        _fk("unspent_talk", "closed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unspent_talk")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unspent_talk_public_id")),
    )
    op.create_index(op.f("ix_unspent_talk_person_id"), "unspent_talk", ["person_id"])
    where = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_unspent_talk_one_open",
        "unspent_talk",
        ["pot_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("unspent_talk")
    op.drop_table("spared_money")
    op.drop_column("pot_release", "spared_pence")
