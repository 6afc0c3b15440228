"""Files of visits that are looked at before they are taken in.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEFORE = ("recorded", "unchanged", "unmatched", "refused", "unreadable")
WAITING = sa.text("taken_at IS NULL")


def _fates(*values: str) -> str:
    return "fate IN ({})".format(", ".join(f"'{value}'" for value in values))


def upgrade() -> None:
    """Say of every file so far that it was taken in when it came."""
    with op.batch_alter_table("visit_upload") as upload:
        upload.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE visit_upload SET taken_at = at")
    with op.batch_alter_table("visit_upload") as upload:
        upload.create_check_constraint(
            op.f("ck_visit_upload_only_what_is_taken_bars_others"), "taken_at IS NOT NULL OR file_reference IS NULL"
        )
    op.create_index(
        "ix_visit_upload_waiting", "visit_upload", ["at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    with op.batch_alter_table("upload_row") as row:
        row.add_column(sa.Column("remark", sa.String(length=400), nullable=False, server_default=""))
        row.drop_constraint(op.f("ck_upload_row_fate"), type_="check")
        row.create_check_constraint(op.f("ck_upload_row_fate"), _fates(*BEFORE, "passed"))
    with op.batch_alter_table("upload_row") as row:
        row.alter_column("remark", server_default=None)


def downgrade() -> None:
    """Forget files that were never taken in, and rows that said nothing of their own."""
    op.execute("DELETE FROM upload_row WHERE fate = 'passed'")
    op.execute("DELETE FROM upload_row WHERE upload_id IN (SELECT id FROM visit_upload WHERE taken_at IS NULL)")
    op.execute("DELETE FROM visit_upload WHERE taken_at IS NULL")
    with op.batch_alter_table("upload_row") as row:
        row.drop_constraint(op.f("ck_upload_row_fate"), type_="check")
        row.create_check_constraint(op.f("ck_upload_row_fate"), _fates(*BEFORE))
        row.drop_column("remark")
    op.drop_index("ix_visit_upload_waiting", "visit_upload")
    with op.batch_alter_table("visit_upload") as upload:
        upload.drop_constraint(op.f("ck_visit_upload_only_what_is_taken_bars_others"), type_="check")
        upload.drop_column("taken_at")
