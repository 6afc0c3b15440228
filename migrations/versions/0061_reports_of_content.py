"""Reports of providers' pages, listings and messages, and the reason that stays where something was removed.

Revision ID: 0065
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REASONS = ("untrue", "personal", "abuse", "unlawful", "off_subject", "danger")
KINDS = ("page", "listing", "message")
REMOVED = {"listing": "removed_because", "provider": "words_removed_because", "booking_message": "removed_because"}
PEOPLE = ("person_id", "by_id", "decided_by_id", "appealed_by_id", "appeal_decided_by_id")
FOREIGN = {
    **dict.fromkeys(PEOPLE, "person"),
    "provider_id": "provider",
    "listing_id": "listing",
    "message_id": "booking_message",
    "council_id": "council",
}
CHECKS = {
    "about_one_thing": (
        "(kind = 'listing') = (listing_id IS NOT NULL) AND (kind = 'message') = (message_id IS NOT NULL)"
        " AND (kind = 'message') = (person_id IS NOT NULL)"
    ),
    "decided_whole": "(decided_at IS NULL) = (is_removed IS NULL)",
    "removed_for_a_reason": "(removed_because IS NOT NULL) = (is_removed IS NOT NULL AND is_removed)",
    "nobody_decides_their_own": "decided_by_id IS NULL OR decided_by_id <> by_id",
    "appealed_when_decided": "appealed_at IS NULL OR decided_at IS NOT NULL",
    "appeal_decided_whole": "(appeal_decided_at IS NULL) = (is_upheld IS NULL)",
    "appeals_are_decided_by_somebody_else": (
        "appeal_decided_by_id IS NULL OR (appeal_decided_by_id <> decided_by_id"
        " AND appeal_decided_by_id <> appealed_by_id AND appeal_decided_by_id <> by_id)"
    ),
}


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make the table, and the columns for the reason."""
    for table, column in REMOVED.items():
        op.add_column(table, sa.Column(column, sa.String(40), nullable=True))
    op.create_table(
        "content_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("kind", _one_of("content_kind", KINDS), nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        *(sa.Column(name, KEY, nullable=True) for name in ("listing_id", "message_id", "person_id", "council_id")),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("reason", _one_of("removal_reason", REASONS), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=True),
        sa.Column("removed_because", _one_of("content_removed_because", REASONS), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_at", MOMENT, nullable=True),
        sa.Column("appealed_by_id", KEY, nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("appeal_answer", sa.Text(), nullable=True),
        sa.Column("appeal_decided_at", MOMENT, nullable=True),
        sa.Column("appeal_decided_by_id", KEY, nullable=True),
        *(sa.CheckConstraint(says, name=op.f(f"ck_content_report_{name}")) for name, says in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_content_report_{column}_{table}"))
            for column, table in FOREIGN.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_content_report_public_id")),
    )
    for column in ("provider_id", "listing_id", "message_id", "council_id"):
        op.create_index(op.f(f"ix_content_report_{column}"), "content_report", [column])
    op.create_index("ix_content_report_decided_at_made_at", "content_report", ["decided_at", "made_at"])
    for kind, column in (("listing", "listing_id"), ("message", "message_id"), ("page", "provider_id")):
        only = sa.text(f"decided_at IS NULL AND kind = '{kind}'")
        op.create_index(
            f"uq_content_report_one_open_{kind}",
            "content_report",
            [column, "by_id"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    """Take both away; what was removed is shown again."""
    op.drop_table("content_report")
    for table, column in REMOVED.items():
        op.drop_column(table, column)
