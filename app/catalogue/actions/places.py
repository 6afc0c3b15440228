"""Places on frameworks and suspensions, where search is told: this room knows a provider's listings, the one below does not."""

from datetime import date

from app.accounts.models import Person
from app.catalogue.actions.changes import mark_provider_changed
from app.councils.models import Locality, Lot
from app.providers import actions
from app.providers.models import FrameworkPlace, Provider


def place_on_framework(
    *,
    actor: Person | None,
    provider: Provider,
    lot: Lot,
    from_on: date,
    until_on: date | None = None,
    locality: Locality | None = None,
) -> FrameworkPlace:
    """Give a provider a place, as :func:`app.providers.actions.place_on_framework`."""
    place = actions.place_on_framework(
        actor=actor, provider=provider, lot=lot, from_on=from_on, until_on=until_on, locality=locality
    )
    mark_provider_changed(provider.id)
    return place


def suspend_place(*, actor: Person | None, place: FrameworkPlace, from_on: date) -> None:
    """Stop a place from counting, as :func:`app.providers.actions.suspend_place`."""
    actions.suspend_place(actor=actor, place=place, from_on=from_on)
    mark_provider_changed(place.provider_id)


def resume_place(*, actor: Person | None, place: FrameworkPlace) -> None:
    """Let it count again, as :func:`app.providers.actions.resume_place`."""
    actions.resume_place(actor=actor, place=place)
    mark_provider_changed(place.provider_id)


def suspend_provider(*, actor: Person | None, provider: Provider) -> None:
    """Stop new bookings with a provider, as :func:`app.providers.actions.suspend_provider`."""
    actions.suspend_provider(actor=actor, provider=provider)
    mark_provider_changed(provider.id)


def end_suspension(*, actor: Person | None, provider: Provider) -> None:
    """Let it take bookings again, as :func:`app.providers.actions.end_suspension`."""
    actions.end_suspension(actor=actor, provider=provider)
    mark_provider_changed(provider.id)
