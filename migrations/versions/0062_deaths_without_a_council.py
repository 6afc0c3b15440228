"""A death reported of somebody without a council: two operators, and what the first of them saw.

Revision ID: 0066
Revises: 0065
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

CHECKS = {
    "two_operators": (
        "(operator_first IS NULL) = (operator_first_at IS NULL) AND (operator_first IS NULL) = (operator_evidence IS NULL)"
        " AND (operator_second IS NULL OR (operator_first IS NOT NULL AND operator_first <> operator_second))"
    ),
    "operators_where_no_council_is": "operator_first IS NULL OR council_id IS NULL",
    "confirmed_by_somebody": "status <> 'confirmed' OR answered_by_id IS NOT NULL OR operator_second IS NOT NULL",
}


def upgrade() -> None:
    """Add the columns."""
    kinds = ("certificate", "registrar", "probate")
    evidence = sa.Enum(*kinds, name="death_evidence", native_enum=False, create_constraint=True, length=40)
    with op.batch_alter_table("death_report") as report:
        report.add_column(sa.Column("operator_first", sa.String(120), nullable=True))
        report.add_column(sa.Column("operator_evidence", evidence, nullable=True))
        report.add_column(sa.Column("operator_first_at", sa.DateTime(timezone=True), nullable=True))
        report.add_column(sa.Column("operator_second", sa.String(120), nullable=True))
        for name, says in CHECKS.items():
            report.create_check_constraint(op.f(f"ck_death_report_{name}"), says)


def downgrade() -> None:
    """Take them away; what operators confirmed stays confirmed."""
    with op.batch_alter_table("death_report") as report:
        for name in (*CHECKS, "death_evidence"):
            report.drop_constraint(op.f(f"ck_death_report_{name}"), type_="check")
        for name in ("operator_second", "operator_first_at", "operator_evidence", "operator_first"):
            report.drop_column(name)
