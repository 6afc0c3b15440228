"""Four-weekly settlement: invoices without gaps in their numbers, remittances and payments.

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROWS = {
    "invoice": "t.id = NEW.id OR t.public_id = NEW.public_id OR (t.period_id = NEW.period_id AND t.provider_id = "
    "NEW.provider_id) OR (t.council_id = NEW.council_id AND t.number = NEW.number)",
    "invoice_line": "t.id = NEW.id OR t.public_id = NEW.public_id OR (t.transfer_id = NEW.transfer_id AND t.fate = NEW.fate)",
    "remittance": "t.id = NEW.id OR t.public_id = NEW.public_id OR (t.council_id = NEW.council_id AND t.number = NEW.number)",
    "remittance_invoice": "t.invoice_id = NEW.invoice_id",
}
"""The tables that only grow, and when two rows would be one."""
NUMBERED = ("invoice", "remittance")
TABLES = (
    *("line_query", "invoice_line", "remittance_invoice", "payment", "invoice_progress", "remittance", "invoice"),
    "settlement_period",
)


def upgrade() -> None:
    """Make the tables, and let nobody rewrite them."""
    _tables()
    _more_tables()
    if op.get_bind().dialect.name == "sqlite":
        _guards_of_sqlite()
    else:
        _guards_of_postgresql()


def downgrade() -> None:
    """Take it away."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        op.drop_table(table)
    if not is_sqlite:
        for name in ("settled_only_grows", "settled_numbered", "settlement_period_closed", "invoice_in_open_period"):
            op.execute(f"DROP FUNCTION {name}()")


def _guards_of_sqlite() -> None:
    def refuse(name: str, when: str, says: str) -> None:
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{says}'); END")

    for table, same in GROWS.items():
        says = f"{table} is only ever added to"
        refuse(f"{table}_no_update", f"BEFORE UPDATE ON {table}", says)
        refuse(f"{table}_no_delete", f"BEFORE DELETE ON {table}", says)
        twice = f"WHEN EXISTS (SELECT 1 FROM {table} t WHERE {same})"  # noqa: S608 - its own words
        refuse(f"{table}_no_replace", f"BEFORE INSERT ON {table} {twice}", says)
    for table in NUMBERED:
        follows = f"(SELECT coalesce(max(number), 0) + 1 FROM {table} WHERE council_id = NEW.council_id)"  # noqa: S608 - its own words
        refuse(
            f"{table}_numbered",
            f"BEFORE INSERT ON {table} WHEN NEW.number <> {follows}",
            f"numbers of {table} have no gap",
        )
    closed = "BEFORE UPDATE ON settlement_period WHEN OLD.closed_at IS NOT NULL"
    refuse("settlement_period_closed", closed, "a closed period stays closed")
    refuse("settlement_period_kept", "BEFORE DELETE ON settlement_period", "a period stays")
    is_open = "EXISTS (SELECT 1 FROM settlement_period p WHERE p.id = NEW.period_id AND p.closed_at IS NULL)"
    refuse(
        "invoice_in_open_period",
        f"BEFORE INSERT ON invoice WHEN NOT {is_open}",
        "a closed period gets no more invoices",
    )


def _guards_of_postgresql() -> None:
    def function(name: str, says: str) -> None:
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {says} END $$")

    raises = "USING ERRCODE = 'restrict_violation';"
    function("settled_only_grows", f"RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME {raises}")
    for table in GROWS:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION settled_only_grows()"
        )
    function(
        "settled_numbered",
        "DECLARE follows bigint; BEGIN "  # noqa: S608 - its own words
        "EXECUTE format('SELECT coalesce(max(number), 0) + 1 FROM %I WHERE council_id = $1', TG_TABLE_NAME) "
        "INTO follows USING NEW.council_id; "
        f"IF NEW.number <> follows THEN RAISE EXCEPTION 'numbers of % have no gap', TG_TABLE_NAME {raises} END IF; "
        "RETURN NEW; END;",
    )
    for table in NUMBERED:
        op.execute(
            f"CREATE TRIGGER {table}_numbered BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION settled_numbered()"
        )
    function(
        "settlement_period_closed",
        f"IF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION 'a closed period stays closed' {raises}",
    )
    op.execute(
        "CREATE TRIGGER settlement_period_closed BEFORE UPDATE OR DELETE ON settlement_period "
        "FOR EACH ROW EXECUTE FUNCTION settlement_period_closed()"
    )
    function(
        "invoice_in_open_period",
        "IF NOT EXISTS (SELECT FROM settlement_period p WHERE p.id = NEW.period_id AND p.closed_at IS NULL) THEN "
        f"RAISE EXCEPTION 'a closed period gets no more invoices' {raises} END IF; RETURN NEW;",
    )
    op.execute(
        "CREATE TRIGGER invoice_in_open_period BEFORE INSERT ON invoice "
        "FOR EACH ROW EXECUTE FUNCTION invoice_in_open_period()"
    )


def _tables() -> None:
    op.create_table(
        "settlement_period",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_settlement_period_runs_forward")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_settlement_period_council_id_council")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_period")),
        sa.UniqueConstraint("council_id", "starts_on", name=op.f("uq_settlement_period_council_id_starts_on")),
        sa.UniqueConstraint("public_id", name=op.f("uq_settlement_period_public_id")),
    )
    op.create_index(
        "uq_settlement_period_one_open",
        "settlement_period",
        ["council_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "invoice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("period_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("charged_pence", KEY, nullable=False),
        sa.Column("credited_pence", KEY, nullable=False),
        sa.Column("withheld_pence", KEY, nullable=False),
        sa.Column("vat_pence", KEY, nullable=False),
        sa.Column("framework_id", KEY, nullable=True),
        sa.Column("discount_over_pence", KEY, nullable=True),
        sa.Column("discount_percent", sa.Integer(), nullable=True),
        sa.Column("discount_pence", KEY, nullable=False),
        sa.Column("due_pence", KEY, nullable=False),
        sa.CheckConstraint(
            "(discount_pence > 0) = (framework_id IS NOT NULL) AND (framework_id IS NULL) = (discount_percent IS NULL) AND (framework_id IS NULL) = (discount_over_pence IS NULL) AND (framework_id IS NULL OR charged_pence - credited_pence > discount_over_pence)",
            name=op.f("ck_invoice_discount_has_terms"),
        ),
        sa.CheckConstraint(
            "charged_pence >= 0 AND credited_pence >= 0 AND withheld_pence >= 0 AND discount_pence >= 0 AND number >= 1",
            name=op.f("ck_invoice_nothing_is_negative"),
        ),
        sa.CheckConstraint(
            "due_pence = charged_pence - credited_pence - discount_pence", name=op.f("ck_invoice_due_is_what_it_says")
        ),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_invoice_council_id_council")),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_invoice_framework_id_framework")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["settlement_period.id"], name=op.f("fk_invoice_period_id_settlement_period")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_invoice_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("council_id", "number", name=op.f("uq_invoice_council_id_number")),
        sa.UniqueConstraint("period_id", "provider_id", name=op.f("uq_invoice_period_id_provider_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invoice_public_id")),
    )
    op.create_index(op.f("ix_invoice_provider_id"), "invoice", ["provider_id"], unique=False)
    op.create_table(
        "remittance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("council_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pence", KEY, nullable=False),
        sa.Column("discount_pence", KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.CheckConstraint(
            "pence > 0 AND discount_pence >= 0 AND number >= 1", name=op.f("ck_remittance_something_is_paid")
        ),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_remittance_council_id_council")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_remittance_made_by_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_remittance_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance")),
        sa.UniqueConstraint("council_id", "number", name=op.f("uq_remittance_council_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_remittance_public_id")),
    )
    op.create_index(op.f("ix_remittance_provider_id"), "remittance", ["provider_id"], unique=False)
    op.create_table(
        "invoice_progress",
        sa.Column("invoice_id", KEY, autoincrement=False, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "made",
                "queried",
                "approved_once",
                "approved",
                "remitted",
                "nothing_to_pay",
                name="invoice_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by_id", KEY, nullable=True),
        sa.Column("first_yes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_yes_by_id", KEY, nullable=True),
        sa.Column("second_yes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_yes_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'remitted') OR first_yes_by_id IS NOT NULL",
            name=op.f("ck_invoice_progress_somebody_said_yes"),
        ),
        sa.CheckConstraint(
            "second_yes_by_id IS NULL OR (first_yes_by_id IS NOT NULL AND second_yes_by_id <> first_yes_by_id)",
            name=op.f("ck_invoice_progress_two_officers"),
        ),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["person.id"], name=op.f("fk_invoice_progress_agreed_by_id_person")),
        sa.ForeignKeyConstraint(
            ["first_yes_by_id"], ["person.id"], name=op.f("fk_invoice_progress_first_yes_by_id_person")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_progress_invoice_id_invoice")),
        sa.ForeignKeyConstraint(
            ["second_yes_by_id"], ["person.id"], name=op.f("fk_invoice_progress_second_yes_by_id_person")
        ),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_invoice_progress")),
    )


def _more_tables() -> None:
    op.create_table(
        "payment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("remittance_id", KEY, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "sent", "paid", "refused", name="payment_status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_by_id", KEY, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("journal_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(status = 'paid') = (journal_id IS NOT NULL) AND (status = 'paid') = (paid_on IS NOT NULL)",
            name=op.f("ck_payment_paid_is_in_the_ledger"),
        ),
        sa.CheckConstraint("(status = 'refused') = (reason <> '')", name=op.f("ck_payment_refused_says_why")),
        sa.CheckConstraint("(status = 'sent') = (answered_at IS NULL)", name=op.f("ck_payment_answered_when_settled")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_payment_answered_by_id_person")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_payment_journal_id_journal")),
        sa.ForeignKeyConstraint(["remittance_id"], ["remittance.id"], name=op.f("fk_payment_remittance_id_remittance")),
        sa.ForeignKeyConstraint(["tried_by_id"], ["person.id"], name=op.f("fk_payment_tried_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_payment_journal_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_public_id")),
    )
    op.create_index(op.f("ix_payment_remittance_id"), "payment", ["remittance_id"], unique=False)
    op.create_index(
        "uq_payment_one_stands",
        "payment",
        ["remittance_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'refused'"),
        postgresql_where=sa.text("status <> 'refused'"),
    )
    op.create_table(
        "remittance_invoice",
        sa.Column("invoice_id", KEY, autoincrement=False, nullable=False),
        sa.Column("remittance_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_remittance_invoice_invoice_id_invoice")),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["remittance.id"], name=op.f("fk_remittance_invoice_remittance_id_remittance")
        ),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_remittance_invoice")),
    )
    op.create_index(op.f("ix_remittance_invoice_remittance_id"), "remittance_invoice", ["remittance_id"], unique=False)
    op.create_table(
        "invoice_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("invoice_id", KEY, nullable=False),
        sa.Column("transfer_id", KEY, nullable=False),
        sa.Column("pot_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("visit_id", KEY, nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("pence", KEY, nullable=False),
        sa.Column(
            "vat",
            sa.Enum(
                "exempt",
                "zero",
                "reduced",
                "standard",
                name="vat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("vat_pence", KEY, nullable=False),
        sa.Column(
            "fate",
            sa.Enum("invoiced", "withheld", name="fate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(fate = 'withheld') = (why <> '')", name=op.f("ck_invoice_line_withheld_says_why")),
        sa.CheckConstraint(
            "pence <> 0 AND (fate <> 'withheld' OR pence > 0)", name=op.f("ck_invoice_line_it_is_an_amount")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_invoice_line_booking_id_booking")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["pot_id"], ["pot.id"], name=op.f("fk_invoice_line_pot_id_pot")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_invoice_line_transfer_id_transfer")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_invoice_line_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invoice_line_public_id")),
        sa.UniqueConstraint("transfer_id", "fate", name=op.f("uq_invoice_line_transfer_id_fate")),
    )
    op.create_index(op.f("ix_invoice_line_invoice_id"), "invoice_line", ["invoice_id"], unique=False)
    op.create_table(
        "line_query",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_line_query_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_line_query_answered_by_id_person")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_line_query_asked_by_id_person")),
        sa.ForeignKeyConstraint(["line_id"], ["invoice_line.id"], name=op.f("fk_line_query_line_id_invoice_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_query")),
        sa.UniqueConstraint("public_id", name=op.f("uq_line_query_public_id")),
    )
    op.create_index("ix_line_query_line", "line_query", ["line_id"], unique=False)
    op.create_index(
        "uq_line_query_one_open",
        "line_query",
        ["line_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
