"""Reports of a death, and when nothing new happens in somebody's name any more.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RIGHTS = ("care_manager", "supporter", "provider_staff")
STATUSES = ("waiting", "confirmed", "mistaken")
REFERS = (
    ("person_id", "person"),
    ("council_id", "council"),
    ("reported_by_id", "person"),
    ("provider_id", "provider"),
    ("answered_by_id", "person"),
)


def upgrade() -> None:
    """Make the table and the mark."""
    op.add_column("person", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "death_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=True),
        sa.Column("reported_by_id", KEY, nullable=False),
        sa.Column(
            "reported_as",
            sa.Enum(*RIGHTS, name="reported_as", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("provider_id", KEY, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="report_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answer_words", sa.Text(), nullable=True),
        sa.Column("called_off", sa.JSON(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_death_report_says_how_they_know")),
        sa.CheckConstraint("(status = 'waiting') = (answered_at IS NULL)", name=op.f("ck_death_report_answered_when_it_is")),
        sa.CheckConstraint(
            "(provider_id IS NOT NULL) = (reported_as = 'provider_staff')",
            name=op.f("ck_death_report_staff_name_their_provider"),
        ),
        sa.CheckConstraint(
            "status <> 'confirmed' OR answered_by_id <> reported_by_id",
            name=op.f("ck_death_report_confirmed_by_a_second"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_death_report_{column}_{to}"))
            for column, to in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_death_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_death_report_public_id")),
    )
    op.create_index(op.f("ix_death_report_council_id"), "death_report", ["council_id"])
    stands = sa.text("status <> 'mistaken'")
    op.create_index(
        "uq_death_report_one_stands",
        "death_report",
        ["person_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("death_report")
    op.drop_column("person", "stopped_at")
