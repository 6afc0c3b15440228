"""Publishing and withdrawing rates with those in mind who have visits booked: each is told before it costs them more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from app.base import clock
from app.base.days import day_words
from app.base.money import Money
from app.market.catalogue.actions import rates
from app.market.catalogue.models import Listing, RateCard
from app.market.catalogue.queries import cards as catalogue
from app.market.catalogue.rules.rises import Rise
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Power
from app.platform.audit import actions as audit
from app.platform.messages.actions import rises as messages
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records import permissions as booking_records_permissions
from app.support.price_rises import queries


def publish_rate_and_tell(*, actor: Person, listing: Listing, valid_from: date, **facts: Any) -> tuple[RateCard, int]:
    """Publish a rate as :func:`app.market.catalogue.actions.rates.publish_rate` does, and tell everybody it makes dearer.

    Visits already agreed keep their price; what is told is what the same visits would cost from that day on.

    Returns:
        The card, and how many people were told.

    Raises:
        WrongRate: also when people with visits booked would pay more from today, before they could be told.
    """
    card = rates.publish_rate(actor=actor, listing=listing, valid_from=valid_from, **facts)
    dearer = {who: rise for who, rise in queries.rises_on(listing, catalogue.card_of(card)).items() if rise.is_dearer}
    if dearer and valid_from <= clock.today():
        raise rates.WrongRate(
            "valid_from",
            "People have visits booked and would pay more. Choose tomorrow or later, so that they know before it costs more",
        )
    for person in queries.people_by_id(dearer):
        _tell(person, listing, dearer[person.id])
    for beside in _who_may_know(dearer):
        _tell_beside(beside, listing, dearer[beside.person.id])
    return card, len(dearer)


def withdraw_rate_and_tell(*, actor: Person, listing: Listing, valid_from: date, reason: str) -> int:
    """Take back a coming rate, and tell those who had been told that it would be dearer; says how many."""
    kept = next((card for card in catalogue.cards_of(listing.id) if card.valid_from == valid_from), None)
    dearer = (
        {who for who, rise in queries.rises_on(listing, kept).items() if rise.is_dearer}
        if kept is not None and kept.valid_from > clock.today()
        else set()
    )
    rates.withdraw_rate(actor=actor, listing=listing, valid_from=valid_from, reason=reason)
    for person in queries.people_by_id(dearer):
        messages.price_rise_withdrawn(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            day=day_words(valid_from),
            path=_listing_path(listing),
        )
    for beside in _who_may_know(dearer):
        messages.price_rise_withdrawn_beside(
            to_person_id=beside.reader.id,
            to_email=beside.reader.email,
            name=beside.reader.full_name,
            whose=beside.person.full_name,
            day=day_words(valid_from),
            path=_listing_path(listing),
            about=About(beside.person.id, ToldAs.SEES),
        )
    return len(dearer)


def _listing_path(listing: Listing) -> str:
    return f"/listings/{listing.public_id}"


def _rise_path(listing: Listing) -> str:
    return f"/bookings/price-rise/{listing.public_id}"


@dataclass(frozen=True, slots=True)
class _Beside:
    """Somebody who helps a person with what they have booked: a supporter, or a care manager with them on the caseload."""

    reader: Person
    person: Person
    may_see_money: bool


def _who_may_know(person_ids: Collection[int]) -> list[_Beside]:
    """Who may see what these people have booked, each once for each of them."""
    powers: dict[tuple[Person, Person], frozenset[Power]] = {}
    for support in circles.standing_beside(person_ids):
        if support.supporter is not None:
            powers[support.supporter, support.person] = support.granted
    for entry in circles.on_caseloads(person_ids):
        both = entry.care_manager, entry.person
        powers[both] = powers.get(both, frozenset()) | entry.granted
    return [
        _Beside(reader, person, Power.SEE_MONEY in granted)
        for (reader, person), granted in powers.items()
        if booking_records_permissions.may_see_bookings(granted)
    ]


def _tell_beside(beside: _Beside, listing: Listing, rise: Rise) -> None:
    """Tell who helps what they may see: the price of the visits; how long the money lasts only with that power."""
    reader, may_see_money = beside.reader, beside.may_see_money
    messages.price_rises_beside(
        to_person_id=reader.id,
        to_email=reader.email,
        name=reader.full_name,
        whose=beside.person.full_name,
        day=day_words(rise.valid_from),
        **_prices(rise),
        weeks_now=rise.weeks_now if may_see_money else None,
        weeks_then=rise.weeks_then if may_see_money else None,
        path=_rise_path(listing),
        about=About(beside.person.id, ToldAs.SEES_MONEY if may_see_money else ToldAs.SEES),
    )
    audit.record(
        action="price_rise_told",
        actor_id=None,
        for_person_id=beside.person.id,
        subject_kind="listing",
        subject_id=listing.id,
        told_person_id=reader.id,
        valid_from=rise.valid_from.isoformat(),
    )


class _Prices(TypedDict):
    visits: int
    is_weekly: bool
    now: str
    then: str


def _prices(rise: Rise) -> _Prices:
    """What is told of the price: of one week where every week is the same, else of these very visits."""
    return {
        "visits": rise.visits,
        "is_weekly": rise.is_weekly,
        "now": str(Money(rise.said_now_pence)),
        "then": str(Money(rise.said_then_pence)),
    }


def _tell(person: Person, listing: Listing, rise: Rise) -> None:
    messages.price_rises(
        to_person_id=person.id,
        to_email=person.email,
        name=person.full_name,
        day=day_words(rise.valid_from),
        **_prices(rise),
        weeks_now=rise.weeks_now,
        weeks_then=rise.weeks_then,
        path=_rise_path(listing),
    )
    audit.record(
        action="price_rise_told",
        actor_id=None,
        for_person_id=person.id,
        subject_kind="listing",
        subject_id=listing.id,
        valid_from=rise.valid_from.isoformat(),
        visits=rise.visits,
        is_weekly=rise.is_weekly,
        more_pence=rise.more_pence,
    )
