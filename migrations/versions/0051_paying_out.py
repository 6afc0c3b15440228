"""The ledger learns to pay out: a kind of event.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD = (
    *("allocate", "top_up", "hold", "charge", "release", "refund", "move", "correct"),
    *("expire", "carry_over", "give_back"),
)
NEW = (*OLD, "pay_out")


def upgrade() -> None:
    """Let the journal say that a provider was paid."""
    _learn(NEW)


def downgrade() -> None:
    """As it was; refused while something was paid out, since the journal forgets nothing."""
    _learn(OLD)


def _learn(kinds: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_journal(kinds)
        return
    op.drop_constraint(op.f("ck_journal_journal_kind"), "journal", type_="check")
    op.create_check_constraint(op.f("ck_journal_journal_kind"), "journal", _kinds(kinds))


def _kinds(names: tuple[str, ...]) -> str:
    return "kind IN (" + ", ".join(f"'{name}'" for name in names) + ")"


def _rebuild_journal(kinds: tuple[str, ...]) -> None:
    """SQLite cannot alter a CHECK, so the table is made anew; its guards step aside meanwhile and come back as they were."""
    guards = (
        op.get_bind()
        .exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('journal', 'transfer')"
        )
        .all()
    )
    for name, _ in guards:
        op.execute(f"DROP TRIGGER {name}")
    op.create_table(
        "journal_new",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=40)),
        sa.Column("actor_id", KEY),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(_kinds(kinds), name=op.f("ck_journal_journal_kind")),
        sa.CheckConstraint("expires_at IS NULL OR kind = 'hold'", name=op.f("ck_journal_only_holds_expire")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_journal_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("key", name=op.f("uq_journal_key")),
    )
    columns = "id, key, digest, kind, about, actor_id, at, expires_at"
    op.execute(f"INSERT INTO journal_new ({columns}) SELECT {columns} FROM journal")
    op.drop_table("journal")
    op.rename_table("journal_new", "journal")
    op.create_index(op.f("ix_journal_about"), "journal", ["about"])
    some = sa.text("expires_at IS NOT NULL")
    op.create_index(op.f("ix_journal_expires_at"), "journal", ["expires_at"], sqlite_where=some)
    for _, sql in guards:
        op.execute(sql)
