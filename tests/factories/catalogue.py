"""Listings and rates to test with: straight into the tables, so that a test of something else stays short."""

import itertools
from datetime import UTC, date, datetime

from app.base.db import db
from app.market.catalogue.models import AddOn, Listing, ListingArea, ListingStatus, RateCard
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.market.providers.models import Provider
from app.people.councils.models import Council
from tests.factories import providers

_numbers = itertools.count(1)
LONG_AGO = datetime(2026, 1, 1, 9, tzinfo=UTC)


def listing(
    provider: Provider | None = None, kind: str = "companionship", council: Council | None = None, **more: object
) -> Listing:
    """A published listing of a claimed provider, reaching the whole of ``council`` when that is given."""
    facts = {
        "title": f"Listing {next(_numbers)}",
        "summary": "Company and a helping hand",
        "status": ListingStatus.PUBLISHED,
        "published_at": LONG_AGO,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        **more,
    }
    provider_id = (provider or providers.provider()).id
    made = Listing(provider_id=provider_id, kind=kind, nature=KINDS[kind].nature, **facts)
    if council is not None:
        made.areas = [ListingArea(council_id=council.id)]
    db.session.add(made)
    db.session.commit()
    return made


def card(
    listing: Listing,
    weekday_pence: int = 2750,
    *add_ons: AddOn,
    valid_from: date = date(2026, 1, 1),
    unit: Unit = Unit.HOUR,
    **more: object,
) -> RateCard:
    """A rate card: £27.50 an hour every day from 1 January 2026 unless said otherwise."""
    facts = {
        "saturday_pence": weekday_pence,
        "sunday_pence": weekday_pence,
        "bank_holiday_pence": weekday_pence,
        "published_at": LONG_AGO,
        **more,
    }
    made = RateCard(listing_id=listing.id, valid_from=valid_from, unit=unit, weekday_pence=weekday_pence, **facts)
    made.add_ons = list(add_ons)
    db.session.add(made)
    db.session.commit()
    return made


def add_on(
    name: str = "Travel", amount_pence: int = 350, basis: AddOnBasis = AddOnBasis.PER_VISIT, **more: object
) -> AddOn:
    """An add-on to hand to :func:`card`."""
    return AddOn(name=name, amount_pence=amount_pence, basis=basis, **more)
