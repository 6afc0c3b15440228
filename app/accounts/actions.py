"""What happens to accounts."""

from app import clock
from app.accounts.models import Person, RoleGrant
from app.accounts.rules import Role
from app.db import db


def grant_role(
    *,
    person: Person,
    role: Role,
    council_id: int | None = None,
    provider_id: int | None = None,
    granted_by: Person | None = None,
) -> RoleGrant:
    """Give a person a role, at one council or provider where the role needs one."""
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
    return grant
