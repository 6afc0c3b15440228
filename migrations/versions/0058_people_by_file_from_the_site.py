"""Files of people wait for a yes, are brought row by row and undone row by row; people are found by postcode.

Revision ID: 0060
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

STATUSES = ("waiting", "bringing", "brought", "undoing", "undone")
FATES = ("added", "updated", "unchanged", "refused", "passed")


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _kind(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """What was brought until now was brought whole."""
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("people_file") as file:
        file.add_column(
            sa.Column("status", _kind("file_status", STATUSES), server_default="brought", nullable=False)
        )
        file.add_column(sa.Column("stored_file_id", KEY, nullable=True))
        file.add_column(sa.Column("ended_at", moment, nullable=True))
        file.add_column(sa.Column("fault", sa.String(200), nullable=True))
        file.add_column(sa.Column("undone_by_id", KEY, nullable=True))
        for column, to in (("stored_file_id", "stored_file"), ("undone_by_id", "person")):
            file.create_foreign_key(op.f(f"fk_people_file_{column}_{to}"), to, [column], ["id"])
        file.create_index("ix_people_file_status", ["status"])
    op.execute(sa.text("UPDATE people_file SET ended_at = made_at"))
    op.execute(sa.text("UPDATE people_file SET status = 'undone' WHERE undone_at IS NOT NULL"))
    with op.batch_alter_table("people_file") as file:
        file.alter_column("status", server_default=None)
    references = (("file_id", "people_file"), ("council_person_id", "council_person"), ("personal_budget_id", "personal_budget"))
    op.create_table(
        "people_file_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(100), nullable=False),
        sa.Column("fate", _kind("outcome", FATES), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("council_person_id", KEY, nullable=True),
        sa.Column("personal_budget_id", KEY, nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("stays", sa.String(200), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_people_file_row_{column}_{to}"))
            for column, to in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_file_row")),
        sa.UniqueConstraint("file_id", "line", name=op.f("uq_people_file_row_file_id_line")),
    )
    for column in ("council_person_id", "personal_budget_id"):
        op.create_index(op.f(f"ix_people_file_row_{column}"), "people_file_row", [column])
    op.create_index(op.f("ix_person_postcode"), "person", ["postcode"])


def downgrade() -> None:
    """Which rows came of which file is forgotten."""
    op.drop_index(op.f("ix_person_postcode"), "person")
    op.drop_table("people_file_row")
    with op.batch_alter_table("people_file") as file:
        file.drop_index("ix_people_file_status")
        for column, to in (("stored_file_id", "stored_file"), ("undone_by_id", "person")):
            file.drop_constraint(op.f(f"fk_people_file_{column}_{to}"), type_="foreignkey")
        file.drop_constraint(op.f("ck_people_file_file_status"), type_="check")
        for column in ("undone_by_id", "fault", "ended_at", "stored_file_id", "status"):
            file.drop_column(column)
