"""In which councils a provider sells."""

from sqlalchemy import select

from app.base.db import db
from app.market.catalogue.models import Listing, ListingArea


def councils_sold_in(provider_id: int) -> set[int]:
    """The numbers of the councils that a provider's listings reach."""
    rows = select(ListingArea.council_id).join(ListingArea.listing).where(Listing.provider_id == provider_id)
    return set(db.session.scalars(rows.distinct()))
