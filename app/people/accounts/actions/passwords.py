"""New passwords: by a link when one is forgotten, or by whoever knows the old one."""

from app.base import clock
from app.base.db import db
from app.people.accounts import queries
from app.people.accounts.actions.links import new_link, password_path, used_link, void_links
from app.people.accounts.actions.signing_up import new_session_key
from app.people.accounts.actions.tries import forget_tries
from app.people.accounts.models import Person
from app.people.accounts.rules import TOKEN_LASTS, TokenPurpose, passwords
from app.people.accounts.rules.refusals import WeakPassword, WrongSignIn
from app.platform.audit.actions import record
from app.platform.messages.actions import accounts as messages


def ask_to_reset(*, email: str) -> None:
    """Send a link for a new password, when the address has an open account; do nothing, silently, otherwise."""
    person = queries.person_by_email(email)
    if person is None or person.closed_at is not None:
        return
    token = new_link(person, TokenPurpose.RESET_PASSWORD)
    if token:
        messages.choose_a_new_password(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            path=password_path(token),
            until=clock.now() + TOKEN_LASTS[TokenPurpose.RESET_PASSWORD],
        )
    db.session.flush()


def reset_password(*, token: str, password: str) -> Person:
    """Give a new password to whoever holds the link, end all their sessions, and count their address as confirmed.

    Raises:
        LinkDoesNotWork: when it was used, has expired or never was.
        WeakPassword: saying what is wrong with the password; the link still works then.
    """
    person = used_link(token, TokenPurpose.RESET_PASSWORD, TokenPurpose.SET_PASSWORD)
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    _change(person, password)
    return person


def choose_by_letter(*, person: Person, password: str) -> Person:
    """Give a first password to whoever showed that a letter reached them; the calling room has looked at its code.

    Raises:
        WeakPassword: saying what is wrong with the password.
    """
    person = db.session.get_one(Person, person.id, with_for_update=True, populate_existing=True)
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    _change(person, password)
    return person


def change_password(*, actor: Person, current: str, password: str) -> Person:
    """Change one's own password and end all other sessions.

    Raises:
        WrongSignIn: when the current password is not right.
        WeakPassword: saying what is wrong with the new one.
    """
    db.session.refresh(actor, with_for_update=True)
    if not passwords.fits(actor.password_hash, current):
        raise WrongSignIn
    _change(actor, password)
    return actor


def _change(person: Person, password: str) -> None:
    objection = passwords.objection(password, email=person.email)
    if objection:
        raise WeakPassword(objection)
    person.password_hash = passwords.hash_password(password)
    person.session_key = new_session_key()
    void_links(person, *TokenPurpose)
    forget_tries(person)
    messages.your_password_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    record(action="password_changed", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
