"""Links sent by email: made, used up once, and put out of use."""

import secrets
from collections.abc import Iterable

from sqlalchemy import func, select, update

from app.base import clock
from app.base.db import db
from app.people.accounts.models import EmailToken, Person
from app.people.accounts.rules import LINKS_PER_HOUR, TOKEN_LASTS, TokenPurpose, token_hash
from app.people.accounts.rules.refusals import LinkDoesNotWork
from app.platform.messages.actions import accounts as messages


def new_link(person: Person, purpose: TokenPurpose) -> str | None:
    """The token of a new link; nothing when this person was sent enough of them within the hour."""
    now = clock.now()
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    lately = db.session.scalar(
        select(func.count())
        .select_from(EmailToken)
        .where(EmailToken.person_id == person.id, EmailToken.purpose == purpose)
        .where(EmailToken.made_at > now - TOKEN_LASTS[TokenPurpose.RESET_PASSWORD])
    )
    if (lately or 0) >= LINKS_PER_HOUR:
        return None
    token = secrets.token_urlsafe(32)
    db.session.add(
        EmailToken(
            person_id=person.id,
            purpose=purpose,
            token_hash=token_hash(token),
            made_at=now,
            expires_at=now + TOKEN_LASTS[purpose],
        )
    )
    return token


def used_link(token: str, *purposes: TokenPurpose) -> Person:
    """Use up a link, once however many ask at the same moment, and lock the person it belongs to."""
    now = clock.now()
    hashed = token_hash(token)
    taken = db.session.scalar(
        update(EmailToken)
        .where(EmailToken.token_hash == hashed, EmailToken.purpose.in_(purposes))
        .where(EmailToken.used_at.is_(None), EmailToken.expires_at > now)
        .values(used_at=now)
        .returning(EmailToken.id)
    )
    if taken is None:
        raise LinkDoesNotWork
    person = db.session.scalars(
        select(Person)
        .join(EmailToken, EmailToken.person_id == Person.id)
        .where(EmailToken.token_hash == hashed)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).one()
    if person.closed_at is not None:
        raise LinkDoesNotWork
    void_links(person, *purposes)
    return person


def void_links(person: Person, *purposes: TokenPurpose) -> None:
    """Put a person's unused links for these purposes out of use."""
    db.session.execute(
        update(EmailToken)
        .where(EmailToken.person_id == person.id, EmailToken.purpose.in_(purposes), EmailToken.used_at.is_(None))
        .values(used_at=clock.now())
    )


def password_path(token: str) -> str:
    """Where the reader of a link chooses a password."""
    return f"/reset-password/{token}"


def send_confirm_link(person: Person) -> None:
    """Send a link that confirms the address, unless enough were sent within the hour."""
    token = new_link(person, TokenPurpose.CONFIRM_EMAIL)
    if token:
        messages.confirm_your_email(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            path=f"/confirm-email/{token}",
            until=clock.now() + TOKEN_LASTS[TokenPurpose.CONFIRM_EMAIL],
        )


def send_first_password_link(person: Person) -> None:
    """Send a link that lets its reader choose a first password, unless enough were sent within the hour."""
    token = new_link(person, TokenPurpose.SET_PASSWORD)
    if token:
        _send_first(person, token)


def send_first_password_links(people: Iterable[Person]) -> None:
    """The same to people whose accounts were made in this transaction: they were sent nothing yet."""
    now, tokens = clock.now(), [(person, secrets.token_urlsafe(32)) for person in people]
    db.session.add_all(
        EmailToken(
            person_id=person.id,
            purpose=TokenPurpose.SET_PASSWORD,
            token_hash=token_hash(token),
            made_at=now,
            expires_at=now + TOKEN_LASTS[TokenPurpose.SET_PASSWORD],
        )
        for person, token in tokens
    )
    db.session.flush()
    for person, token in tokens:
        _send_first(person, token)


def _send_first(person: Person, token: str) -> None:
    messages.set_your_first_password(
        to_person_id=person.id,
        to_email=person.email,
        name=person.full_name,
        path=password_path(token),
        until=clock.now() + TOKEN_LASTS[TokenPurpose.SET_PASSWORD],
    )
