"""What is in somebody's basket, priced as it would be booked now, in a number of queries that does not grow with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import NotFound, Refusal
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import paying as paying_queries
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing, RateCard
from app.market.catalogue.queries import cards as catalogue
from app.market.catalogue.rules.cards import Card
from app.market.providers.models import Provider
from app.market.providers.queries import suspensions
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.circles.rules import Power, Spender
from app.support.basket.models import BasketLine, YesCode
from app.support.basket.rules import BasketPlan, changed_words, content_hash
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules import paying
from app.support.booking_records.rules.paying import NotEnoughMoney, Purse, WayToPay
from app.support.bookings.queries.beside import Beside, several_beside
from app.support.bookings.queries.offers import Offer, buyer_of, home_of, may_be_booked, offer
from app.support.recurrence.rules import times as times_rules


@dataclass(frozen=True, slots=True)
class PricedBasketLine:
    """One line as it stands now: its price, what changed, and which money could pay; or why it cannot be booked."""

    kept: BasketLine
    times: tuple[tuple[datetime, datetime], ...] = ()
    offer: Offer | None = None
    ways: tuple[WayToPay, ...] = ()
    why_not: str = ""
    beside: Beside | None = None
    """What its times run into; nothing for a thing, or where it cannot be booked."""

    @property
    def pence(self) -> int:
        """The price now."""
        return self.offer.total_pence if self.offer is not None else 0

    @property
    def changed(self) -> str:
        """How the price differs from the one last seen, in words; nothing when it does not."""
        return changed_words(self.kept.seen_pence, self.pence) if self.offer is not None else ""

    @property
    def chosen(self) -> str:
        """The way to pay to have ticked first: what was chosen before when it still can, else the first."""
        values = [way.value for way in self.ways]
        return self.kept.pay if self.kept.pay in values else next(iter(values), "")


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything in the basket from one provider: booked whole or not at all."""

    provider: Provider
    lines: list[PricedBasketLine] = field(default_factory=list)

    @property
    def pence(self) -> int:
        """The price of all that can be booked."""
        return sum(line.pence for line in self.lines if not line.why_not)


def basket_of(person: Person) -> list[BasketLine]:
    """What is in somebody's basket, neither booked yet nor left, in the order in which it was put there."""
    rows = (
        select(BasketLine)
        .where(BasketLine.person_id == person.id, BasketLine.done_at.is_(None), BasketLine.left_at.is_(None))
        .order_by(BasketLine.id)
        .options(
            joinedload(BasketLine.listing).joinedload(Listing.provider),
            joinedload(BasketLine.added_by),
        )
    )
    return list(db.session.scalars(rows))


def basket_line(person: Person, public_id: str) -> BasketLine:
    """One line of somebody's basket that is neither booked nor left yet.

    Raises:
        NotFound: when there is none, or not any more.
    """
    found = db.session.scalar(
        select(BasketLine).where(
            BasketLine.person_id == person.id,
            BasketLine.public_id == public_id,
            BasketLine.done_at.is_(None),
            BasketLine.left_at.is_(None),
        )
    )
    if found is None:
        raise NotFound("That is not in the basket, or not any more.")
    return found


def shops_of(person: Person, *, spending: Spender | None = None, suggested: bool | None = None) -> list[Shop]:
    """The basket provider by provider, priced now; with the money of the person shared out over it in its order.

    With what was suggested and waits only, without it (``suggested``), or with all of it. Of their money only what one account may spend (``spending``); without one, no money is looked at.

    Whether money may pay is looked at for the first day of all of it; the booking looks at its own days again.
    """
    kept = [line for line in basket_of(person) if suggested is None or line.is_waiting == suggested]
    cards = _cards({line.listing_id for line in kept})
    home = home_of(person) if kept else None
    buyer = buyer_of(person) if any(card.buyers for some in cards.values() for card in some) else None
    sellers = {line.listing.provider_id for line in kept}
    stopped = suspensions.stopped(sellers, council_id=person.council_id, on=clock.today())
    purses = _purses(person, kept, spending) if spending and kept else {}
    used: dict[int, int] = defaultdict(int)
    shops: dict[int, Shop] = {}
    for line in kept:
        shop = shops.setdefault(line.listing.provider_id, Shop(line.listing.provider))
        wanted = BasketPlan.read(line.plan)
        try:
            times = tuple(wanted.times)
            times_rules.check_times(times, now=clock.now())
            may_be_booked(line.listing, person, stopped=stopped)
            made = offer(
                listing=line.listing,
                times=times,
                add_on_ids=wanted.extras,
                council=home,
                miles=wanted.miles,
                quantity=line.quantity,
                cards=cards.get(line.listing_id, ()),
                buyer=buyer,
            )
        except Refusal as refusal:
            shop.lines.append(PricedBasketLine(line, why_not=str(refusal)))
            continue
        ways: Sequence[WayToPay] = ()
        why_not = ""
        if spending:
            mine = [_less(purse, used[purse.id]) for purse in purses.get(line.listing_id, ())]
            ways = paying.ways_to_pay(made.total_pence, mine)
            why_not = "" if ways else _short(made.total_pence, mine)
            if why_not and not mine and Power.BOOK not in spending.powers:
                why_not = f"It needs the yes of {person.full_name}: no money that you may spend pays for it."
            first = next((way for way in ways if way.value == line.pay), next(iter(ways), None))
            for part in first.parts if first is not None else ():
                used[part.purse.id] += part.pays_pence
        shop.lines.append(PricedBasketLine(line, times, made, tuple(ways), why_not))
    _look_beside(person, shops.values())
    return list(shops.values())


def _look_beside(person: Person, shops: Iterable[Shop]) -> None:
    """Say with each line that can be booked what its times run into, the other lines included."""
    places = [
        (shop, number)
        for shop in shops
        for number, line in enumerate(shop.lines)
        if not line.why_not and not booking_records_permissions.is_item(line.kept.listing)
    ]
    if not places:
        return
    asked = [(shop.lines[number].kept.listing, shop.lines[number].times) for shop, number in places]
    found = several_beside(number_of(person), asked)
    for (shop, number), said in zip(places, found, strict=True):
        shop.lines[number] = replace(shop.lines[number], beside=said)


def _less(purse: Purse, pence: int) -> Purse:
    return Purse(
        purse.id, purse.public_id, purse.name, purse.has_pence - pence, purse.closed_because, is_own=purse.is_own
    )


def _short(pence: int, purses: Sequence[Purse]) -> str:
    usable = [purse for purse in purses if purse.closed_because is None]
    if purses and not usable:
        return purses[0].closed_because or ""
    return str(NotEnoughMoney(costs=pence, has=sum(max(0, purse.has_pence) for purse in usable)))


def _cards(listing_ids: Collection[int]) -> dict[int, list[Card]]:
    """All rate cards of these listings, the newest first, in two queries."""
    found: dict[int, list[Card]] = defaultdict(list)
    rows = select(RateCard).where(RateCard.listing_id.in_(listing_ids)).order_by(RateCard.valid_from.desc())
    for card in db.session.scalars(rows.options(selectinload(RateCard.add_ons))):
        found[card.listing_id].append(catalogue.card_of(card))
    return found


def _purses(person: Person, kept: Sequence[BasketLine], spender: Spender) -> dict[int, list[Purse]]:
    """For each listing the person's money as ways to pay for it."""
    balances = [one for one in balances_queries.pots_of(person.id) if may_spend_from(spender, one.pot)]
    offers = {line.listing_id: _as_offer(line.listing) for line in kept}
    first = min(BasketPlan.read(line.plan).on for line in kept)
    lawful = paying_queries.lawful_for_many([balance.pot for balance in balances], set(offers.values()), first)
    return {
        number: [
            Purse(
                balance.pot.id,
                balance.pot.public_id,
                balance.pot.name,
                balance.available_pence,
                None if lawful[one][balance.pot.id].ok else lawful[one][balance.pot.id].reason,
                is_own=balance.pot.kind == PotKind.OWN_MONEY,
            )
            for balance in balances
        ]
        for number, one in offers.items()
    }


def _as_offer(listing: Listing) -> tuple[int, ProviderKind, str]:
    return listing.provider_id, listing.provider.kind, listing.kind


def became(person: Person, checkout: str) -> list[tuple[BasketLine, Booking | None]]:
    """What became of each line of one confirming: its booking, or nothing where the line says why not."""
    rows = db.session.execute(
        select(BasketLine, Booking)
        .outerjoin(Booking, Booking.id == BasketLine.booking_id)
        .where(BasketLine.person_id == person.id, BasketLine.checkout == checkout)
        .order_by(BasketLine.id)
        .options(joinedload(BasketLine.listing).joinedload(Listing.provider))
    )
    return [(line, booking) for line, booking in rows]


def suggested_by(actor: Person, person: Person, most: int = 20) -> list[BasketLine]:
    """What somebody suggested to a person and what became of it, the latest first."""
    rows = (
        select(BasketLine)
        .where(BasketLine.added_by_id == actor.id, BasketLine.person_id == person.id)
        .where(BasketLine.suggested_at.is_not(None))
        .order_by(BasketLine.suggested_at.desc(), BasketLine.id.desc())
        .options(joinedload(BasketLine.listing).joinedload(Listing.provider))
        .limit(most)
    )
    return list(db.session.scalars(rows))


def count_waiting(person_id: int) -> int:
    """How many suggestions wait for a person's yes."""
    rows = select(func.count()).where(BasketLine.person_id == person_id, BasketLine.suggested_at.is_not(None))
    open_ones = rows.where(BasketLine.taken_at.is_(None), BasketLine.left_at.is_(None))
    return int(db.session.scalar(open_ones) or 0)


def content_of(shops: Sequence[Shop]) -> str:
    """All of a basket as a person says yes to it: things, providers, times, prices and the money that pays."""
    return content_hash(
        (
            shop.provider.public_id,
            line.kept.public_id,
            line.kept.listing.public_id,
            line.kept.plan,
            line.kept.quantity,
            line.kept.note,
            line.pence,
            line.chosen,
            bool(line.why_not),
            *(line.beside.said if line.beside is not None else ()),
        )
        for shop in shops
        for line in shop.lines
    )


def open_code(person: Person, actor: Person) -> YesCode | None:
    """The code that was sent to a person because this account asked for it, and still counts."""
    return db.session.scalar(
        select(YesCode).where(
            YesCode.person_id == person.id,
            YesCode.asked_by_id == actor.id,
            YesCode.used_at.is_(None),
            YesCode.void_at.is_(None),
            YesCode.expires_at > clock.now(),
        )
    )
