"""Inviting staff, changing what they may do, removing them; and a council's help when nobody is left to."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_email
from app.market.provider_staff import queries
from app.market.provider_staff.models import StaffInvitation
from app.market.provider_staff.rules import STAFF_INVITATIONS_A_DAY
from app.market.providers.models import Provider
from app.market.providers.permissions import may_speak_for
from app.people.accounts.actions.roles import end_role, grant_role
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.queries import person_by_email
from app.people.accounts.rules import Role, StaffDuty, token_hash
from app.platform.audit.actions import record
from app.platform.messages.actions import provider_staff as messages

LAST_MANAGER = "Somebody must manage the page. Let somebody else manage it first"


def invite_colleague(
    *, actor: Person, provider: Provider, email: str, duties: Collection[StaffDuty]
) -> StaffInvitation:
    """Ask somebody by email to work for a provider. A second one to the same address takes the place of the first.

    Raises:
        NotAllowed: when the actor does not manage the page.
        BadInput: when nothing is to be done there.
        Conflict: when they work there already, or enough were asked within a day.
    """
    if not may_speak_for(actor, provider):
        raise NotAllowed("Only whoever manages the page may ask people to work here")
    return _invite(actor, provider, email, duties, council_id=None)


def invite_manager(*, actor: Person, provider: Provider, email: str) -> StaffInvitation:
    """Let a council help a provider that nobody manages any more: it asks one person to, with all that is done there.

    Raises:
        NotFound: when the provider is not of the actor's council.
        Conflict: when somebody manages it: then that is theirs to do.
    """
    provider = queries.left_alone(actor, provider.public_id)
    _lock(provider.id)
    if queries.managers_at(provider.id):
        raise Conflict(f"Somebody manages the page of {provider.name}, so it is theirs to ask people")
    council_id = min(actor.council_ids_as(Role.COMMISSIONER))
    return _invite(actor, provider, email, tuple(StaffDuty), council_id=council_id)


def _invite(
    actor: Person, provider: Provider, email: str, duties: Collection[StaffDuty], *, council_id: int | None
) -> StaffInvitation:
    if not duties:
        raise BadInput("Select what they may do")
    email, now = clean_email(email), clock.now()
    _lock(provider.id)
    invited = person_by_email(email)
    if invited is not None and provider.id in invited.provider_ids:
        raise Conflict(f"{invited.full_name} works here already. Change what they may do instead")
    lately = select(func.count()).where(
        StaffInvitation.provider_id == provider.id, StaffInvitation.invited_at > now - timedelta(days=1)
    )
    if db.session.scalars(lately).one() >= STAFF_INVITATIONS_A_DAY:
        raise Conflict(f"{STAFF_INVITATIONS_A_DAY} people were asked within a day. Ask more tomorrow")
    db.session.execute(
        update(StaffInvitation)
        .where(StaffInvitation.provider_id == provider.id, StaffInvitation.email == email)
        .where(StaffInvitation.answered_at.is_(None), StaffInvitation.ended_at.is_(None))
        .values(ended_at=now)
    )
    token = secrets.token_urlsafe(32)
    made = StaffInvitation(
        provider_id=provider.id,
        provider=provider,
        email=email,
        duties=[duty.value for duty in StaffDuty if duty in duties],
        token_hash=token_hash(token),
        invited_by_id=actor.id,
        council_id=council_id,
        invited_at=now,
    )
    db.session.add(made)
    db.session.flush()
    messages.you_are_asked_to_work(
        to_person_id=invited.id if invited else None,
        to_email=email,
        provider_name=provider.name,
        path=f"/staff-invitation/{token}",
    )
    _record("staff_invited", actor, provider, council_id=council_id, duties=made.duties, invitation=made.public_id)
    return made


def take_back_invitation(*, actor: Person, provider: Provider, invitation: StaffInvitation) -> None:
    """Take an invitation back; its link opens nothing any more. One answered or taken back already stays as it is.

    Raises:
        NotAllowed: when the actor does not manage the page.
    """
    if not may_speak_for(actor, provider):
        raise NotAllowed("Only whoever manages the page may take an invitation back")
    taken = db.session.scalar(
        update(StaffInvitation)
        .where(StaffInvitation.id == invitation.id, StaffInvitation.provider_id == provider.id)
        .where(StaffInvitation.answered_at.is_(None), StaffInvitation.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(StaffInvitation.id)
    )
    if taken is not None:
        _record("staff_invitation_taken_back", actor, provider, invitation=invitation.public_id)


def join_staff(*, actor: Person, token: str) -> RoleGrant:
    """Say yes to an invitation. Its link works once, for the confirmed address it went to.

    Raises:
        NotFound: when it does not work any more.
        NotAllowed: when it went to another address.
        Conflict: when the actor works there already.
    """
    asked = queries.staff_invitation(token)
    if actor.email_confirmed_at is None or actor.email != asked.email:
        raise NotAllowed(
            "This invitation was sent to another email address than yours, so you cannot answer it. Sign in with the "
            "address it was sent to, or ask for a new invitation to yours."
        )
    _lock(asked.provider_id)
    if asked.provider_id in actor.provider_ids:
        raise Conflict(f"You work for {asked.provider.name} already.")
    taken = db.session.scalar(
        update(StaffInvitation)
        .where(StaffInvitation.id == asked.id)
        .where(StaffInvitation.answered_at.is_(None), StaffInvitation.ended_at.is_(None))
        .values(answered_at=clock.now(), person_id=actor.id)
        .returning(StaffInvitation.id)
    )
    if taken is None:
        raise Conflict("This invitation was answered or taken back a moment ago.")
    grant = grant_role(
        person=actor,
        role=Role.PROVIDER_STAFF,
        provider_id=asked.provider_id,
        granted_by=asked.invited_by,
        duties=[StaffDuty(duty) for duty in asked.duties],
    )
    _record("staff_joined", actor, asked.provider, duties=asked.duties)
    return grant


def change_duties(*, actor: Person, provider: Provider, grant: RoleGrant, duties: Collection[StaffDuty]) -> RoleGrant:
    """Change what somebody may do, from the next thing they do on.

    Raises:
        NotAllowed: when the actor does not manage the page.
        BadInput: when nothing is left to be done there: removing is another act.
        Conflict: when nobody would manage the page any more, or they do not work there any more.
    """
    _own(actor, provider, grant)
    if not duties:
        raise BadInput("Select what they may do. To stop all of it, remove them")
    if StaffDuty.MANAGE not in duties:
        _keep_a_manager(provider, grant)
    before, grant.duties = grant.duties, [duty.value for duty in StaffDuty if duty in duties]
    db.session.flush()
    _record("staff_duties_changed", actor, provider, person_id=grant.person_id, before=before, duties=grant.duties)
    return grant


def remove_colleague(*, actor: Person, provider: Provider, grant: RoleGrant) -> None:
    """End somebody's work for a provider at once: pages they have open answer nothing any more.

    Raises:
        NotAllowed: when the actor does not manage the page.
        Conflict: when nobody would manage it any more, or they do not work there any more.
    """
    _own(actor, provider, grant)
    _keep_a_manager(provider, grant)
    end_role(grant=grant, ended_by=actor)
    person = grant.person
    if person.id != actor.id:
        messages.you_do_not_work_there(
            to_person_id=person.id, to_email=person.email, name=person.full_name, provider_name=provider.name
        )
    _record("staff_removed", actor, provider, person_id=grant.person_id)


def _own(actor: Person, provider: Provider, grant: RoleGrant) -> None:
    """Take the provider's turn, read anew what holds, and see that the actor still manages."""
    _lock(provider.id)
    for one in actor.grants:
        db.session.refresh(one)
    if not may_speak_for(actor, provider):
        raise NotAllowed("Only whoever manages the page may change who works here")
    db.session.refresh(grant)
    if grant.provider_id != provider.id or grant.ended_at is not None:
        raise Conflict("They do not work here any more.")


def _keep_a_manager(provider: Provider, grant: RoleGrant) -> None:
    if all(one.id == grant.id for one in queries.managers_at(provider.id)):
        raise Conflict(LAST_MANAGER)


def _lock(provider_id: int) -> None:
    """Whoever changes the staff of a provider takes turns, so that two managers cannot remove each other at once."""
    db.session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update(key_share=True))


def _record(action: str, actor: Person, provider: Provider, council_id: int | None = None, **details: Any) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="provider",
        subject_id=provider.id,
        council_id=council_id,
        **details,
    )
