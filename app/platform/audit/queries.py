"""Reading the record."""

from collections.abc import Collection, Iterable

from sqlalchemy import Select, bindparam, column, or_, select, table, text

from app.base.db import db
from app.platform.audit.models import AuditEvent
from app.platform.audit.rules import LOOKED, VIEW_OPENED
from app.platform.audit.rules.growth_guards import POSTGRESQL_GUARDS, SQLITE_GUARDS, fingerprint

# People live in a room above this one: their table is spoken to by name, for their names only.
_PERSON = table("person", column("id"), column("public_id"), column("full_name"))
_ENTRY = table("caseload_entry", column("id"), column("opened_because"), column("not_right_because"))
_SAYS_WHY = {"put_on_caseload": "opened_because", "opening_ended": "not_right_because"}
"""The acts whose reason the person reads, and where it is kept: free text is never in the record itself."""


def who_looked(person_id: int) -> Select[AuditEvent]:
    """The times somebody else looked at a person's affairs, newest first; for paging."""
    is_look = or_(AuditEvent.action.endswith(LOOKED, autoescape=True), AuditEvent.action == VIEW_OPENED)
    return _newest_first(
        select(AuditEvent).where(AuditEvent.for_person_id == person_id, is_look, AuditEvent.actor_id != person_id)
    )


def done_about(person_id: int, actor_id: int | None = None) -> Select[AuditEvent]:
    """Everything somebody else, or the site itself, looked at or did about a person, newest first; for paging.

    Args:
        person_id: whose affairs.
        actor_id: only what this account did.
    """
    rows = select(AuditEvent).where(
        AuditEvent.for_person_id == person_id, or_(AuditEvent.actor_id.is_(None), AuditEvent.actor_id != person_id)
    )
    return _newest_first(rows if actor_id is None else rows.where(AuditEvent.actor_id == actor_id))


def who_acted(person_id: int) -> dict[str, tuple[int, str]]:
    """Everybody else who looked at or did something about a person: number and name, by public id, in order of name."""
    acted = (
        select(AuditEvent.actor_id)
        .where(AuditEvent.for_person_id == person_id, AuditEvent.actor_id != person_id)
        .distinct()
    )
    rows = select(_PERSON.c.public_id, _PERSON.c.id, _PERSON.c.full_name).where(_PERSON.c.id.in_(acted))
    found = db.session.execute(rows.order_by(_PERSON.c.full_name, _PERSON.c.id))
    return {row.public_id: (row.id, row.full_name) for row in found}


def reasons_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """Why somebody did what they did, in their own words, by number of the act; where it was asked."""
    told = [one for one in events if one.action in _SAYS_WHY]
    if not told:
        return {}
    rows = db.session.execute(select(_ENTRY).where(_ENTRY.c.id.in_([one.subject_id for one in told])))
    kept = {row["id"]: row for row in rows.mappings()}
    said = {one.id: kept[one.subject_id][_SAYS_WHY[one.action]] for one in told if one.subject_id in kept}
    return {number: words for number, words in said.items() if words}


def history_of(subject_kind: str, subject_id: int) -> Select[AuditEvent]:
    """Everything that happened to one thing, newest first; for paging."""
    return _newest_first(
        select(AuditEvent).where(AuditEvent.subject_kind == subject_kind, AuditEvent.subject_id == subject_id)
    )


def history_about(person_id: int, subject_kinds: Collection[str]) -> Select[AuditEvent]:
    """Everything that happened for one person to things of these kinds, newest first; for paging."""
    return _newest_first(
        select(AuditEvent).where(AuditEvent.for_person_id == person_id, AuditEvent.subject_kind.in_(subject_kinds))
    )


def _newest_first(rows: Select[AuditEvent]) -> Select[AuditEvent]:
    return rows.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def names_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """The names of everybody who acted in these events, by their id; one query."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    if not ids:
        return {}
    rows = db.session.execute(select(_PERSON.c.id, _PERSON.c.full_name).where(_PERSON.c.id.in_(ids)))
    return {row.id: row.full_name for row in rows}


_TRIGGERS_OF_POSTGRESQL = text("""
    SELECT t.tgname, t.tgrelid::regclass::text, t.tgtype || p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgrelid::regclass::text IN :tables
""").bindparams(bindparam("tables", expanding=True))
_TRIGGERS_OF_SQLITE = text(
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :tables"
).bindparams(bindparam("tables", expanding=True))


def growth_guards_missing() -> list[str]:
    """What somebody took down or wrote otherwise of the triggers that keep the tables which only grow: one line for each.

    Whoever owns the tables can do that, and a migration that rebuilds one on SQLite loses its triggers unseen.
    """
    is_postgresql = db.session.connection().dialect.name == "postgresql"
    asked, wanted = (
        (_TRIGGERS_OF_POSTGRESQL, POSTGRESQL_GUARDS) if is_postgresql else (_TRIGGERS_OF_SQLITE, SQLITE_GUARDS)
    )
    there = {(of, name): fingerprint(made) for name, of, made in db.session.execute(asked, {"tables": sorted(wanted)})}
    found = []
    for of, guards in sorted(wanted.items()):
        for name, made in sorted(guards.items()):
            if (of, name) not in there:
                found.append(f"{of}: its guard {name} is not there")
            elif there[of, name] != made:
                found.append(f"{of}: its guard {name} is not as it was made")
    return found
