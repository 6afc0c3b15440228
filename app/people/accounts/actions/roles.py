"""Roles given and taken away."""

from collections.abc import Collection

from sqlalchemy import or_, select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty
from app.platform.audit.actions import record


def grant_role(
    *,
    person: Person,
    role: Role,
    council_id: int | None = None,
    provider_id: int | None = None,
    granted_by: Person | None = None,
    duties: Collection[StaffDuty] | None = None,
) -> RoleGrant:
    """Give a person a role, at one council or provider where the role needs one; a role held already is kept as it is.

    ``duties`` are what staff of a provider do there: all of them when nothing is said. Whether ``granted_by`` may give it is for the calling room to ask: this one knows no council or provider.
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
        **({} if duties is None else {"duties": [duty.value for duty in StaffDuty if duty in duties]}),
    )
    db.session.add(grant)
    db.session.flush()
    _record("role_granted", grant, granted_by)
    return grant


def end_role(*, grant: RoleGrant, ended_by: Person | None) -> RoleGrant:
    """Take a role away from now on; ended already is ended. ``ended_by`` is nobody when a command does it.

    Raises:
        Conflict: when it is that of a council's last administrator: nobody could let anybody in after that.
    """
    if grant.role == Role.ADMINISTRATOR:
        _keep_an_administrator(grant)
    if grant.ended_at is None:
        grant.ended_at = clock.now()
        _record("role_ended", grant, ended_by)
        db.session.flush()
    return grant


def _keep_an_administrator(grant: RoleGrant) -> None:
    """Refuse to end the last one. All of a council's are locked, in one order, so that two who go at once queue up."""
    numbers = db.session.scalars(
        select(RoleGrant.id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.council_id == grant.council_id,
            RoleGrant.ended_at.is_(None),
        )
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    db.session.refresh(grant)
    others = (
        select(RoleGrant.id)
        .join(RoleGrant.person)
        .where(
            RoleGrant.id.in_(numbers),
            RoleGrant.id != grant.id,
            RoleGrant.ended_at.is_(None),
            Person.closed_at.is_(None),
            # Whoever never came in cannot let anybody else in either.
            or_(Person.password_hash.is_not(None), Person.is_demonstration),
        )
    )
    if grant.ended_at is None and db.session.scalar(others.limit(1)) is None:
        message = (
            "This is the council's last administrator who has signed in. Make somebody else an administrator first, and "
            "let them choose their password"
        )
        raise Conflict(message)


def _record(action: str, grant: RoleGrant, by: Person | None) -> None:
    record(
        action=action,
        actor_id=by.id if by else None,
        for_person_id=grant.person_id,
        subject_kind="role_grant",
        subject_id=grant.id,
        council_id=grant.council_id,
        role=grant.role.value,
    )
