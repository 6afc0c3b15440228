"""Published rates as the quote reads them: columns only, for every price asks them."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select

from app.base.db import db, fetch_rows
from app.market.catalogue.models import AddOn, RateCard
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.rates import BandName, Buyer, When

_CARDS = (
    select(
        RateCard.id,
        RateCard.valid_from,
        RateCard.valid_until,
        RateCard.unit,
        RateCard.weekday_pence,
        RateCard.saturday_pence,
        RateCard.sunday_pence,
        RateCard.bank_holiday_pence,
        RateCard.minimum_minutes,
        RateCard.minimum_charge_pence,
        RateCard.billing_step_minutes,
        RateCard.bands,
        RateCard.length_bands,
        RateCard.buyers,
        RateCard.vat,
        RateCard.vat_reason,
        AddOn.public_id,
        AddOn.name,
        AddOn.basis,
        AddOn.amount_pence,
        AddOn.is_required,
        AddOn.when.label("when"),
        AddOn.only_with,
    )
    .outerjoin(RateCard.add_ons)
    .where(RateCard.listing_id == bindparam("listing_id"))
    .order_by(RateCard.valid_from.desc(), AddOn.id)
)


def cards_of(listing_id: int) -> list[Card]:
    """Every card ever published for a listing, newest first, with its add-ons, in one query."""
    found = fetch_rows(_CARDS, {"listing_id": listing_id})
    return [_card(next(rows), rows) for _, rows in groupby(found, key=attrgetter("id"))]


def kept_cards_of(listing_id: int) -> Sequence[RateCard]:
    """The same as they are kept, with who published each and when."""
    return db.session.scalars(
        select(RateCard).where(RateCard.listing_id == listing_id).order_by(RateCard.valid_from.desc())
    ).all()


def _card(first: Any, more: Any) -> Card:
    extras = [] if first.public_id is None else [_extra(first), *map(_extra, more)]
    return _read(first, tuple(extras))


def card_of(kept: RateCard) -> Card:
    """The kept card as the quote reads it."""
    return _read(kept, tuple(_extra(one) for one in kept.add_ons))


def _extra(kept: Any) -> Extra:
    return Extra(
        kept.public_id,
        kept.name,
        kept.basis,
        kept.amount_pence,
        kept.is_required,
        kept.when or When.ALWAYS,
        kept.only_with,
    )


def _read(kept: Any, extras: tuple[Extra, ...]) -> Card:
    return Card(
        valid_from=kept.valid_from,
        unit=kept.unit,
        weekday_pence=kept.weekday_pence,
        saturday_pence=kept.saturday_pence,
        sunday_pence=kept.sunday_pence,
        bank_holiday_pence=kept.bank_holiday_pence,
        minimum_minutes=kept.minimum_minutes,
        minimum_charge_pence=kept.minimum_charge_pence,
        billing_step_minutes=kept.billing_step_minutes,
        add_ons=extras,
        valid_until=kept.valid_until,
        bands=tuple(Band(BandName(b["name"]), b["starts"], b["ends"], Amounts(*b["pence"])) for b in kept.bands or ()),
        length_bands=tuple(LengthBand(b["up_to"], b["more_pence"]) for b in kept.length_bands or ()),
        buyers=tuple((buyer, Amounts(*each)) for buyer in Buyer if (each := (kept.buyers or {}).get(buyer))),
        vat=kept.vat,
        vat_reason=kept.vat_reason or "",
    )
