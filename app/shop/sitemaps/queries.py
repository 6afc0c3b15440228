"""Which pages of the shop the whole world may find."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.base.db import db
from app.market.catalogue.models import Listing, ListingStatus
from app.market.providers.models import Provider

ON_A_MAP = 10_000
"""Addresses in one file; the protocol allows 50,000, and this stays a small answer."""
Entry = tuple[str, datetime]


def count_listings() -> int:
    """How many listings are published."""
    return db.session.scalar(select(func.count()).where(_is_on_show())) or 0


def listings_on_map(number: int) -> Sequence[Entry]:
    """The published listings of one file (the first is 1), oldest first, with when each was last changed."""
    rows = (
        select(Listing.public_id, Listing.updated_at)
        .where(_is_on_show())
        .order_by(Listing.id)
        .limit(ON_A_MAP)
        .offset((number - 1) * ON_A_MAP)
    )
    return [(public_id, changed) for public_id, changed in db.session.execute(rows)]


def count_providers() -> int:
    """How many providers offer something here."""
    return db.session.scalar(select(func.count(func.distinct(Listing.provider_id))).where(_is_on_show())) or 0


def providers_on_map(number: int) -> Sequence[Entry]:
    """The providers of one file that offer something, with when what they offer last changed."""
    rows = (
        select(Provider.public_id, func.max(Listing.updated_at, type_=Listing.updated_at.type))
        .join(Listing, Listing.provider_id == Provider.id)
        .where(_is_on_show())
        .group_by(Provider.id, Provider.public_id)
        .order_by(Provider.id)
        .limit(ON_A_MAP)
        .offset((number - 1) * ON_A_MAP)
    )
    return [(public_id, changed) for public_id, changed in db.session.execute(rows)]


def _is_on_show() -> ColumnElement[Any]:
    return Listing.status == ListingStatus.PUBLISHED
