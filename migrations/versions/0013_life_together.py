"""messages about bookings; ending with notice and moving to another provider; shared support

Revision ID: 0013
Revises: 0012
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "0013"
down_revision: Union[str, Sequence[str], None] = "0012"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "booking_message",
        sa.Column("id", _number(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("booking_id", _number(), nullable=False),
        sa.Column("author_id", _number(), nullable=False),
        sa.Column("for_person_id", _number(), nullable=True),
        sa.Column("is_from_provider", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_booking_message_author_id_person")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_message_booking_id_booking")),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.id"], name=op.f("fk_booking_message_for_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_message")),
        sa.UniqueConstraint("key", name=op.f("uq_booking_message_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_booking_message_public_id")),
    )
    op.create_index("ix_booking_message_author", "booking_message", ["author_id", "sent_at"])
    op.create_index("ix_booking_message_booking", "booking_message", ["booking_id", "id"])
    op.create_table(
        "booking_messages_read",
        sa.Column("id", _number(), nullable=False),
        sa.Column("booking_id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("up_to_id", _number(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_messages_read_booking_id_booking")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booking_messages_read_person_id_person")),
        sa.ForeignKeyConstraint(
            ["up_to_id"], ["booking_message.id"], name=op.f("fk_booking_messages_read_up_to_id_booking_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_messages_read")),
        sa.UniqueConstraint("booking_id", "person_id", name=op.f("uq_booking_messages_read_booking_id_person_id")),
    )


    with op.batch_alter_table("booking") as booking:
        booking.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        booking.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        booking.add_column(sa.Column("ended_by_id", _number(), nullable=True))
        booking.add_column(sa.Column("is_shared", sa.Boolean(), server_default="0", nullable=False))
        booking.add_column(sa.Column("moved_from_id", _number(), nullable=True))
        booking.create_foreign_key(op.f("fk_booking_ended_by_id_person"), "person", ["ended_by_id"], ["id"])
        booking.create_foreign_key(op.f("fk_booking_moved_from_id_booking"), "booking", ["moved_from_id"], ["id"])
        booking.create_index(op.f("ix_booking_moved_from_id"), ["moved_from_id"])
    op.create_table(
        "share_plan",
        sa.Column("id", _number(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("listing_id", _number(), nullable=False),
        sa.Column("booking_id", _number(), nullable=True),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("asked_by_id", _number(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "sent",
                "refused",
                "withdrawn",
                "lapsed",
                name="share_plan_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("extras", sa.JSON(), nullable=False),
        sa.Column("miles", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("total_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total_pence >= 0", name=op.f("ck_share_plan_total_is_not_negative")),
        sa.CheckConstraint(
            "last_day IS NULL OR booking_id IS NOT NULL", name=op.f("ck_share_plan_leaving_is_from_a_booking")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_share_plan_asked_by_id_person")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_share_plan_booking_id_booking")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_share_plan_listing_id_listing")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_share_plan_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_share_plan_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_share_plan_public_id")),
    )
    op.create_index(op.f("ix_share_plan_booking_id"), "share_plan", ["booking_id"])
    op.create_index(op.f("ix_share_plan_listing_id"), "share_plan", ["listing_id"])
    op.create_index(op.f("ix_share_plan_person_id"), "share_plan", ["person_id"])
    op.create_index("ix_share_plan_status", "share_plan", ["status", "made_at"])
    op.create_table(
        "share",
        sa.Column("id", _number(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("plan_id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "agreed",
                "refused",
                name="share_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pots", sa.JSON(), nullable=False),
        sa.Column("answered_by_id", _number(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("parts > 0", name=op.f("ck_share_parts_are_positive")),
        sa.CheckConstraint("amount_pence >= 0", name=op.f("ck_share_amount_is_not_negative")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_share_answered_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_share_person_id_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["share_plan.id"], name=op.f("fk_share_plan_id_share_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("plan_id", "email", name=op.f("uq_share_plan_id_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_share_public_id")),
    )
    op.create_index(op.f("ix_share_email"), "share", ["email"])
    op.create_index(op.f("ix_share_person_id"), "share", ["person_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("share")
    op.drop_table("share_plan")
    with op.batch_alter_table("booking") as booking:
        booking.drop_index(op.f("ix_booking_moved_from_id"))
        booking.drop_constraint(op.f("fk_booking_moved_from_id_booking"), type_="foreignkey")
        booking.drop_constraint(op.f("fk_booking_ended_by_id_person"), type_="foreignkey")
        booking.drop_column("moved_from_id")
        booking.drop_column("is_shared")
        booking.drop_column("ended_by_id")
        booking.drop_column("ended_at")
        booking.drop_column("ends_on")
    op.drop_table("booking_messages_read")
    op.drop_table("booking_message")
