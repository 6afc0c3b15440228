"""Who can take a place at a session."""

from app.market.catalogue.models import Listing, ListingStatus
from app.market.providers.queries.suspensions import Stopped


def why_not_joined(listing: Listing, *, stopped: Stopped | None) -> str | None:
    """Why nobody can take a place at a session of a listing; nothing when they can. What it costs is another question.

    ``stopped``: the suspension that holds for whoever would come.
    """
    if listing.status != ListingStatus.PUBLISHED:
        return "This is no longer offered. Look for something like it."
    if not listing.provider.is_claimed:
        return f"{listing.provider.name} does not take bookings here yet. Contact them yourself."
    return None if stopped is None else stopped.words(listing.provider.name)
