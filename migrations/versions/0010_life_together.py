"""messages about bookings; ending with notice and moving to another provider

Revision ID: 0010
Revises: 0009
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "0010"
down_revision: Union[str, Sequence[str], None] = "0009"
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
        booking.add_column(sa.Column("ended_by_id", _number(), nullable=True))
        booking.add_column(sa.Column("moved_from_id", _number(), nullable=True))
        booking.create_foreign_key(op.f("fk_booking_ended_by_id_person"), "person", ["ended_by_id"], ["id"])
        booking.create_foreign_key(op.f("fk_booking_moved_from_id_booking"), "booking", ["moved_from_id"], ["id"])
        booking.create_index(op.f("ix_booking_moved_from_id"), ["moved_from_id"])


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("booking") as booking:
        booking.drop_index(op.f("ix_booking_moved_from_id"))
        booking.drop_constraint(op.f("fk_booking_moved_from_id_booking"), type_="foreignkey")
        booking.drop_constraint(op.f("fk_booking_ended_by_id_person"), type_="foreignkey")
        booking.drop_column("moved_from_id")
        booking.drop_column("ended_by_id")
        booking.drop_column("ends_on")
    op.drop_table("booking_messages_read")
    op.drop_table("booking_message")
