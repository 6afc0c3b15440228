"""Delivered visits to count, written straight down: what matters here is only their sums."""

import itertools
from datetime import date, time, timedelta
from hashlib import sha256

from app.base import clock
from app.base.db import db
from app.insight.disclosure.rules import Thresholds
from app.insight.trends.models import TrendPublication
from app.insight.trends.rules import files, tables
from app.insight.trends.rules.periods import period_with
from app.market.catalogue.models import Listing, ListingStatus
from app.market.catalogue.rules.kinds import KINDS
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from tests.factories import providers

_numbers = itertools.count(1)


def listing(kind: str) -> Listing:
    """Something of a kind that can be bought."""
    now = clock.now()
    made = Listing(
        provider_id=providers.provider().id,
        kind=kind,
        nature=KINDS[kind].nature,
        title=KINDS[kind].name,
        status=ListingStatus.PUBLISHED,
        created_at=now,
        updated_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def visit(
    council: Council,
    person: Person,
    sold: Listing,
    day: date,
    pence: int,
    *,
    at: time = time(10),
    is_framework: bool = False,
    status: VisitStatus = VisitStatus.DELIVERED,
) -> Visit:
    """One visit of one booking."""
    number = next(_numbers)
    starts = clock.at_london(day, at)
    booking = Booking(
        reference=f"OW-{number:08d}",
        key=f"only-for-tests-{number:08d}",
        digest="0" * 64,
        person_id=person.id,
        booked_by_id=person.id,
        listing_id=sold.id,
        provider_id=sold.provider_id,
        council_id=council.id,
        kind=sold.kind,
        is_framework=is_framework,
        status=BookingStatus.COMPLETED,
        agreed={},
        total_pence=pence,
        requested_at=starts,
    )
    charged = pence if status == VisitStatus.DELIVERED else 0
    made = Visit(
        booking=booking,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        status=status,
        price_pence=pence,
        price_lines=[],
        charged_pence=charged,
    )
    db.session.add(made)
    db.session.flush()
    return made


def publication(council: Council, first_day: date = date(2026, 3, 30)) -> TrendPublication:
    """A publication of four weeks in which nobody bought anything."""
    period = period_with(first_day, first_day)
    said = files.content(
        council=(council.code, council.name),
        number=1,
        published_on=period.ends_on + timedelta(days=14),
        period=period,
        limits=Thresholds(),
        tables=[
            *tables.spend_tables((), tables.Names({}, {}), Thresholds()),
            tables.corrections_table({}, Thresholds())[0],
            tables.delivered_table([], Thresholds()),
        ],
    )
    texts = files.json_text(said), files.csv_text(said)
    made = TrendPublication(
        council_id=council.id,
        number=1,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        published_at=clock.at_london(period.ends_on + timedelta(days=14), time(3)),
        json_text=texts[0],
        csv_text=texts[1],
        digest=sha256("".join(texts).encode()).hexdigest(),
    )
    db.session.add(made)
    db.session.commit()
    return made
