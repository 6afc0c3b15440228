"""Publishing rates: each from a day on, kept for ever, never edited; a mistake is withdrawn before it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue import queries
from app.market.catalogue.actions.changes import mark_changed
from app.market.catalogue.models import AddOn, Listing, RateCard, WithdrawnRate
from app.market.catalogue.permissions import may_manage
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.checks import faults, faults_of_dates
from app.market.catalogue.rules.rates import BANDED_UNITS, TIMED_UNITS, AddOnBasis, Buyer, Unit, Vat, When
from app.people.accounts.models import Person
from app.platform.audit import actions as audit

REASON_LONGEST = 300


@dataclass(frozen=True, slots=True)
class NewAddOn:
    """An add-on as it is published: its amount in pence."""

    name: str
    basis: AddOnBasis
    amount_pence: int
    is_required: bool = False
    when: When = When.ALWAYS
    only_with: str | None = None


class WrongRate(BadInput):
    """The card cannot be published; ``field`` is the question of the desk's form to ask again."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(words)


class RateAlreadyPublished(Conflict):
    """A card for that day exists; cards are not edited."""


def publish_rate(
    *,
    actor: Person,
    listing: Listing,
    valid_from: date,
    unit: Unit,
    weekday_pence: int,
    saturday_pence: int | None = None,
    sunday_pence: int | None = None,
    bank_holiday_pence: int | None = None,
    minimum_minutes: int = 0,
    minimum_charge_pence: int = 0,
    billing_step_minutes: int = 1,
    add_ons: Sequence[NewAddOn] = (),
    valid_until: date | None = None,
    bands: Sequence[Band] = (),
    length_bands: Sequence[LengthBand] = (),
    buyers: Sequence[tuple[Buyer, Amounts]] = (),
    vat: Vat | None = None,
    vat_reason: str = "",
) -> RateCard:
    """Publish a listing's rate from a day on, for staff of its claimed provider.

    A day left out costs what a weekday does. Minimum length, billing step, bands and prices for short visits are kept
    only for units that can have them. Every amount is what people pay, VAT and all.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
        WrongRate: when the days or the amounts make no rate, naming the question to ask again.
        RateAlreadyPublished: when a rate from that day is already published: a published rate is never edited.
        Conflict: when the listing is free.
    """
    if not may_manage(actor, listing.provider):
        raise NotAllowed("Only staff of this provider may publish its rates")
    db.session.execute(select(Listing.id).where(Listing.id == listing.id).with_for_update())
    db.session.refresh(listing)
    if listing.is_free:
        raise Conflict("This listing is free. Change that first, then publish a rate")
    card = Card(
        valid_from=valid_from,
        unit=unit,
        weekday_pence=weekday_pence,
        saturday_pence=weekday_pence if saturday_pence is None else saturday_pence,
        sunday_pence=weekday_pence if sunday_pence is None else sunday_pence,
        bank_holiday_pence=weekday_pence if bank_holiday_pence is None else bank_holiday_pence,
        minimum_minutes=minimum_minutes if unit in TIMED_UNITS else 0,
        minimum_charge_pence=minimum_charge_pence,
        billing_step_minutes=billing_step_minutes if unit in TIMED_UNITS else 1,
        add_ons=_extras(add_ons),
        valid_until=valid_until,
        bands=tuple(bands) if unit in BANDED_UNITS else (),
        length_bands=tuple(length_bands) if unit in TIMED_UNITS else (),
        buyers=tuple(buyers),
        vat=vat,
        vat_reason=vat_reason.strip(),
    )
    _refuse_nonsense(card, listing)
    kept = _kept(card, listing, actor)
    db.session.add(kept)
    db.session.flush()
    mark_changed(listing.id)
    _record_published(kept, actor)
    db.session.flush()
    return kept


def _extras(add_ons: Sequence[NewAddOn]) -> tuple[Extra, ...]:
    return tuple(
        Extra(str(n), new.name, new.basis, new.amount_pence, new.is_required, new.when, new.only_with)
        for n, new in enumerate(add_ons)
    )


def _record_published(kept: RateCard, actor: Person) -> None:
    audit.record(
        action="rate_published",
        actor_id=actor.id,
        subject_kind="listing",
        subject_id=kept.listing_id,
        rate_card_id=kept.id,
        valid_from=kept.valid_from.isoformat(),
        unit=str(kept.unit),
        weekday_pence=kept.weekday_pence,
    )


def withdraw_rate(*, actor: Person, listing: Listing, valid_from: date, reason: str) -> WithdrawnRate:
    """Take back a card published by mistake, before it holds. Its words are kept; nobody is priced by it any more.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
        NotFound: when there is no such card.
        BadInput: when there is no reason.
        Conflict: when the card holds already, or days would be left without a price.
    """
    if not may_manage(actor, listing.provider):
        raise NotAllowed("Only staff of this provider may withdraw its rates")
    db.session.execute(select(Listing.id).where(Listing.id == listing.id).with_for_update())
    cards = cards_queries.kept_cards_of(listing.id)
    kept = next((card for card in cards if card.valid_from == valid_from), None)
    if kept is None:
        raise NotFound("There is no such rate. It may have been withdrawn already")
    if kept.valid_from <= clock.today():
        raise Conflict("This rate already holds, so it stays as it is. Publish another one from a later day")
    if not 0 < len(reason.strip()) <= REASON_LONGEST:
        raise BadInput(f"Enter why you withdraw it, in {REASON_LONGEST} characters or fewer")
    later = any(card.valid_from > kept.valid_from for card in cards)
    before = next((card for card in cards if card.valid_from < kept.valid_from), None)
    if later and before is not None and before.valid_until is not None:
        raise Conflict("Without this rate there would be days with no price. Withdraw the later rates first")
    withdrawn = WithdrawnRate(
        listing_id=listing.id,
        valid_from=kept.valid_from,
        card=_facts(kept),
        reason=reason.strip(),
        published_at=kept.published_at,
        published_by_id=kept.published_by_id,
        withdrawn_at=clock.now(),
        withdrawn_by_id=actor.id,
    )
    db.session.add(withdrawn)
    db.session.execute(delete(AddOn).where(AddOn.rate_card_id == kept.id))
    db.session.execute(delete(RateCard).where(RateCard.id == kept.id))
    db.session.expire(listing)
    mark_changed(listing.id)
    audit.record(
        action="rate_withdrawn",
        actor_id=actor.id,
        subject_kind="listing",
        subject_id=listing.id,
        valid_from=valid_from.isoformat(),
    )
    db.session.flush()
    return withdrawn


def _refuse_nonsense(card: Card, listing: Listing) -> None:
    """Check the card by itself, then beside the others of its listing."""
    found = faults(card)
    if found:
        raise WrongRate(*found[0])
    others = [(begins, ends) for begins, ends in queries.days_published(listing.id)]
    if any(begins == card.valid_from for begins, _ in others):
        day = day_words(card.valid_from)
        raise RateAlreadyPublished(
            f"A rate from {day} is already published, and a published rate is never changed. Choose another day"
        )
    found = faults_of_dates(card.valid_from, card.valid_until, others, today=clock.today())
    if found:
        raise WrongRate(*found[0])


def _kept(card: Card, listing: Listing, actor: Person) -> RateCard:
    return RateCard(
        listing_id=listing.id,
        valid_from=card.valid_from,
        unit=card.unit,
        weekday_pence=card.weekday_pence,
        saturday_pence=card.saturday_pence,
        sunday_pence=card.sunday_pence,
        bank_holiday_pence=card.bank_holiday_pence,
        minimum_minutes=card.minimum_minutes,
        minimum_charge_pence=card.minimum_charge_pence,
        billing_step_minutes=card.billing_step_minutes,
        valid_until=card.valid_until,
        bands=[
            {"name": str(band.name), "starts": band.starts, "ends": band.ends, "pence": list(band.amounts.each)}
            for band in card.bands
        ],
        length_bands=[{"up_to": band.up_to_minutes, "more_pence": band.more_pence} for band in card.length_bands],
        buyers={str(buyer): list(amounts.each) for buyer, amounts in card.buyers},
        vat=card.vat,
        vat_reason=card.vat_reason,
        published_at=clock.now(),
        published_by_id=actor.id,
        add_ons=[
            AddOn(
                name=extra.name,
                basis=extra.basis,
                amount_pence=extra.amount_pence,
                is_required=extra.is_required,
                when=extra.when,
                only_with=extra.only_with,
            )
            for extra in card.add_ons
        ],
    )


def _facts(kept: RateCard) -> dict[str, object]:
    """Everything a kept card says, as it is kept when it is withdrawn."""
    return {
        "unit": str(kept.unit),
        "pence": [kept.weekday_pence, kept.saturday_pence, kept.sunday_pence, kept.bank_holiday_pence],
        "minimum_minutes": kept.minimum_minutes,
        "minimum_charge_pence": kept.minimum_charge_pence,
        "billing_step_minutes": kept.billing_step_minutes,
        "valid_until": kept.valid_until.isoformat() if kept.valid_until else None,
        "bands": kept.bands,
        "length_bands": kept.length_bands,
        "buyers": kept.buyers,
        "vat": str(kept.vat) if kept.vat else None,
        "vat_reason": kept.vat_reason,
        "add_ons": [
            {
                "name": extra.name,
                "basis": str(extra.basis),
                "amount_pence": extra.amount_pence,
                "is_required": extra.is_required,
                "when": str(extra.when),
                "only_with": extra.only_with,
            }
            for extra in kept.add_ons
        ],
    }
