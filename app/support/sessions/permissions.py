"""Who can take a place at a session."""

from app.market.catalogue.models import Listing, ListingStatus


def why_not_joined(listing: Listing) -> str | None:
    """Why nobody can take a place at a session of a listing; nothing when they can. What it costs is another question."""
    if listing.status != ListingStatus.PUBLISHED:
        return "This is no longer offered. Look for something like it."
    if not listing.provider.is_claimed:
        return f"{listing.provider.name} does not take bookings here yet. Contact them yourself."
    if listing.provider.suspended_at is not None:
        return f"{listing.provider.name} cannot take new bookings at present. Look for another provider."
    return None
