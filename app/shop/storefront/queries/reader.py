"""As whom whoever reads a price buys."""

from app.market.catalogue.rules.rates import Buyer
from app.people.accounts.models import Person
from app.support.bookings.queries.offers import buyer_of


def reader_buys_as(person: Person | None) -> Buyer:
    """As the person shopped for; somebody signed out with their own money."""
    return Buyer.SELF_FUNDED if person is None else buyer_of(person)
