"""More roles at a council: contracts, finance, moderator, administrator; and the council's own record found quickly.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OLD = ("care_manager", "commissioner")
NEW = ("administrator", *OLD, "contracts", "finance", "moderator")
ALONE = ("person", "supporter", "provider_staff")
INDEX = "ix_audit_event_council"


def upgrade() -> None:
    """Let the new roles be held, always at one council."""
    _roles(("care_manager", "commissioner", "contracts", "finance", "moderator", "administrator"), NEW)
    where = sa.text("council_id IS NOT NULL")
    op.create_index(INDEX, "audit_event", ["council_id", "at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Nobody holds the new ones any more."""
    op.drop_index(INDEX, "audit_event")
    op.execute(sa.text("DELETE FROM role_grant WHERE role IN ('contracts', 'finance', 'moderator', 'administrator')"))
    _roles(OLD, OLD)


def _roles(named: tuple[str, ...], of_councils: tuple[str, ...]) -> None:
    every = ", ".join(repr(role) for role in (*ALONE, *named))
    councils = ", ".join(repr(role) for role in of_councils)
    with op.batch_alter_table("role_grant") as grants:
        for name in ("role", "council_roles_name_their_council"):
            grants.drop_constraint(op.f(f"ck_role_grant_{name}"), type_="check")
        grants.create_check_constraint(op.f("ck_role_grant_role"), f"role IN ({every})")
        grants.create_check_constraint(
            op.f("ck_role_grant_council_roles_name_their_council"),
            f"(role IN ({councils})) = (council_id IS NOT NULL)",
        )
