"""Card payments that need a look, who settles them, and what was added in the end.

Revision ID: 0040
Revises: 0039
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BEFORE = (
    *("person", "supporter", "provider_staff"),
    *("care_manager", "commissioner", "contracts", "finance", "moderator", "administrator"),
)
WHYS = ("other_sum", "second_payment", "known_payment", "not_ours")
HOWS = ("added", "paid_back", "nothing_taken")


def upgrade() -> None:
    """Add them; what needs a look already is kept for whoever settles it."""
    _allow_roles((*BEFORE, "payments"))
    op.add_column("top_up", sa.Column("added_pence", PENCE, nullable=True))
    op.execute("UPDATE top_up SET added_pence = amount_pence WHERE status = 'paid'")
    with op.batch_alter_table("top_up") as top_up:
        top_up.create_check_constraint(
            op.f("ck_top_up_paid_and_added"), "(status = 'paid') = (added_pence IS NOT NULL)"
        )
    op.create_table(
        "odd_payment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("checkout_session", sa.String(length=255), nullable=False),
        sa.Column("payment_intent", sa.String(length=255), nullable=True),
        sa.Column("pence", PENCE, nullable=True),
        sa.Column("currency", sa.String(length=10), nullable=True),
        sa.Column(
            "why", sa.Enum(*WHYS, name="odd_why", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("top_up_id", KEY, nullable=True),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by_id", KEY, nullable=True),
        sa.Column(
            "how", sa.Enum(*HOWS, name="odd_ending", native_enum=False, create_constraint=True, length=40), nullable=True
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (how IS NULL) AND (settled_at IS NULL) = (reason = '')",
            name=op.f("ck_odd_payment_settled_with_a_reason"),
        ),
        sa.CheckConstraint("how <> 'added' OR top_up_id IS NOT NULL", name=op.f("ck_odd_payment_added_to_somebodys_money")),
        sa.ForeignKeyConstraint(["top_up_id"], ["top_up.id"], name=op.f("fk_odd_payment_top_up_id_top_up")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_odd_payment_settled_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_odd_payment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_odd_payment_public_id")),
        sa.UniqueConstraint("checkout_session", name=op.f("uq_odd_payment_checkout_session")),
    )
    op.create_index(op.f("ix_odd_payment_top_up_id"), "odd_payment", ["top_up_id"])
    where = sa.text("settled_at IS NULL")
    op.create_index("ix_odd_payment_open", "odd_payment", ["id"], sqlite_where=where, postgresql_where=where)
    # Its session is what it is known by; where that never reached us, its own name stands in.
    op.execute(
        "INSERT INTO odd_payment (public_id, checkout_session, pence, currency, why, top_up_id, told_at, reason)"
        " SELECT public_id, coalesce(checkout_session, public_id), NULL, NULL, 'other_sum', id, started_at, ''"
        " FROM top_up WHERE status = 'needs_a_look'"
    )


def downgrade() -> None:
    """Take them away; who settled them is no longer anybody for that."""
    op.drop_table("odd_payment")
    with op.batch_alter_table("top_up") as top_up:
        top_up.drop_constraint(op.f("ck_top_up_paid_and_added"), type_="check")
        top_up.drop_column("added_pence")
    op.execute("DELETE FROM role_grant WHERE role = 'payments'")
    _allow_roles(BEFORE)


def _allow_roles(roles: tuple[str, ...]) -> None:
    """Let a grant be of these; SQLite changes a check only by making the table anew."""
    check = f"CONSTRAINT ck_role_grant_role CHECK (role IN {roles})"
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE role_grant DROP CONSTRAINT ck_role_grant_role")
        op.execute(f"ALTER TABLE role_grant ADD {check}")
        return
    ask = op.get_bind().exec_driver_sql
    (made,) = ask("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'role_grant'").one()
    beside = list(
        ask(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'role_grant' AND type IN ('index', 'trigger')"
            " AND sql IS NOT NULL"
        ).scalars()
    )
    anew, found = re.subn(r"CONSTRAINT ck_role_grant_role CHECK \(role IN \([^)]*\)\)", check, made)
    if found != 1:
        raise RuntimeError("the check on the role of a grant is not where it was")
    ask(re.sub(r'^CREATE TABLE "?role_grant"?', "CREATE TABLE role_grant_anew", anew))
    ask("INSERT INTO role_grant_anew SELECT * FROM role_grant")
    ask("DROP TABLE role_grant")
    ask("ALTER TABLE role_grant_anew RENAME TO role_grant")
    for statement in beside:
        ask(statement)
