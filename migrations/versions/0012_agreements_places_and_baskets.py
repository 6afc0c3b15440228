"""Agreements kept as they were, other times proposed, places that nobody has twice, things sent back, and baskets.

Two places of one listing with one number never overlap in time, those at sessions apart from those by the hour: PostgreSQL
excludes it, SQLite has a trigger. The ranges that wrap the numbers let a plain index hold them, without an extension. An agreement is never changed.

Revision ID: 0012
Revises: 0011
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = ("requested", "accepted", "declined", "cancelled", "lapsed", "completed")
WITH_PROPOSED = ("requested", "proposed", "accepted", "declined", "cancelled", "lapsed", "completed")
FROZEN = "what was agreed is never changed"
HAD = "somebody has this place at that time"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

MEETS = (
    "EXISTS (SELECT 1 FROM place p WHERE p.id != NEW.id AND p.listing_id = NEW.listing_id AND p.number = NEW.number"
    " AND p.session_id IS NEW.session_id AND p.starts_at < NEW.ends_at AND p.ends_at > NEW.starts_at)"
)
SQLITE = {
    "agreement_no_update": ("BEFORE UPDATE ON agreement", FROZEN),
    "agreement_no_delete": ("BEFORE DELETE ON agreement", FROZEN),
    "agreement_no_replace": (
        "BEFORE INSERT ON agreement WHEN EXISTS (SELECT 1 FROM agreement a"
        " WHERE a.id = NEW.id OR a.booking_id = NEW.booking_id)",
        FROZEN,
    ),
    # A row that is being put in has no number yet when it is looked at before, and its own when it is after.
    "place_had_once": (f"AFTER INSERT ON place WHEN {MEETS}", HAD),
    "place_still_had_once": (f"AFTER UPDATE ON place WHEN {MEETS}", HAD),
}

POSTGRES = f"""
CREATE FUNCTION agreement_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agreement_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement
    FOR EACH STATEMENT EXECUTE FUNCTION agreement_kept();
ALTER TABLE place ADD CONSTRAINT place_had_once EXCLUDE USING gist (
    int8range(listing_id, listing_id, '[]') WITH &&,
    int8range(coalesce(session_id, 0), coalesce(session_id, 0), '[]') WITH &&,
    int4range(number, number, '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
);
"""


def upgrade() -> None:
    """Add the tables, let a booking wait for its buyer, and keep what is agreed already."""
    _allow_statuses(WITH_PROPOSED)
    _agreements()
    _places()
    _baskets()
    op.execute(
        "INSERT INTO agreement (booking_id, words, total_pence, agreed_at, agreed_by_id)"
        " SELECT id, agreed, total_pence, decided_at, decided_by_id FROM booking"
        " WHERE decided_at IS NOT NULL AND status IN ('accepted', 'completed') ORDER BY id"
    )
    if _is_sqlite():
        for name, (when, words) in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")
    else:
        op.execute(POSTGRES)


def _agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("total_pence", PENCE, nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("agreed_by_id", KEY, nullable=True),
        sa.CheckConstraint("total_pence >= 0", name="ck_agreement_total_is_not_negative"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_agreement_booking_id_booking"),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["person.id"], name="fk_agreement_agreed_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("booking_id", name="uq_agreement_booking_id"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("visits", sa.JSON(), nullable=False),
        sa.Column("total_pence", PENCE, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.CheckConstraint("total_pence >= 0", name="ck_proposal_total_is_not_negative"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_proposal_booking_id_booking"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_proposal_made_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("public_id", name="uq_proposal_public_id"),
    )
    op.create_index("ix_proposal_booking", "proposal", ["booking_id", "made_at"])
    op.create_index("ix_proposal_answer_by", "proposal", ["answer_by"])
    op.create_table(
        "item_return",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("pence", PENCE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("told_by_id", KEY, nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("arrived_by_id", KEY, nullable=True),
        sa.CheckConstraint("quantity >= 1", name="ck_item_return_something_comes_back"),
        sa.CheckConstraint("pence >= 0", name="ck_item_return_pence_are_not_negative"),
        sa.CheckConstraint(
            "(arrived_at IS NULL) = (arrived_by_id IS NULL)", name="ck_item_return_somebody_says_it_arrived"
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_item_return_booking_id_booking"),
        sa.ForeignKeyConstraint(["told_by_id"], ["person.id"], name="fk_item_return_told_by_id_person"),
        sa.ForeignKeyConstraint(["arrived_by_id"], ["person.id"], name="fk_item_return_arrived_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_item_return"),
        sa.UniqueConstraint("key", name="uq_item_return_key"),
        sa.UniqueConstraint("public_id", name="uq_item_return_public_id"),
    )
    op.create_index("ix_item_return_booking_id", "item_return", ["booking_id"])


def _places() -> None:
    op.create_table(
        "availability",
        sa.Column("id", KEY, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("is_instant", sa.Boolean(), nullable=False),
        sa.Column("openings", sa.JSON(), nullable=False),
        sa.Column("closed", sa.JSON(), nullable=False),
        sa.Column("ahead_hours", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_id", KEY, nullable=False),
        sa.CheckConstraint("ahead_hours >= 0", name="ck_availability_ahead_is_not_negative"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_availability_listing_id_listing"),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name="fk_availability_changed_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_availability"),
        sa.UniqueConstraint("listing_id", name="uq_availability_listing_id"),
    )
    op.create_table(
        "group_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("called_off_at", MOMENT, nullable=True),
        sa.Column("called_off_because", sa.String(500), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name="ck_group_session_ends_after_it_starts"),
        sa.CheckConstraint("places >= 1", name="ck_group_session_has_places"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_group_session_listing_id_listing"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_group_session_made_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_group_session"),
        sa.UniqueConstraint("public_id", name="uq_group_session_public_id"),
        sa.UniqueConstraint("listing_id", "starts_at", name="uq_group_session_listing_id_starts_at"),
        sa.UniqueConstraint("id", "places", name="uq_group_session_id_places"),
    )
    op.create_table(
        "place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=True),
        sa.Column("visit_id", KEY, nullable=True),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of_places", sa.Integer(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("taken_by_id", KEY, nullable=False),
        sa.CheckConstraint("number >= 1 AND number <= of_places", name="ck_place_is_one_of_its_places"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_place_ends_after_it_starts"),
        sa.CheckConstraint("session_id IS NOT NULL OR visit_id IS NOT NULL", name="ck_place_is_for_something"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_place_listing_id_listing"),
        sa.ForeignKeyConstraint(
            ["session_id", "of_places"],
            ["group_session.id", "group_session.places"],
            name="fk_place_session_and_its_places",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_place_visit_id_visit"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_place_person_id_person"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name="fk_place_taken_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint("public_id", name="uq_place_public_id"),
        sa.UniqueConstraint("visit_id", name="uq_place_visit_id"),
        sa.UniqueConstraint("session_id", "number", name="uq_place_session_id_number"),
        sa.UniqueConstraint("session_id", "person_id", name="uq_place_session_id_person_id"),
    )
    op.create_index("ix_place_listing", "place", ["listing_id", "starts_at"])
    op.create_index("ix_place_person_id", "place", ["person_id"])
    op.create_table(
        "waiting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("joined_by_id", KEY, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=True),
        sa.Column("offered_until", MOMENT, nullable=True),
        sa.CheckConstraint("(offered_at IS NULL) = (offered_until IS NULL)", name="ck_waiting_an_offer_has_an_end"),
        sa.ForeignKeyConstraint(["session_id"], ["group_session.id"], name="fk_waiting_session_id_group_session"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_waiting_person_id_person"),
        sa.ForeignKeyConstraint(["joined_by_id"], ["person.id"], name="fk_waiting_joined_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_waiting"),
        sa.UniqueConstraint("public_id", name="uq_waiting_public_id"),
        sa.UniqueConstraint("session_id", "person_id", name="uq_waiting_session_id_person_id"),
    )
    op.create_index("ix_waiting_offered", "waiting", ["offered_until"])
    op.create_index("ix_waiting_person_id", "waiting", ["person_id"])


def _baskets() -> None:
    op.create_table(
        "basket_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("added_by_id", KEY, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("pay", sa.String(400), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seen_pence", PENCE, nullable=True),
        sa.Column("seen_lines", sa.JSON(), nullable=False),
        sa.Column("checkout", sa.String(40), nullable=True),
        sa.Column("refused_because", sa.String(500), nullable=True),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("quantity >= 1", name="ck_basket_line_quantity_is_positive"),
        sa.CheckConstraint("(booking_id IS NULL) = (done_at IS NULL)", name="ck_basket_line_done_when_booked"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_basket_line_person_id_person"),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name="fk_basket_line_added_by_id_person"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_basket_line_listing_id_listing"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="fk_basket_line_booking_id_booking"),
        sa.PrimaryKeyConstraint("id", name="pk_basket_line"),
        sa.UniqueConstraint("public_id", name="uq_basket_line_public_id"),
        sa.UniqueConstraint("key", name="uq_basket_line_key"),
        sa.UniqueConstraint("booking_id", name="uq_basket_line_booking_id"),
    )
    op.create_index("ix_basket_line_person", "basket_line", ["person_id", "done_at"])
    op.create_index("ix_basket_line_listing_id", "basket_line", ["listing_id"])


def downgrade() -> None:
    """Take it all away. A booking whose buyer was to answer waits for its provider again."""
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    for table in ("basket_line", "waiting", "place", "group_session", "availability", "item_return", "proposal"):
        op.drop_table(table)
    op.drop_table("agreement")
    if not _is_sqlite():
        op.execute("DROP FUNCTION agreement_kept()")
    op.execute("UPDATE booking SET status = 'requested' WHERE status = 'proposed'")
    _allow_statuses(BEFORE)


def _allow_statuses(statuses: tuple[str, ...]) -> None:
    """Let a booking stand in these; SQLite changes a check only by making the table anew, whatever columns it has by now."""
    check = f"CONSTRAINT ck_booking_booking_status CHECK (status IN {statuses})"
    if not _is_sqlite():
        op.execute("ALTER TABLE booking DROP CONSTRAINT ck_booking_booking_status")
        op.execute(f"ALTER TABLE booking ADD {check}")
        return
    ask = op.get_bind().exec_driver_sql
    (made,) = ask("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'booking'").one()
    beside = ask(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'booking' AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).scalars()
    beside = list(beside)
    anew, found = re.subn(r"CONSTRAINT ck_booking_booking_status CHECK \(status IN \([^)]*\)\)", check, made)
    if found != 1:
        raise RuntimeError("the check on the status of a booking is not where it was")
    ask(re.sub(r'^CREATE TABLE "?booking"?', "CREATE TABLE booking_anew", anew))
    ask("INSERT INTO booking_anew SELECT * FROM booking")
    ask("DROP TABLE booking")
    ask("ALTER TABLE booking_anew RENAME TO booking")
    for statement in beside:
        ask(statement)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
