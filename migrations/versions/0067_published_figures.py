"""Figures published once for each period of a council, and what money stood behind them; both only grow.

Revision ID: 0077
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROWS = {
    "trend_publication": "t.id = NEW.id OR (t.council_id = NEW.council_id AND (t.number = NEW.number OR t.starts_on = NEW.starts_on))",
    "trend_counted": "t.id = NEW.id OR (t.publication_id = NEW.publication_id AND t.booking_id = NEW.booking_id)",
}
"""The tables that only grow, and when two rows would be one."""


def upgrade() -> None:
    """Make the tables, and let nobody rewrite them or publish a day twice."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _guards_of_sqlite()
    else:
        _guards_of_postgresql()


def downgrade() -> None:
    """Take it away."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_table("trend_counted")
    op.drop_table("trend_publication")
    if not is_sqlite:
        op.execute("DROP FUNCTION trend_only_grows()")
        op.execute("DROP FUNCTION trend_follows()")


def _tables() -> None:
    op.create_table(
        "trend_publication",
        sa.Column("id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("json_text", sa.Text(), nullable=False),
        sa.Column("csv_text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("ends_on > starts_on AND number >= 1", name=op.f("ck_trend_publication_runs_forward")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_trend_publication_council_id_council")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_publication")),
        sa.UniqueConstraint("council_id", "number", name=op.f("uq_trend_publication_council_id_number")),
        sa.UniqueConstraint("council_id", "starts_on", name=op.f("uq_trend_publication_council_id_starts_on")),
    )
    op.create_table(
        "trend_counted",
        sa.Column("id", KEY, nullable=False),
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("pence", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["trend_publication.id"], name=op.f("fk_trend_counted_publication_id_trend_publication")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_trend_counted_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_counted")),
        sa.UniqueConstraint("publication_id", "booking_id", name=op.f("uq_trend_counted_publication_id_booking_id")),
    )
    op.create_index(op.f("ix_trend_counted_booking_id"), "trend_counted", ["booking_id"], unique=False)


FOLLOWS = (
    "NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM trend_publication WHERE council_id = NEW.council_id) "
    "OR EXISTS (SELECT 1 FROM trend_publication t WHERE t.council_id = NEW.council_id AND t.ends_on >= NEW.starts_on)"
)
"""When a publication does not follow those before it: a number is left out, or a day is published twice."""
SAYS = "a publication follows the last and shares no day with it"


def _guards_of_sqlite() -> None:
    def refuse(name: str, when: str, says: str) -> None:
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")

    for table, same in GROWS.items():
        says = f"{table} is only ever added to"
        refuse(f"{table}_no_update", f"BEFORE UPDATE ON {table}", says)
        refuse(f"{table}_no_delete", f"BEFORE DELETE ON {table}", says)
        twice = f"WHEN EXISTS (SELECT 1 FROM {table} t WHERE {same})"  # noqa: S608 - its own words
        refuse(f"{table}_no_replace", f"BEFORE INSERT ON {table} {twice}", says)
    refuse("trend_publication_follows", f"BEFORE INSERT ON trend_publication WHEN {FOLLOWS}", SAYS)


def _guards_of_postgresql() -> None:
    raises = "USING ERRCODE = 'restrict_violation';"
    op.execute(
        "CREATE FUNCTION trend_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME {raises} END $$"
    )
    for table in GROWS:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trend_only_grows()"
        )
    op.execute(
        "CREATE FUNCTION trend_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {FOLLOWS} THEN RAISE EXCEPTION '{SAYS}' {raises} END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER trend_publication_follows BEFORE INSERT ON trend_publication "
        "FOR EACH ROW EXECUTE FUNCTION trend_follows()"
    )
