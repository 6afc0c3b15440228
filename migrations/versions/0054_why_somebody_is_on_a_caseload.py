"""Why somebody was put on a caseload and who looked it over; and who covers for a care manager who is away.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("ended_at IS NULL")
OWN = sa.text("ended_at IS NULL AND cover_id IS NULL")
COVERED = sa.text("ended_at IS NULL AND cover_id IS NOT NULL")
PAIR = ["care_manager_id", "person_id", "council_id"]
CHECKS = {
    "looked_over_by_another": (
        "looked_over_by_id IS NULL OR (looked_over_by_id <> opened_by_id AND looked_over_by_id <> care_manager_id"
        " AND looked_over_by_id <> person_id)"
    ),
    "looked_over_whole": (
        "(looked_over_at IS NULL) = (looked_over_by_id IS NULL) AND (looked_over_at IS NULL) = (was_right IS NULL)"
    ),
    "not_right_because": "was_right IS NULL OR was_right OR not_right_because <> ''",
    "a_cover_ends": "(cover_id IS NULL) = (until_on IS NULL) AND (until_on IS NULL OR until_on >= from_on)",
}


def upgrade() -> None:
    """Make the table of covers, and add the columns; who is on a caseload today was put there before anybody asked why."""
    op.create_table(
        "caseload_cover",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("away_id", KEY, nullable=False),
        sa.Column("cover_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.CheckConstraint("away_id <> cover_id", name=op.f("ck_caseload_cover_nobody_covers_for_themselves")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_caseload_cover_runs_forward")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_caseload_cover_{column}_{to}"))
            for column, to in (
                ("away_id", "person"),
                ("cover_id", "person"),
                ("council_id", "council"),
                ("ended_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caseload_cover")),
        sa.UniqueConstraint("public_id", name=op.f("uq_caseload_cover_public_id")),
    )
    op.create_index(op.f("ix_caseload_cover_away_id"), "caseload_cover", ["away_id"])
    op.create_index(op.f("ix_caseload_cover_cover_id"), "caseload_cover", ["cover_id"])
    with op.batch_alter_table("caseload_entry") as entries:
        entries.add_column(sa.Column("opened_because", sa.Text(), nullable=False, server_default=sa.text("''")))
        entries.add_column(sa.Column("opened_by_id", KEY, nullable=True))
        entries.add_column(sa.Column("looked_over_at", sa.DateTime(timezone=True), nullable=True))
        entries.add_column(sa.Column("looked_over_by_id", KEY, nullable=True))
        entries.add_column(sa.Column("was_right", sa.Boolean(), nullable=True))
        entries.add_column(sa.Column("not_right_because", sa.Text(), nullable=False, server_default=sa.text("''")))
        entries.add_column(sa.Column("cover_id", KEY, nullable=True))
        entries.add_column(sa.Column("until_on", sa.Date(), nullable=True))
        for column, to in (
            ("opened_by_id", "person"),
            ("looked_over_by_id", "person"),
            ("cover_id", "caseload_cover"),
        ):
            entries.create_foreign_key(op.f(f"fk_caseload_entry_{column}_{to}"), to, [column], ["id"])
        for name, says in CHECKS.items():
            entries.create_check_constraint(op.f(f"ck_caseload_entry_{name}"), says)
        entries.drop_index("ix_caseload_entry_in_force", sqlite_where=OPEN, postgresql_where=OPEN)
        entries.create_index("ix_caseload_entry_in_force", PAIR, unique=True, sqlite_where=OWN, postgresql_where=OWN)
        entries.create_index(
            "ix_caseload_entry_covered",
            ["cover_id", "person_id"],
            unique=True,
            sqlite_where=COVERED,
            postgresql_where=COVERED,
        )


def downgrade() -> None:
    """Take them away; what stands by a cover ends first."""
    op.execute("DELETE FROM asked_power WHERE entry_id IN (SELECT id FROM caseload_entry WHERE cover_id IS NOT NULL)")
    op.execute(
        "DELETE FROM capacity_decision WHERE entry_id IN (SELECT id FROM caseload_entry WHERE cover_id IS NOT NULL)"
    )
    op.execute("DELETE FROM caseload_entry WHERE cover_id IS NOT NULL")
    with op.batch_alter_table("caseload_entry") as entries:
        entries.drop_index("ix_caseload_entry_covered", sqlite_where=COVERED, postgresql_where=COVERED)
        entries.drop_index("ix_caseload_entry_in_force", sqlite_where=OWN, postgresql_where=OWN)
        entries.create_index("ix_caseload_entry_in_force", PAIR, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
        for name in CHECKS:
            entries.drop_constraint(op.f(f"ck_caseload_entry_{name}"), type_="check")
        for column, to in (
            ("opened_by_id", "person"),
            ("looked_over_by_id", "person"),
            ("cover_id", "caseload_cover"),
        ):
            entries.drop_constraint(op.f(f"fk_caseload_entry_{column}_{to}"), type_="foreignkey")
        for name in (
            "until_on",
            "cover_id",
            "not_right_because",
            "was_right",
            "looked_over_by_id",
            "looked_over_at",
            "opened_by_id",
            "opened_because",
        ):
            entries.drop_column(name)
    op.drop_table("caseload_cover")
