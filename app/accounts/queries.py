"""Reading people."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person
from app.db import db


def person_signed_in(cookie: str) -> Person | None:
    """The person a sign-in cookie stands for, with their roles; nobody when it is old, forged or ended.

    The cookie holds ``public_id.session_key``.
    """
    public_id, _, session_key = cookie.partition(".")
    person = db.session.scalar(select(Person).where(Person.public_id == public_id).options(selectinload(Person.grants)))
    if person is None or person.closed_at is not None or person.session_key != session_key:
        return None
    return person
