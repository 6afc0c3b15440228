"""A review can be taken back by its writer, or by the person it is about.

Revision ID: 0073
Revises: 0072
"""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

REASONS = ("not_real", "personal", "abuse", "unlawful", "off_subject", "connected", "danger")
COLUMNS = (("review", "removed_because", "removed_because"), ("review_report", "reason", "report_reason"))


def upgrade() -> None:
    """Allow one more reason why a review is gone."""
    _allow((*REASONS, "withdrawn"))


def downgrade() -> None:
    """What was taken back stays gone, under the other reason that leaves nothing in its place."""
    op.execute("UPDATE review SET removed_because = 'danger' WHERE removed_because = 'withdrawn'")
    op.execute("UPDATE review_report SET reason = 'danger' WHERE reason = 'withdrawn'")
    _allow(REASONS)


def _allow(reasons: tuple[str, ...]) -> None:
    words = ", ".join(f"'{one}'" for one in reasons)
    for table, column, name in COLUMNS:
        with op.batch_alter_table(table) as rows:
            rows.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            rows.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({words})")
