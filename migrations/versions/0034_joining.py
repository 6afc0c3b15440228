"""Providers that join by themselves; and two kinds more: sole traders and user-led organisations.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BEFORE = (
    "national", "regional", "local", "charity", "social_enterprise", "micro_provider", "personal_assistant", "in_house",
    "community", "not_known",
)  # fmt: skip
KINDS = (
    "national", "regional", "local", "charity", "social_enterprise", "user_led", "micro_provider", "sole_trader",
    "personal_assistant", "in_house", "community", "not_known",
)  # fmt: skip
UNITS = ("hour", "half_hour", "visit", "session", "sleep_in", "waking_night", "day", "week", "item")
OPEN = sa.text("status IN ('draft', 'waiting')")
PUBLISHED = sa.text("status = 'published'")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _ck(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_joining_{name}"))


def _fk(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_joining_{column}_{to}"))


def _only(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("provider") as provider:
        provider.drop_constraint(op.f("ck_provider_provider_kind"), type_="check")
        provider.create_check_constraint(op.f("ck_provider_provider_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    """Let the two kinds in, and make the table."""
    _only(KINDS)
    op.create_table(
        "joining",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("status", _words("joining_status", ("draft", "waiting", "published")), nullable=False),
        sa.Column("kind", _words("joining_kind", KINDS), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("charity_number", sa.String(length=12), nullable=True),
        sa.Column("cqc_location_id", sa.String(length=20), nullable=True),
        sa.Column("offer", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("council_id", KEY, nullable=True),
        sa.Column("locality_id", KEY, nullable=True),
        sa.Column("unit", _words("joining_unit", UNITS), nullable=True),
        sa.Column("price_pence", sa.Integer(), nullable=True),
        sa.Column("opening_times", sa.String(length=300), nullable=False),
        sa.Column("languages", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("provider_id", KEY, nullable=True),
        _ck(
            "published_is_a_provider",
            "(status = 'published') = (provider_id IS NOT NULL) AND (provider_id IS NULL) = (published_at IS NULL)",
        ),
        _ck("waits_for_a_council", "status <> 'waiting' OR sent_at IS NOT NULL AND council_id IS NOT NULL"),
        _ck("price_of_a_unit", "(price_pence IS NULL) = (unit IS NULL) AND price_pence > 0"),
        _ck("nobody_checks_their_own", "decided_by_id IS NULL OR decided_by_id <> person_id"),
        _ck("can_be_reached", "phone IS NOT NULL OR email IS NOT NULL"),
        _fk("person_id", "person"),
        _fk("decided_by_id", "person"),
        _fk("council_id", "council"),
        _fk("locality_id", "locality"),
        _fk("provider_id", "provider"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
        sa.UniqueConstraint("public_id", name=op.f("uq_joining_public_id")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_joining_provider_id")),
    )
    for column in ("person_id", "council_id"):
        op.create_index(op.f(f"ix_joining_{column}"), "joining", [column])
    op.create_index(
        "uq_joining_one_open", "joining", ["person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "uq_joining_one_of_a_name",
        "joining",
        ["name_key", "postcode"],
        unique=True,
        sqlite_where=PUBLISHED,
        postgresql_where=PUBLISHED,
    )


def downgrade() -> None:
    """Take it away; the two kinds are called as they would have been before."""
    op.drop_table("joining")
    for kind, before in (("sole_trader", "micro_provider"), ("user_led", "charity")):
        op.execute(f"UPDATE provider SET kind = '{before}' WHERE kind = '{kind}'")
    _only(BEFORE)
