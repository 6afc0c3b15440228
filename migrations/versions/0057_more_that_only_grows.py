"""Earlier words of reviews only grow; a period of a council's invoices is never replaced.

Revision ID: 0058
Revises: 0056
"""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

ONLY_GROW = {
    "review_version": "t.id = NEW.id OR (t.review_id = NEW.review_id AND t.number = NEW.number)",
}
SAME_PERIOD = (
    "t.id = NEW.id OR t.public_id = NEW.public_id OR (t.council_id = NEW.council_id AND (t.starts_on = NEW.starts_on "
    "OR (t.closed_at IS NULL AND NEW.closed_at IS NULL)))"
)


def upgrade() -> None:
    """Guard each table."""
    if op.get_bind().dialect.name == "sqlite":
        for table, same in ONLY_GROW.items():
            _refuse(table, "no_update", f"BEFORE UPDATE ON {table}")
            _refuse(table, "no_delete", f"BEFORE DELETE ON {table}")
            _refuse(table, "no_replace", f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} t WHERE {same})")
        replaced = f"WHEN EXISTS (SELECT 1 FROM settlement_period t WHERE {SAME_PERIOD})"
        _refuse("settlement_period", "no_replace", f"BEFORE INSERT ON settlement_period {replaced}")
        return
    for table in ONLY_GROW:
        op.execute(
            f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is only ever added to' USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
        )


def _refuse(table: str, name: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} {when} BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
    )


def downgrade() -> None:
    """Take the guards away."""
    if op.get_bind().dialect.name == "sqlite":
        for table in ONLY_GROW:
            for name in ("no_update", "no_delete", "no_replace"):
                op.execute(f"DROP TRIGGER {table}_{name}")
        op.execute("DROP TRIGGER settlement_period_no_replace")
        return
    for table in ONLY_GROW:
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(f"DROP FUNCTION {table}_only_grows()")
