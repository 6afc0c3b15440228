"""What a claim of a provider's page proved, and the code that went to its registered address or telephone.

Revision ID: 0063
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

PROOFS = ("email_of_the_provider", "code_by_letter", "code_by_telephone", "checked_by_the_council")
CHECKS = {
    "proved_whole": "(proof IS NULL) = (proved_at IS NULL)",
    "code_whole": (
        "(code_hash IS NULL) = (code_until IS NULL) AND (code_way IS NULL) = (code_to IS NULL)"
        " AND (code_hash IS NULL OR code_way IS NOT NULL)"
    ),
}
SOLD_IN = (
    "SELECT area.council_id FROM listing_area area JOIN listing ON listing.id = area.listing_id"
    " WHERE listing.provider_id = claim.provider_id"
)


def upgrade() -> None:
    """Add the columns; a claim that waits at a council without a listing of the provider's goes to one that has some."""
    with op.batch_alter_table("claim") as claim:
        for name, column in (("proof", "claim_proof"), ("code_way", "claim_code_way")):
            kinds = sa.Enum(*PROOFS, name=column, native_enum=False, create_constraint=True, length=40)
            claim.add_column(sa.Column(name, kinds, nullable=True))
        claim.add_column(sa.Column("proof_words", sa.Text(), nullable=False, server_default=sa.text("''")))
        claim.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        claim.add_column(sa.Column("code_to", sa.String(400), nullable=True))
        claim.add_column(sa.Column("code_hash", sa.String(64), nullable=True))
        claim.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))
        claim.add_column(sa.Column("code_tries", sa.Integer(), nullable=False, server_default="0"))
        for name, says in CHECKS.items():
            claim.create_check_constraint(op.f(f"ck_claim_{name}"), says)
    with op.batch_alter_table("claim") as claim:
        claim.alter_column("proof_words", server_default=None)
        claim.alter_column("code_tries", server_default=None)
    op.execute(
        f"UPDATE claim SET council_id = (SELECT min(council_id) FROM ({SOLD_IN}) sold)"
        f" WHERE status = 'waiting' AND EXISTS ({SOLD_IN}) AND council_id NOT IN ({SOLD_IN})"
    )


def downgrade() -> None:
    """Take the columns away."""
    with op.batch_alter_table("claim") as claim:
        for name in CHECKS:
            claim.drop_constraint(op.f(f"ck_claim_{name}"), type_="check")
        for name in ("claim_proof", "claim_code_way"):
            claim.drop_constraint(op.f(f"ck_claim_{name}"), type_="check")
        for name in (
            *("code_tries", "code_until", "code_hash", "code_to", "code_way"),
            *("proved_at", "proof_words", "proof"),
        ):
            claim.drop_column(name)
