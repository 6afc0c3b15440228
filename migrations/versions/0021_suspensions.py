"""Suspensions of one council, of a lot or whole, from a day, with their history.

Until now a provider had one flag for every council, and a place on a framework one day: both become suspensions that
stand. A place in one locality becomes one of its whole lot, since a lot is suspended as one.

Revision ID: 0021
Revises: 0020
"""

import secrets
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REASONS = ("safeguarding", "quality", "registration", "contract", "money", "other")
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def upgrade() -> None:
    """Make the table, carry over what stands, and take the flags away."""
    op.create_table(
        "suspension",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("council_id", KEY, nullable=True),
        sa.Column("lot_id", KEY, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("public_words", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("end_words", sa.Text(), nullable=True),
        sa.Column("end_told_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"reason IN {REASONS}", name=op.f("ck_suspension_suspension_reason")),
        sa.CheckConstraint("lot_id IS NULL OR council_id IS NOT NULL", name=op.f("ck_suspension_lot_is_of_a_council")),
        sa.CheckConstraint(
            "council_id IS NOT NULL OR made_by_id IS NULL", name=op.f("ck_suspension_everywhere_is_the_operators")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_suspension_says_why")),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= from_on", name=op.f("ck_suspension_runs_forward")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_on IS NULL) AND (ended_at IS NULL) = (end_words IS NULL)"
            " AND (ended_at IS NOT NULL OR ended_by_id IS NULL)",
            name=op.f("ck_suspension_ends_whole"),
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_suspension_provider_id_provider")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_suspension_council_id_council")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_suspension_lot_id_lot")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_suspension_made_by_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_suspension_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        sa.UniqueConstraint("public_id", name=op.f("uq_suspension_public_id")),
    )
    op.create_index(op.f("ix_suspension_provider_id"), "suspension", ["provider_id"])
    op.create_index(op.f("ix_suspension_council_id"), "suspension", ["council_id"])
    for name, columns, where in (
        ("everywhere", ["provider_id"], "ended_at IS NULL AND council_id IS NULL"),
        (
            "council",
            ["provider_id", "council_id"],
            "ended_at IS NULL AND council_id IS NOT NULL AND lot_id IS NULL",
        ),
        ("lot", ["provider_id", "lot_id"], "ended_at IS NULL AND lot_id IS NOT NULL"),
    ):
        op.create_index(
            f"uq_suspension_one_{name}",
            "suspension",
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    _carry_over()
    op.drop_column("provider", "suspended_at")
    op.drop_column("framework_place", "suspended_from")


def _carry_over() -> None:
    """What stood as a flag stands as a suspension that everybody concerned was told of."""
    provider = sa.table("provider", sa.column("id"), sa.column("suspended_at", MOMENT))
    place = sa.table(
        "framework_place", sa.column("provider_id"), sa.column("lot_id"), sa.column("suspended_from", sa.Date())
    )
    lot = sa.table("lot", sa.column("id"), sa.column("framework_id"))
    framework = sa.table("framework", sa.column("id"), sa.column("council_id"))
    bind = op.get_bind()
    rows = [
        {"provider_id": number, "council_id": None, "lot_id": None, "from_on": at.date()}
        for number, at in bind.execute(sa.select(provider).where(provider.c.suspended_at.is_not(None)))
    ]
    lots = (
        sa.select(place.c.provider_id, framework.c.council_id, place.c.lot_id, sa.func.min(place.c.suspended_from))
        .select_from(place.join(lot, lot.c.id == place.c.lot_id).join(framework, framework.c.id == lot.c.framework_id))
        .where(place.c.suspended_from.is_not(None))
        .group_by(place.c.provider_id, framework.c.council_id, place.c.lot_id)
    )
    rows += [
        {"provider_id": number, "council_id": council, "lot_id": where, "from_on": day}
        for number, council, where, day in bind.execute(lots)
    ]
    if not rows:
        return
    columns = ("public_id", "provider_id", "council_id", "lot_id", "reason", "words", "public_words")
    made = sa.table(
        "suspension",
        *(sa.column(name) for name in columns),
        sa.column("from_on", sa.Date()),
        sa.column("made_at", MOMENT),
        sa.column("told_at", MOMENT),
    )
    known = {"reason": "other", "words": "Suspended before reasons were kept.", "public_words": ""}
    bind.execute(
        sa.insert(made),
        [
            {
                **row,
                **known,
                "public_id": "".join(secrets.choice(READABLE) for _ in range(14)),
                "made_at": _begins(row["from_on"]),
                "told_at": _begins(row["from_on"]),
            }
            for row in rows
        ],
    )


def _begins(day: date) -> datetime:
    """When it was made is not known closer than by its day."""
    return datetime.combine(day, time(), UTC)


def downgrade() -> None:
    """Put back the flags of what stands everywhere or of a lot. What stands for one council whole has no flag to go to."""
    op.add_column("provider", sa.Column("suspended_at", MOMENT, nullable=True))
    op.add_column("framework_place", sa.Column("suspended_from", sa.Date(), nullable=True))
    op.execute(
        "UPDATE provider SET suspended_at = (SELECT made_at FROM suspension WHERE provider_id = provider.id"
        " AND council_id IS NULL AND ended_at IS NULL)"
    )
    op.execute(
        "UPDATE framework_place SET suspended_from = (SELECT from_on FROM suspension"
        " WHERE suspension.provider_id = framework_place.provider_id AND suspension.lot_id = framework_place.lot_id"
        " AND ended_at IS NULL)"
    )
    op.drop_table("suspension")
