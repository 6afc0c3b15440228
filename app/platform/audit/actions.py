"""Writing the record. Called by every action that changes something, inside its transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert

from app.base import clock
from app.base.db import write_rows
from app.platform.audit.models import AuditEvent


def record(
    *,
    action: str,
    actor_id: int | None,
    for_person_id: int | None = None,
    subject_kind: str | None = None,
    subject_id: int | None = None,
    council_id: int | None = None,
    **details: Any,
) -> None:
    """Add one act to the record; it is kept or lost together with the act itself."""
    facts = {"subject_kind": subject_kind, "subject_id": subject_id, "council_id": council_id, **details}
    record_each(action, [{"actor_id": actor_id, "for_person_id": for_person_id, **facts}])


def record_each(action: str, acts: Iterable[Mapping[str, Any]]) -> None:
    """Add several acts of one kind at once, as one page that shows many people does.

    Args:
        action: what was done.
        acts: what :func:`record` takes of each, by its names.
    """
    rows = []
    for act in acts:
        details = dict(act)
        columns = {name: details.pop(name, None) for name in _COLUMNS}
        rows.append({"at": clock.now(), "action": action, **columns, "details": details})
    if rows:
        write_rows(_EVENT, rows)


_COLUMNS = ("actor_id", "for_person_id", "subject_kind", "subject_id", "council_id")


_EVENT = insert(AuditEvent.__table__)  # type: ignore[arg-type] # it is a table
