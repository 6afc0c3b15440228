"""Whether what the site stands on is there: the database answers."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.base.db import db


def database_answers() -> bool:
    """Whether a question to the database is answered at all."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
