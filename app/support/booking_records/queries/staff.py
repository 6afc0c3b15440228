"""Whose staff somebody is, and who acts for a provider."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.base.db import db, fetch_rows
from app.market.providers.models import Provider
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role


def providers_of(actor: Person) -> list[Provider]:
    """The providers this person works for, by name."""
    rows = select(Provider).where(Provider.id.in_(actor.provider_ids)).order_by(Provider.name, Provider.id)
    return list(db.session.scalars(rows))


class StaffRecipient(NamedTuple):
    """Somebody to tell: who, and where to."""

    id: int
    email: str
    full_name: str


def staff_of(provider_id: int) -> list[StaffRecipient]:
    """Everybody who may act for a provider now."""
    return [StaffRecipient._make(row) for row in fetch_rows(_STAFF, {"provider_id": provider_id})]


_STAFF = (
    select(Person.id, Person.email, Person.full_name)
    .join(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        RoleGrant.provider_id == bindparam("provider_id"),
        RoleGrant.role == Role.PROVIDER_STAFF,
        RoleGrant.ended_at.is_(None),
        Person.closed_at.is_(None),
    )
    .order_by(Person.id)
    .distinct()
)
