"""Things have endings of their own, what went back is kept beside what was charged, and every journey has an end.

A thing may arrive damaged, or some of it; a change that waits keeps what was asked, and may be overtaken; a dispute may be
decided by the operator where nobody else can.

Revision ID: 0028
Revises: 0027
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

PENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VISIT = (
    "planned",
    "delivered",
    "cancelled_in_time",
    "cancelled_late",
    "declined",
    "lapsed",
    "missed",
    "part_delivered",
    "refused",
    "unused",
    "frustrated",
    "saved",
)
CLAIM = ("did_not_come", "other_times")
CHANGE = ("asked", "agreed", "declined", "withdrawn")
CHECKS = {
    "visit": {
        "ck_visit_no_more_back_than_charged": "returned_pence >= 0 AND returned_pence <= charged_pence",
        "ck_visit_arrived_is_a_number_of_things": "arrived >= 0",
    },
    "dispute": {"ck_dispute_says_arrived_is_a_number_of_things": "says_arrived >= 0"},
}
WORDS = (
    ("visit", "ck_visit_visit_status", "status", VISIT, "damaged"),
    ("dispute", "ck_dispute_claim", "claim", CLAIM, "damaged"),
    ("visit_change", "ck_visit_change_change_status", "status", CHANGE, "overtaken"),
)
BACK = (
    "UPDATE visit SET returned_pence = (SELECT coalesce(sum(r.pence), 0) FROM item_return r"
    " WHERE r.booking_id = visit.booking_id AND r.arrived_at IS NOT NULL)"
    " WHERE charged_pence > 0 AND booking_id IN (SELECT booking_id FROM item_return WHERE arrived_at IS NOT NULL)"
)


def upgrade() -> None:
    """Add what is missing, and write down what went back so far."""
    op.add_column("visit", sa.Column("returned_pence", PENCE, nullable=False, server_default="0"))
    op.add_column("visit", sa.Column("arrived", sa.Integer(), nullable=True))
    op.add_column("dispute", sa.Column("says_arrived", sa.Integer(), nullable=True))
    op.add_column("visit_change", sa.Column("planned", sa.JSON(), nullable=True))
    op.execute(BACK)
    for table, name, column, before, more in WORDS:
        _checked(table, {name: f"{column} IN {(*before, more)}"}, CHECKS.get(table, {}))
    _somebody_or_the_operator(needed=False)
    op.create_index("ix_saved_hours_spent_on_id", "saved_hours", ["spent_on_id"])


def downgrade() -> None:
    """Take it away: what was damaged did not arrive, and what was overtaken was taken back."""
    op.drop_index("ix_saved_hours_spent_on_id", "saved_hours")
    # Whom the operator decided for stands in for the operator, whom nobody knew before.
    _somebody_or_the_operator(needed=True)
    op.execute("UPDATE visit SET status = 'missed' WHERE status = 'damaged' AND charged_pence = 0")
    op.execute("UPDATE visit SET status = 'part_delivered' WHERE status = 'damaged'")
    op.execute("UPDATE dispute SET claim = 'did_not_come' WHERE claim = 'damaged'")
    op.execute("UPDATE visit_change SET status = 'withdrawn' WHERE status = 'overtaken'")
    for table, name, column, before, _ in WORDS:
        _checked(table, {name: f"{column} IN {before}"}, {}, gone=CHECKS.get(table, {}))
    for table, column in (
        ("visit_change", "planned"),
        ("dispute", "says_arrived"),
        ("visit", "arrived"),
        ("visit", "returned_pence"),
    ):
        op.drop_column(table, column)


def _checked(table: str, changed: dict[str, str], added: dict[str, str], gone: dict[str, str] | None = None) -> None:
    """Change, add and take away checks of a table."""
    gone = gone or {}
    if not _is_sqlite():
        for name in (*changed, *gone):
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, rule in (changed | added).items():
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule})")
        return

    def anew(made: str) -> str:
        for name, rule in changed.items():
            made, found = re.subn(
                rf"CONSTRAINT {name} CHECK \(\w+ IN \([^)]*\)\)", f"CONSTRAINT {name} CHECK ({rule})", made
            )
            if found != 1:
                raise RuntimeError(f"the check {name} is not where it was")
        for name, rule in gone.items():
            made = made.replace(f", CONSTRAINT {name} CHECK ({rule})", "")
        more = "".join(f", CONSTRAINT {name} CHECK ({rule})" for name, rule in added.items())
        return made.rstrip().removesuffix(")").rstrip() + more + ")"

    _rebuilt(table, anew)


def _somebody_or_the_operator(*, needed: bool) -> None:
    """Whether a record of a visit must name an account; nobody: the operator."""
    if not _is_sqlite():
        if needed:
            op.execute("ALTER TABLE visit_record DISABLE TRIGGER USER")
            op.execute(_SOMEBODY)
            op.execute("ALTER TABLE visit_record ENABLE TRIGGER USER")
        op.alter_column("visit_record", "by_id", existing_type=PENCE, nullable=not needed)
        return
    before, after = ("by_id INTEGER, ", "by_id INTEGER NOT NULL, ")[:: 1 if needed else -1]
    _rebuilt("visit_record", lambda made: made.replace(before, after), _SOMEBODY if needed else None)


_SOMEBODY = (
    "UPDATE visit_record SET by_id = (SELECT b.person_id FROM visit v JOIN booking b ON b.id = v.booking_id"
    " WHERE v.id = visit_record.visit_id) WHERE by_id IS NULL"
)


def _rebuilt(table: str, change: object, first: str | None = None) -> None:
    """Make a table of SQLite anew, whatever columns, indexes and triggers it has by now; ``first`` mends its rows."""
    ask = op.get_bind().exec_driver_sql
    (made,) = ask(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'").one()
    kept = ask(
        "SELECT type, name, sql FROM sqlite_master"
        f" WHERE tbl_name = '{table}' AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).all()
    for kind, name, _ in kept:
        if kind == "trigger":
            ask(f"DROP TRIGGER {name}")
    if first:
        ask(first)
    anew = change(made)  # type: ignore[operator]
    ask(re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_anew", anew))
    ask(f"INSERT INTO {table}_anew SELECT * FROM {table}")
    ask(f"DROP TABLE {table}")
    ask(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for _, _, statement in kept:
        ask(statement)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
