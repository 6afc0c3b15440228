"""Files that wait with a form."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, column, select, table

from app.base.columns import BigInt
from app.base.db import db, fetch_rows
from app.platform.files.models import StoredFile

_PERSON = table("person", column("id", BigInt))
_LOCK_PERSON = select(_PERSON.c.id).where(_PERSON.c.id == bindparam("person_id")).with_for_update(key_share=True)


def file_waiting(person_id: int, waits_for: str, now: datetime) -> StoredFile | None:
    """The file of a person that waits with a form, when there is one and its time is not over."""
    return db.session.scalar(
        select(StoredFile).where(
            StoredFile.person_id == person_id, StoredFile.waits_for == waits_for, StoredFile.waits_until > now
        )
    )


def lock_chooser(person_id: int) -> None:
    """Let one thing at a time be chosen by a person."""
    fetch_rows(_LOCK_PERSON, {"person_id": person_id})


def lock_waiting(person_id: int) -> Sequence[StoredFile]:
    """Everything of a person that waits, the newest first, until the transaction ends nobody else's to change."""
    rows = select(StoredFile).where(StoredFile.person_id == person_id, StoredFile.waits_for.is_not(None))
    # Locked in one order, so that two never wait for each other in a ring.
    found = db.session.scalars(rows.order_by(StoredFile.id).with_for_update().execution_options(populate_existing=True))
    return list(reversed(found.all()))


def lock_waited_in_vain(now: datetime) -> Sequence[StoredFile]:
    """The files whose form was never sent in order, until the transaction ends nobody else's to change."""
    rows = select(StoredFile).where(StoredFile.waits_until <= now).order_by(StoredFile.id).with_for_update()
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def keys_known(keys: Collection[str]) -> set[str]:
    """Which of these names of files somebody knows here."""
    return set(db.session.scalars(select(StoredFile.key).where(StoredFile.key.in_(keys))))
