"""Rate cards with bands, lengths, buyers, VAT and a last day; never edited, and taken back only before they hold.

The database itself refuses any change of a card or of its add-ons, an add-on slipped in after publication, and the
removal of a card in force. SQLite knows only UTC, so there a card counts as in force from an hour before its UTC day:
in summer that is its London midnight, in winter one cautious hour early.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BASES = ("per_hour", "per_visit", "once")
WITH_MILES = ("per_hour", "per_visit", "per_mile", "once")
WHENS = ("always", "weekends", "bank_holidays", "out_of_hours")
VATS = ("exempt", "zero", "reduced", "standard")
EDITED = "a published rate is never edited"
IN_FORCE = "a rate in force is never removed"
KEPT = "what was withdrawn is kept for ever"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE = {
    "rate_card_no_update": ("BEFORE UPDATE ON rate_card", EDITED),
    "rate_card_no_replace": (
        "BEFORE INSERT ON rate_card WHEN EXISTS (SELECT 1 FROM rate_card c"
        " WHERE c.id = NEW.id OR (c.listing_id = NEW.listing_id AND c.valid_from = NEW.valid_from))",
        "a rate from that day is already published",
    ),
    "rate_card_no_delete": (
        "BEFORE DELETE ON rate_card WHEN OLD.valid_from <= date('now', '+1 hour')",
        IN_FORCE,
    ),
    "add_on_no_update": ("BEFORE UPDATE ON add_on", EDITED),
    "add_on_no_insert": (
        "BEFORE INSERT ON add_on WHEN EXISTS (SELECT 1 FROM add_on a WHERE a.id = NEW.id OR a.public_id = NEW.public_id)"
        " OR (SELECT count(*) FROM add_on a WHERE a.rate_card_id = NEW.rate_card_id)"
        " >= (SELECT c.add_on_count FROM rate_card c WHERE c.id = NEW.rate_card_id)",
        EDITED,
    ),
    "add_on_no_delete": (
        "BEFORE DELETE ON add_on WHEN EXISTS (SELECT 1 FROM rate_card c WHERE c.id = OLD.rate_card_id"
        " AND c.valid_from <= date('now', '+1 hour'))",
        IN_FORCE,
    ),
    "withdrawn_rate_no_update": ("BEFORE UPDATE ON withdrawn_rate", KEPT),
    "withdrawn_rate_no_delete": ("BEFORE DELETE ON withdrawn_rate", KEPT),
}

POSTGRES = f"""
CREATE FUNCTION rate_card_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION '{EDITED}' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.valid_from <= (now() AT TIME ZONE 'Europe/London')::date THEN
        RAISE EXCEPTION '{IN_FORCE}' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER rate_card_kept BEFORE UPDATE OR DELETE ON rate_card FOR EACH ROW EXECUTE FUNCTION rate_card_kept();
CREATE FUNCTION add_on_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION '{EDITED}' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- The card's row is locked, so that two sessions cannot both find room for one more.
        PERFORM 1 FROM rate_card c WHERE c.id = NEW.rate_card_id FOR UPDATE;
        IF (SELECT count(*) FROM add_on a WHERE a.rate_card_id = NEW.rate_card_id)
            >= (SELECT c.add_on_count FROM rate_card c WHERE c.id = NEW.rate_card_id) THEN
            RAISE EXCEPTION '{EDITED}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM rate_card c WHERE c.id = OLD.rate_card_id
               AND c.valid_from <= (now() AT TIME ZONE 'Europe/London')::date) THEN
        RAISE EXCEPTION '{IN_FORCE}' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER add_on_kept BEFORE INSERT OR UPDATE OR DELETE ON add_on FOR EACH ROW EXECUTE FUNCTION add_on_kept();
CREATE FUNCTION rates_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rate_card_not_emptied BEFORE TRUNCATE ON rate_card FOR EACH STATEMENT EXECUTE FUNCTION rates_not_emptied();
CREATE TRIGGER add_on_not_emptied BEFORE TRUNCATE ON add_on FOR EACH STATEMENT EXECUTE FUNCTION rates_not_emptied();
CREATE TRIGGER withdrawn_rate_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawn_rate
    FOR EACH STATEMENT EXECUTE FUNCTION rates_not_emptied();
"""


def upgrade() -> None:
    """Widen the card, count what it was published with, and shut it."""
    for column in CARD_COLUMNS:
        op.execute(f"ALTER TABLE rate_card ADD COLUMN {column}")
    _allow_bases(WITH_MILES)
    for column in ADD_ON_COLUMNS:
        op.execute(f"ALTER TABLE add_on ADD COLUMN {column}")
    op.execute("UPDATE rate_card SET add_on_count = (SELECT count(*) FROM add_on a WHERE a.rate_card_id = rate_card.id)")
    op.create_table(
        "withdrawn_rate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", KEY, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_withdrawn_rate_listing_id_listing"),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name="fk_withdrawn_rate_published_by_id_person"),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["person.id"], name="fk_withdrawn_rate_withdrawn_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawn_rate"),
    )
    op.create_index("ix_withdrawn_rate_listing_id", "withdrawn_rate", ["listing_id"])
    if _is_sqlite():
        for name, (when, words) in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")
    else:
        op.execute(POSTGRES)


def downgrade() -> None:
    """Open the card again and forget what it could not say before. Prices by the mile become prices by the visit."""
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, table in (
            ("rate_card_kept", "rate_card"),
            ("add_on_kept", "add_on"),
            ("rate_card_not_emptied", "rate_card"),
            ("add_on_not_emptied", "add_on"),
            ("withdrawn_rate_kept", "withdrawn_rate"),
        ):
            op.execute(f"DROP TRIGGER {name} ON {table}")
        for name in ("rate_card_kept", "add_on_kept", "rates_not_emptied"):
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_withdrawn_rate_listing_id", "withdrawn_rate")
    op.drop_table("withdrawn_rate")
    op.execute("UPDATE add_on SET basis = 'per_visit' WHERE basis = 'per_mile'")
    for name in ("only_with", "charged_when"):
        op.execute(f"ALTER TABLE add_on DROP COLUMN {name}")
    _allow_bases(BASES)
    for name in ("add_on_count", "vat_reason", "vat", "buyers", "length_bands", "bands", "valid_until"):
        op.execute(f"ALTER TABLE rate_card DROP COLUMN {name}")


CARD_COLUMNS = (
    "valid_until DATE CONSTRAINT ck_rate_card_ends_after_it_begins CHECK (valid_until >= valid_from)",
    "bands JSON",
    "length_bands JSON",
    "buyers JSON",
    f"vat VARCHAR(40) CONSTRAINT ck_rate_card_vat CHECK (vat IN {VATS})",
    "vat_reason VARCHAR(200)",
    "add_on_count INTEGER DEFAULT 0 NOT NULL",
)
ADD_ON_COLUMNS = (
    f"charged_when VARCHAR(40) DEFAULT 'always' NOT NULL CONSTRAINT ck_add_on_when CHECK (charged_when IN {WHENS})",
    "only_with VARCHAR(100)",
)


def _allow_bases(bases: tuple[str, ...]) -> None:
    """Let an add-on be counted in these ways; SQLite changes a check only by making the table anew."""
    if not _is_sqlite():
        op.execute("ALTER TABLE add_on DROP CONSTRAINT ck_add_on_add_on_basis")
        op.execute(f"ALTER TABLE add_on ADD CONSTRAINT ck_add_on_add_on_basis CHECK (basis IN {bases})")
        return
    op.execute(
        "CREATE TABLE add_on_anew (id INTEGER NOT NULL, public_id VARCHAR(20) NOT NULL, rate_card_id INTEGER NOT NULL,"
        " name VARCHAR(100) NOT NULL, basis VARCHAR(40) NOT NULL, amount_pence INTEGER NOT NULL,"
        " is_required BOOLEAN NOT NULL, CONSTRAINT ck_add_on_amount_is_positive CHECK (amount_pence > 0),"
        f" CONSTRAINT ck_add_on_add_on_basis CHECK (basis IN {bases}),"
        " CONSTRAINT fk_add_on_rate_card_id_rate_card FOREIGN KEY(rate_card_id) REFERENCES rate_card (id),"
        " CONSTRAINT pk_add_on PRIMARY KEY (id), CONSTRAINT uq_add_on_public_id UNIQUE (public_id))"
    )
    columns = "id, public_id, rate_card_id, name, basis, amount_pence, is_required"
    op.execute(f"INSERT INTO add_on_anew ({columns}) SELECT {columns} FROM add_on")
    op.execute("DROP TABLE add_on")
    op.execute("ALTER TABLE add_on_anew RENAME TO add_on")
    op.execute("CREATE INDEX ix_add_on_rate_card_id ON add_on (rate_card_id)")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
