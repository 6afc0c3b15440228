"""What the form of a booking names: a published listing and the money to pay with, in one query."""

from sqlalchemy import and_, bindparam, select

from app.base.db import fetch_rows, number_of
from app.base.refusals import NotFound
from app.funding.budgets.models import Pot
from app.market.catalogue.models import Listing, ListingStatus
from app.people.accounts.models import Person
from app.support.bookings.queries.offers import NO_SUCH_PAGE

_NAMED = (
    select(Listing.id.label("listing_id"), Pot.id, Pot.public_id)
    .select_from(Listing)
    .outerjoin(Pot, and_(Pot.person_id == bindparam("person_id"), Pot.closed_at.is_(None)))
    .where(Listing.public_id == bindparam("public_id"), Listing.status == ListingStatus.PUBLISHED)
)


def listing_and_pots(public_id: str, person: Person) -> tuple[int, dict[str, int]]:
    """The number of a published listing, and those of the person's open money by its public id, in one query.

    Only what a form names is found by it: whoever books looks at all of it again under lock.

    Raises:
        NotFound: when there is none such to see.
    """
    rows = fetch_rows(_NAMED, {"public_id": public_id, "person_id": number_of(person)}).all()
    if not rows:
        raise NotFound(NO_SUCH_PAGE)
    return rows[0].listing_id, {row.public_id: row.id for row in rows if row.id is not None}
