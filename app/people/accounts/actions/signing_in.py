"""Signing in: recognise the person (slow, so without any lock), then let them in."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts import queries
from app.people.accounts.actions.tries import forget_tries
from app.people.accounts.models import EndedSignIn, Person
from app.people.accounts.rules import passwords, token_hash
from app.people.accounts.rules.refusals import NotConfirmed, WrongSignIn
from app.platform.audit.actions import record


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who an email address and a password were found to belong to, and the hash that said so."""

    person_id: int
    password_hash: str


def recognise(*, email: str, password: str) -> Recognised:
    """Whom these two belong to. Reads only, and takes as long whether or not the address is known.

    Raises:
        WrongSignIn: when they do not belong together, or the account is closed.
        NotConfirmed: when they do, and the address was never confirmed.
    """
    person = queries.person_by_email(email)
    kept = person.password_hash if person else None
    if not passwords.fits(kept, password) or person is None or kept is None or person.closed_at is not None:
        raise WrongSignIn
    if person.email_confirmed_at is None:
        raise NotConfirmed
    return Recognised(person.id, kept)


def let_in(*, recognised: Recognised, password: str) -> Person:
    """Note that a recognised person signs in: their failed tries are forgotten, an old hash is made anew.

    Raises:
        WrongSignIn: when the account was closed, or its password changed, since they were recognised.
    """
    person = _locked(recognised.person_id)
    if person.closed_at is not None or person.password_hash != recognised.password_hash:
        raise WrongSignIn
    forget_tries(person)
    if passwords.is_out_of_date(recognised.password_hash):
        person.password_hash = passwords.hash_password(password)
    record(action="signed_in", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
    return person


def _locked(person_id: int) -> Person:
    return db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)


def end_sign_in(*, sign_in: str, person_id: int, lasts: timedelta) -> None:
    """End one sign-in for good: whoever copied its cookie is not let in with it.

    Args:
        sign_in: the cookie's own part, as :func:`app.people.accounts.queries.person_signed_in` says.
        person_id: whose it is.
        lasts: for how long a cookie is taken at most.
    """
    # One by one for each person, so that a second finger on the button finds what the first has written.
    person = _locked(person_id)
    db.session.execute(delete(EndedSignIn).where(EndedSignIn.until <= clock.now()))
    ended = token_hash(sign_in)
    if db.session.scalar(select(EndedSignIn.id).where(EndedSignIn.sign_in_hash == ended)) is None:
        db.session.add(EndedSignIn(sign_in_hash=ended, until=clock.now() + lasts))
        record(action="signed_out", actor_id=person.id, for_person_id=person.id)
        db.session.flush()


def let_in_demonstration_person(*, public_id: str) -> Person:
    """Let a visitor of the demonstration in as one of its pretend people, without a password.

    Callers must have made sure that this is a demonstration.

    Raises:
        NotFound: when there is no such person, or they are not a pretend one.
    """
    person = queries.person_by_public_id(public_id)
    if not person.is_demonstration:
        raise NotFound("Nobody of that kind takes part in the demonstration.")
    record(action="signed_in", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
    return person
