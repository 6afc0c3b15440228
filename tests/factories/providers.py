"""Providers to test with."""

import itertools
from datetime import UTC, date, datetime

from app.base.db import db
from app.market.providers.models import FrameworkPlace, Provider, Registration, Suspension
from app.market.providers.rules import ProviderKind, SuspensionReason
from app.people.councils.models import Council, Lot

_numbers = itertools.count(1)
LONG_AGO = datetime(2026, 1, 1, 9, tzinfo=UTC)


def provider(name: str | None = None, *, claimed: bool = True, **more: object) -> Provider:
    """A provider; claimed unless said otherwise."""
    facts = {
        "kind": ProviderKind.LOCAL,
        "claimed_at": LONG_AGO if claimed else None,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        **more,
    }
    made = Provider(name=name or f"Provider {next(_numbers)}", **facts)
    db.session.add(made)
    db.session.commit()
    return made


def registration(provider: Provider, location_id: str | None = None, **more: object) -> Registration:
    """A registered location of a provider."""
    made = Registration(
        provider_id=provider.id,
        cqc_location_id=location_id or f"1-{next(_numbers):09d}",
        name=more.pop("name", provider.name),
        updated_at=LONG_AGO,
        **more,
    )
    db.session.add(made)
    db.session.commit()
    return made


def place(provider: Provider, lot: Lot, from_on: date = date(2026, 1, 1), **more: object) -> FrameworkPlace:
    """A place on a lot of a framework."""
    made = FrameworkPlace(provider_id=provider.id, lot_id=lot.id, from_on=from_on, **more)
    db.session.add(made)
    db.session.commit()
    return made


def suspension(
    provider: Provider,
    council: Council | None = None,
    lot: Lot | None = None,
    from_on: date = date(2026, 1, 1),
    **more: object,
) -> Suspension:
    """A suspension that stands; by the operator everywhere unless a council is given."""
    facts = {"reason": SuspensionReason.QUALITY, "words": "Visits were late", "made_at": LONG_AGO, **more}
    made = Suspension(
        provider_id=provider.id,
        council_id=None if council is None else council.id,
        lot_id=None if lot is None else lot.id,
        from_on=from_on,
        **facts,
    )
    db.session.add(made)
    db.session.commit()
    return made
