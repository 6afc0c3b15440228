"""Listings side by side: what each charges by day, for one's own week, and what else sets them apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import exists, select

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.market.catalogue import queries as catalogue
from app.market.catalogue.models import Listing, ListingArea, ListingStatus
from app.market.catalogue.permissions import why_not_bookable
from app.market.catalogue.rules.applicable_rate import Rates, rates_of
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.rates import BASIS_WORDS, BUYER_WORDS, DAY_KIND_WORDS, WHEN_WORDS, Buyer, DayKind, When
from app.market.providers.models import Provider, Registration
from app.people.councils.models import Council
from app.people.councils.rules.geography import miles_between
from app.shop.reviews.rules import Score, score_of
from app.shop.storefront.queries import offers
from app.shop.storefront.rules import cost
from app.shop.storefront.rules.cost import CardsOfListing, Pricer
from app.shop.storefront.rules.week import WeekLine, capitalised_days_words, minute_to_time, with_listing, write_week
from app.support.recurrence.rules.clocks import clock_words

SIDE_BY_SIDE_MOST = 4
OTHERS_MOST = 50


@dataclass(frozen=True, slots=True)
class WeekThere:
    """What one's own week would cost from one listing, in pence."""

    week_pence: int
    year_pence: int
    once_pence: int
    dearest_visit_pence: int
    """The dearest visit of an ordinary week: the most that one late cancelling costs."""


@dataclass(frozen=True, slots=True)
class Column:
    """One listing as a comparison tells it."""

    listing: Listing
    published: Card | None
    """The card in force, else the nearest."""
    buyer: Buyer
    score: Score
    registration: Registration | None
    is_framework: bool | None
    miles: int | None
    why_not: str | None
    week: WeekThere | None
    why_no_week: str | None

    @property
    def card(self) -> Card | None:
        """The card as the reader pays it."""
        return None if self.published is None else self.published.for_buyer(self.buyer)

    @property
    def amounts(self) -> dict[DayKind, int]:
        """The rate of each kind of day, in pence, with everything compulsory in it."""
        return {} if self.rates is None else dict(zip(DayKind, self.rates.slots[0], strict=True))

    @property
    def rates(self) -> Rates | None:
        """What the reader pays for one unit, everything compulsory in it."""
        return None if self.card is None else rates_of(self.card)

    def per_on(self, kind: DayKind) -> str:
        """What that rate is for: ``an hour``; ``for the first hour, then £27.50``."""
        return "" if self.rates is None else self.rates.per_on(kind)

    @property
    def extras(self) -> list[str]:
        """``Second worker £20.00 an hour``, those everybody pays first and saying so."""
        if self.card is None:
            return []
        ordered = sorted(self.card.add_ons, key=lambda extra: not extra.is_required)
        return [
            f"{extra.name} {Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}"
            f"{', which everybody pays' if extra.is_required else ''}"
            f"{'' if extra.when is When.ALWAYS else ', ' + WHEN_WORDS[extra.when]}"
            for extra in ordered
        ]

    @property
    def bands(self) -> list[str]:
        """``Evening, 6pm to 10pm: from £29.00``, by the lowest amount of any day."""
        if self.card is None or self.rates is None:
            return []
        return [
            f"{band.name.capitalize()}, {clock_words(minute_to_time(band.starts))} to {clock_words(minute_to_time(band.ends))}: "
            f"{'from ' if len(set(amounts)) > 1 else ''}{Money(min(amounts))}"
            for band, amounts in zip(self.card.bands, self.rates.slots[1:], strict=True)
        ]

    @property
    def buyers(self) -> list[str]:
        """What others pay on a weekday, where the card says so: ``With your own money £29.00, £1.50 more``."""
        if self.published is None:
            return []
        rates, found = rates_of(self.published), []
        for buyer, (more, *_) in rates.buyers:
            said = f", {Money(abs(more))} {'more' if more > 0 else 'less'}" if more else ""
            found.append(f"{BUYER_WORDS[Buyer(buyer)]} {Money(rates.slots[0][0] + more)}{said}")
        return found


RATES = tuple((kind, DAY_KIND_WORDS[kind]) for kind in DayKind)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The columns, in the order asked for, and what the cheapest asks for the week."""

    columns: Sequence[Column]
    starts_on: date
    gone: int
    """How many were asked for that nobody offers any more."""

    @property
    def names(self) -> dict[str, str]:
        """What to call each listing, by its public id, so that no two are called alike: what it is, whose, and a number at need."""
        called = [f"{column.listing.title}, {column.listing.provider.name}" for column in self.columns]
        return {
            column.listing.public_id: name if called.count(name) == 1 else f"{name} ({called[: at + 1].count(name)})"
            for at, (column, name) in enumerate(zip(self.columns, called, strict=True))
        }

    @property
    def least_week_pence(self) -> int | None:
        """The lowest price of the week, when several of one kind can do all of it."""
        able = [column for column in self.columns if column.why_no_week is None]
        found = [column.week.week_pence for column in able if column.week is not None]
        return min(found) if len(found) > 1 and self.is_of_one_kind else None

    @property
    def is_of_one_kind(self) -> bool:
        """Whether all are the same kind of support: only then is one price lower than another."""
        return len({column.listing.kind for column in self.columns}) == 1

    @property
    def has_rates(self) -> bool:
        """Whether any of them publishes a rate."""
        return any(column.card is not None for column in self.columns)


def others_like(listing: Listing, besides: Sequence[str], council: Council | None) -> list[tuple[str, str]]:
    """Listings of the same kind that could be put beside: public id and words, with one query."""
    rows = (
        select(Listing.public_id, Listing.title, Provider.name)
        .join(Listing.provider)
        .where(Listing.status == ListingStatus.PUBLISHED, Listing.kind == listing.kind)
        .where(Listing.public_id.not_in(besides), Provider.claimed_at.is_not(None))
        .order_by(Listing.title, Provider.name, Listing.id)
        .limit(OTHERS_MOST)
    )
    if council is not None:
        rows = rows.where(exists().where(ListingArea.listing_id == Listing.id, ListingArea.council_id == council.id))
    return [(public_id, f"{title}, {provider}") for public_id, title, provider in db.session.execute(rows)]


def compare(
    public_ids: Sequence[str],
    *,
    week: Sequence[WeekLine],
    council: Council | None,
    near: tuple[float, float] | None,
    buyer: Buyer,
) -> Comparison:
    """Up to four listings side by side, with four queries however many there are.

    Args:
        public_ids: which, in the order to show them.
        week: one's own pattern, to be priced by each of them; may be empty.
        council: for framework status and bank holidays.
        near: longitude and latitude to measure from.
        buyer: as whom the reader buys.
    """
    listings = offers.offers_side_by_side(public_ids)
    priced = offers.offers_of([listing.id for listing in listings if not listing.is_free])
    frameworks = offers.on_framework(listings, council, clock.today())
    stopped = offers.stopped_among(listings, council)
    pricer = Pricer(catalogue.holidays_for(council), buyer)
    starts_on = cost.coming_monday(clock.today())
    columns = []
    for listing in listings:
        offer = priced.get(listing.id)
        there = None if offer is None or not week else _week(week, listing, offer, pricer, starts_on)
        columns.append(
            Column(
                listing=listing,
                published=None if offer is None else offer.card_for(clock.today()),
                buyer=buyer,
                score=score_of(listing.review_sum, listing.review_count),
                registration=listing.shown_registration,
                is_framework=frameworks.get(listing.id),
                miles=_miles(listing, near),
                why_not=why_not_bookable(
                    listing, has_rates=offer is not None, stopped=stopped.get(listing.provider_id)
                ),
                week=there,
                why_no_week=_why_no_week(week, listing, offer),
            )
        )
    return Comparison(columns, starts_on, len(set(public_ids)) - len(listings))


@dataclass(frozen=True, slots=True)
class ForVisits:
    """What one listing costs for the visits somebody has in mind."""

    code: str
    """The visits, for an address."""
    when: str
    week: WeekThere


def for_visits(listing: Listing, week: Sequence[WeekLine], council: Council | None, buyer: Buyer) -> ForVisits | None:
    """The same figures as a comparison gives, for the page of one listing, with one query; nothing without a rate."""
    offer = None if listing.is_free else offers.offers_of([listing.id]).get(listing.id)
    if offer is None:
        return None
    pricer = Pricer(catalogue.holidays_for(council), buyer)
    found = _week(week, listing, offer, pricer, cost.coming_monday(clock.today()))
    return ForVisits(write_week(week), "; ".join(line.when for line in week), found)


def _week(
    week: Sequence[WeekLine], listing: Listing, offer: CardsOfListing, pricer: Pricer, starts_on: date
) -> WeekThere:
    """All of the week from this one listing, whoever was chosen for it before; without extras, as these differ."""
    lines = [replace(with_listing(line, listing.public_id), extras=()) for line in week]
    found = cost.cost_of(
        lines,
        {listing.public_id: offer},
        names=offer.names,
        starts_on=starts_on,
        week_of=cost.ordinary_monday(clock.today()),
        pricer=pricer,
    )
    return WeekThere(found.week_pence, found.year_pence, found.once_pence, max(one.visit_pence for one in found.lines))


def _why_no_week(week: Sequence[WeekLine], listing: Listing, offer: CardsOfListing | None) -> str | None:
    """Why the week cannot be had here as it is drawn; nothing when it can."""
    if not week:
        return None
    if listing.is_for_all and offer is None:
        return "Free"
    if offer is None:
        return "Rates not published"
    closed = sorted({day for line in week for day in line.days if listing.days and day not in listing.days})
    return f"Not on {capitalised_days_words(closed)}" if closed else None


def _miles(listing: Listing, near: tuple[float, float] | None) -> int | None:
    if near is None or listing.longitude is None or listing.latitude is None:
        return None
    return int(miles_between(near[0], near[1], listing.longitude, listing.latitude))
