"""What happens to accounts: made, confirmed, signed in to, given roles, and given new passwords.

Nothing here tells a stranger whether an email address is known: the answers are the same, and take as long.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts import queries
from app.accounts.models import EmailToken, Person, RoleGrant, SignInAttempt
from app.accounts.rules import (
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_WINDOW,
    LINKS_PER_HOUR,
    TOKEN_LASTS,
    Role,
    TokenPurpose,
    counted_as,
    network_of,
    passwords,
    tidy_name,
    token_hash,
)
from app.audit.actions import record
from app.db import db
from app.messages import actions as messages
from app.messages.queries import times_told
from app.messages.rules import YOU_HAVE_AN_ACCOUNT
from app.refusals import Conflict, NotAllowed, NotFound, Refusal


class WeakPassword(Conflict):
    """The password is too short, too long, or the first a guesser would try (409)."""


class WrongSignIn(NotAllowed):
    """Email address and password do not belong together (403). Says no more, on purpose."""

    def __init__(self) -> None:
        super().__init__("The email address or the password is not right. Check both and try again")


class NotConfirmed(NotAllowed):
    """The password is right, but the email address was never confirmed (403)."""

    def __init__(self) -> None:
        super().__init__("Confirm your email address first: open the link we sent you, or ask for a new one below")


class TooManyTries(Refusal):
    """Too many failed sign-ins on this account or from this network address (429)."""

    status = 429

    def __init__(self) -> None:
        minutes = int(ATTEMPTS_WINDOW.total_seconds() // 60)
        super().__init__(f"There were too many tries. Wait {minutes} minutes, or choose a new password")


class TooManyAsked(Refusal):
    """Too many links or accounts asked for, for this address or from this network address (429)."""

    status = 429

    def __init__(self) -> None:
        minutes = int(ATTEMPTS_WINDOW.total_seconds() // 60)
        super().__init__(f"You have asked many times. Look among your spam, or wait {minutes} minutes and ask again")


class LinkDoesNotWork(NotFound):
    """A link from an email that was used, has expired, was replaced or never was (404)."""

    def __init__(self) -> None:
        super().__init__("This link does not work, or not any more. Links work once and only for a while.")


def new_session_key() -> str:
    """What ties a sign-in cookie to one spell of an account: changing it ends all the sessions there are."""
    return secrets.token_urlsafe(24)


# Signing up.


def sign_up(*, email: str, full_name: str, password: str) -> Person:
    """Make an account that waits for its email address to be confirmed, and send the link that does so.

    For an address that has an account already, nothing of a confirmed one changes: its owner is told by email, and the
    visitor sees no difference. Of one that still waits the earlier links die; where two passwords were chosen, nobody can
    say by whom, so neither counts and the new link lets its reader choose one.

    Raises:
        WeakPassword: saying what is wrong with the password.
    """
    email = email.strip().lower()
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
        _send_first_password_link(person)
        return person
    if person.email_confirmed_at is not None:
        if times_told(person.id, YOU_HAVE_AN_ACCOUNT, clock.now() - timedelta(hours=1)) < LINKS_PER_HOUR:
            messages.you_have_an_account(to_person_id=person.id, to_email=person.email, name=person.full_name)
        return person
    is_ours = person.password_hash == kept or passwords.fits(person.password_hash, password)
    person.full_name, person.password_hash = tidy_name(full_name), kept if is_ours else None
    grant_role(person=person, role=Role.PERSON)
    _void_links(person, TokenPurpose.CONFIRM_EMAIL)
    if is_ours:
        _send_confirm_link(person)
    else:
        _send_first_password_link(person)
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
        _send_confirm_link(person)
        db.session.flush()


def _send_confirm_link(person: Person) -> None:
    token = _new_link(person, TokenPurpose.CONFIRM_EMAIL)
    if token:
        messages.confirm_your_email(
            to_person_id=person.id, to_email=person.email, name=person.full_name, path=f"/confirm-email/{token}"
        )


def confirm_email(*, token: str) -> Person:
    """Open an account: whoever holds the link reads mail at that address.

    Raises:
        LinkDoesNotWork: when it was used, has expired or never was.
    """
    person = _used(token, TokenPurpose.CONFIRM_EMAIL)
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    record(action="email_confirmed", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
    return person


# Links sent by email.


def _new_link(person: Person, purpose: TokenPurpose) -> str | None:
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


def _used(token: str, *purposes: TokenPurpose) -> Person:
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
    _void_links(person, *purposes)
    return person


def _void_links(person: Person, *purposes: TokenPurpose) -> None:
    db.session.execute(
        update(EmailToken)
        .where(EmailToken.person_id == person.id, EmailToken.purpose.in_(purposes), EmailToken.used_at.is_(None))
        .values(used_at=clock.now())
    )


# Signing in: count the try, recognise the person (slow, so without any lock), let them in.


def count_asking(*, email: str, address: str) -> None:
    """Count one wish that sends an email to an address somebody typed, known or not: they go to strangers in our name.

    Raises:
        TooManyAsked: when enough were asked for this address, or from this network address.
    """
    if not _counted(counted_as("asked for", email.strip().lower()), counted_as("asked from", network_of(address))):
        raise TooManyAsked


def count_try(*, email: str, address: str) -> None:
    """Count one try at signing in before it is made, so that tries made at once are all counted; success forgets it.

    Args:
        email: as typed; known or not.
        address: the visitor's network address.

    Raises:
        TooManyTries: when the account or the network address has used up its tries; this one is not counted then.
    """
    if not _counted(counted_as("account", email.strip().lower()), counted_as("address", network_of(address))):
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
    _forget_tries(person)
    if passwords.is_out_of_date(recognised.password_hash):
        person.password_hash = passwords.hash_password(password)
    record(action="signed_in", actor_id=person.id, for_person_id=person.id)
    db.session.flush()
    return person


def _locked(person_id: int) -> Person:
    return db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)


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


def _forget_tries(person: Person) -> None:
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account_hash == counted_as("account", person.email)))


# Passwords.


def ask_to_reset(*, email: str) -> None:
    """Send a link for a new password, when the address has an open account; do nothing, silently, otherwise."""
    person = queries.person_by_email(email)
    if person is None or person.closed_at is not None:
        return
    token = _new_link(person, TokenPurpose.RESET_PASSWORD)
    if token:
        messages.choose_a_new_password(
            to_person_id=person.id, to_email=person.email, name=person.full_name, path=f"/reset-password/{token}"
        )
    db.session.flush()


def reset_password(*, token: str, password: str) -> Person:
    """Give a new password to whoever holds the link, end all their sessions, and count their address as confirmed.

    Raises:
        LinkDoesNotWork: when it was used, has expired or never was.
        WeakPassword: saying what is wrong with the password; the link still works then.
    """
    person = _used(token, TokenPurpose.RESET_PASSWORD, TokenPurpose.SET_PASSWORD)
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
    _void_links(person, *TokenPurpose)
    _forget_tries(person)
    messages.your_password_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    record(action="password_changed", actor_id=person.id, for_person_id=person.id)
    db.session.flush()


# Roles.


def grant_role(
    *,
    person: Person,
    role: Role,
    council_id: int | None = None,
    provider_id: int | None = None,
    granted_by: Person | None = None,
) -> RoleGrant:
    """Give a person a role, at one council or provider where the role needs one; a role held already is kept as it is.

    Whether ``granted_by`` may give it is for the calling room to ask: this one knows no council or provider.
    """
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    held = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.council_id.is_(None) if council_id is None else RoleGrant.council_id == council_id,
            RoleGrant.provider_id.is_(None) if provider_id is None else RoleGrant.provider_id == provider_id,
            RoleGrant.ended_at.is_(None),
        )
    )
    if held is not None:
        return held
    grant = RoleGrant(
        person=person,
        role=role,
        council_id=council_id,
        provider_id=provider_id,
        granted_by_id=granted_by.id if granted_by else None,
        granted_at=clock.now(),
    )
    db.session.add(grant)
    db.session.flush()
    record(
        action="role_granted",
        actor_id=granted_by.id if granted_by else None,
        for_person_id=person.id,
        subject_kind="role_grant",
        subject_id=grant.id,
        council_id=council_id,
        role=role.value,
    )
    return grant


def end_role(*, grant: RoleGrant, ended_by: Person | None) -> RoleGrant:
    """Take a role away from now on; ended already is ended. ``ended_by`` is nobody when a command does it."""
    if grant.ended_at is None:
        grant.ended_at = clock.now()
        record(
            action="role_ended",
            actor_id=ended_by.id if ended_by else None,
            for_person_id=grant.person_id,
            subject_kind="role_grant",
            subject_id=grant.id,
            council_id=grant.council_id,
            role=grant.role.value,
        )
        db.session.flush()
    return grant


def add_staff(*, email: str, full_name: str, role: Role, council_id: int) -> Person:
    """Give a council role to somebody, making their account when they have none: they are sent a link to set a password.

    For operators (``flask accounts add-staff``); nobody does this through the site.
    """
    email = email.strip().lower()
    person = queries.person_by_email(email) or _added(email, tidy_name(full_name), None)
    if person.closed_at is not None:
        raise Conflict("That account is closed.")
    if person.council_id is None:
        person.council_id = council_id
    grant_role(person=person, role=role, council_id=council_id)
    if person.email_confirmed_at is None:
        # Whoever chose a password without showing that the address is theirs shall not come in with it.
        person.password_hash = None
        _send_first_password_link(person)
    db.session.flush()
    return person


def _send_first_password_link(person: Person) -> None:
    token = _new_link(person, TokenPurpose.SET_PASSWORD)
    if token:
        messages.set_your_first_password(
            to_person_id=person.id, to_email=person.email, name=person.full_name, path=f"/reset-password/{token}"
        )


def enrol(*, email: str, full_name: str, council_id: int | None = None, postcode: str | None = None) -> Person:
    """Make an account whose address has been checked already: nothing is sent, and no password opens it yet.

    For the demonstration and for operators who bring people over from another system.

    Raises:
        Conflict: when the address has an account.
    """
    email = email.strip().lower()
    if queries.person_by_email(email) is not None:
        raise Conflict("There is an account with that email address already.")
    person = _added(email, tidy_name(full_name), None)
    person.email_confirmed_at = clock.now()
    person.council_id = council_id
    person.postcode = postcode
    db.session.flush()
    record(action="enrolled", actor_id=None, for_person_id=person.id)
    return person
