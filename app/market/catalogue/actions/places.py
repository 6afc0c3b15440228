"""Places on frameworks and suspensions, where search is told: this room knows a provider's listings, the one below does not."""

from datetime import date

from app.market.catalogue.actions.changes import mark_provider_changed
from app.market.providers.actions import providers
from app.market.providers.models import FrameworkPlace, Provider
from app.people.accounts.models import Person
from app.people.councils.models import Locality, Lot


def place_on_framework(
    *,
    actor: Person | None,
    provider: Provider,
    lot: Lot,
    from_on: date,
    until_on: date | None = None,
    locality: Locality | None = None,
) -> FrameworkPlace:
    """Give a provider a place, as :func:`app.market.providers.actions.place_on_framework`."""
    place = providers.place_on_framework(
        actor=actor, provider=provider, lot=lot, from_on=from_on, until_on=until_on, locality=locality
    )
    mark_provider_changed(provider.id)
    return place


def suspend_place(*, actor: Person | None, place: FrameworkPlace, from_on: date) -> None:
    """Stop a place from counting, as :func:`app.market.providers.actions.suspend_place`."""
    providers.suspend_place(actor=actor, place=place, from_on=from_on)
    mark_provider_changed(place.provider_id)


def resume_place(*, actor: Person | None, place: FrameworkPlace) -> None:
    """Let it count again, as :func:`app.market.providers.actions.resume_place`."""
    providers.resume_place(actor=actor, place=place)
    mark_provider_changed(place.provider_id)


def suspend_provider(*, actor: Person | None, provider: Provider) -> None:
    """Stop new bookings with a provider, as :func:`app.market.providers.actions.suspend_provider`."""
    providers.suspend_provider(actor=actor, provider=provider)
    mark_provider_changed(provider.id)


def end_suspension(*, actor: Person | None, provider: Provider) -> None:
    """Let it take bookings again, as :func:`app.market.providers.actions.end_suspension`."""
    providers.end_suspension(actor=actor, provider=provider)
    mark_provider_changed(provider.id)
