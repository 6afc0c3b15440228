"""What staff of a provider may do there, each by itself, and invitations to work there. Whoever works there does all of it.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALL = '["manage", "answer", "record", "finance"]'
OPEN = sa.text("answered_at IS NULL AND ended_at IS NULL")


def _fk(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_staff_invitation_{column}_{to}"))


def upgrade() -> None:
    """Write down that everybody does everything, as it was, and make the table of invitations."""
    with op.batch_alter_table("role_grant") as grants:
        grants.add_column(sa.Column("duties", sa.JSON(), nullable=True))
    op.execute(f"UPDATE role_grant SET duties = '{ALL}' WHERE role = 'provider_staff'")
    with op.batch_alter_table("role_grant") as grants:
        grants.create_check_constraint(
            op.f("ck_role_grant_staff_have_duties"), "(role = 'provider_staff') = (duties IS NOT NULL)"
        )
    op.create_table(
        "staff_invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=True),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (person_id IS NULL)", name=op.f("ck_staff_invitation_somebody_answered")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_invitation_email_is_lower_case")),
        _fk("provider_id", "provider"),
        _fk("invited_by_id", "person"),
        _fk("council_id", "council"),
        _fk("person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_invitation_token_hash")),
    )
    op.create_index(op.f("ix_staff_invitation_provider_id"), "staff_invitation", ["provider_id"])
    op.create_index(
        "uq_staff_invitation_one_open",
        "staff_invitation",
        ["provider_id", "email"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Everybody does everything again."""
    op.drop_table("staff_invitation")
    with op.batch_alter_table("role_grant") as grants:
        grants.drop_constraint(op.f("ck_role_grant_staff_have_duties"), type_="check")
        grants.drop_column("duties")
