"""Reading what a provider states of itself, and how that changed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.presenting.models import Credential, ProviderChange


def credentials_shown(provider_id: int, on: date) -> Sequence[Credential]:
    """The marks and checks that count on a day, for everybody: marks first, then by name."""
    return db.session.scalars(
        _stated(provider_id).where(or_(Credential.until_on.is_(None), Credential.until_on >= on))
    ).all()


def credentials_stated(provider_id: int) -> Sequence[Credential]:
    """All that a provider states, those that ran out too: for its own staff."""
    return db.session.scalars(_stated(provider_id)).all()


def _stated(provider_id: int) -> Select[Credential]:
    return (
        select(Credential)
        .where(Credential.provider_id == provider_id, Credential.ended_at.is_(None))
        .order_by(Credential.kind, Credential.name, Credential.id)
    )


def credential_of(provider_id: int, public_id: str) -> Credential:
    """One that a provider states.

    Raises:
        NotFound: when there is none, or it was taken away.
    """
    found = db.session.scalar(_stated(provider_id).where(Credential.public_id == public_id))
    if found is None:
        raise NotFound("There is no such mark or check, or not any more.")
    return found


def changes_of(provider_id: int) -> Select[ProviderChange]:
    """What a provider changed about itself, newest first; for paging."""
    return (
        select(ProviderChange)
        .where(ProviderChange.provider_id == provider_id)
        .options(joinedload(ProviderChange.by))
        .order_by(ProviderChange.id.desc())
    )
