"""What a request decides on, as it is under lock: the listing with its provider, and where the person lives, in one query."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from app.base.db import ask, number_of
from app.base.refusals import NotFound
from app.funding.budgets.models import Pot
from app.market.catalogue.models import Listing, ListingStatus
from app.market.catalogue.rules.kinds import Nature
from app.market.providers.models import Provider
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.councils.models import Council, Postcode
from app.support.bookings.queries.offers import NO_SUCH_PAGE, OF_LISTING, OF_PROVIDER, Home, gone


class Seller(NamedTuple):
    """The provider of what is bought."""

    id: int
    name: str
    kind: ProviderKind
    claimed_at: datetime | None
    suspended_at: datetime | None

    @property
    def is_claimed(self) -> bool:
        """Whether somebody speaks for it here."""
        return self.claimed_at is not None


class Bought(NamedTuple):
    """A listing as far as a booking cares (:class:`app.market.catalogue.models.ListingFacts`)."""

    id: int
    public_id: str
    provider_id: int
    kind: str
    nature: Nature
    title: str
    summary: str
    description: str
    status: ListingStatus
    is_free: bool
    can_take_new_people: bool
    notice_hours: int
    provider: Seller


_NOW = (
    select(*OF_LISTING, *(column.label(f"provider_{column.key}_") for column in OF_PROVIDER))
    .add_columns(Council.id.label("council_id"), Council.nation, Postcode.locality_id)
    .select_from(Listing)
    .join(Provider, Provider.id == Listing.provider_id)
    .join(Person, Person.id == bindparam("person_id"))
    .outerjoin(Council, Council.id == Person.council_id)
    .outerjoin(
        Postcode,
        and_(Postcode.council_id == Council.id, Postcode.compact == func.replace(func.upper(Person.postcode), " ", "")),
    )
    .where(Listing.id == bindparam("listing_id"))
)
_SELLS = len(OF_LISTING)
_LIVES = _SELLS + len(OF_PROVIDER)


def bought_now(listing_id: int, person: Person) -> tuple[Bought, Home | None]:
    """What is bought and who sells it, as they are at this moment, and the home of whoever it is for, when it is known.

    Raises:
        NotFound: when it is gone.
    """
    row = ask(_NOW, {"listing_id": listing_id, "person_id": number_of(person)}).one_or_none()
    if row is None:
        raise gone()
    home = Home._make(row[_LIVES:])
    bought = Bought._make((*row[:_SELLS], Seller._make(row[_SELLS:_LIVES])))
    return bought, home if row.council_id is not None else None


_NAMED = (
    select(Listing.id.label("listing_id"), Pot.id, Pot.public_id)
    .select_from(Listing)
    .outerjoin(Pot, and_(Pot.person_id == bindparam("person_id"), Pot.closed_at.is_(None)))
    .where(Listing.public_id == bindparam("public_id"), Listing.status == ListingStatus.PUBLISHED)
)


def named(public_id: str, person: Person) -> tuple[int, dict[str, int]]:
    """The number of a published listing, and those of the person's open money by its public id, in one query.

    Only what a form names is found by it: whoever books looks at all of it again under lock.

    Raises:
        NotFound: when there is none such to see.
    """
    rows = ask(_NAMED, {"public_id": public_id, "person_id": number_of(person)})
    if not rows:
        raise NotFound(NO_SUCH_PAGE)
    return rows[0].listing_id, {row.public_id: row.id for row in rows if row.id is not None}
