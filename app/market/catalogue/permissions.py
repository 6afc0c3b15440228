"""Who may change the catalogue: asked by the actions and by the pages, so that a button and its door agree."""

from app.market.catalogue.models import Listing, ListingStatus
from app.market.providers.models import Provider
from app.market.providers.permissions import may_speak_for
from app.market.providers.queries.suspensions import Stopped
from app.people.accounts.models import Person


def may_manage(actor: Person, provider: Provider) -> bool:
    """Staff of a claimed provider may write its listings and publish its rates; nobody else may."""
    return provider.is_claimed and may_speak_for(actor, provider)


def why_not_bookable(listing: Listing, *, has_rates: bool, stopped: Stopped | None) -> str | None:
    """Why nobody can book a listing here today, in words for its page; nothing when they can.

    The one rule: the listing's page asks it for its button, the desk for its notice, and the booking itself before it is
    made. A booking asks for the rates of its own days, so it passes ``has_rates=True`` here. ``stopped``: the suspension
    that holds for whoever would book, by their council (``providers.queries.suspensions``).
    """
    provider, name, status = listing.provider, listing.provider.name, listing.status
    reasons = (
        (status == ListingStatus.WITHDRAWN, "This is no longer offered. Look for something like it."),
        (status != ListingStatus.PUBLISHED, "This is not on show yet, so it cannot be booked."),
        (listing.is_free, "This is free: there is nothing to book. The page says how to join."),
        (not provider.is_claimed, f"{name} does not take bookings here yet. Contact them yourself."),
        (stopped is not None, "" if stopped is None else stopped.words(name)),
        (not has_rates, f"{name} has not published its rates, so this cannot be booked here. Ask them for the price."),
        (
            not listing.can_take_new_people,
            f"{name} cannot take new people for this at present. Look for another provider.",
        ),
    )
    return next((words for is_so, words in reasons if is_so), None)
