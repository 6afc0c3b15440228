"""Files that wait with a form."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from app.base.db import db
from app.platform.files.models import StoredFile


def file_waiting(person_id: int, waits_for: str, now: datetime) -> StoredFile | None:
    """The file of a person that waits with a form, when there is one and its time is not over."""
    return db.session.scalar(
        select(StoredFile).where(
            StoredFile.person_id == person_id, StoredFile.waits_for == waits_for, StoredFile.waits_until > now
        )
    )


def files_waiting(person_id: int) -> Sequence[StoredFile]:
    """Everything of a person that waits, the newest first."""
    rows = select(StoredFile).where(StoredFile.person_id == person_id, StoredFile.waits_for.is_not(None))
    return db.session.scalars(rows.order_by(StoredFile.at.desc(), StoredFile.id.desc())).all()


def waited_in_vain(now: datetime) -> Sequence[StoredFile]:
    """The files whose form was never sent in order."""
    return db.session.scalars(select(StoredFile).where(StoredFile.waits_until <= now).order_by(StoredFile.id)).all()


def keys_known(keys: Collection[str]) -> set[str]:
    """Which of these names of files somebody knows here."""
    return set(db.session.scalars(select(StoredFile.key).where(StoredFile.key.in_(keys))))
