"""Holds that end by themselves, more kinds of event, and pence that PostgreSQL cannot round.

``journal`` learns when the money set aside goes back by itself, and three kinds of event (``expire``, ``carry_over``,
``give_back``). PostgreSQL rounds 0.5 sent to a whole-number column before anything can look at it, so the amounts of
transfers become plain numbers there, with a CHECK that they are whole and countable. SQLite's trigger for the same
learns where counting ends.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OLD = ("allocate", "top_up", "hold", "charge", "release", "refund", "move", "correct")
NEW = (*OLD, "expire", "carry_over", "give_back")
WHOLE = (
    "held = round(held) AND moved = round(moved)"
    " AND held BETWEEN -1000000000000000 AND 1000000000000000 AND moved <= 1000000000000000"
)
EXPIRES = "expires_at IS NULL OR kind = 'hold'"
UNCOUNTABLE = " OR NEW.held NOT BETWEEN -1000000000000000 AND 1000000000000000 OR NEW.moved > 1000000000000000"
WHOLE_TRIGGER = (
    "CREATE TRIGGER transfer_whole BEFORE INSERT ON transfer"
    " WHEN typeof(NEW.held) <> 'integer' OR typeof(NEW.moved) <> 'integer'"
    " OR NEW.debit_id = NEW.credit_id OR NEW.moved < 0"
    " OR (NEW.settles_id IS NULL AND (NEW.held < 0 OR (NEW.held = 0) = (NEW.moved = 0)))"
    " OR (NEW.settles_id IS NOT NULL AND (NEW.held >= 0 OR NEW.moved > -NEW.held)){more}"
    " BEGIN SELECT RAISE(ABORT, 'a transfer is direct, a hold or the settling of one, in whole pence'); END"
)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _kinds(names: tuple[str, ...]) -> str:
    return "kind IN (" + ", ".join(f"'{name}'" for name in names) + ")"


def _rebuild_journal(kinds: tuple[str, ...], *, expires: bool) -> None:
    """SQLite cannot alter a CHECK, so the table is made anew; its guards step aside meanwhile and come back as they were."""
    bind = op.get_bind()
    guards = bind.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('journal', 'transfer')"
    ).all()
    for name, _ in guards:
        op.execute(f"DROP TRIGGER {name}")
    more = [sa.Column("expires_at", sa.DateTime(timezone=True))] if expires else []
    rules = [sa.CheckConstraint(EXPIRES, name=op.f("ck_journal_only_holds_expire"))] if expires else []
    op.create_table(
        "journal_new",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=40)),
        sa.Column("actor_id", BIG),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *more,
        sa.CheckConstraint(_kinds(kinds), name=op.f("ck_journal_journal_kind")),
        *rules,
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_journal_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("key", name=op.f("uq_journal_key")),
    )
    columns = "id, key, digest, kind, about, actor_id, at"
    op.execute(f"INSERT INTO journal_new ({columns}) SELECT {columns} FROM journal")
    op.drop_table("journal")
    op.rename_table("journal_new", "journal")
    op.create_index(op.f("ix_journal_about"), "journal", ["about"])
    if expires:
        _index_of_expiries()
    for name, sql in guards:
        op.execute(WHOLE_TRIGGER.format(more=UNCOUNTABLE if expires else "") if name == "transfer_whole" else sql)


def _index_of_expiries() -> None:
    some = sa.text("expires_at IS NOT NULL")
    op.create_index(op.f("ix_journal_expires_at"), "journal", ["expires_at"], sqlite_where=some, postgresql_where=some)


def _amounts(kind: sa.types.TypeEngine) -> None:
    for column in ("held", "moved"):
        op.alter_column("transfer", column, type_=kind, existing_nullable=False)


def upgrade() -> None:
    """Let holds end by themselves, and refuse what would be rounded."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_journal(NEW, expires=True)
        return
    op.drop_constraint(op.f("ck_journal_journal_kind"), "journal", type_="check")
    op.create_check_constraint(op.f("ck_journal_journal_kind"), "journal", _kinds(NEW))
    op.add_column("journal", sa.Column("expires_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(op.f("ck_journal_only_holds_expire"), "journal", EXPIRES)
    _index_of_expiries()
    _amounts(sa.Numeric())
    op.create_check_constraint(op.f("ck_transfer_whole_pence"), "transfer", WHOLE)


def downgrade() -> None:
    """As it was; refused while an event of one of the new kinds is there, since the journal forgets nothing."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_journal(OLD, expires=False)
        return
    op.drop_constraint(op.f("ck_transfer_whole_pence"), "transfer", type_="check")
    _amounts(sa.BigInteger())
    op.drop_index(op.f("ix_journal_expires_at"), "journal")
    op.drop_constraint(op.f("ck_journal_only_holds_expire"), "journal", type_="check")
    op.drop_column("journal", "expires_at")
    op.drop_constraint(op.f("ck_journal_journal_kind"), "journal", type_="check")
    op.create_check_constraint(op.f("ck_journal_journal_kind"), "journal", _kinds(OLD))
