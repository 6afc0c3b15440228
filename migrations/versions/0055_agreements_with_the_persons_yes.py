"""A one-off agreement: the outcomes it serves, the person's yes, and each time somebody looked at it again.

Revision ID: 0055
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {
    "answered_whole": "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (is_agreed IS NULL)",
    "answered_by_another": "answered_by_id IS NULL OR answered_by_id <> signed_by_id",
    "says_what_for": "NOT needs_yes OR outcomes <> ''",
}
SAYS = "agreement_look is only ever added to"
ONLY_GROWS = {
    "no_update": "BEFORE UPDATE ON agreement_look",
    "no_delete": "BEFORE DELETE ON agreement_look",
    "no_replace": "BEFORE INSERT ON agreement_look WHEN EXISTS (SELECT 1 FROM agreement_look t WHERE t.id = NEW.id)",
}


def upgrade() -> None:
    """Add the columns; what was signed before anybody asked the person goes on to count."""
    with op.batch_alter_table("one_off_agreement") as agreements:
        agreements.add_column(sa.Column("outcomes", sa.Text(), nullable=False, server_default=sa.text("''")))
        agreements.add_column(sa.Column("needs_yes", sa.Boolean(), nullable=False, server_default="false"))
        agreements.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        agreements.add_column(sa.Column("answered_by_id", KEY, nullable=True))
        agreements.add_column(sa.Column("is_agreed", sa.Boolean(), nullable=True))
        agreements.create_foreign_key(
            op.f("fk_one_off_agreement_answered_by_id_person"), "person", ["answered_by_id"], ["id"]
        )
        for name, says in CHECKS.items():
            agreements.create_check_constraint(op.f(f"ck_one_off_agreement_{name}"), says)
    op.create_table(
        "agreement_look",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agreement_id", KEY, nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("looked_by_id", KEY, nullable=False),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_agreement_look_says_something")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["one_off_agreement.id"], name=op.f("fk_agreement_look_agreement_id_one_off_agreement")
        ),
        sa.ForeignKeyConstraint(["looked_by_id"], ["person.id"], name=op.f("fk_agreement_look_looked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_look")),
    )
    op.create_index(op.f("ix_agreement_look_agreement_id"), "agreement_look", ["agreement_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, when in ONLY_GROWS.items():
            op.execute(f"CREATE TRIGGER agreement_look_{name} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
        return
    op.execute(
        "CREATE FUNCTION agreement_look_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER agreement_look_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_look "
        "FOR EACH STATEMENT EXECUTE FUNCTION agreement_look_only_grows()"
    )


def downgrade() -> None:
    """Take them away; what nobody said yes to goes too, as it would count otherwise."""
    op.drop_table("agreement_look")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION agreement_look_only_grows()")
    op.execute(
        "DELETE FROM one_off_agreement WHERE needs_yes AND (is_agreed IS NULL OR NOT is_agreed)"
    )
    with op.batch_alter_table("one_off_agreement") as agreements:
        for name in CHECKS:
            agreements.drop_constraint(op.f(f"ck_one_off_agreement_{name}"), type_="check")
        agreements.drop_constraint(op.f("fk_one_off_agreement_answered_by_id_person"), type_="foreignkey")
        for name in ("is_agreed", "answered_by_id", "answered_at", "needs_yes", "outcomes"):
            agreements.drop_column(name)
