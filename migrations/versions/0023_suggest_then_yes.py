"""Suggestions in baskets, codes by which a person says yes to one, and letters to print.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TAKEN_OR_LEFT = (
    "(taken_at IS NULL) = (taken_by_id IS NULL) AND (left_at IS NULL) = (left_by_id IS NULL)"
    " AND (taken_at IS NULL OR left_at IS NULL)"
    " AND (suggested_at IS NOT NULL OR (taken_at IS NULL AND left_at IS NULL))"
)
BOOKED_ONCE_TAKEN = "booking_id IS NULL OR suggested_at IS NULL OR taken_at IS NOT NULL"
OPEN = sa.text("used_at IS NULL AND void_at IS NULL")


def upgrade() -> None:
    """Lines already there are no suggestions: who may book them is asked at the check-out as before."""
    with op.batch_alter_table("basket_line") as lines:
        lines.add_column(sa.Column("added_as", sa.String(length=20), nullable=True))
        for name in ("suggested_at", "taken_at", "left_at"):
            lines.add_column(sa.Column(name, MOMENT, nullable=True))
        for name in ("taken_by_id", "left_by_id"):
            lines.add_column(sa.Column(name, KEY, nullable=True))
        lines.add_column(sa.Column("left_because", sa.String(length=300), server_default="", nullable=False))
    with op.batch_alter_table("basket_line") as lines:
        lines.alter_column("left_because", server_default=None)
        for name in ("taken_by_id", "left_by_id"):
            lines.create_foreign_key(op.f(f"fk_basket_line_{name}_person"), "person", [name], ["id"])
        lines.create_check_constraint(op.f("ck_basket_line_taken_or_left_once_suggested"), TAKEN_OR_LEFT)
        lines.create_check_constraint(op.f("ck_basket_line_booked_once_taken"), BOOKED_ONCE_TAKEN)
        lines.create_index("ix_basket_line_suggested", ["added_by_id", "person_id", "suggested_at"])
    _make_yes_code()
    op.create_table(
        "letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("to_person_id", KEY, nullable=False),
        sa.Column("to_name", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("heading", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("last_useful_at", MOMENT, nullable=False),
        sa.Column("printed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_letter_to_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_public_id")),
    )
    op.create_index("ix_letter_waiting", "letter", ["printed_at", "made_at"])


def _make_yes_code() -> None:
    op.create_table(
        "basket_yes_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_as", sa.String(length=20), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column(
            "way",
            sa.Enum("email", "letter", name="basket_code_way", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("total_pence", PENCE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("typed_by_id", KEY, nullable=True),
        sa.Column("void_at", MOMENT, nullable=True),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_basket_yes_code_five_tries")),
        sa.CheckConstraint(
            "(used_at IS NULL) = (typed_by_id IS NULL)", name=op.f("ck_basket_yes_code_used_when_typed")
        ),
        sa.CheckConstraint("used_at IS NULL OR void_at IS NULL", name=op.f("ck_basket_yes_code_used_or_void")),
        sa.CheckConstraint("asked_by_id <> person_id", name=op.f("ck_basket_yes_code_asked_by_another")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_basket_yes_code_{name}_person"))
            for name in ("person_id", "asked_by_id", "typed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_yes_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_basket_yes_code_public_id")),
    )
    op.create_index(op.f("ix_basket_yes_code_person_id"), "basket_yes_code", ["person_id"])
    op.create_index(
        "uq_basket_yes_code_open",
        "basket_yes_code",
        ["person_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Take it away; what waited for a yes or was left leaves the basket, as it may not be booked."""
    op.drop_table("letter")
    op.drop_table("basket_yes_code")
    op.execute("DELETE FROM basket_line WHERE suggested_at IS NOT NULL AND taken_at IS NULL")
    with op.batch_alter_table("basket_line") as lines:
        lines.drop_index("ix_basket_line_suggested")
        for name in ("taken_or_left_once_suggested", "booked_once_taken"):
            lines.drop_constraint(op.f(f"ck_basket_line_{name}"), type_="check")
        for name in ("taken_by_id", "left_by_id"):
            lines.drop_constraint(op.f(f"fk_basket_line_{name}_person"), type_="foreignkey")
        for name in (
            *("added_as", "suggested_at", "taken_at", "taken_by_id", "left_at", "left_by_id", "left_because"),
        ):
            lines.drop_column(name)
