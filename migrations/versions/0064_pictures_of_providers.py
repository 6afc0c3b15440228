"""Pictures of providers, in several widths, and the small one beside what each offers.

Revision ID: 0071
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("logo", "people", "place")
SHOWN_LOGO = sa.text("kind = 'logo' AND ended_at IS NULL")


def upgrade() -> None:
    """Make the two tables and the column; nobody shows a picture yet."""
    op.create_table(
        "provider_picture",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="picture_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", KEY, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_provider_picture_says_what_it_shows")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_picture_provider_id_provider")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_provider_picture_added_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_provider_picture_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_picture_public_id")),
    )
    op.create_index("ix_provider_picture_provider", "provider_picture", ["provider_id", "position"])
    op.create_index(
        "uq_provider_picture_logo",
        "provider_picture",
        ["provider_id"],
        unique=True,
        sqlite_where=SHOWN_LOGO,
        postgresql_where=SHOWN_LOGO,
    )
    op.create_table(
        "picture_size",
        sa.Column("id", KEY, nullable=False),
        sa.Column("picture_id", KEY, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_picture_size_has_a_size")),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["provider_picture.id"], name=op.f("fk_picture_size_picture_id_provider_picture")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_picture_size_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_size")),
        sa.UniqueConstraint("file_id", name=op.f("uq_picture_size_file_id")),
        sa.UniqueConstraint("picture_id", "width", name=op.f("uq_picture_size_picture_id_width")),
    )
    with op.batch_alter_table("provider") as provider:
        provider.add_column(sa.Column("small_picture", sa.String(length=20), nullable=True))


def downgrade() -> None:
    """Forget the pictures; their files are swept."""
    with op.batch_alter_table("provider") as provider:
        provider.drop_column("small_picture")
    bind = op.get_bind()
    kept = sa.table("stored_file", sa.column("id", KEY))
    drawn = list(bind.scalars(sa.select(sa.column("file_id", KEY)).select_from(sa.table("picture_size"))))
    op.drop_table("picture_size")
    op.drop_table("provider_picture")
    bind.execute(kept.delete().where(kept.c.id.in_(drawn)))
