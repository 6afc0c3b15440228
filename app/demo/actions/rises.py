"""A dearer price to come, from providers that people here have booked: each of them is told."""

from datetime import timedelta

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.demo.actions.world import World
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.actions.rates import NewAddOn
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import cards
from app.market.catalogue.rules.cards import Amounts, Card
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.price_rises.actions import publish_rate_and_tell

NOTICE = timedelta(days=42)
PERCENT = 106
RISES = 3
"""How many listings get one."""


def announce(world: World) -> None:
    """Publish dearer cards for the listings with the newest agreed bookings (first of people one can sign in as), by their own staff, six weeks ahead."""
    with clock.set_to(world.by(world.morning(world.today))):
        rows = (
            select(Booking)
            .join(Person, Person.id == Booking.person_id)
            .where(Booking.status == BookingStatus.ACCEPTED)
            .order_by(Person.is_demonstration.desc(), Booking.id.desc())
            .limit(60)
        )
        listings = list({booking.listing_id: booking.listing for booking in db.session.scalars(rows)}.values())
        done = 0
        for listing in listings:
            kept = catalogue_queries.card_on(listing.id, world.today)
            if done == RISES or kept is None or catalogue_queries.coming_card(listing.id, world.today) is not None:
                continue
            try:
                with db.session.begin_nested():
                    _dearer(world, listing, cards.card_of(kept))
            except Refusal:
                continue
            done += 1


def _dearer(world: World, listing: Listing, card: Card) -> None:
    amounts = Amounts(*(pence * PERCENT // 100 for pence in card.basic.each))
    publish_rate_and_tell(
        actor=world.staff[listing.provider_id],
        listing=listing,
        valid_from=world.today + NOTICE,
        unit=card.unit,
        weekday_pence=amounts.weekday_pence,
        saturday_pence=amounts.saturday_pence,
        sunday_pence=amounts.sunday_pence,
        bank_holiday_pence=amounts.bank_holiday_pence,
        minimum_minutes=card.minimum_minutes,
        billing_step_minutes=card.billing_step_minutes,
        bands=card.bands,
        length_bands=card.length_bands,
        vat=card.vat,
        vat_reason=card.vat_reason,
        add_ons=[
            NewAddOn(extra.name, extra.basis, extra.amount_pence, extra.is_required, extra.when, extra.only_with)
            for extra in card.add_ons
        ],
    )
