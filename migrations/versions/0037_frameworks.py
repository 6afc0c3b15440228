"""Frameworks with their localities, terms, rounds, invitations and applications; why a place ended.

What there was stays: every framework is published, and open at any time.

Revision ID: 0037
Revises: 0036
"""

import secrets
from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
STATUSES = ("draft", "sent", "withdrawn", "decided")
ANSWERS = ("waiting", "awarded", "refused")
TABLES = (
    "application_document",
    "application_lot",
    "framework_application",
    "framework_invitation",
    "framework_round",
    "volume_discount",
    "lot_locality",
)


def upgrade() -> None:
    """Add what surrounds a framework."""
    _widen_framework()
    with op.batch_alter_table("framework_place") as places:
        places.add_column(sa.Column("ended_at", MOMENT, nullable=True))
        places.add_column(sa.Column("ended_by_id", KEY, nullable=True))
        places.add_column(sa.Column("end_words", sa.Text(), nullable=True))
        places.add_column(sa.Column("end_told_at", MOMENT, nullable=True))
        places.create_foreign_key(op.f("fk_framework_place_ended_by_id_person"), "person", ["ended_by_id"], ["id"])
        places.create_check_constraint(
            op.f("ck_framework_place_ends_with_a_reason"),
            "(ended_at IS NULL) = (end_words IS NULL) AND (ended_at IS NULL OR until_on IS NOT NULL)",
        )
    op.create_table(
        "lot_locality",
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("locality_id", KEY, nullable=False),
        *_keys("lot_locality", lot_id="lot", locality_id="locality"),
        sa.PrimaryKeyConstraint("lot_id", "locality_id", name=op.f("pk_lot_locality")),
    )
    _around()
    _applications()


def _widen_framework() -> None:
    with op.batch_alter_table("framework") as framework:
        framework.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        framework.add_column(sa.Column("extend_until", sa.Date(), nullable=True))
        framework.add_column(sa.Column("about", sa.Text(), server_default="", nullable=False))
        framework.add_column(sa.Column("checks", sa.Text(), server_default="", nullable=False))
        framework.add_column(sa.Column("admission", sa.String(length=40), server_default="any_time", nullable=False))
        framework.add_column(sa.Column("weights", sa.JSON(), server_default="[]", nullable=False))
        framework.add_column(sa.Column("questions", sa.JSON(), server_default="[]", nullable=False))
        framework.add_column(sa.Column("published_at", MOMENT, nullable=True))
        framework.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    rows = sa.table("framework", sa.column("id", KEY), sa.column("public_id"), sa.column("starts_on", sa.Date()), sa.column("published_at", MOMENT))
    connection = op.get_bind()
    for number, starts_on in connection.execute(sa.select(rows.c.id, rows.c.starts_on)).all():
        name = "".join(secrets.choice(LETTERS) for _ in range(14))
        connection.execute(
            sa.update(rows).where(rows.c.id == number).values(public_id=name, published_at=datetime.combine(starts_on, time(), UTC))
        )
    with op.batch_alter_table("framework") as framework:
        framework.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        for name in ("about", "checks", "admission", "weights", "questions", "version"):
            framework.alter_column(name, server_default=None)
        framework.create_unique_constraint(op.f("uq_framework_public_id"), ["public_id"])
        framework.create_check_constraint(
            op.f("ck_framework_extension_is_later"), "extend_until IS NULL OR extend_until >= ends_on"
        )
        framework.create_check_constraint(op.f("ck_framework_admission"), "admission IN ('any_time', 'rounds')")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _around() -> None:
    op.create_table(
        "volume_discount",
        sa.Column("id", KEY, nullable=False),
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("threshold_pence", KEY, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "percent BETWEEN 0 AND 100 AND threshold_pence >= 0", name=op.f("ck_volume_discount_discount_is_one")
        ),
        *_keys("volume_discount", framework_id="framework", set_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume_discount")),
        sa.UniqueConstraint("framework_id", "valid_from", name=op.f("uq_volume_discount_framework_id_valid_from")),
    )
    op.create_table(
        "framework_round",
        sa.Column("id", KEY, nullable=False),
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_framework_round_round_runs_forward")),
        *_keys("framework_round", framework_id="framework"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_round")),
        sa.UniqueConstraint("framework_id", "opens_on", name=op.f("uq_framework_round_framework_id_opens_on")),
    )
    op.create_table(
        "framework_invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("invited_by_id", KEY, nullable=True),
        *_keys("framework_invitation", framework_id="framework", provider_id="provider", invited_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_invitation")),
        sa.UniqueConstraint(
            "framework_id", "provider_id", name=op.f("uq_framework_invitation_framework_id_provider_id")
        ),
    )
    op.create_index(op.f("ix_framework_invitation_provider_id"), "framework_invitation", ["provider_id"])


def _applications() -> None:
    op.create_table(
        "framework_application",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("round_id", KEY, nullable=True),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="application_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(status = 'draft') = (sent_at IS NULL) OR status = 'withdrawn'",
            name=op.f("ck_framework_application_sent_is_no_draft"),
        ),
        *_keys(
            "framework_application",
            framework_id="framework",
            provider_id="provider",
            round_id="framework_round",
            made_by_id="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_application")),
        sa.UniqueConstraint("public_id", name=op.f("uq_framework_application_public_id")),
    )
    op.create_index(op.f("ix_framework_application_framework_id"), "framework_application", ["framework_id"])
    op.create_index(op.f("ix_framework_application_provider_id"), "framework_application", ["provider_id"])
    where = sa.text("status IN ('draft', 'sent')")
    op.create_index(
        "uq_framework_application_one_open",
        "framework_application",
        ["framework_id", "provider_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "application_lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("locality_id", KEY, nullable=True),
        sa.Column(
            "answer",
            sa.Enum(*ANSWERS, name="lot_answer", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("place_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(answer = 'waiting') = (answered_at IS NULL) AND (answer = 'waiting') = (reason IS NULL)"
            " AND (answer = 'awarded') = (place_id IS NOT NULL)",
            name=op.f("ck_application_lot_answer_has_a_reason"),
        ),
        *_keys(
            "application_lot",
            application_id="framework_application",
            lot_id="lot",
            locality_id="locality",
            answered_by_id="person",
            place_id="framework_place",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_lot")),
        sa.UniqueConstraint(
            "application_id",
            "lot_id",
            "locality_id",
            name=op.f("uq_application_lot_application_id_lot_id_locality_id"),
        ),
    )
    op.create_index(op.f("ix_application_lot_application_id"), "application_lot", ["application_id"])
    op.create_table(
        "application_document",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        *_keys("application_document", application_id="framework_application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_document")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_document_public_id")),
    )
    op.create_index(op.f("ix_application_document_application_id"), "application_document", ["application_id"])


def downgrade() -> None:
    """Forget it; frameworks, lots and places stay."""
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("framework_place") as places:
        places.drop_constraint(op.f("ck_framework_place_ends_with_a_reason"), type_="check")
        places.drop_constraint(op.f("fk_framework_place_ended_by_id_person"), type_="foreignkey")
        for name in ("ended_at", "ended_by_id", "end_words", "end_told_at"):
            places.drop_column(name)
    with op.batch_alter_table("framework") as framework:
        framework.drop_constraint(op.f("uq_framework_public_id"), type_="unique")
        for name in ("extension_is_later", "admission"):
            framework.drop_constraint(op.f(f"ck_framework_{name}"), type_="check")
        for name in (
            "public_id",
            "extend_until",
            "about",
            "checks",
            "admission",
            "weights",
            "questions",
            "published_at",
            "version",
        ):
            framework.drop_column(name)
