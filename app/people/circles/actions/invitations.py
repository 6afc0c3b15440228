"""Inviting somebody to stand beside a person; saying yes, with or without a code, or no."""

import hmac
import secrets
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.base.text import clean_email
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person, person_by_email
from app.people.accounts.rules import Role, tidy_name, token_hash
from app.people.circles import permissions, queries
from app.people.circles.actions.supporters import CannotGrant, check_help_ends_later, lock_support, record_support
from app.people.circles.models import Support
from app.people.circles.rules import (
    CODE_TRIES,
    INVITATION_LASTS,
    INVITATIONS_A_DAY,
    HelperKind,
    Power,
    powers_from,
    stored_powers,
)
from app.people.interests import queries as interests
from app.platform.messages.actions import circles as messages


class AskedAlready(Conflict):
    """This address was asked already, or is a supporter (409)."""

    def __init__(self) -> None:
        super().__init__("You have asked this person already. Change what they may do, or end it first")


class TooManyInvitations(Conflict):
    """Enough invitations for one day (409)."""

    def __init__(self) -> None:
        super().__init__(f"{INVITATIONS_A_DAY} people were asked within a day. Ask more tomorrow")


class InvitationDoesNotWork(NotFound):
    """It was answered, taken back, has expired or never was (404)."""

    def __init__(self) -> None:
        super().__init__("This invitation does not work, or not any more. Ask the person who sent it for a new one.")


class ForAnotherAddress(NotAllowed):
    """The invitation went to another email address than that of the account that answers (403)."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation was sent to another email address than yours, so you cannot answer it. Sign in with the "
            "address it was sent to. Or ask the person for a code of six figures and type it here."
        )


class WrongCode(BadInput):
    """The code typed is not the one the person was shown (400)."""

    def __init__(self) -> None:
        super().__init__("This is not the code. Ask the person to read it to you again, or to make a new one")


def invite_supporter(
    *,
    actor: Person,
    person: Person,
    email: str,
    relation: str,
    powers: frozenset[Power],
    kind: HelperKind = HelperKind.FAMILY_OR_FRIEND,
    ends_on: date | None = None,
    is_told_when_missed: bool | None = None,
) -> Support:
    """Ask somebody to stand beside a person; the link goes to them by email, is for them alone, and lasts 14 days.

    Args:
        actor: the person themselves: nobody else chooses who helps them.
        person: whose affairs they are.
        email: of the supporter; with or without an account.
        relation: in the person's words, shown to both.
        powers: what the supporter may do; booking brings looking with it.
        kind: by what right they help.
        ends_on: the last day on which it counts, where there is one.
        is_told_when_missed: whether they are told when nobody comes to a visit; else those who may book are.

    Raises:
        CannotGrant: when the actor is not the person.
        BadInput: when nothing is granted, the address is the person's own, or the last day is over.
        AskedAlready: when this address has an invitation or a grant in force.
        TooManyInvitations: when enough went out within a day.
    """
    powers = powers_from(powers)
    if not permissions.may_invite(queries.standing_over(actor, person.id)):
        raise CannotGrant
    if not powers:
        raise BadInput("Select what this person may do")
    check_help_ends_later(ends_on)
    return write_invitation(
        actor=actor,
        person=person,
        email=email,
        relation=relation,
        powers=stored_powers(powers),
        kind=kind,
        ends_on=ends_on,
        is_told_when_missed=Power.BOOK in powers if is_told_when_missed is None else is_told_when_missed,
    )


def write_invitation(*, actor: Person, person: Person, email: str, relation: str, **facts: Any) -> Support:
    """Write an invitation whose granting was checked, and send its link; see :func:`invite_supporter` for what it raises."""
    email = clean_email(email)
    if email == person.email:
        raise BadInput("Enter the email address of somebody else")
    lock_person(person.id)
    if queries.open_support_for(person.id, email) is not None:
        raise AskedAlready
    if queries.invitations_since_yesterday(person.id) >= INVITATIONS_A_DAY:
        raise TooManyInvitations
    token = secrets.token_urlsafe(32)
    support = Support(
        person_id=person.id,
        invited_email=email,
        relation=tidy_name(relation),
        invited_by_id=actor.id,
        token_hash=token_hash(token),
        invited_at=clock.now(),
        **facts,
    )
    db.session.add(support)
    db.session.flush()
    invited = person_by_email(email)
    messages.you_are_asked_to_help(
        to_person_id=invited.id if invited else None,
        to_email=email,
        from_name=person.full_name,
        path=f"/supporting/{token}",
    )
    record_support("supporter_invited", actor, support, powers=support.powers, kind=support.kind.value)
    if actor.id != person.id:
        messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return support


def make_code(*, actor: Person, support: Support) -> str:
    """Six figures for the person to tell the invited by word of mouth, for one who signs in with another address.

    They are kept as a hash, work for this invitation only and as long as it does, and replace any made before.

    Raises:
        CannotGrant: when the actor is not the person.
        Conflict: when it was answered or has ended.
    """
    lock_support(support)
    if not permissions.may_invite(queries.standing_over(actor, support.person_id)):
        raise CannotGrant
    if support.accepted_at is not None:
        raise Conflict("They have answered already, so no code is needed.")
    code = f"{secrets.randbelow(10**6):06d}"
    support.code_hash, support.code_tries = _code_hash(support, code), 0
    record_support("supporter_code_made", actor, support)
    db.session.flush()
    return code


def _code_hash(support: Support, code: str) -> str:
    """Six figures could be guessed from it, but they open nothing without the link, which is not kept."""
    return token_hash(f"{support.public_id}:{code}")


def try_code(*, token: str, code: str) -> bool:
    """Whether this is the code told for an invitation. A try counts, right or wrong, even when nothing comes of it.

    The caller commits before it goes on, so that a wrong try is never forgotten with the refusal.
    """
    support = db.session.scalar(
        update(Support)
        .where(Support.token_hash == token_hash(token), Support.accepted_at.is_(None), Support.ended_at.is_(None))
        .where(Support.code_hash.is_not(None), Support.code_tries < CODE_TRIES)
        .values(code_tries=Support.code_tries + 1)
        .returning(Support)
        .execution_options(populate_existing=True)
    )
    typed = "".join(code.split())
    return support is not None and hmac.compare_digest(support.code_hash or "", _code_hash(support, typed))


def invitation_of(token: str) -> Support:
    """The invitation a link stands for, while it may be accepted.

    Raises:
        InvitationDoesNotWork: when it was answered, taken back, has expired or never was.
    """
    found = db.session.scalar(
        select(Support)
        .join(Support.person)
        .where(Support.token_hash == token_hash(token), Support.accepted_at.is_(None), Support.ended_at.is_(None))
        .where(Support.invited_at > clock.now() - INVITATION_LASTS, Person.closed_at.is_(None))
        .options(contains_eager(Support.person))
    )
    if found is None:
        raise InvitationDoesNotWork
    return found


def accept_invitation(*, actor: Person, token: str, knows_code: bool = False) -> Support:
    """Say yes. The link works once; an older grant between the same two gives way to this one.

    Args:
        actor: whoever says yes: their confirmed email address is the one the invitation went to, or they know the code.
        token: of the link.
        knows_code: whether :func:`try_code` let them through.

    Raises:
        InvitationDoesNotWork: when it was answered, taken back, has expired or never was.
        BadInput: when somebody opens an invitation about themselves.
        ForAnotherAddress: when it went to another address.
        Conflict: when they work for a provider the person uses, has asked or is about to use; are their care manager;
            or noted or saw, for the council, the paper that shows their authority.
    """
    now = clock.now()
    # The person first, then what is granted, as everywhere: two acts that need both wait for each other in one order.
    asked = db.session.execute(
        select(Support.person_id, Support.invited_email).where(Support.token_hash == token_hash(token))
    ).one_or_none()
    if asked is None:
        raise InvitationDoesNotWork
    if asked.person_id == actor.id:
        raise BadInput("This invitation is about you. Send the link to the person who will help you.")
    if not knows_code and not is_addressed_to(actor, asked.invited_email):
        raise ForAnotherAddress
    lock_person(asked.person_id)
    # Claimed by one update, so that of two clicks at the same moment one finds nothing left to accept.
    taken = db.session.scalar(
        update(Support)
        .where(Support.token_hash == token_hash(token), Support.accepted_at.is_(None), Support.ended_at.is_(None))
        .where(Support.invited_at > now - INVITATION_LASTS)
        .values(accepted_at=now, token_hash=None, code_hash=None)
        .returning(Support.id)
    )
    if taken is None:
        raise InvitationDoesNotWork
    support = db.session.get_one(Support, taken, populate_existing=True)
    if support.person.closed_at is not None:
        raise InvitationDoesNotWork
    interests.must_be_free(actor, support.person_id)
    _must_not_be_of_the_council(actor, support)
    for older in _in_force(support.person_id, actor.id):
        older.ended_at, older.ended_by_id = now, actor.id
    db.session.flush()
    support.supporter_id = actor.id
    db.session.flush()
    grant_role(person=actor, role=Role.SUPPORTER)
    person = support.person
    messages.somebody_said_yes(
        to_person_id=person.id, to_email=person.email, name=person.full_name, supporter_name=actor.full_name
    )
    record_support("supporter_accepted", actor, support, powers=support.powers, by_code=knows_code)
    db.session.flush()
    return support


def _must_not_be_of_the_council(actor: Person, support: Support) -> None:
    if queries.is_care_manager_of(actor, support.person_id):
        raise Conflict(
            "You are their care manager, so you cannot also be their helper. Somebody else can help them. Or ask your "
            "council to give them another care manager first."
        )
    if actor.id in {support.authority_noted_by_id, support.authority_seen_by_id}:
        raise Conflict("You looked at this paper for the council, so you cannot be the one it gives authority to.")


def is_addressed_to(actor: Person, invited_email: str) -> bool:
    """Whether an invitation went to the confirmed address of this account, however its letters are written."""
    return actor.email_confirmed_at is not None and actor.email.casefold() == invited_email.casefold()


def _in_force(person_id: int, supporter_id: int) -> list[Support]:
    return list(
        db.session.scalars(
            select(Support).where(
                Support.person_id == person_id, Support.supporter_id == supporter_id, Support.ended_at.is_(None)
            )
        )
    )


def decline_invitation(*, actor: Person | None, token: str) -> None:
    """Say no; whoever holds the link may while nobody is signed in, and of the signed in only whom it went to.

    Raises:
        ForAnotherAddress: when it went to another address than that of the account.
        InvitationDoesNotWork: when it was answered, taken back, has expired or never was.
    """
    now = clock.now()
    sent_to = db.session.scalar(select(Support.invited_email).where(Support.token_hash == token_hash(token)))
    if actor is not None and sent_to is not None and not is_addressed_to(actor, sent_to):
        raise ForAnotherAddress
    taken = db.session.scalar(
        update(Support)
        .where(Support.token_hash == token_hash(token), Support.accepted_at.is_(None), Support.ended_at.is_(None))
        .where(Support.invited_at > now - INVITATION_LASTS)
        .values(ended_at=now, ended_by_id=actor.id if actor else None, token_hash=None)
        .returning(Support.id)
    )
    if taken is None:
        raise InvitationDoesNotWork
    support = db.session.get_one(Support, taken, populate_existing=True)
    person = support.person
    messages.somebody_said_no(
        to_person_id=person.id, to_email=person.email, name=person.full_name, invited_email=support.invited_email
    )
    record_support("supporter_declined", actor, support)
    db.session.flush()
