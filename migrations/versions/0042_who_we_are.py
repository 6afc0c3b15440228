"""What providers say of themselves: hours, languages, what they do not do, marks and checks; and the history of it.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SAYS = "provider_change is only ever added to"


def _fk(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Add what is said, and let nobody rewrite its history."""
    with op.batch_alter_table("provider") as provider:
        provider.add_column(sa.Column("opening_hours", sa.String(length=300), server_default="", nullable=False))
        provider.add_column(sa.Column("languages", sa.JSON(), nullable=True))
        provider.add_column(sa.Column("not_done", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("provider") as provider:
        provider.alter_column("opening_hours", server_default=None)
        provider.alter_column("not_done", server_default=None)
    op.create_table(
        "credential",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accreditation", "check", name="credential_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("given_by", sa.String(length=150), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("stated_at", MOMENT, nullable=False),
        sa.Column("stated_by_id", KEY, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("name <> '' AND given_by <> ''", name=op.f("ck_credential_says_what_and_by_whom")),
        sa.CheckConstraint(
            "until_on IS NULL OR given_on IS NULL OR until_on >= given_on", name=op.f("ck_credential_runs_forward")
        ),
        _fk("credential", "provider_id", "provider"),
        _fk("credential", "stated_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("public_id", name=op.f("uq_credential_public_id")),
    )
    op.create_index(op.f("ix_credential_provider_id"), "credential", ["provider_id"])
    op.create_table(
        "provider_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("fact", sa.String(length=30), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _fk("provider_change", "provider_id", "provider"),
        _fk("provider_change", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_change")),
    )
    op.create_index("ix_provider_change_provider", "provider_change", ["provider_id", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, when in (
            ("no_update", "BEFORE UPDATE ON provider_change"),
            ("no_delete", "BEFORE DELETE ON provider_change"),
            (
                "no_replace",
                "BEFORE INSERT ON provider_change WHEN EXISTS (SELECT 1 FROM provider_change t WHERE t.id = NEW.id)",
            ),
        ):
            op.execute(f"CREATE TRIGGER provider_change_{name} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    op.execute(
        "CREATE FUNCTION provider_change_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER provider_change_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON provider_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION provider_change_only_grows()"
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("provider_change")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION provider_change_only_grows()")
    op.drop_table("credential")
    with op.batch_alter_table("provider") as provider:
        for column in ("opening_hours", "languages", "not_done"):
            provider.drop_column(column)
