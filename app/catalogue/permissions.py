"""Who may change the catalogue: asked by the actions and by the pages, so that a button and its door agree."""

from app.accounts.models import Person
from app.catalogue.models import Listing
from app.providers.models import Provider
from app.providers.permissions import may_speak_for


def may_manage(actor: Person, provider: Provider) -> bool:
    """Staff of a claimed provider may write its listings and publish its rates; nobody else may."""
    return provider.is_claimed and may_speak_for(actor, provider)


def why_not_bookable(listing: Listing, *, has_rates: bool) -> str | None:
    """Why nobody can book a listing here, in words for its page; nothing when they can.

    Asked by the page for its button and by the booking itself.
    """
    if listing.is_free:
        return "You do not need to book this here: it is free. See how to join above."
    if not listing.provider.is_claimed:
        return "This provider does not take bookings here yet. Contact them yourself."
    if listing.provider.suspended_at is not None:
        return "This provider is not taking new bookings at the moment."
    if not has_rates:
        return "This provider has not published its rates, so it cannot be booked here. Ask them for the price."
    if not listing.can_take_new_people:
        return "This provider cannot take new people for this at the moment."
    return None
