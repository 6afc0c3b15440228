"""Powers come from the person: asked for and answered, helpers of several kinds, decisions about capacity.

Supporters keep what the person let them do, in the new words. No person was ever asked what a care manager may do, so
care managers keep what the law lets them, and what they had becomes a question that waits for the person's answer.

Revision ID: 0022
Revises: 0021
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OF_SUPPORTERS = {"see_money": ["see_plan", "see_money"], "shop": ["suggest"], "book": ["book"]}
OF_CARE_MANAGERS = {
    "see_money": ["see_plan", "see_council_money"],
    "shop": ["suggest"],
    "book": ["book_council_managed"],
}
BACK = {
    "see_money": ["see_money"],
    "see_council_money": ["see_money"],
    "suggest": ["shop"],
    "book_council_managed": ["shop", "book"],
    "book": ["shop", "book"],
}
POWERS = ("see_plan", "see_council_money", "see_money", "suggest", "book_council_managed", "book", "decide")
KINDS = ("family_or_friend", "advocate", "broker", "trust_or_agent", "attorney", "deputy", "appointee")
AUTHORITIES = ("lasting_power", "court_order", "appointee_letter")
ENDINGS = ("safeguarding", "police", "court", "person_said")
CAPACITIES = ("assessment", "best_interests", "court")
NO_PRIVATE_MONEY = "CAST({0} AS TEXT) NOT LIKE '%\"book\"%' AND CAST({0} AS TEXT) NOT LIKE '%\"decide\"%'"
WHY = "They could do this before our rules changed. From now on you say whether they may."


def upgrade() -> None:
    """Add what is asked and decided, and say in the new words what was granted."""
    _widen_support()
    with op.batch_alter_table("caseload_entry") as entries:
        entries.add_column(sa.Column("decided", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("caseload_entry") as entries:
        entries.alter_column("decided", server_default=None)
    _make_asked_power()
    _make_capacity_decision()
    _say_anew()
    with op.batch_alter_table("caseload_entry") as entries:
        for name, column in (
            ("council_staff_spend_no_private_money", "powers"),
            ("decisions_open_no_private_money", "decided"),
        ):
            entries.create_check_constraint(op.f(f"ck_caseload_entry_{name}"), NO_PRIVATE_MONEY.format(column))


def downgrade() -> None:
    """Take it away; what was granted is said in the old words as far as they go."""
    with op.batch_alter_table("caseload_entry") as entries:
        for name in ("council_staff_spend_no_private_money", "decisions_open_no_private_money"):
            entries.drop_constraint(op.f(f"ck_caseload_entry_{name}"), type_="check")
    for table in ("support", "caseload_entry"):
        for number, powers in _listed(table):
            _keep(table, number, _anew(powers, BACK))
    op.drop_table("capacity_decision")
    op.drop_table("asked_power")
    with op.batch_alter_table("caseload_entry") as entries:
        entries.drop_column("decided")
    with op.batch_alter_table("support") as support:
        for name in ("helper_kind", "ending_evidence", "authority_evidence"):
            support.drop_constraint(op.f(f"ck_support_{name}"), type_="check")
        for name in ("authority_is_of_a_kind_that_has_it", "authority_is_seen_by_a_second"):
            support.drop_constraint(op.f(f"ck_support_{name}"), type_="check")
        for name in ("authority_noted_by_id", "authority_seen_by_id"):
            support.drop_constraint(op.f(f"fk_support_{name}_person"), type_="foreignkey")
        for column in (
            *("kind", "ends_on", "code_hash", "code_tries", "ended_because", "ended_evidence", "authority"),
            *("authority_noted_by_id", "authority_noted_at", "authority_seen_by_id", "authority_seen_at"),
        ):
            support.drop_column(column)


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _fk(table: str, column: str, to: str = "person") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _widen_support() -> None:
    with op.batch_alter_table("support") as support:
        support.add_column(
            sa.Column("kind", _words("helper_kind", KINDS), server_default="family_or_friend", nullable=False)
        )
        support.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        support.add_column(sa.Column("code_hash", sa.String(64), nullable=True))
        support.add_column(sa.Column("code_tries", sa.Integer(), server_default="0", nullable=False))
        support.add_column(sa.Column("ended_because", sa.Text(), nullable=True))
        support.add_column(sa.Column("ended_evidence", _words("ending_evidence", ENDINGS), nullable=True))
        support.add_column(sa.Column("authority", _words("authority_evidence", AUTHORITIES), nullable=True))
        for step in ("noted", "seen"):
            support.add_column(sa.Column(f"authority_{step}_by_id", KEY, nullable=True))
            support.add_column(sa.Column(f"authority_{step}_at", MOMENT, nullable=True))
            support.create_foreign_key(
                op.f(f"fk_support_authority_{step}_by_id_person"), "person", [f"authority_{step}_by_id"], ["id"]
            )
        support.create_check_constraint(
            op.f("ck_support_authority_is_of_a_kind_that_has_it"),
            "authority IS NULL OR kind IN ('attorney', 'deputy', 'appointee')",
        )
        support.create_check_constraint(
            op.f("ck_support_authority_is_seen_by_a_second"),
            "authority_seen_at IS NULL OR (authority IS NOT NULL AND authority_seen_by_id IS NOT NULL"
            " AND authority_seen_by_id <> authority_noted_by_id AND authority_seen_by_id <> supporter_id)",
        )


def _make_asked_power() -> None:
    op.create_table(
        "asked_power",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("power", _words("power", POWERS), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.CheckConstraint("answered_by_id <> asked_by_id", name=op.f("ck_asked_power_nobody_answers_themselves")),
        sa.CheckConstraint(
            "power NOT IN ('book', 'decide')", name=op.f("ck_asked_power_council_staff_ask_for_no_private_money")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (is_granted IS NULL)", name=op.f("ck_asked_power_answered_whole")
        ),
        _fk("asked_power", "entry_id", "caseload_entry"),
        _fk("asked_power", "asked_by_id"),
        _fk("asked_power", "answered_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_power")),
    )
    is_waiting = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_asked_power_waiting",
        "asked_power",
        ["entry_id", "power"],
        unique=True,
        sqlite_where=is_waiting,
        postgresql_where=is_waiting,
    )


def _make_capacity_decision() -> None:
    op.create_table(
        "capacity_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("powers", sa.JSON(), nullable=False),
        sa.Column("which_decision", sa.Text(), nullable=False),
        sa.Column("help_tried", sa.Text(), nullable=False),
        sa.Column("least_restriction", sa.Text(), nullable=False),
        sa.Column("decided_by_name", sa.String(120), nullable=False),
        sa.Column("decided_by_role", sa.String(120), nullable=False),
        sa.Column("evidence", _words("capacity_evidence", CAPACITIES), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("agreed_by_id", KEY, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.CheckConstraint("agreed_by_id <> made_by_id", name=op.f("ck_capacity_decision_never_one_alone")),
        sa.CheckConstraint(
            NO_PRIVATE_MONEY.format("powers") + " AND CAST(powers AS TEXT) NOT LIKE '%\"see_money\"%'",
            name=op.f("ck_capacity_decision_opens_no_private_money"),
        ),
        _fk("capacity_decision", "entry_id", "caseload_entry"),
        *(_fk("capacity_decision", f"{step}_by_id") for step in ("made", "agreed", "ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_decision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_capacity_decision_public_id")),
    )
    op.create_index(op.f("ix_capacity_decision_entry_id"), "capacity_decision", ["entry_id"])


def _listed(table: str) -> Iterator[tuple[int, list[str]]]:
    """Every row's number and list of powers, a thousand at a time."""
    rows = sa.table(table, sa.column("id", KEY), sa.column("powers", sa.JSON()))
    last = 0
    while True:
        wanted = sa.select(rows.c.id, rows.c.powers).where(rows.c.id > last).order_by(rows.c.id).limit(1000)
        found = op.get_bind().execute(wanted).all()
        if not found:
            return
        for number, powers in found:
            yield number, json.loads(powers) if isinstance(powers, str) else powers
            last = number


def _anew(powers: list[str], words: dict[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(new for old in powers for new in words.get(old, ())))


def _keep(table: str, number: int, powers: list[str]) -> None:
    rows = sa.table(table, sa.column("id", KEY), sa.column("powers", sa.JSON()))
    op.get_bind().execute(rows.update().where(rows.c.id == number).values(powers=powers))


def _say_anew() -> None:
    for number, powers in _listed("support"):
        _keep("support", number, _anew(powers, OF_SUPPORTERS))
    asked = sa.table(
        "asked_power",
        *(sa.column(name) for name in ("entry_id", "power", "why", "asked_by_id")),
        sa.column("asked_at", MOMENT),
    )
    entries = sa.table(
        "caseload_entry",
        *(sa.column(name) for name in ("id", "care_manager_id", "ended_at")),
        sa.column("from_on", sa.Date()),
    )
    in_force = sa.select(entries.c.id, entries.c.care_manager_id, entries.c.from_on).where(entries.c.ended_at.is_(None))
    found = op.get_bind().execute(in_force).all()
    standing = {row.id: row.care_manager_id for row in found}
    # A migration does not read the clock: it stands as asked since the day the care manager came.
    began = {row.id: datetime.combine(row.from_on, time(), UTC) for row in found}
    for number, powers in _listed("caseload_entry"):
        _keep("caseload_entry", number, [])
        if number in standing:
            for power in _anew(powers, OF_CARE_MANAGERS):
                facts = {"entry_id": number, "power": power, "why": WHY, "asked_by_id": standing[number]}
                op.get_bind().execute(asked.insert().values(asked_at=began[number], **facts))
