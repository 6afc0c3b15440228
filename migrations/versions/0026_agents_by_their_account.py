"""What somebody holds for a person is bound to that somebody's account.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bind what was chosen with an account; what has only a name stays nobody's until the person says whose it is."""
    with op.batch_alter_table("pot") as pot:
        pot.add_column(sa.Column("agent_id", KEY, nullable=True))
        pot.create_foreign_key(op.f("fk_pot_agent_id_person"), "person", ["agent_id"], ["id"])
        pot.create_check_constraint(
            op.f("ck_pot_only_what_somebody_holds_has_an_agent"), "agent_id IS NULL OR kind = 'indirect_payment'"
        )
        pot.create_check_constraint(op.f("ck_pot_nobody_is_their_own_agent"), "agent_id <> person_id")
        pot.create_index(op.f("ix_pot_agent_id"), ["agent_id"])
    op.execute(
        "UPDATE pot SET agent_id = (SELECT c.agent_id FROM money_choice c WHERE c.person_id = pot.person_id"
        " AND c.council_id = pot.council_id AND c.status = 'enacted' AND c.agent_id <> pot.person_id"
        " AND c.agent_name = pot.agent_name)"
        " WHERE kind = 'indirect_payment' AND closed_at IS NULL"
    )


def downgrade() -> None:
    """Forget the account; the name stays."""
    with op.batch_alter_table("pot") as pot:
        pot.drop_index(op.f("ix_pot_agent_id"))
        pot.drop_constraint(op.f("ck_pot_nobody_is_their_own_agent"), type_="check")
        pot.drop_constraint(op.f("ck_pot_only_what_somebody_holds_has_an_agent"), type_="check")
        pot.drop_constraint(op.f("fk_pot_agent_id_person"), type_="foreignkey")
        pot.drop_column("agent_id")
