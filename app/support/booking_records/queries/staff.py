"""Whose staff somebody is, and who acts for a provider."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.base.db import db, fetch_rows, number_of
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.interests import queries as interests

_PROVIDERS = (
    select(Provider).where(Provider.id.in_(bindparam("ids", expanding=True))).order_by(Provider.name, Provider.id)
)


def providers_of(actor: Person) -> list[Provider]:
    """The providers this person works for, by name."""
    return list(db.session.scalars(_PROVIDERS, {"ids": sorted(actor.provider_ids)}))


def must_not_sell_own(actor: Person, person_id: int, listing_id: int, *, may_suggest: bool = False) -> None:
    """Stop somebody from choosing for another what their own provider sells; costs nothing for who works for none.

    Raises:
        NotAllowed: saying why, and who else can.
    """
    if number_of(actor) != person_id and actor.provider_ids:
        provider_id = db.session.scalar(select(Listing.provider_id).where(Listing.id == listing_id))
        if provider_id is not None:
            interests.must_not_sell(actor, person_id, provider_id, may_suggest=may_suggest)


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
