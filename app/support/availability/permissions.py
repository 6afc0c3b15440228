"""What can be offered as sessions."""

from app.market.catalogue.models import Listing
from app.support.booking_records.permissions import is_item


def may_have_sessions(listing: Listing) -> bool:
    """Whether several people can come together for it: not for things, nor for care that comes to one person."""
    return not is_item(listing) and not listing.about_kind.is_regulated
