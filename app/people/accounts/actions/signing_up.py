"""Accounts made: by whoever signs up, or by an operator for somebody; and their address confirmed."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.base.text import clean_email
from app.people.accounts import queries
from app.people.accounts.actions.links import send_confirm_link, send_first_password_link, used_link, void_links
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import LINKS_PER_HOUR, Role, TokenPurpose, passwords, tidy_name
from app.people.accounts.rules.refusals import WeakPassword
from app.platform.audit.actions import record, record_each
from app.platform.messages.actions import accounts as messages
from app.platform.messages.queries import times_told
from app.platform.messages.rules import YOU_HAVE_AN_ACCOUNT


def new_session_key() -> str:
    """What ties a sign-in cookie to one spell of an account: changing it ends all the sessions there are."""
    return secrets.token_urlsafe(24)


def sign_up(*, email: str, full_name: str, password: str) -> Person:
    """Make an account that waits for its email address to be confirmed, and send the link that does so.

    For an address that has an account already, nothing of a confirmed one changes: its owner is told by email, and the
    visitor sees no difference. Of one that still waits the earlier links die; where two passwords were chosen, nobody can
    say by whom, so neither counts and the new link lets its reader choose one.

    Raises:
        WeakPassword: saying what is wrong with the password.
    """
    email = clean_email(email)
    objection = passwords.objection(password, email=email)
    if objection:
        raise WeakPassword(objection)
    kept = passwords.hash_password(password)
    person = queries.person_by_email(email) or _added(email, tidy_name(full_name), kept)
    db.session.refresh(person, with_for_update=True)
    if person.closed_at is not None:
        return person
    if person.email_confirmed_at is None and any(grant.role != Role.PERSON for grant in person.current_grants):
        # Made by an operator and waiting for its first password: a stranger may not choose that.
        send_first_password_link(person)
        return person
    if person.email_confirmed_at is not None:
        if times_told(person.id, YOU_HAVE_AN_ACCOUNT, clock.now() - timedelta(hours=1)) < LINKS_PER_HOUR:
            messages.you_have_an_account(to_person_id=person.id, to_email=person.email, name=person.full_name)
        return person
    is_ours = person.password_hash == kept or passwords.fits(person.password_hash, password)
    person.full_name, person.password_hash = tidy_name(full_name), kept if is_ours else None
    grant_role(person=person, role=Role.PERSON)
    void_links(person, TokenPurpose.CONFIRM_EMAIL)
    if is_ours:
        send_confirm_link(person)
    else:
        send_first_password_link(person)
    record(action="signed_up", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
    return person


def _added(email: str, full_name: str, kept: str | None) -> Person:
    """A new account, or the one that another request made of the same address a moment ago."""
    person = Person(
        email=email,
        full_name=full_name,
        password_hash=kept,
        session_key=new_session_key(),
        created_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
    return person


def ask_to_confirm(*, email: str) -> None:
    """Send a new confirmation link to an account that still waits for it; do nothing, silently, otherwise."""
    person = queries.person_by_email(email)
    if person is not None and person.closed_at is None and person.email_confirmed_at is None:
        send_confirm_link(person)
        db.session.flush()


def confirm_email(*, token: str) -> Person:
    """Open an account: whoever holds the link reads mail at that address.

    Raises:
        LinkDoesNotWork: when it was used, has expired or never was.
    """
    person = used_link(token, TokenPurpose.CONFIRM_EMAIL)
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    record(action="email_confirmed", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
    return person


def add_staff(
    *, email: str, full_name: str, roles: Collection[Role], council_id: int | None, granted_by: Person | None = None
) -> Person:
    """Give roles at a council, or of the whole site, to somebody, making their account when they have none.

    They are sent a link to set a password.

    Whether ``granted_by`` may is for the calling room to ask; nobody: the operator's commands.

    Raises:
        Conflict: when the account is closed.
    """
    email = clean_email(email)
    person = queries.person_by_email(email) or _added(email, tidy_name(full_name), None)
    if person.closed_at is not None:
        raise Conflict("That account is closed. Use another email address")
    if person.council_id is None:
        person.council_id = council_id
    for role in sorted(roles):
        grant_role(person=person, role=role, council_id=council_id, granted_by=granted_by)
    if person.email_confirmed_at is None:
        # Whoever chose a password without showing that the address is theirs shall not come in with it.
        person.password_hash = None
        send_first_password_link(person)
    db.session.flush()
    return person


def enrol(*, email: str, full_name: str, council_id: int | None = None, postcode: str | None = None) -> Person:
    """Make an account whose address has been checked already: nothing is sent, and no password opens it yet.

    For the demonstration and for operators who bring people over from another system.

    Raises:
        Conflict: when the address has an account.
    """
    email = clean_email(email)
    if queries.person_by_email(email) is not None:
        raise Conflict("There is an account with that email address already.")
    person = _added(email, tidy_name(full_name), None)
    person.email_confirmed_at = clock.now()
    person.council_id = council_id
    person.postcode = postcode
    db.session.flush()
    record(action="enrolled", actor_id=None, for_person_id=person.id)
    return person


def enrol_each(described: Sequence[tuple[str, str, str]], *, are_checked: bool) -> list[Person]:
    """Make accounts for many people at once, as :func:`enrol` does for one, each with the role of a person.

    Args:
        described: of each the email address or sign-in name, the full name and the postcode. That none of them has an
            account yet is for the caller to look at: where one has, the database refuses all of them.
        are_checked: whether the addresses are known to be theirs.
    """
    now = clock.now()
    people = [
        Person(
            email=clean_email(email),
            full_name=tidy_name(full_name),
            session_key=new_session_key(),
            created_at=now,
            email_confirmed_at=now if are_checked else None,
            postcode=postcode,
        )
        for email, full_name, postcode in described
    ]
    grants = [RoleGrant(person=person, role=Role.PERSON, granted_at=now) for person in people]
    db.session.add_all([*people, *grants])
    db.session.flush()
    record_each("enrolled", [{"actor_id": None, "for_person_id": person.id} for person in people])
    record_each(
        "role_granted",
        [
            {
                "actor_id": None,
                "for_person_id": one.person_id,
                "subject_kind": "role_grant",
                "subject_id": one.id,
                "role": one.role.value,
            }
            for one in grants
        ],
    )
    return people
