"""How people chose to have a council's money looked after; budgets that run keep their ways, not yet confirmed.

Revision ID: 0024
Revises: 0023
"""

import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = ("chosen", "accepted", "declined", "enacted", "as_before", "withdrawn", "replaced")
WAYS = ("direct_payment", "indirect_payment", "council_managed", "individual_service_fund")
CHOSEN = (
    "id, public_id, key, person_id, council_id, shares, provider_id, agent_name, agent_id, words, chosen_at, chosen_by_id"
)
SAYS = "what was chosen is never rewritten"


def _fk(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_money_choice_{column}_{to}"))


def _ck(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_money_choice_{name}"))


def upgrade() -> None:
    """Make the table, write down how it is, and let nobody rewrite what was chosen."""
    op.create_table(
        "money_choice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("provider_id", KEY, nullable=True),
        sa.Column("agent_name", sa.String(length=120), nullable=True),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="choice_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("fee_percent", sa.Integer(), nullable=True),
        sa.Column("answer_words", sa.Text(), nullable=False),
        sa.Column("enacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enacted_by_id", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _ck(
            "somebody_chose_unless_it_was_so_before",
            "chosen_by_id IS NOT NULL OR status IN ('as_before', 'replaced')",
        ),
        _ck("as_before_nobody_chose", "status != 'as_before' OR chosen_by_id IS NULL"),
        _ck("fee_is_a_percent", "fee_percent BETWEEN 0 AND 100"),
        _ck("accepted_with_its_fee", "status != 'accepted' OR fee_percent IS NOT NULL"),
        _ck("somebody_enacted", "status != 'enacted' OR enacted_by_id IS NOT NULL"),
        *(_fk(f"{who}_id", "person") for who in ("person", "agent", "chosen_by", "answered_by", "enacted_by")),
        _fk("council_id", "council"),
        _fk("provider_id", "provider"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_choice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_money_choice_public_id")),
        sa.UniqueConstraint("key", name=op.f("uq_money_choice_key")),
    )
    for column in ("person_id", "provider_id"):
        op.create_index(op.f(f"ix_money_choice_{column}"), "money_choice", [column])
    for name, statuses in (("waiting", "'accepted', 'chosen'"), ("in_force", "'as_before', 'enacted'")):
        where = sa.text(f"status IN ({statuses})")
        op.create_index(
            f"uq_money_choice_one_{name}",
            "money_choice",
            ["person_id", "council_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    _write_down_how_it_is()
    _never_rewritten()


def _write_down_how_it_is() -> None:
    """For everybody with money of a council, the ways of their newest budget: as it was, and nobody's choice."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT b.id, b.person_id, b.council_id, p.kind, p.provider_id, p.agent_name, sum(r.amount_pence)"
            " FROM personal_budget b JOIN pot_release r ON r.personal_budget_id = b.id JOIN pot p ON p.id = r.pot_id"
            " WHERE p.closed_at IS NULL AND b.id = (SELECT max(n.id) FROM personal_budget n"
            " WHERE n.person_id = b.person_id AND n.council_id = b.council_id AND n.status IN ('agreed', 'ended'))"
            " GROUP BY b.id, b.person_id, b.council_id, p.kind, p.provider_id, p.agent_name ORDER BY b.id, p.kind"
        )
    )
    found: dict[int, dict[str, object]] = {}
    sums: dict[int, dict[str, int]] = {}
    for budget, person, council, kind, provider, agent, pence in rows:
        one = found.setdefault(budget, {"person": person, "council": council, "provider": None, "agent": None})
        one["provider"], one["agent"] = provider or one["provider"], agent or one["agent"]
        sums.setdefault(budget, {})[kind] = sums.get(budget, {}).get(kind, 0) + int(pence)
    for budget, one in found.items():
        shares = {way: sums[budget][way] for way in WAYS if way in sums[budget]}
        op.get_bind().execute(
            sa.text(
                "INSERT INTO money_choice (public_id, key, person_id, council_id, shares, provider_id, agent_name, words,"
                " answer_words, status, chosen_at) VALUES (:public_id, :key, :person, :council, :shares, :provider, :agent, '', '',"
                " 'as_before', :at)"
            ).bindparams(sa.bindparam("at", type_=sa.DateTime(timezone=True))),
            {
                **one,
                "public_id": secrets.token_hex(6),
                "key": f"before-{budget}",
                "shares": json.dumps(shares),
                "at": datetime(2026, 11, 30, tzinfo=UTC),
            },
        )


def _never_rewritten() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, verb in (("chosen_stays", f"UPDATE OF {CHOSEN}"), ("no_delete", "DELETE")):
            op.execute(
                f"CREATE TRIGGER money_choice_{name} BEFORE {verb} ON money_choice "
                f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION money_choice_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, verb in (("chosen_stays", f"UPDATE OF {CHOSEN}"), ("no_delete", "DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER money_choice_{name} BEFORE {verb} ON money_choice "
            "FOR EACH STATEMENT EXECUTE FUNCTION money_choice_stays()"
        )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("money_choice")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION money_choice_stays()")
