"""Telling the search index that a listing changed."""

from app import clock
from app.catalogue.models import ListingChange
from app.db import db


def mark_changed(listing_id: int) -> None:
    """Note that what search shows of a listing changed; kept or lost together with the change itself.

    For any room that changes words, price, rating or status. The listing must already have its number.
    """
    db.session.add(ListingChange(listing_id=listing_id, at=clock.now()))
