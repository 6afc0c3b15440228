"""What people bought, read for publication only. These rows never leave the room: they are grouped before they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, select, union_all

from app.base import clock
from app.base.db import db
from app.insight.disclosure.rules import FEWEST, Purchase, Thresholds
from app.insight.trends.models import TrendCounted, TrendPublication
from app.insight.trends.rules.periods import USUAL_FIRST_DAY, Period
from app.market.catalogue.rules.kinds import KINDS, THINGS
from app.people.councils.models import Locality
from app.people.councils.queries import policy
from app.people.councils.rules.policies import POLICIES
from app.support.booking_records.models.bookings import PAID, Booking, Visit
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.rules.states import CAME
from app.support.visits.queries import figures

NO_LOCALITY = "not-known"

# What cost nothing is nobody's spending, and must not count as people behind a sum of money.
_CAME_AND_COST = and_(Visit.status.in_(CAME), PAID > 0)


@dataclass(frozen=True, slots=True)
class CouncilRules:
    """What a council asks of the figures it publishes."""

    limits: Thresholds
    delay: int
    """Days from the end of a period to its publication."""
    anchor: date
    """A first day of a period."""


def rules_of(council_id: int, today: date) -> CouncilRules:
    """The council's own rules of a day."""

    def said(name: str) -> Any:
        named = policy(council_id, name, today)
        return POLICIES[name].otherwise if named is None else named

    anchor = said("budget_year_starts_on")
    return CouncilRules(
        Thresholds(max(int(said("small_number")), FEWEST), int(said("figures_largest_share_percent"))),
        int(said("figures_published_after_days")),
        USUAL_FIRST_DAY if anchor is None else date.fromisoformat(anchor),
    )


def rules_today(council_id: int) -> CouncilRules:
    """The council's own rules now."""
    return rules_of(council_id, clock.today())


def kind_names(codes: Sequence[str] | set[str]) -> dict[str, str]:
    """Kinds of support in words."""
    return {code: KINDS[code].name if code in KINDS else code for code in codes}


def locality_names(council_id: int) -> dict[str, str]:
    """A council's localities by their names in addresses, and where a booking has none."""
    rows = db.session.execute(select(Locality.slug, Locality.name).where(Locality.council_id == council_id))
    return {row.slug: row.name for row in rows} | {NO_LOCALITY: "Locality not known"}


def first_paid_day(council_id: int) -> date | None:
    """The London day of the first visit that was paid for; nothing when there was none."""
    first = db.session.scalar(_paid(council_id, func.min(Visit.starts_at)))
    return clock.london(first).date() if first else None


def purchases_in(council_id: int, period: Period) -> tuple[Purchase, ...]:
    """What each booking cost in a period, by the London day its visits began on."""
    recorded = func.count(VisitRecord.id)
    minutes = case((recorded == func.count(Visit.id), func.sum(VisitRecord.charged_minutes)))
    slug = func.coalesce(Locality.slug, NO_LOCALITY)
    facts = (Booking.id, Booking.person_id, Booking.kind, Booking.is_framework, Booking.provider_id, slug)
    rows = (
        _paid(council_id, *facts, func.sum(PAID), minutes)
        .outerjoin(Locality, Locality.id == Booking.locality_id)
        .outerjoin(VisitRecord, and_(VisitRecord.visit_id == Visit.id, VisitRecord.is_current))
        .where(
            Visit.starts_at >= _begins(period.starts_on), Visit.starts_at < _begins(period.ends_on + timedelta(days=1))
        )
        .group_by(*facts)
        .order_by(Booking.id)
    )
    return tuple(
        Purchase(
            person=person,
            booking=booking,
            kind=kind,
            is_framework=bool(is_framework),
            provider=provider,
            locality=locality,
            pence=int(pence),
            minutes=None if charged is None or kind in THINGS else int(charged),
        )
        for booking, person, kind, is_framework, provider, locality, pence, charged in db.session.execute(rows)
    )


def changes_before(council_id: int, day: date) -> dict[tuple[int, int], int]:
    """What bookings have cost before a London day, less what was told of it: pence by (person, booking), none of them 0."""
    cost = _paid(council_id, Booking.id.label("booking"), func.sum(PAID).label("pence")).where(
        Visit.starts_at < _begins(day)
    )
    told = (
        select(TrendCounted.booking_id, -func.sum(TrendCounted.pence))
        .join(TrendPublication, TrendPublication.id == TrendCounted.publication_id)
        .where(TrendPublication.council_id == council_id)
        .group_by(TrendCounted.booking_id)
    )
    both = union_all(cost.group_by(Booking.id), told).subquery()
    left = func.sum(both.c.pence)
    rows = (
        select(Booking.person_id, Booking.id, left)
        .join(both, both.c.booking == Booking.id)
        .group_by(Booking.person_id, Booking.id)
        .having(left != 0)
    )
    return {(person, booking): int(pence) for person, booking, pence in db.session.execute(rows)}


def visits_in(council_id: int, period: Period) -> list[figures.ProviderFigures]:
    """What each provider planned, gave and charged in a period."""
    return figures.figures_by_provider(
        council_id, since=_begins(period.starts_on), until=_begins(period.ends_on + timedelta(days=1))
    )


def _begins(day: date) -> Any:
    return clock.at_london(day, time())


def _paid(council_id: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns).select_from(Visit).join(Visit.booking).where(Booking.council_id == council_id, _CAME_AND_COST)
    )
