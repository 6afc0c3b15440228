"""Writing the record. Called by every action that changes something, inside its transaction."""

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
    write_rows(
        _EVENT,
        {
            "at": clock.now(),
            "actor_id": actor_id,
            "for_person_id": for_person_id,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "council_id": council_id,
            "details": details,
        },
    )


_EVENT = insert(AuditEvent.__table__)  # type: ignore[arg-type] # it is a table
