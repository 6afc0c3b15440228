"""Adding providers and giving them places on frameworks.

Search shows framework status, so what changes it is called through ``catalogue.actions.places``, which tells search: this
room lies below the catalogue and cannot.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_line, is_blank
from app.market.providers.models import FrameworkPlace, Provider, Registration
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Framework, Locality, Lot
from app.people.councils.permissions import may_run_frameworks
from app.platform.audit.actions import record


def add_provider(
    *, actor: Person | None, name: str, kind: ProviderKind, is_joining: bool = False, **facts: Any
) -> Provider:
    """Add a provider that comes by itself and not from a register.

    Args:
        actor: a commissioner, or nobody when a command adds it.
        name: as people know it.
        kind: what sort of organisation.
        is_joining: somebody brings their own, and the room ``joining`` has seen to the checks that its kind needs.
        facts: other columns (``description``, ``postcode``, ``claimed_at``...).

    Raises:
        NotAllowed: when the actor is no commissioner and it does not join by itself.
        BadInput: without a name.
    """
    if actor is not None and not is_joining and not actor.has_role(Role.COMMISSIONER):
        message = "Only commissioners can add a provider"
        raise NotAllowed(message)
    if is_blank(name):
        message = "Enter the provider's name"
        raise BadInput(message)
    provider = Provider(name=clean_line(name), kind=kind, created_at=clock.now(), updated_at=clock.now(), **facts)
    db.session.add(provider)
    db.session.flush()
    _note("provider_added", actor, provider)
    return provider


def add_registration(*, actor: Person | None, provider: Provider, cqc_location_id: str, **facts: Any) -> Registration:
    """Note a location of a provider that is registered with the regulator, when no register file brought it.

    Args:
        actor: a commissioner, or nobody when a command adds it.
        provider: whose location it is.
        cqc_location_id: the regulator's number for it.
        facts: other columns (``name``, ``rating``, ``rated_on``...).

    Raises:
        NotAllowed: when the actor is no commissioner.
    """
    if actor is not None and not actor.has_role(Role.COMMISSIONER):
        message = "Only commissioners can add a registration"
        raise NotAllowed(message)
    made = Registration(
        provider=provider, cqc_location_id=cqc_location_id, updated_at=clock.now(), **{"name": provider.name, **facts}
    )
    db.session.add(made)
    db.session.flush()
    _note("registration_added", actor, provider)
    return made


def place_on_framework(
    *,
    actor: Person | None,
    provider: Provider,
    lot: Lot,
    from_on: date,
    until_on: date | None = None,
    locality: Locality | None = None,
) -> FrameworkPlace:
    """Give a provider a place on a lot, from a day (and until a day, included), in one locality or the whole council.

    Raises:
        NotAllowed: for anybody but the council's commissioners and the operator's commands.
        BadInput: when the days lie outside the framework's term, the locality is another council's, or it is a personal
            assistant, whom people employ themselves: a lot may hold agencies that send assistants, never assistants.
        Conflict: when it has a place there on some of those days already.
    """
    framework = lot.framework
    _check_may_run(actor, framework)
    if provider.kind == ProviderKind.PERSONAL_ASSISTANT:
        message = (
            f"{provider.name} is a personal assistant, whom people employ themselves, so has no place on a framework"
        )
        raise BadInput(message)
    if until_on is not None and until_on < from_on:
        message = "The place must end on or after the day it starts"
        raise BadInput(message)
    if not framework.starts_on <= from_on <= framework.ends_on or (until_on or from_on) > framework.ends_on:
        message = f"The framework runs from {day_words(framework.starts_on)} to {day_words(framework.ends_on)}"
        raise BadInput(message)
    if locality is not None and locality.council_id != framework.council_id:
        message = "That locality belongs to another council"
        raise BadInput(message)
    db.session.get_one(Provider, provider.id, with_for_update=True)
    standing = db.session.scalars(
        select(FrameworkPlace).where(
            FrameworkPlace.provider_id == provider.id,
            FrameworkPlace.lot_id == lot.id,
            FrameworkPlace.locality_id.is_(None) if locality is None else FrameworkPlace.locality_id == locality.id,
        )
    ).all()
    if any(_overlap(place, from_on, until_on) for place in standing):
        message = f"{provider.name} already has a place on {lot.name} on some of those days"
        raise Conflict(message)
    place = FrameworkPlace(
        provider_id=provider.id,
        lot_id=lot.id,
        locality_id=locality.id if locality else None,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.add(place)
    db.session.flush()
    _note("framework_place_given", actor, provider, council_id=framework.council_id, lot_id=lot.id)
    return place


def _check_may_run(actor: Person | None, framework: Framework) -> None:
    if not may_run_frameworks(actor, framework.council_id):
        message = "Only this council's commissioners can change who is on its framework"
        raise NotAllowed(message)


def _overlap(place: FrameworkPlace, from_on: date, until_on: date | None) -> bool:
    starts_before_end = until_on is None or place.from_on <= until_on
    return starts_before_end and (place.until_on is None or place.until_on >= from_on)


def _note(action: str, actor: Person | None, provider: Provider, council_id: int | None = None, **details: Any) -> None:
    record(
        action=action,
        actor_id=actor.id if actor else None,
        subject_kind="provider",
        subject_id=provider.id,
        council_id=council_id,
        **details,
    )
