"""Publishing rates: each from a day on, kept for ever, never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.audit import actions as audit
from app.catalogue.actions.changes import mark_changed
from app.catalogue.models import AddOn, Listing, RateCard
from app.catalogue.permissions import may_manage
from app.catalogue.rules.quote import day_words
from app.catalogue.rules.rates import TIMED_UNITS, AddOnBasis, Unit, wrong_with_rate
from app.db import db
from app.refusals import BadInput, Conflict, NotAllowed


@dataclass(frozen=True, slots=True)
class NewAddOn:
    """An add-on as it is published: its amount in pence."""

    name: str
    basis: AddOnBasis
    amount_pence: int
    is_required: bool = False


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
) -> RateCard:
    """Publish a listing's rate from a day on, for staff of its claimed provider.

    A day left out costs what a weekday does. Minimum length and billing step count only for units of time and are
    kept as none for the others.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
        BadInput: when the day has passed or the amounts make no rate.
        RateAlreadyPublished: when a rate from that day is already published: a published rate is never edited.
        Conflict: when the listing is free.
    """
    if not may_manage(actor, listing.provider):
        raise NotAllowed("Only staff of this provider may publish its rates")
    db.session.execute(select(Listing.id).where(Listing.id == listing.id).with_for_update())
    db.session.refresh(listing)
    if listing.is_free:
        raise Conflict("This listing is free. Change that first, then publish a rate")
    if valid_from < clock.today():
        raise BadInput("The rate must start today or later: past rates are kept as they were")
    day = day_words(valid_from)
    if db.session.scalar(select(RateCard.id).filter_by(listing_id=listing.id, valid_from=valid_from)) is not None:
        raise RateAlreadyPublished(
            f"A rate from {day} is already published, and a published rate is never changed. Choose another day"
        )
    card = RateCard(
        listing_id=listing.id,
        valid_from=valid_from,
        unit=unit,
        weekday_pence=weekday_pence,
        saturday_pence=weekday_pence if saturday_pence is None else saturday_pence,
        sunday_pence=weekday_pence if sunday_pence is None else sunday_pence,
        bank_holiday_pence=weekday_pence if bank_holiday_pence is None else bank_holiday_pence,
        minimum_minutes=minimum_minutes if unit in TIMED_UNITS else 0,
        minimum_charge_pence=minimum_charge_pence,
        billing_step_minutes=billing_step_minutes if unit in TIMED_UNITS else 1,
        published_at=clock.now(),
        published_by_id=actor.id,
    )
    card.add_ons = [_add_on(new) for new in add_ons]
    _refuse_nonsense(card)
    db.session.add(card)
    db.session.flush()
    mark_changed(listing.id)
    audit.record(
        action="rate_published",
        actor_id=actor.id,
        subject_kind="listing",
        subject_id=listing.id,
        rate_card_id=card.id,
        valid_from=valid_from.isoformat(),
        unit=str(unit),
        weekday_pence=weekday_pence,
    )
    db.session.flush()
    return card


def _add_on(new: NewAddOn) -> AddOn:
    return AddOn(name=new.name, basis=new.basis, amount_pence=new.amount_pence, is_required=new.is_required)


def _refuse_nonsense(card: RateCard) -> None:
    wrong = wrong_with_rate(
        amounts=[card.weekday_pence, card.saturday_pence, card.sunday_pence, card.bank_holiday_pence],
        minimum_minutes=card.minimum_minutes,
        minimum_charge_pence=card.minimum_charge_pence,
        billing_step_minutes=card.billing_step_minutes,
        add_ons=[(extra.name, extra.amount_pence) for extra in card.add_ons],
    )
    if wrong:
        raise BadInput(wrong)
