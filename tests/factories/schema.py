"""A database that says it is at another migration than it is, and says the truth again when the test ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from app.base.db import db

HEAD = (Path(__file__).parents[2] / "migrations" / "HEAD").read_text().strip()


@contextmanager
def said_to_be_at(version: str | None) -> Iterator[None]:
    """At this migration, or at none."""
    _say(version)
    try:
        yield
    finally:
        db.session.rollback()
        _say(HEAD)


def _say(version: str | None) -> None:
    db.session.execute(text("DELETE FROM alembic_version"))
    if version is not None:
        db.session.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    db.session.commit()
