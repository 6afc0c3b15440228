"""Card money: what was taken, what goes back of it and where to, and what the card company claims.

Revision ID: 0067
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = ("card_claim", "pay_back_part", "pay_back_file", "pay_back", "person_bank_details", "card_payment")
OLD = (
    *("credited", "already_credited", "not_paid_yet", "expired", "failed", "mismatch", "no_change", "unknown"),
    *("not_for_us", "already_told"),
)
NEW = (*OLD, "paid_back", "could_not_pay_back", "claimed", "claim_ended")
SAYS = "person_bank_details is only ever added to"
ONLY_GROWS = {
    "person_bank_details_no_update": "BEFORE UPDATE ON person_bank_details",
    "person_bank_details_no_delete": "BEFORE DELETE ON person_bank_details",
    "person_bank_details_no_replace": "BEFORE INSERT ON person_bank_details WHEN EXISTS "
    "(SELECT 1 FROM person_bank_details t WHERE t.id = NEW.id OR t.public_id = NEW.public_id)",
}


def upgrade() -> None:
    """Make the tables, and keep what was taken from cards so far."""
    _card_payment()
    _going_back()
    _part()
    _claim()
    _outcomes(NEW)
    if op.get_bind().dialect.name == "sqlite":
        for name, when in ONLY_GROWS.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")
    else:
        op.execute(
            "CREATE TRIGGER person_bank_details_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON person_bank_details "
            "FOR EACH STATEMENT EXECUTE FUNCTION settled_only_grows()"
        )
    # Each payment that was credited; then those that somebody added after a look, beside the one that was asked for.
    op.execute(
        "INSERT INTO card_payment (person_id, pot_id, top_up_id, payment_intent, pence, taken_at) "
        "SELECT person_id, pot_id, id, payment_intent, added_pence, paid_at FROM top_up WHERE status = 'paid' ORDER BY id"
    )
    op.execute(
        "INSERT INTO card_payment (person_id, pot_id, top_up_id, payment_intent, pence, taken_at) "
        "SELECT t.person_id, t.pot_id, t.id, o.payment_intent, o.pence, o.settled_at FROM odd_payment o "
        "JOIN top_up t ON t.id = o.top_up_id WHERE o.how = 'added' "
        "AND (t.payment_intent <> o.payment_intent OR t.payment_intent IS NULL OR o.payment_intent IS NULL) ORDER BY o.id"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute(f"DELETE FROM stripe_event WHERE outcome NOT IN ({_quoted(OLD)})")  # noqa: S608 - its own words
    _outcomes(OLD)
    for table in TABLES:
        op.drop_table(table)


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _outcomes(names: tuple[str, ...]) -> None:
    with op.batch_alter_table("stripe_event") as events:
        events.drop_constraint(op.f("ck_stripe_event_outcome"), type_="check")
        events.create_check_constraint(op.f("ck_stripe_event_outcome"), f"outcome IN ({_quoted(names)})")


def _kind(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _card_payment() -> None:
    op.create_table(
        "card_payment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("pot_id", KEY, nullable=False),
        sa.Column("top_up_id", KEY, nullable=False),
        sa.Column("payment_intent", sa.String(length=255), nullable=True),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("ask_since", MOMENT, nullable=True),
        sa.CheckConstraint("pence > 0", name=op.f("ck_card_payment_something_was_taken")),
        _to("card_payment", "person_id", "person"),
        _to("card_payment", "pot_id", "pot"),
        _to("card_payment", "top_up_id", "top_up"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_payment")),
        sa.UniqueConstraint("payment_intent", name=op.f("uq_card_payment_payment_intent")),
    )
    _index("card_payment", "person_id")
    _index("card_payment", "top_up_id")


def _going_back() -> None:
    op.create_table(
        "person_bank_details",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("masked", sa.String(length=40), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by_id", KEY, nullable=False),
        _to("person_bank_details", "given_by_id", "person"),
        _to("person_bank_details", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_bank_details")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_bank_details_public_id")),
    )
    _index("person_bank_details", "person_id")
    op.create_table(
        "pay_back",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("pot_id", KEY, nullable=False),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_pay_back_something_goes_back")),
        _to("pay_back", "asked_by_id", "person"),
        _to("pay_back", "person_id", "person"),
        _to("pay_back", "pot_id", "pot"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_back")),
        sa.UniqueConstraint("key", name=op.f("uq_pay_back_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pay_back_public_id")),
    )
    _index("pay_back", "person_id")
    op.create_table(
        "pay_back_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("pence", KEY, nullable=False),
        _to("pay_back_file", "made_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_back_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pay_back_file_public_id")),
    )


def _part() -> None:
    op.create_table(
        "pay_back_part",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("pay_back_id", KEY, nullable=False),
        sa.Column("card_payment_id", KEY, nullable=True),
        sa.Column("details_id", KEY, nullable=True),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("hold_id", KEY, nullable=False),
        sa.Column("status", _kind("part_status", "on_its_way", "arrived", "failed"), nullable=False),
        sa.Column("refund", sa.String(length=255), nullable=True),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_pay_back_part_it_is_an_amount")),
        sa.CheckConstraint(
            "(card_payment_id IS NULL) <> (details_id IS NULL)", name=op.f("ck_pay_back_part_to_a_card_or_a_bank")
        ),
        sa.CheckConstraint(
            "refund IS NULL OR card_payment_id IS NOT NULL", name=op.f("ck_pay_back_part_refund_is_to_a_card")
        ),
        sa.CheckConstraint(
            "file_id IS NULL OR details_id IS NOT NULL", name=op.f("ck_pay_back_part_file_is_for_a_bank")
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (failed_at IS NOT NULL) AND (status = 'failed') = (reason <> '')"
            " AND (status <> 'on_its_way' OR arrived_at IS NULL) AND (status <> 'arrived' OR arrived_at IS NOT NULL)",
            name=op.f("ck_pay_back_part_ended_at_a_time"),
        ),
        _to("pay_back_part", "answered_by_id", "person"),
        _to("pay_back_part", "card_payment_id", "card_payment"),
        _to("pay_back_part", "details_id", "person_bank_details"),
        _to("pay_back_part", "file_id", "pay_back_file"),
        _to("pay_back_part", "hold_id", "transfer"),
        _to("pay_back_part", "pay_back_id", "pay_back"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_back_part")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_pay_back_part_hold_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pay_back_part_public_id")),
        sa.UniqueConstraint("refund", name=op.f("uq_pay_back_part_refund")),
    )
    for column in ("card_payment_id", "file_id", "pay_back_id"):
        _index("pay_back_part", column)
    waits = sa.text("status = 'on_its_way'")
    op.create_index("ix_pay_back_part_on_its_way", "pay_back_part", ["id"], sqlite_where=waits, postgresql_where=waits)


def _claim() -> None:
    op.create_table(
        "card_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("kind", _kind("claim_kind", "dispute", "refund"), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("payment_intent", sa.String(length=255), nullable=False),
        sa.Column("card_payment_id", KEY, nullable=True),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("status", _kind("card_claim_status", "open", "lost", "won"), nullable=False),
        sa.Column("frozen_pence", KEY, nullable=False),
        sa.Column("hold_id", KEY, nullable=True),
        sa.Column("owed_pence", KEY, nullable=False),
        sa.Column("repaid_pence", KEY, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("pence > 0", name=op.f("ck_card_claim_something_is_claimed")),
        sa.CheckConstraint(
            "frozen_pence >= 0 AND repaid_pence BETWEEN 0 AND owed_pence",
            name=op.f("ck_card_claim_sums_are_not_negative"),
        ),
        sa.CheckConstraint(
            "frozen_pence + owed_pence = CASE WHEN card_payment_id IS NULL THEN 0 ELSE pence END",
            name=op.f("ck_card_claim_frozen_or_owed"),
        ),
        sa.CheckConstraint("(frozen_pence > 0) = (hold_id IS NOT NULL)", name=op.f("ck_card_claim_frozen_is_held")),
        sa.CheckConstraint("(status = 'open') = (ended_at IS NULL)", name=op.f("ck_card_claim_ended_at_a_time")),
        _to("card_claim", "card_payment_id", "card_payment"),
        _to("card_claim", "hold_id", "transfer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_claim")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_card_claim_hold_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_card_claim_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_card_claim_reference")),
    )
    _index("card_claim", "card_payment_id")
    _index("card_claim", "payment_intent")
