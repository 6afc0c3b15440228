"""Reviews with notice, replies, history, reports, removal for a reason, and appeals.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REASONS = ("not_real", "personal", "abuse", "unlawful", "off_subject", "connected", "danger")
PURPOSES = ("home", "washing", "out", "company", "learning", "well", "break", "other")
HELPED = ("fully", "mostly", "partly", "not_at_all")
CONNECTIONS = ("none", "knows", "offered", "kin")
STATUSES = ("held", "notice", "published", "removed")
OPEN = sa.text("decided_at IS NULL")
CHECKS = {
    "reply_has_its_moment": "(reply IS NULL) = (replied_at IS NULL)",
    "removed_for_a_reason": "(status = 'removed') = (removed_because IS NOT NULL)",
    "shown_since_a_moment": "status <> 'published' OR published_at IS NOT NULL",
    "notice_has_an_end": "status <> 'notice' OR due_at IS NOT NULL",
    "never_by_kin": "connection IS NULL OR connection <> 'kin'",
}
REPORT_CHECKS = {
    "decided_whole": "(decided_at IS NULL) = (is_removed IS NULL)",
    "appealed_whole": "(appealed_at IS NULL) = (appealed_by_id IS NULL)",
    "appealed_when_decided": "appealed_at IS NULL OR decided_at IS NOT NULL",
    "appeal_decided_whole": "(appeal_decided_at IS NULL) = (is_upheld IS NULL)",
    "appeal_before_its_decision": "appeal_decided_at IS NULL OR appealed_at IS NOT NULL",
    "nobody_decides_their_own": "decided_by_id IS NULL OR by_id IS NULL OR decided_by_id <> by_id",
    "appeals_are_decided_by_somebody_else": (
        "appeal_decided_by_id IS NULL OR (appeal_decided_by_id <> decided_by_id"
        " AND appeal_decided_by_id <> appealed_by_id AND (by_id IS NULL OR appeal_decided_by_id <> by_id))"
    ),
}
NEW = (
    "number", "council_id", "purpose", "helped", "connection", "changed_at", "due_at", "published_at", "removed_because",
    "removed_by_id", "reply", "replied_at", "replied_by_id",
)
REFERS = (("council_id", "council"), ("removed_by_id", "person"), ("replied_by_id", "person"))


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _asked() -> list[sa.Column]:
    return [
        sa.Column("purpose", _words("review_purpose", PURPOSES), nullable=True),
        sa.Column("helped", _words("helped", HELPED), nullable=True),
        sa.Column("connection", _words("connection", CONNECTIONS), nullable=True),
    ]


def _fk(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Add what is asked, answered, reported and decided; what was removed before says that it was off the subject."""
    with op.batch_alter_table("review") as review:
        review.drop_constraint(op.f("ck_review_review_status"), type_="check")
        review.drop_constraint(op.f("uq_review_booking_id"), type_="unique")
        review.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        review.add_column(sa.Column("council_id", KEY, nullable=True))
        for column in _asked():
            review.add_column(column)
        for name in ("changed_at", "due_at", "published_at", "replied_at"):
            review.add_column(sa.Column(name, MOMENT, nullable=True))
        review.add_column(sa.Column("removed_because", _words("removed_because", REASONS), nullable=True))
        review.add_column(sa.Column("removed_by_id", KEY, nullable=True))
        review.add_column(sa.Column("reply", sa.Text(), nullable=True))
        review.add_column(sa.Column("replied_by_id", KEY, nullable=True))
    op.execute("UPDATE review SET published_at = written_at, due_at = written_at")
    op.execute("UPDATE review SET council_id = (SELECT council_id FROM person WHERE person.id = review.person_id)")
    op.execute("UPDATE review SET removed_because = 'off_subject' WHERE status = 'removed'")
    with op.batch_alter_table("review") as review:
        review.alter_column("number", server_default=None)
        review.create_unique_constraint(op.f("uq_review_booking_id_number"), ["booking_id", "number"])
        for column, to in REFERS:
            review.create_foreign_key(op.f(f"fk_review_{column}_{to}"), to, [column], ["id"])
        statuses = ", ".join(f"'{one}'" for one in STATUSES)
        review.create_check_constraint(op.f("ck_review_review_status"), f"status IN ({statuses})")
        for name, holds in CHECKS.items():
            review.create_check_constraint(op.f(f"ck_review_{name}"), holds)
    op.create_index(op.f("ix_review_council_id"), "review", ["council_id"])
    op.create_index("ix_review_status_due_at", "review", ["status", "due_at"])
    _make_versions()
    _make_reports()


def _make_versions() -> None:
    op.create_table(
        "review_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *_asked(),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=False),
        _fk("review_version", "review_id", "review"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_version")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_review_version_review_id_number")),
    )


def _make_reports() -> None:
    people = ("by_id", "decided_by_id", "appealed_by_id", "appeal_decided_by_id")
    op.create_table(
        "review_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("is_from_provider", sa.Boolean(), nullable=False),
        sa.Column("reason", _words("report_reason", REASONS), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=True),
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
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_review_report_{name}"))
            for name, holds in REPORT_CHECKS.items()
        ),
        _fk("review_report", "review_id", "review"),
        *(_fk("review_report", column, "person") for column in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_report_public_id")),
    )
    op.create_index(op.f("ix_review_report_review_id"), "review_report", ["review_id"])
    op.create_index("ix_review_report_decided_at_made_at", "review_report", ["decided_at", "made_at"])
    op.create_index(
        "uq_review_report_one_open",
        "review_report",
        ["review_id", "by_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Take it away: what was never shown, and every review of a booking but its first, go too."""
    op.drop_table("review_report")
    op.drop_table("review_version")
    op.execute("DELETE FROM review WHERE number > 1 OR status IN ('held', 'notice')")
    op.drop_index("ix_review_status_due_at", "review")
    op.drop_index(op.f("ix_review_council_id"), "review")
    with op.batch_alter_table("review") as review:
        enums = ("removed_because", "review_purpose", "helped", "connection", "review_status")
        for name in (*CHECKS, *enums):
            review.drop_constraint(op.f(f"ck_review_{name}"), type_="check")
        review.drop_constraint(op.f("uq_review_booking_id_number"), type_="unique")
        for column, to in REFERS:
            review.drop_constraint(op.f(f"fk_review_{column}_{to}"), type_="foreignkey")
        for column in NEW:
            review.drop_column(column)
    with op.batch_alter_table("review") as review:
        review.create_unique_constraint(op.f("uq_review_booking_id"), ["booking_id"])
        review.create_check_constraint(op.f("ck_review_review_status"), "status IN ('published', 'removed')")
