"""Whose affairs a letter is about, and conflicts of interest.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
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
    _interests()


def _interests() -> None:
    op.create_table(
        "interest",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("helper_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id <> helper_id", name=op.f("ck_interest_of_two_people")),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f("fk_interest_helper_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interest_person_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_interest_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    op.create_index(op.f("ix_interest_helper_id"), "interest", ["helper_id"])
    _unique("ix_interest_lasting", "interest", "until IS NULL")
    op.create_table(
        "broker_exception",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("helper_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_by_id", KEY, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "person_id <> helper_id AND person_id <> written_by_id", name=op.f("ck_broker_exception_of_two_people")
        ),
        sa.CheckConstraint("written_by_id <> helper_id", name=op.f("ck_broker_exception_nobody_excepts_themselves")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_broker_exception_has_a_reason")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_broker_exception_{column}_{table}"))
            for column, table in (
                ("person_id", "person"),
                ("helper_id", "person"),
                ("provider_id", "provider"),
                ("council_id", "council"),
                ("written_by_id", "person"),
                ("ended_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broker_exception")),
        sa.UniqueConstraint("public_id", name=op.f("uq_broker_exception_public_id")),
    )
    op.create_index(op.f("ix_broker_exception_helper_id"), "broker_exception", ["helper_id"])
    op.create_index(op.f("ix_broker_exception_council_id"), "broker_exception", ["council_id"])
    _unique("ix_broker_exception_in_force", "broker_exception", "ended_at IS NULL")


def _unique(name: str, table: str, condition: str) -> None:
    columns, where = ["person_id", "helper_id", "provider_id"], sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forget it."""
    op.drop_table("broker_exception")
    op.drop_table("interest")
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("ck_message_told_by_a_right"), type_="check")
        message.drop_constraint(op.f("fk_message_for_provider_id_provider"), type_="foreignkey")
        message.drop_constraint(op.f("fk_message_for_person_id_person"), type_="foreignkey")
        message.drop_column("dropped_at")
        message.drop_column("for_provider_id")
        message.drop_column("told_as")
        message.drop_column("for_person_id")
