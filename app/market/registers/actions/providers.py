"""Keeping what public registers say of providers. An import never touches words a claimed provider wrote."""

from dataclasses import dataclass, field
from typing import Any

from app.base import clock
from app.base.db import db
from app.market.providers.models import Provider, Registration
from app.market.providers.queries import REGULATOR, KnownRegister
from app.market.providers.rules import CqcRating, ProviderKind
from app.market.registers.rules.providers import Location, Rated
from app.people.councils.rules.geography import show_postcode


@dataclass(slots=True)
class Registered:
    """What became of one location: its provider and registration, whether it is new, and what changed."""

    provider: Provider
    registration: Registration
    is_new: bool
    changes: list[str] = field(default_factory=list)
    is_renamed: bool = False
    """The provider has another name now: every listing of its shows it."""


def provider_from_register(*, location: Location, known: KnownRegister, is_own_council: bool = False) -> Registered:
    """Add or bring up to date a provider and one registered location of its. Run by import commands only.

    What the register leaves empty changes nothing. The regulator's own facts (services, rating, address of the location)
    follow the register whoever has claimed the provider; its name does so only while nobody has.

    Args:
        location: what the register says.
        known: what earlier imports brought; what this one adds is learnt.
        is_own_council: the provider is the council itself, so what it runs is an in-house service.
    """
    provider, changes, is_renamed = _provider(location, known, is_own_council=is_own_council)
    registration = known.by_location.get(location.location_id)
    facts = _facts(location)
    if registration is None:
        registration = Registration(
            provider=provider, cqc_location_id=location.location_id, updated_at=clock.now(), **facts
        )
        db.session.add(registration)
        known.by_location[location.location_id] = registration
        return Registered(provider, registration, is_new=True, is_renamed=is_renamed)
    if registration.provider is not provider:
        registration.provider = provider
        changes.append("provider")
    changes += _change(registration, facts, is_newer=_is_newer(registration, location))
    if changes:
        registration.updated_at = clock.now()
    return Registered(provider, registration, is_new=False, changes=changes, is_renamed=is_renamed)


def rate_location(*, registration: Registration, rated: Rated) -> list[str]:
    """Bring one location's rating up to date; an older one changes nothing. Gives the words for what changed."""
    if registration.rated_on is not None and rated.rated_on < registration.rated_on:
        return []
    facts = {"rating": rated.rating, "rated_on": rated.rated_on, "is_rating_inherited": rated.is_inherited}
    changes = _change(registration, facts, is_newer=True)
    if changes:
        registration.updated_at = clock.now()
    return changes


def _is_newer(registration: Registration, location: Location) -> bool:
    """Whether the rating a file carries is not older than the one we have."""
    return (
        registration.rated_on is None or location.rated_on is None or location.rated_on >= registration.rated_on
    ) and not (location.rated_on is None and registration.rating != CqcRating.NOT_YET_RATED)


def _facts(location: Location) -> dict[str, Any]:
    """What the register says, by column; what it leaves empty is left out."""
    said = {
        "name": location.name,
        "address": location.address,
        "postcode": show_postcode(location.postcode) if location.postcode else None,
        "phone": location.phone,
        "website": location.website,
        "service_types": "|".join(location.service_types) or None,
        "specialisms": "|".join(location.specialisms) or None,
        "last_checked_on": location.last_checked_on,
        "rating": location.rating,
        "rated_on": location.rated_on,
        "is_rating_inherited": location.is_rating_inherited,
    }
    return {name: value for name, value in said.items() if value is not None}


RATING_COLUMNS = frozenset({"rating", "rated_on", "is_rating_inherited"})
WORDS_FOR = {
    "service_types": "services",
    "last_checked_on": "date of the latest check",
    "rated_on": "date of the rating",
    "is_rating_inherited": "whether the rating is inherited",
    "cqc_provider_id": "provider number",
}


def _change(row: Provider | Registration, facts: dict[str, Any], *, is_newer: bool = True) -> list[str]:
    changed = [
        name
        for name, value in facts.items()
        if getattr(row, name) != value and (is_newer or name not in RATING_COLUMNS)
    ]
    for name in changed:
        setattr(row, name, facts[name])
    return [WORDS_FOR.get(name, name) for name in changed]


def _provider(location: Location, known: KnownRegister, *, is_own_council: bool) -> tuple[Provider, list[str], bool]:
    """The provider a location belongs to, what changed about it, and whether it was renamed."""
    number, name = location.provider_id, location.provider_name
    standing = known.by_location.get(location.location_id)
    same_name = known.by_name.get(name.casefold())
    provider: Provider | None
    if number is not None:
        provider = known.by_provider_id.get(number)
        if provider is None and same_name is not None and same_name.cqc_provider_id is None:
            provider = same_name
        if provider is None and standing is not None and standing.provider.cqc_provider_id is None:
            # The first file without numbers may write the name otherwise; the location is surely its own.
            provider = standing.provider
    elif standing is not None and (
        standing.provider.cqc_provider_id is not None or standing.provider.name.casefold() == name.casefold()
    ):
        # A file without numbers does not rename a provider known by its number.
        return standing.provider, [], False
    else:
        provider = same_name
    if provider is None:
        return _new_provider(location, known, is_own_council=is_own_council), [], False
    changes: list[str] = []
    if number is not None and provider.cqc_provider_id != number:
        changes += _change(provider, {"cqc_provider_id": number})
        if provider.source == REGULATOR:
            provider.source_key = number
    is_renamed = number is not None and provider.name != name and not provider.is_claimed
    if is_renamed:
        changes += ["name of the provider"] if _change(provider, {"name": name}) else []
    if changes:
        provider.updated_at = clock.now()
        known.learn(provider)
    return provider, changes, is_renamed


def _new_provider(location: Location, known: KnownRegister, *, is_own_council: bool) -> Provider:
    provider = Provider(
        name=location.provider_name,
        kind=ProviderKind.IN_HOUSE if is_own_council else ProviderKind.NOT_KNOWN,
        cqc_provider_id=location.provider_id,
        source=REGULATOR,
        source_key=location.provider_id or f"name:{location.provider_name.casefold()}",
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    db.session.add(provider)
    known.learn(provider)
    return provider


def community_provider(
    *, found: Provider | None, source: str, source_key: str, kind: ProviderKind, facts: dict[str, Any]
) -> tuple[Provider, list[str]]:
    """Add, or bring up to date, an organisation from a community file; gives it and what changed. For imports only.

    Args:
        found: the provider an earlier import (or the organisation itself) made, when there is one.
        source: which file.
        source_key: what names it there.
        kind: charity or community group.
        facts: columns and values; an empty value says nothing and changes nothing. Nothing of a claimed one changes.
    """
    said = {name: value for name, value in facts.items() if value is not None}
    if found is None:
        provider = Provider(
            source=source, source_key=source_key, kind=kind, created_at=clock.now(), updated_at=clock.now(), **said
        )
        db.session.add(provider)
        return provider, []
    if found.is_claimed:
        return found, []
    if found.source == source:
        said["source_key"] = source_key
    changes = [f"{words} of the organisation" for words in _change(found, said) if words != "source_key"]
    if changes:
        found.updated_at = clock.now()
    return found, changes
