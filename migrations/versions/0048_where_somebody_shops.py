"""Where somebody shops: the council in which their postcode lies, which need not be the one that pays.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIES_IN = """
    UPDATE person SET shops_in_id = (
        SELECT council_id FROM postcode WHERE compact = replace(upper(person.postcode), ' ', '')
    ) WHERE postcode IS NOT NULL
"""


def upgrade() -> None:
    """Add it, and say it of everybody whose postcode is known."""
    reference = sa.ForeignKey("council.id", name=op.f("fk_person_shops_in_id_council"))
    if op.get_bind().dialect.name == "sqlite":
        # Added with its reference, the table need not be built anew.
        op.execute("ALTER TABLE person ADD COLUMN shops_in_id INTEGER CONSTRAINT fk_person_shops_in_id_council REFERENCES council (id)")
    else:
        op.add_column("person", sa.Column("shops_in_id", KEY, reference, nullable=True))
    op.execute(LIES_IN)


def downgrade() -> None:
    """Take it away."""
    op.drop_column("person", "shops_in_id")
