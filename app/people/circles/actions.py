"""Inviting somebody to stand beside a person, saying yes, changing what was granted, ending it; and caseloads."""

import secrets
from typing import Any

from sqlalchemy import select, update

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.accounts.rules import Role, tidy_name, token_hash
from app.people.circles import permissions, queries
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import INVITATION_LASTS, INVITATIONS_A_DAY, Power, Standing, powers_from, stored_powers
from app.people.councils.models import Council
from app.people.interests import queries as interests
from app.platform.audit.actions import record
from app.platform.messages.actions import circles as messages


class CannotGrant(NotAllowed):
    """Somebody tried to grant what is not theirs to grant (403)."""

    def __init__(self) -> None:
        super().__init__("You cannot allow this: only the person, or their care manager within their own powers, can.")


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


# Supporters.


def invite_supporter(*, actor: Person, person: Person, email: str, relation: str, powers: frozenset[Power]) -> Support:
    """Ask somebody to stand beside a person; the link goes to them by email and lasts 14 days.

    Args:
        actor: the person themselves, or a care manager on whose caseload they are.
        person: whose affairs they are.
        email: of the supporter; with or without an account.
        relation: in the person's words, shown to both.
        powers: what the supporter may do; booking brings looking with it.

    Raises:
        CannotGrant: when the actor may not grant this.
        BadInput: when nothing is granted, or the address is the person's own.
        AskedAlready: when this address has an invitation or a grant in force.
        TooManyInvitations: when enough went out within a day.
    """
    powers = powers_from(powers)
    email = email.strip().lower()
    if not permissions.may_invite(queries.standing_over(actor, person.id), powers):
        raise CannotGrant
    if not powers:
        raise BadInput("Select what this person may do")
    if email == person.email:
        raise BadInput("Enter the email address of somebody else")
    _lock(person)
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
        powers=stored_powers(powers),
        token_hash=token_hash(token),
        invited_at=clock.now(),
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
    _record("supporter_invited", actor, support, powers=support.powers)
    if actor.id != person.id:
        messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return support


def accept_invitation(*, actor: Person, token: str) -> Support:
    """Say yes. The link works once; an older grant between the same two gives way to this one.

    Raises:
        InvitationDoesNotWork: when it was answered, taken back, has expired or never was.
        BadInput: when somebody opens an invitation about themselves.
        Conflict: when they work for a provider the person uses, has asked or is about to use.
    """
    now = clock.now()
    # Claimed by one update, so that of two clicks at the same moment one finds nothing left to accept.
    taken = db.session.scalar(
        update(Support)
        .where(Support.token_hash == token_hash(token), Support.accepted_at.is_(None), Support.ended_at.is_(None))
        .where(Support.invited_at > now - INVITATION_LASTS)
        .values(accepted_at=now, token_hash=None)
        .returning(Support.id)
    )
    if taken is None:
        raise InvitationDoesNotWork
    support = db.session.get_one(Support, taken, populate_existing=True)
    if support.person_id == actor.id:
        raise BadInput("This invitation is about you. Send the link to the person who will help you.")
    if support.person.closed_at is not None:
        raise InvitationDoesNotWork
    _lock(support.person)
    interests.must_be_free(actor, support.person_id)
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
    _record("supporter_accepted", actor, support, powers=support.powers)
    db.session.flush()
    return support


def _in_force(person_id: int, supporter_id: int) -> list[Support]:
    return list(
        db.session.scalars(
            select(Support).where(
                Support.person_id == person_id, Support.supporter_id == supporter_id, Support.ended_at.is_(None)
            )
        )
    )


def decline_invitation(*, actor: Person | None, token: str) -> None:
    """Say no; whoever holds the link may, signed in or not.

    Raises:
        InvitationDoesNotWork: when it was answered, taken back, has expired or never was.
    """
    now = clock.now()
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
    _record("supporter_declined", actor, support)
    db.session.flush()


def change_powers(*, actor: Person, support: Support, powers: frozenset[Power]) -> Support:
    """Change what a supporter may do, from the very next page they open.

    Raises:
        CannotGrant: when the actor may not grant this.
        BadInput: when nothing would be left; ending is the word for that.
        Conflict: when it has ended meanwhile, or the supporter works for a provider the person uses.
    """
    powers = powers_from(powers)
    _again(support)
    if support.supporter is not None:
        interests.must_be_free(support.supporter, support.person_id)
    if not permissions.may_change_powers(queries.standing_over(actor, support.person_id), support, powers):
        raise CannotGrant
    if not powers:
        raise BadInput("Select what this person may do, or end it instead")
    before, support.powers = support.powers, stored_powers(powers)
    if before != support.powers:
        _record("supporter_powers_changed", actor, support, before=before, powers=support.powers)
        if actor.id != support.person_id:
            person = support.person
            messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return support


def end_support(*, actor: Person, support: Support) -> Support:
    """End it, at once: by the person, by the supporter, or by a care manager; an invitation is taken back.

    Raises:
        NotAllowed: when it is nobody's of these.
        Conflict: when it has ended already.
    """
    _again(support)
    if not permissions.may_end_support(actor, queries.standing_over(actor, support.person_id), support):
        raise NotAllowed("Only the person, the supporter or a care manager can end this.")
    was_in_force = support.is_in_force
    support.ended_at, support.ended_by_id, support.token_hash = clock.now(), actor.id, None
    _record("supporter_ended", actor, support)
    if was_in_force:
        _tell_the_others(actor, support)
    db.session.flush()
    return support


def _tell_the_others(actor: Person, support: Support) -> None:
    supporter = support.supporter
    if supporter is None:
        return
    for reader, other in ((support.person, supporter), (supporter, support.person)):
        if reader.id != actor.id:
            messages.help_has_ended(
                to_person_id=reader.id, to_email=reader.email, name=reader.full_name, other_name=other.full_name
            )


def _again(support: Support) -> None:
    """Lock the grant and read it again.

    Raises:
        Conflict: when it has ended meanwhile.
    """
    db.session.refresh(support, with_for_update={"of": Support})
    if support.ended_at is not None:
        raise Conflict("This has ended already.")


def _lock(person: Person) -> None:
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())


def _record(action: str, actor: Person | None, support: Support, **details: Any) -> None:
    standing = queries.standing_over(actor, support.person_id) if actor else None
    record(
        action=action,
        actor_id=actor.id if actor else None,
        for_person_id=support.person_id,
        subject_kind="support",
        subject_id=support.id,
        by_care_manager=bool(standing and standing.is_care_manager),
        **details,
    )


# Caseloads.


def put_on_caseload(
    *, actor: Person, care_manager: Person, person: Person, council: Council, powers: frozenset[Power]
) -> CaseloadEntry:
    """Put a person on a care manager's caseload; one who is there already only gets these powers.

    Args:
        actor: a care manager or commissioner of the council.
        care_manager: works for the council.
        person: lives in the council's area.
        council: whose caseload it is.
        powers: what the care manager may do for the person.

    Raises:
        NotAllowed: when the actor is neither.
        Conflict: when the care manager does not work, or the person does not live, there; or when the care manager also
            works for a provider the person uses.
    """
    powers = powers_from(powers)
    if not permissions.may_keep_caseloads(actor, council.id):
        raise NotAllowed("Only care managers and commissioners of the council say who is on whose caseload.")
    _lock(person)
    if not permissions.may_have_on_caseload(care_manager, person, council.id):
        raise Conflict("A care manager helps people who live in the area of the council they work for, not themselves.")
    interests.must_be_free(care_manager, person.id)
    entry = db.session.scalar(
        select(CaseloadEntry).where(
            CaseloadEntry.care_manager_id == care_manager.id,
            CaseloadEntry.person_id == person.id,
            CaseloadEntry.council_id == council.id,
            CaseloadEntry.ended_at.is_(None),
        )
    )
    if entry is not None and entry.granted == powers:
        return entry
    if entry is None:
        entry = CaseloadEntry(
            care_manager_id=care_manager.id,
            person_id=person.id,
            council_id=council.id,
            from_on=clock.today(),
            powers=[],
        )
        db.session.add(entry)
    entry.powers = stored_powers(powers)
    db.session.flush()
    _record_caseload("put_on_caseload", actor, entry)
    messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return entry


def take_off_caseload(*, actor: Person, entry: CaseloadEntry) -> CaseloadEntry:
    """End a care manager's part in a person's affairs, at once.

    Raises:
        NotAllowed: when the actor is no care manager or commissioner of the council.
        Conflict: when it has ended already.
    """
    db.session.refresh(entry, with_for_update={"of": CaseloadEntry})
    if not permissions.may_keep_caseloads(actor, entry.council_id):
        raise NotAllowed("Only care managers and commissioners of the council say who is on whose caseload.")
    if entry.ended_at is not None:
        raise Conflict("This has ended already.")
    entry.ended_at = clock.now()
    _record_caseload("taken_off_caseload", actor, entry)
    person = entry.person
    messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return entry


def _record_caseload(action: str, actor: Person, entry: CaseloadEntry) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=entry.person_id,
        subject_kind="caseload_entry",
        subject_id=entry.id,
        council_id=entry.council_id,
        powers=entry.powers,
    )


# Acting for somebody.


def open_view(*, actor: Person, person: Person) -> Standing:
    """Open another person's view, on the record.

    Raises:
        NotFound: when the actor has no grant in force: whether there is such a person is not theirs to know.
    """
    standing = queries.standing_over(actor, person.id)
    if not standing.is_anybody or standing.is_oneself:
        raise NotFound("There is no such person among those you help.")
    record(
        action="person_view_opened",
        actor_id=actor.id,
        for_person_id=person.id,
        acting_as="care_manager" if standing.is_care_manager else "supporter",
    )
    db.session.flush()
    return standing
