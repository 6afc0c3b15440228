"""Complaints about support, each with its steps, which are only ever added to.

Revision ID: 0064
Revises: 0063
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STATES = ("received", "acknowledged", "answered", "taken_further", "final", "withdrawn")
STEPS = ("sent", "acknowledged", "answered", "taken_further", "final", "withdrawn")
CHECKS = {
    "about_somebody": "provider_id IS NOT NULL OR council_id IS NOT NULL",
    "answered_by_whom_it_is_about": "NOT for_provider OR provider_id IS NOT NULL",
    "somebody_answers": "for_provider OR council_id IS NOT NULL",
    "answered_whole": "(answered_at IS NULL) = (answered_by_id IS NULL)",
    "final_whole": "(final_at IS NULL) = (final_by_id IS NULL)",
    "further_after": "further_at IS NULL OR (answered_at IS NOT NULL AND council_id IS NOT NULL)",
    "final_by_another": "final_at IS NULL OR (further_at IS NOT NULL AND final_by_id <> answered_by_id)",
    "nobody_answers_their_own": (
        "written_by_id <> answered_by_id AND person_id <> answered_by_id AND person_id <> final_by_id"
        " AND written_by_id <> final_by_id"
    ),
}
PEOPLE = ("person_id", "written_by_id", "answered_by_id", "final_by_id")
SAYS = "complaint_entry is only ever added to"
ONLY_GROWS = {
    "no_update": "BEFORE UPDATE ON complaint_entry",
    "no_delete": "BEFORE DELETE ON complaint_entry",
    "no_replace": "BEFORE INSERT ON complaint_entry WHEN EXISTS (SELECT 1 FROM complaint_entry t WHERE t.id = NEW.id)",
}


def upgrade() -> None:
    """Make both tables."""
    foreign = {**dict.fromkeys(PEOPLE, "person"), "council_id": "council", "provider_id": "provider", "booking_id": "booking"}
    op.create_table(
        "complaint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("written_by_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=True),
        sa.Column("provider_id", KEY, nullable=True),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("for_provider", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATES, name="complaint_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("further_at", MOMENT, nullable=True),
        sa.Column("final_at", MOMENT, nullable=True),
        sa.Column("final_by_id", KEY, nullable=True),
        sa.Column("late_told_for", sa.Date(), nullable=True),
        *(sa.CheckConstraint(says, name=op.f(f"ck_complaint_{name}")) for name, says in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_complaint_{column}_{table}"))
            for column, table in foreign.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_complaint_public_id")),
    )
    for column in ("person_id", "council_id", "provider_id"):
        op.create_index(op.f(f"ix_complaint_{column}"), "complaint", [column])
    op.create_index("ix_complaint_status_answer_by", "complaint", ["status", "answer_by"])
    _steps()


def _steps() -> None:
    op.create_table(
        "complaint_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column(
            "step",
            sa.Enum(*STEPS, name="complaint_step", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_complaint_entry_says_something")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_entry_complaint_id_complaint")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_complaint_entry_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_entry")),
    )
    op.create_index(op.f("ix_complaint_entry_complaint_id"), "complaint_entry", ["complaint_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, when in ONLY_GROWS.items():
            op.execute(f"CREATE TRIGGER complaint_entry_{name} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    op.execute(
        "CREATE FUNCTION complaint_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER complaint_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON complaint_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION complaint_entry_only_grows()"
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("complaint_entry")
    op.drop_table("complaint")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION complaint_entry_only_grows()")
