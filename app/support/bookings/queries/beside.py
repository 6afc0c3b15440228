"""What times that somebody is about to ask for run into: other visits of theirs, and the hours that the listing gives."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import Nature
from app.support.availability.queries import Open, open_times, open_times_of_many
from app.support.availability.rules import openings_words
from app.support.booking_records.models.bookings import Booking, Pattern, PatternSlot, Visit
from app.support.booking_records.queries.shares import shared_with
from app.support.booking_records.rules.states import OPEN, VisitStatus
from app.support.recurrence.rules.patterns import WAITING, PatternTime, RequestedPattern, occurrences
from app.support.recurrence.rules.times import meeting

Span = tuple[datetime, datetime]
"""From when to when."""
LOOKED_AHEAD = timedelta(weeks=26)
"""How far what repeats is held against everything else: half a year says what will come again and again."""
VISITS_MOST = 4000
"""More than anybody has in half a year."""


class Beside(NamedTuple):
    """What is worth saying of times before they are asked for. It never forbids: two workers may come, a provider may say yes."""

    meets: list[Span]
    """Those at which the person has another visit already, or will have one of what repeats."""
    outside: list[Span]
    """Those outside the hours that the listing gives."""
    hours: str = ""
    """These hours: ``Monday to Friday 9am to 5pm``; nothing where the listing gives none that can be reckoned with."""
    opens: str = ""
    """When it is open, in its provider's own words; read, never reckoned with."""
    each_other: tuple[Span, ...] = ()
    """Those at which something else is that is about to be asked for together with them."""

    @property
    def said(self) -> list[str]:
        """The same for a message, a sentence each; nothing where the times run into nothing."""
        found = ["There is already a visit at this time."] if self.meets else []
        found += ["Something else of this is at the same time."] if self.each_other else []
        return found + ([f"It is outside the hours that are given for it: {self.hours}."] if self.outside else [])


def visits_beside(person_id: int, listing: Listing, times: Sequence[Span], *, but: int | None = None) -> Beside:
    """What these times run into.

    Args:
        person_id: whose visits.
        listing: what is asked for.
        times: from when to when, each.
        but: a booking that is about to be changed: its own visits do not count.
    """
    return _beside(listing, open_times(listing.id), times, meets(person_id, times, but=but))


def several_beside(person_id: int, asked: Sequence[tuple[Listing, Sequence[Span]]]) -> list[Beside]:
    """What the times of several things run into that are about to be asked for together: the same, and each other.

    In as many queries as one of them takes.

    Args:
        person_id: whose visits.
        asked: each thing with its times.
    """
    every = [one for _, times in asked for one in times]
    met = set(meets(person_id, every))
    opened = open_times_of_many({listing.id for listing, _ in asked})
    return [
        _beside(
            listing,
            opened.get(listing.id),
            times,
            [one for one in times if one in met],
            meeting(times, [one for other, (_, theirs) in enumerate(asked) if other != number for one in theirs]),
        )
        for number, (listing, times) in enumerate(asked)
    ]


def _beside(
    listing: Listing, opened: Open | None, times: Sequence[Span], met: list[Span], each_other: Sequence[Span] = ()
) -> Beside:
    hours = "" if opened is None else openings_words(opened.openings)
    outside = [] if opened is None else [one for one in times if opened.window(one) is None]
    return Beside(met, outside, hours, listing.opening_times, tuple(each_other))


def times_of(wanted: RequestedPattern) -> list[Span]:
    """The times of something that repeats which are looked at: those of half a year from its first day."""
    return times_from(wanted.slots, wanted.slots[0].starts_on)


def times_after(slot: PatternTime, first: date) -> list[Span]:
    """The same for one time of day that is to repeat from a day on."""
    return times_from([slot], first)


def times_from(slots: Sequence[PatternTime], first: date) -> list[Span]:
    """The same for several times of day that repeat, from a day on."""
    return [(one.starts, one.ends) for one in occurrences(slots, (), first, first + LOOKED_AHEAD)]


def meets(person_id: int, times: Sequence[Span], *, but: int | None = None) -> list[Span]:
    """Those of the times at which the person has another visit: made, or still to be made of what repeats."""
    if not times:
        return []
    since, until = min(starts for starts, _ in times), max(ends for _, ends in times)
    return meeting(times, [*_made(person_id, since, until, but), *_to_be_made(person_id, since, until, but)])


def _made(person_id: int, since: datetime, until: datetime, but: int | None) -> list[Span]:
    rows = db.session.execute(
        select(Visit.starts_at, Visit.ends_at)
        .join(Booking)
        .join(Listing, Listing.id == Booking.listing_id)
        .where(
            # A thing is left at the door, and nobody has to be free for it.
            Listing.nature != Nature.EQUIPMENT,
            or_(Booking.person_id == person_id, Booking.id.in_(shared_with(person_id))),
            Booking.id != (but or 0),
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at < until,
            Visit.ends_at > since,
        )
        .limit(VISITS_MOST)
    )
    return [(starts, ends) for starts, ends in rows]


def _to_be_made(person_id: int, since: datetime, until: datetime, but: int | None) -> list[Span]:
    """Visits of what repeats that are made when their money comes."""
    patterns = db.session.scalars(
        select(Pattern)
        .join(Pattern.booking)
        .where(Booking.person_id == person_id, Booking.status.in_(OPEN), Booking.id != (but or 0))
        .options(selectinload(Pattern.slots).selectinload(PatternSlot.exceptions))
    )
    # A visit that began on the day before may still go on.
    first, last = clock.london(since).date() - timedelta(days=1), clock.london(until).date()
    found: list[Span] = []
    for pattern in patterns:
        slots = [slot.as_rule for slot in pattern.slots if not slot.is_over]
        excepted = {(slot.id, one.day) for slot in pattern.slots for one in slot.exceptions}
        if pattern.next_on is not None:
            coming = occurrences(slots, excepted, max(first, pattern.next_on), last)
            found += [(one.starts, one.ends) for one in coming]
        waits = [
            slot.as_rule.visit(one.day)
            for slot in pattern.slots
            for one in slot.exceptions
            if one.kind in WAITING and first <= one.day <= last
        ]
        found += waits
    return found
