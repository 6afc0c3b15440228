"""Reading who works for a provider, and who is asked to."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.market.catalogue.models import Listing, ListingArea
from app.market.provider_staff.models import StaffInvitation
from app.market.provider_staff.rules import STAFF_INVITATION_LASTS
from app.market.providers.models import Claim, Provider
from app.market.providers.permissions import may_speak_for
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty, token_hash


def provider_managed(actor: Person, public_id: str) -> Provider:
    """A provider whose page the actor manages.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = db.session.scalar(select(Provider).where(Provider.public_id == public_id))
    if found is None or not may_speak_for(actor, found):
        raise NotFound("There is no such desk, or you do not manage it.")
    return found


def grants_at(provider_id: int) -> Select[RoleGrant]:
    """Who works for a provider now, by name; for paging."""
    return (
        select(RoleGrant)
        .join(RoleGrant.person)
        .where(
            RoleGrant.provider_id == provider_id,
            RoleGrant.role == Role.PROVIDER_STAFF,
            RoleGrant.ended_at.is_(None),
            Person.closed_at.is_(None),
        )
        .options(joinedload(RoleGrant.person))
        .order_by(Person.full_name, RoleGrant.id)
    )


def grant_at(provider_id: int, person_public_id: str) -> RoleGrant:
    """One of a provider's staff.

    Raises:
        NotFound: when there is none such, or not any more.
    """
    found = db.session.scalar(grants_at(provider_id).where(Person.public_id == person_public_id))
    if found is None:
        raise NotFound("Nobody of that name works here, or not any more.")
    return found


def managers_at(provider_id: int) -> list[RoleGrant]:
    """Who manages a provider's page now."""
    return [grant for grant in db.session.scalars(grants_at(provider_id)) if StaffDuty.MANAGE in (grant.duties or ())]


def open_invitations(provider_id: int) -> Sequence[StaffInvitation]:
    """Who is asked and has not answered, the latest first; those whose time is over are left out."""
    return db.session.scalars(
        _open()
        .where(StaffInvitation.provider_id == provider_id)
        .order_by(StaffInvitation.invited_at.desc(), StaffInvitation.id.desc())
    ).all()


def invitation_from(provider_id: int, public_id: str) -> StaffInvitation:
    """One that a provider sent, answered or not.

    Raises:
        NotFound: when there is none such.
    """
    found = db.session.scalar(
        select(StaffInvitation).where(
            StaffInvitation.public_id == public_id, StaffInvitation.provider_id == provider_id
        )
    )
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def staff_invitation(token: str) -> StaffInvitation:
    """The invitation with this token, while it works.

    Raises:
        NotFound: when it was answered, taken back, has expired or never was.
    """
    found = db.session.scalar(
        _open().where(StaffInvitation.token_hash == token_hash(token)).options(joinedload(StaffInvitation.provider))
    )
    if found is None:
        raise NotFound("This invitation does not work, or not any more. Ask whoever sent it for a new one.")
    return found


def _open() -> Select[StaffInvitation]:
    return select(StaffInvitation).where(
        StaffInvitation.answered_at.is_(None),
        StaffInvitation.ended_at.is_(None),
        StaffInvitation.invited_at > clock.now() - STAFF_INVITATION_LASTS,
    )


def left_alone(actor: Person, public_id: str) -> Provider:
    """A claimed provider of a commissioner's council: what it offers reaches there, or the council let it be claimed.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    councils = actor.council_ids_as(Role.COMMISSIONER)
    reaches = (
        select(ListingArea.id)
        .join(Listing, Listing.id == ListingArea.listing_id)
        .where(Listing.provider_id == Provider.id, ListingArea.council_id.in_(councils))
    )
    claimed = select(Claim.id).where(Claim.provider_id == Provider.id, Claim.council_id.in_(councils))
    found = db.session.scalar(
        select(Provider).where(
            and_(Provider.public_id == public_id, Provider.claimed_at.is_not(None)),
            or_(reaches.exists(), claimed.exists()),
        )
    )
    if found is None:
        raise NotFound("There is no such provider in your council.")
    return found
