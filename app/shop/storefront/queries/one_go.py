"""A kept week as bookings for the coming week: one for each listing and its extras, priced as the booking will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.base import clock
from app.base.refusals import Refusal
from app.funding.budgets.rules.paying import Lawful
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing, RateCard
from app.market.catalogue.permissions import why_not_bookable
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.rates import Buyer
from app.market.catalogue.rules.tariffs import MilesNeeded
from app.market.providers.queries.suspensions import Stopped
from app.people.councils.models import Council
from app.shop.storefront.queries import offers
from app.shop.storefront.queries.money import MoneyThere
from app.shop.storefront.rules import cost, visit_times
from app.shop.storefront.rules.cost import CardsOfListing
from app.shop.storefront.rules.week import WEEK, WeekLine
from app.support.booking_records.rules import paying
from app.support.booking_records.rules.paying import Purse, WayToPay
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.times import FIRST, SECOND

WHICH = (FIRST, SECOND)
SAY_WHICH = "Say above which of the two you mean."
ANOTHER_TIME = "Book that visit by itself, at a time that happens."


def comes_twice(lines: Sequence[WeekLine], monday: date) -> str | None:
    """The first time of this week that clocks show twice, as ``1:30``; nothing in any other week."""
    return next(
        (
            words.partition("so ")[2].partition(" ")[0]
            for line in lines
            if line.listing
            for day in cost.line_days(line, monday, WEEK)
            if (words := visit_times.oddity(line, day)) and visit_times.TWICE in words
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class PricedRequest:
    """One booking to be asked for: its visits with their prices, and the ways to pay; or why it cannot be."""

    number: int
    listing: Listing | None
    names: tuple[str, ...]
    """What the visits are for."""
    extras: tuple[str, ...]
    visits: tuple[tuple[datetime, datetime, int], ...]
    ways: tuple[WayToPay, ...]
    why_not: str | None
    miles: int | None = None
    """Of each visit, where something is charged by the mile."""

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        """When the visits are."""
        return [(starts, ends) for starts, ends, _ in self.visits]

    @property
    def total_pence(self) -> int:
        """The price of all of them."""
        return sum(pence for _, _, pence in self.visits)


def requests_in_one_go(
    lines: Sequence[WeekLine],
    *,
    council: Council | None,
    money: MoneyThere | None,
    buyer: Buyer | None,
    monday: date,
    which: str = "",
) -> list[PricedRequest]:
    """What booking this week in one go would ask for, provider by provider, in four queries.

    ``which``: which of a time that clocks show twice is meant, ``first`` or ``second``; without it such visits wait.

    The money is shared out in the order of the requests, so that what one would use is not offered to the next.
    """
    chosen = [line for line in lines if line.listing]
    listings = {one.public_id: one for one in offers.offers_side_by_side(sorted({line.listing for line in chosen}))}
    cards = offers.cards_by_listing([listing.id for listing in listings.values()])
    lawful = money.who_pays(listings.values(), monday) if money is not None else {}
    stopped = offers.stopped_among(listings.values(), council)
    used: dict[int, int] = {}
    priced_requests = []
    for number, (public_id, extras, miles, together) in enumerate(_together(chosen, listings, cards, monday), 1):
        listing = listings.get(public_id)
        holds = None if listing is None else stopped.get(listing.provider_id)
        asked = _asked(number, listing, extras, miles, together, cards, council, buyer, monday, which, holds)
        if asked.why_not is None and listing is not None:
            ways = _ways(asked.total_pence, listing, money, lawful, used)
            why_not = None if ways else _short(asked.total_pence, listing, money, lawful, used)
            asked = replace(asked, ways=tuple(ways), why_not=why_not)
            for part in ways[0].parts if ways else ():
                used[part.purse.id] = used.get(part.purse.id, 0) + part.pays_pence
        priced_requests.append(asked)
    return priced_requests


def _together(
    lines: Sequence[WeekLine], listings: Mapping[str, Listing], cards: Mapping[int, Sequence[RateCard]], monday: date
) -> list[tuple[str, tuple[str, ...], int | None, list[WeekLine]]]:
    """Lines that make one booking: the same listing, extras and miles, as its card of that Monday knows them."""
    found: dict[tuple[str, tuple[str, ...], int | None], list[WeekLine]] = {}
    for line in lines:
        listing = listings.get(line.listing)
        kept = cards.get(listing.id) if listing is not None else None
        extras: tuple[str, ...] = ()
        miles = None
        if kept:
            offer = CardsOfListing(tuple(cards_queries.card_of(card) for card in kept))
            card = offer.card_for(monday)
            extras, _ = cost.carry_extras(line.extras, offer.names, card)
            miles = line.miles if cost.by_the_mile(card, extras) else None
        found.setdefault((line.listing, extras, miles), []).append(line)
    return [(*alike, together) for alike, together in found.items()]


def _asked(
    number: int,
    listing: Listing | None,
    extras: tuple[str, ...],
    miles: int | None,
    lines: Sequence[WeekLine],
    cards: Mapping[int, Sequence[RateCard]],
    council: Council | None,
    buyer: Buyer | None,
    monday: date,
    which: str,
    stopped: Stopped | None,
) -> PricedRequest:
    names = tuple(dict.fromkeys(line.name for line in lines))
    days = [(day, line) for line in lines for day in cost.line_days(line, monday, WEEK)]
    times = sorted(visit_times.line_visit_on(line, day, is_second=which == SECOND) for day, line in days)
    nothing = tuple((starts, ends, 0) for starts, ends in times)
    if listing is None:
        return PricedRequest(
            number, None, names, extras, nothing, (), "This is no longer offered. Choose somebody else."
        )
    odd = next((words for day, line in days if (words := visit_times.oddity(line, day, is_known=which in WHICH))), None)
    why_not = why_not_bookable(listing, has_rates=listing.id in cards, stopped=stopped)
    if odd is not None:
        why_not = f"{odd.partition('. ')[0]}. {SAY_WHICH if visit_times.TWICE in odd else ANOTHER_TIME}"
    if why_not is None:
        try:
            times_rules.check_times(times, now=clock.now())
            quotes = catalogue_queries.quotes_for(
                listing=listing,
                times=times,
                add_on_ids=extras,
                council=council,
                cards=[cards_queries.card_of(card) for card in cards[listing.id]],
                buyer=buyer,
                miles=miles,
            )
        except MilesNeeded as refusal:
            why_not = f"{refusal}: go back to the week and say so there."
        except Refusal as refusal:
            why_not = str(refusal)
        else:
            priced = tuple((starts, ends, made.total.pence) for (starts, ends), made in zip(times, quotes, strict=True))
            return PricedRequest(number, listing, names, extras, priced, (), None, miles)
    return PricedRequest(number, listing, names, extras, nothing, (), why_not)


def _purses(
    listing: Listing, money: MoneyThere | None, lawful: Mapping[int, Mapping[int, Lawful]], used: Mapping[int, int]
) -> list[Purse]:
    if money is None:
        return []
    answers = lawful[listing.id]
    return [
        Purse(
            balance.pot.id,
            balance.pot.public_id,
            balance.pot.name,
            balance.available_pence - used.get(balance.pot.id, 0),
            None if answers[balance.pot.id].ok else answers[balance.pot.id].reason,
        )
        for balance in money.balances
    ]


def _ways(
    pence: int,
    listing: Listing,
    money: MoneyThere | None,
    lawful: Mapping[int, Mapping[int, Lawful]],
    used: Mapping[int, int],
) -> list[WayToPay]:
    return paying.ways_to_pay(pence, _purses(listing, money, lawful, used))


def _short(
    pence: int,
    listing: Listing,
    money: MoneyThere | None,
    lawful: Mapping[int, Mapping[int, Lawful]],
    used: Mapping[int, int],
) -> str:
    """Why no money pays for it."""
    purses = _purses(listing, money, lawful, used)
    usable = [purse for purse in purses if purse.closed_because is None]
    if purses and not usable:
        return purses[0].closed_because or ""
    has = sum(max(0, purse.has_pence) for purse in usable)
    return str(paying.NotEnoughMoney(costs=pence, has=has))
