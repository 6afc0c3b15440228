"""Who asked whom to be their council, what became of it, and the files of people a council brought.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STATUSES = ("asked", "moving", "confirmed", "declined", "withdrawn", "ended")
OPEN = "status IN ('asked', 'moving', 'confirmed')"


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def upgrade() -> None:
    """Add both; nobody was asked so far, and who has a council keeps it."""
    op.create_table(
        "people_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        *_keys("people_file", council_id="council", made_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_people_file_public_id")),
    )
    op.create_index(op.f("ix_people_file_council_id"), "people_file", ["council_id"])
    op.create_table(
        "council_person",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="taking_on", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name=op.f("ck_council_person_code_has_an_end")),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_council_person_ended_when_it_is")
        ),
        *_keys(
            "council_person",
            person_id="person",
            council_id="council",
            asked_by_id="person",
            file_id="people_file",
            ended_by_id="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_council_person_public_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_council_person_code_hash")),
    )
    op.create_index(op.f("ix_council_person_person_id"), "council_person", ["person_id"])
    op.create_index(op.f("ix_council_person_file_id"), "council_person", ["file_id"])
    op.create_index("ix_council_person_found", "council_person", ["council_id", "born_on"])
    for name, columns, condition in (
        ("one_pays", ["person_id"], "status = 'confirmed'"),
        ("one_open", ["person_id", "council_id"], OPEN),
        ("one_reference", ["council_id", "reference"], f"reference IS NOT NULL AND {OPEN}"),
    ):
        where = sa.text(condition)
        op.create_index(
            f"uq_council_person_{name}",
            "council_person",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    """Forget it; who has a council keeps it."""
    op.drop_table("council_person")
    op.drop_table("people_file")
