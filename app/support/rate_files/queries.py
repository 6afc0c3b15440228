"""Files of rates, their rows, and the listings they name."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.catalogue.models import Listing, ListingStatus, RateCard
from app.support.rate_files.models import RateFile, RateFileRow
from app.support.rate_files.rules import RateFate


def rate_files_of(provider_id: int) -> Select[RateFile]:
    """The files of a provider, newest first, for paging."""
    rows = select(RateFile).where(RateFile.provider_id == provider_id).options(joinedload(RateFile.by))
    return rows.order_by(RateFile.at.desc(), RateFile.id.desc())


def rate_file_of(provider_id: int, public_id: str) -> RateFile:
    """One of them.

    Raises:
        NotFound: when there is none: another file may have taken its place.
    """
    found = db.session.scalar(rate_files_of(provider_id).where(RateFile.public_id == public_id))
    if found is None:
        raise NotFound("There is no such file of rates. A newer one may have taken its place")
    return found


def rate_rows_of(file_id: int, *, only_refused: bool = False) -> Select[RateFileRow]:
    """The rows of a file in its order, for paging."""
    rows = select(RateFileRow).where(RateFileRow.file_id == file_id).options(joinedload(RateFileRow.listing))
    if only_refused:
        rows = rows.where(RateFileRow.fate == RateFate.REFUSED)
    return rows.order_by(RateFileRow.line)


def listings_with_codes(provider_id: int, codes: Collection[str]) -> dict[str, Listing]:
    """The provider's listings with these codes, by code."""
    rows = select(Listing).where(Listing.provider_id == provider_id, Listing.public_id.in_(codes))
    return {listing.public_id: listing for listing in db.session.scalars(rows.options(joinedload(Listing.provider)))}


def listings_to_price(provider_id: int) -> Select[Any]:
    """What a provider offers for money and has not withdrawn, by title."""
    return (
        select(Listing)
        .where(
            Listing.provider_id == provider_id,
            Listing.is_free.is_(False),
            Listing.status != ListingStatus.WITHDRAWN,
        )
        .order_by(Listing.title, Listing.id)
    )


def newest_cards(listing_ids: Collection[int]) -> dict[int, RateCard]:
    """The last published card of each of these listings, whether it holds yet or not, in one query."""
    rows = select(RateCard).where(RateCard.listing_id.in_(listing_ids)).order_by(RateCard.valid_from)
    return {card.listing_id: card for card in db.session.scalars(rows)}


def people_told(file_id: int) -> int:
    """How many letters the rows of a file send, or would send: whoever books two of the services counts twice."""
    return (
        db.session.scalar(select(func.coalesce(func.sum(RateFileRow.told), 0)).where(RateFileRow.file_id == file_id))
        or 0
    )
