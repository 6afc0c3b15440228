"""Telling the search index that a listing changed."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing, ListingChange


def mark_changed(listing_id: int) -> None:
    """Note that what search shows of a listing changed; kept or lost together with the change itself.

    For any room that changes words, price, rating or status. The listing must already have its number.
    """
    db.session.add(ListingChange(listing_id=listing_id, at=clock.now()))


def mark_provider_changed(provider_id: int) -> None:
    """Note that something search shows of every listing of a provider changed: its name, its framework places."""
    for listing_id in db.session.scalars(select(Listing.id).where(Listing.provider_id == provider_id)):
        mark_changed(listing_id)
