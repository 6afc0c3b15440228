"""What only grows cannot be replaced either: on SQLite a row put in over another took it away without a word.

``INSERT OR REPLACE`` removes the row that is in its way and fires no trigger of a deletion. Receipts and the records of
visits are kept like the rest now.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WAITING = "('chosen', 'accepted')"
IN_FORCE = "('enacted', 'as_before')"
SAME_CHOICE = "c.person_id = NEW.person_id AND c.council_id = NEW.council_id"
BOTH_STAND = f"(c.status IN {WAITING} AND NEW.status IN {WAITING} OR c.status IN {IN_FORCE} AND NEW.status IN {IN_FORCE})"
RECORDED = (
    "id, visit_id, ending, came_at, left_at, how, planned_minutes, delivered_minutes, charged_minutes, charged_pence,"
    " is_short_but_full, lines, rule, words, by_id, at"
)


def _grows(table: str) -> str:
    return f"{table} is only ever added to"


def _over(table: str, *ways: str) -> str:
    same = " OR ".join(f"({way})" for way in ("t.id = NEW.id", *ways))
    return f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} t WHERE {same})"


SQLITE = {
    "audit_event_no_replace": (_over("audit_event"), _grows("audit_event")),
    "budget_version_no_replace": (
        _over("budget_version", "t.personal_budget_id = NEW.personal_budget_id AND t.number = NEW.number"),
        _grows("budget_version"),
    ),
    "money_decision_no_replace": (_over("money_decision", "t.key = NEW.key"), _grows("money_decision")),
    "withdrawn_rate_no_replace": (_over("withdrawn_rate"), "what was withdrawn is kept for ever"),
    "money_choice_no_replace": (
        "BEFORE INSERT ON money_choice WHEN EXISTS (SELECT 1 FROM money_choice c WHERE c.id = NEW.id"
        f" OR c.public_id = NEW.public_id OR c.key = NEW.key OR ({SAME_CHOICE} AND {BOTH_STAND}))",
        "what was chosen is never rewritten",
    ),
    "money_choice_no_overwrite": (
        "BEFORE UPDATE OF status ON money_choice WHEN EXISTS (SELECT 1 FROM money_choice c"
        f" WHERE c.id <> NEW.id AND {SAME_CHOICE} AND {BOTH_STAND})",
        "what was chosen is never rewritten",
    ),
    "receipt_no_update": ("BEFORE UPDATE ON receipt", _grows("receipt")),
    "receipt_no_delete": ("BEFORE DELETE ON receipt", _grows("receipt")),
    "receipt_no_replace": (
        "BEFORE INSERT ON receipt WHEN EXISTS (SELECT 1 FROM receipt t WHERE t.spending_id = NEW.spending_id)",
        _grows("receipt"),
    ),
    "visit_record_no_update": (f"BEFORE UPDATE OF {RECORDED} ON visit_record", _grows("visit_record")),
    "visit_record_not_back": (
        "BEFORE UPDATE OF is_current ON visit_record WHEN NEW.is_current IS NOT 0",
        _grows("visit_record"),
    ),
    "visit_record_no_delete": ("BEFORE DELETE ON visit_record", _grows("visit_record")),
    "visit_record_no_replace": (
        _over("visit_record", "t.visit_id = NEW.visit_id AND t.is_current AND NEW.is_current"),
        _grows("visit_record"),
    ),
}

POSTGRES = f"""
CREATE FUNCTION receipt_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_grows("receipt")}' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER receipt_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt
    FOR EACH STATEMENT EXECUTE FUNCTION receipt_only_grows();
CREATE FUNCTION visit_record_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A later record of the visit takes the place of this one; nothing else about it ever changes.
    IF TG_OP = 'UPDATE' AND NOT NEW.is_current
        AND (to_jsonb(NEW) - 'is_current') = (to_jsonb(OLD) - 'is_current') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{_grows("visit_record")}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER visit_record_only_grows BEFORE UPDATE OR DELETE ON visit_record
    FOR EACH ROW EXECUTE FUNCTION visit_record_only_grows();
CREATE TRIGGER visit_record_not_emptied BEFORE TRUNCATE ON visit_record
    FOR EACH STATEMENT EXECUTE FUNCTION visit_record_only_grows();
"""


def upgrade() -> None:
    """Refuse what takes a row's place."""
    if op.get_bind().dialect.name == "sqlite":
        for name, (when, words) in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")
    else:
        op.execute(POSTGRES)


def downgrade() -> None:
    """Let them be replaced again."""
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER visit_record_not_emptied ON visit_record")
    for table in ("visit_record", "receipt"):
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(f"DROP FUNCTION {table}_only_grows()")
