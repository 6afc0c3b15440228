"""Tries at signing in, and wishes that send an email: counted, so that nobody can go on for ever."""

from sqlalchemy import delete, text

from app.base import clock
from app.base.db import db
from app.base.text import clean_email
from app.people.accounts import queries
from app.people.accounts.models import Person, SignInAttempt
from app.people.accounts.rules import (
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_WINDOW,
    counted_as,
    network_of,
)
from app.people.accounts.rules.refusals import TooManyAsked, TooManyTries


def count_asking(*, email: str, address: str) -> None:
    """Count one wish that sends an email to an address somebody typed, known or not: they go to strangers in our name.

    Raises:
        TooManyAsked: when enough were asked for this address, or from this network address.
    """
    if not _counted(counted_as("asked for", clean_email(email)), counted_as("asked from", network_of(address))):
        raise TooManyAsked


def count_try(*, email: str, address: str) -> None:
    """Count one try at signing in before it is made, so that tries made at once are all counted; success forgets it.

    Args:
        email: as typed; known or not.
        address: the visitor's network address.

    Raises:
        TooManyTries: when the account or the network address has used up its tries; this one is not counted then.
    """
    if not _counted(counted_as("account", clean_email(email)), counted_as("address", network_of(address))):
        raise TooManyTries


def _counted(account: str, network: str) -> bool:
    """Count one more of these two, unless either is used up; whether it was counted."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at <= clock.now() - ATTEMPTS_WINDOW))
    for counted in sorted((account, network)):
        _queue_for(counted)
    if queries.attempts_on(account=account) >= ATTEMPTS_PER_ACCOUNT:
        return False
    if queries.attempts_on(address=network) >= ATTEMPTS_PER_ADDRESS:
        return False
    db.session.add(SignInAttempt(account_hash=account, address_hash=network, at=clock.now()))
    db.session.flush()
    return True


def _queue_for(counted: str) -> None:
    """Let those who count the same thing go one by one. SQLite lets writers in one by one anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        number = int(counted[:15], 16)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def forget_tries(person: Person) -> None:
    """Count no more what was tried on a person's account."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account_hash == counted_as("account", person.email)))
