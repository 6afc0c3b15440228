"""Whether what the site stands on is there: the database answers, the search index has been built."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db import db


def database_answers() -> bool:
    """Whether a question to the database is answered at all."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def search_is_built(folder: str) -> bool:
    """Whether there is an index in the folder; without one nothing can be found."""
    return any(Path(folder).rglob("*.toc"))
