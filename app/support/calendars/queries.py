"""Visits as a calendar shows them: a person's, made and to come, and a provider's day. Columns and no objects."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select, union_all
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.db import db, fetch_rows
from app.funding.budgets.models import Pot
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import THINGS
from app.market.providers.models import Provider
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.councils.rules.geography import outward_of
from app.people.homes.rules import may_still_see_home
from app.support.booking_records.models.bookings import Booking, Pattern, PatternSlot, Visit, VisitPayment
from app.support.booking_records.queries.shares import shared_with
from app.support.booking_records.rules.states import OPEN, BookingStatus, VisitStatus
from app.support.booking_records.rules.words import SAID, Reader
from app.support.calendars.models import CalendarFeed, DeskFeed
from app.support.calendars.rules import NOT_HAPPENING, CalendarEvent, EventStatus
from app.support.recurrence.rules.patterns import WAITING
from app.support.repeating.queries import patterns
from app.support.visits.rules.unconfirmed import AT_HOME


class CalendarEntry(NamedTuple):
    """One visit in somebody's calendar, whether it has been made or not."""

    starts: datetime
    ends: datetime
    status: VisitStatus | None
    """What became of it; nothing while it is not made."""
    is_agreed: bool
    title: str
    provider: str
    booking: str
    """The public id of its booking."""
    name: str
    """How it is named in an address under its booking."""
    of_things: bool
    """Whether things come, which last no time."""
    uid: str
    """The same for one day of a pattern, whatever becomes of it."""
    revision: int
    place: str
    """Where it is, in words."""
    contact: str
    """Who comes, and how to reach them."""

    @property
    def is_off(self) -> bool:
        """Whether it was cancelled, declined or never agreed."""
        return self.status in NOT_HAPPENING

    @property
    def is_certain(self) -> bool:
        """Whether the provider agreed to it and its money is set aside."""
        return self.is_agreed and self.status is not None


_MADE = (
    select(
        Visit.id,
        Visit.public_id,
        Visit.starts_at,
        Visit.ends_at,
        Visit.status,
        Visit.revision,
        Visit.slot_day,
        Visit.waits_on,
        Visit.booking_id,
        PatternSlot.public_id.label("slot"),
    )
    .join(Booking, Booking.id == Visit.booking_id)
    .outerjoin(PatternSlot, PatternSlot.id == Visit.slot_id)
    .where(Visit.starts_at < bindparam("until"), Visit.ends_at > bindparam("since"))
)
_PAID_BY = (
    select(VisitPayment.visit_id)
    .join(Pot, Pot.id == VisitPayment.pot_id)
    .where(VisitPayment.visit_id == Visit.id, Pot.person_id == bindparam("person_id"))
)
# What is shared is in the calendar of everybody whose money pays for that very visit, and of nobody who has left.
_VISITS = union_all(
    _MADE.where(Booking.person_id == bindparam("person_id"), Booking.is_shared.is_(False)),
    _MADE.where(Booking.id.in_(shared_with(bindparam("person_id"))), _PAID_BY.exists()),
)
_BOOKINGS = (
    select(
        Booking.id,
        Booking.public_id,
        Booking.status,
        Booking.agreed,
        Booking.kind,
        Listing.address,
        Listing.postcode,
        Provider.phone,
        Provider.email,
    )
    .join(Listing, Listing.id == Booking.listing_id)
    .join(Provider, Provider.id == Booking.provider_id)
    .where(
        or_(
            Booking.id.in_(bindparam("made", expanding=True)),
            and_(Booking.person_id == bindparam("person_id"), Booking.is_shared.is_(False), Booking.status.in_(OPEN)),
        )
    )
)


def calendar_entries(person_id: int, first: date, last: date) -> list[CalendarEntry]:
    """Everything in a person's calendar between two London days, in order; at most five queries, however much it is.

    Of a day of a pattern that was cancelled and put back, only what stands is told.
    """
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    rows = fetch_rows(_VISITS, {"person_id": person_id, "since": since, "until": until}).all()
    made = sorted({row.booking_id for row in rows})
    about = {row.id: row for row in fetch_rows(_BOOKINGS, {"person_id": person_id, "made": made})}
    newest: dict[str, CalendarEntry] = {}
    for row in sorted(rows, key=lambda one: one.id):
        uid = f"{row.slot}-{row.slot_day:%Y%m%d}" if row.slot else row.public_id
        # What was put back is a later word on the same day than what was cancelled.
        before = newest.get(uid)
        newest[uid] = _entry(about[row.booking_id], row, uid, row.revision + (before.revision + 1 if before else 0))
    found = [*newest.values(), *_to_come(about, first, last, newest)]
    return sorted(found, key=lambda one: (one.starts, one.uid))


def _entry(booking: Any, row: Any, uid: str, revision: int) -> CalendarEntry:
    return CalendarEntry(
        row.starts_at,
        row.ends_at,
        # A visit that waits for its money is no more certain than one that is not made yet.
        row.status if row.waits_on is None else None,
        booking.status in {BookingStatus.ACCEPTED, BookingStatus.COMPLETED, BookingStatus.CANCELLED},
        booking.agreed["title"],
        booking.agreed["provider"],
        booking.public_id,
        row.public_id,
        "quantity" in booking.agreed,
        uid,
        revision,
        _place(booking),
        _contact(booking),
    )


def _place(booking: Any) -> str:
    """Where somebody is helped: at home, or where the listing says."""
    if booking.kind in AT_HOME:
        return "At home"
    return ", ".join(part for part in (booking.address, booking.postcode) if part)


def _contact(booking: Any) -> str:
    return ", ".join(part for part in (booking.agreed["provider"], booking.phone, booking.email) if part)


def _to_come(
    about: Mapping[int, Any], first: date, last: date, made: Mapping[str, CalendarEntry]
) -> Iterable[CalendarEntry]:
    """What patterns ask for between two days and has not been made."""
    open_ones = [number for number, row in about.items() if row.status in OPEN]
    if not open_ones or last < clock.today():
        return
    rows = db.session.scalars(
        select(Pattern)
        .where(Pattern.booking_id.in_(open_ones))
        .options(selectinload(Pattern.slots).selectinload(PatternSlot.exceptions))
    )
    now = clock.now()
    for pattern in rows:
        row = about[pattern.booking_id]
        slots = {slot.id: slot.as_rule for slot in pattern.slots}
        wait = [(slots[slot], day) for slot, day in patterns.excepted(pattern, *WAITING) if first <= day <= last]
        come = [(one.slot, one.day) for one in patterns.to_come(pattern, first, last)]
        for slot, day in [*wait, *come]:
            starts, ends = slot.visit(day)
            uid = f"{slot.public_id}-{day:%Y%m%d}"
            if starts > now and uid not in made:
                is_agreed = row.status == BookingStatus.ACCEPTED
                yield CalendarEntry(
                    starts,
                    ends,
                    None,
                    is_agreed,
                    row.agreed["title"],
                    row.agreed["provider"],
                    row.public_id,
                    uid,
                    False,
                    uid,
                    0,
                    _place(row),
                    _contact(row),
                )


def _midnight(day: date) -> datetime:
    return clock.at_london(day, time())


FEED_BACK, FEED_AHEAD = timedelta(weeks=8), timedelta(days=366)


def events(feed: CalendarFeed, link: Callable[[CalendarEntry], str]) -> list[CalendarEvent]:
    """What a private calendar address tells: eight weeks back and a year ahead, cancellations included.

    Where it is and who comes is told only where the person chose that titles say what a visit is for. The link opens
    nothing to who is not signed in.
    """
    today = clock.today()
    found = calendar_entries(feed.person_id, today - FEED_BACK, today + FEED_AHEAD)
    return [
        CalendarEvent(
            f"{one.uid}@ownway",
            one.starts,
            one.ends,
            EventStatus.CANCELLED if one.is_off else EventStatus.CONFIRMED if one.is_certain else EventStatus.TENTATIVE,
            one.revision,
            _summary(one, shows_titles=feed.shows_titles),
            link(one),
            one.place if feed.shows_titles else "",
            one.contact if feed.shows_titles else "",
        )
        for one in found
    ]


_SAYS_NOTHING = frozenset({VisitStatus.DELIVERED})
"""What is over and went well needs no word in a calendar."""


def _summary(one: CalendarEntry, *, shows_titles: bool) -> str:
    """The title of a visit, with where it stands: many calendars show neither what is tentative nor what is cancelled."""
    title = f"{one.title}, {one.provider}" if shows_titles else ("Delivery" if one.of_things else "Visit")
    if one.status in _SAYS_NOTHING:
        return title
    words = SAID[Reader.PERSON].entry(one.status, of_things=one.of_things, is_agreed=one.is_agreed)
    return f"{title} ({words[0].lower()}{words[1:]})" if words else title


def feed_of(person_id: int) -> CalendarFeed | None:
    """A person's private calendar address, when they have one."""
    return db.session.get(CalendarFeed, person_id)


def feed_called(public_id: str) -> CalendarFeed | None:
    """The calendar behind an address, of an account that is still open."""
    rows = select(CalendarFeed).join(Person).where(CalendarFeed.public_id == public_id, Person.closed_at.is_(None))
    return db.session.scalar(rows)


class Stop(NamedTuple):
    """One visit of a provider's day."""

    starts: datetime
    ends: datetime
    status: VisitStatus
    visit: str
    booking: str
    reference: str
    person: str
    postcode: str | None
    title: str
    person_id: int
    provider_id: int
    of_things: bool
    revision: int
    kind: str
    waits: bool


_DAY = (
    select(
        Visit.starts_at,
        Visit.ends_at,
        Visit.status,
        Visit.public_id,
        Booking.public_id.label("booking"),
        Booking.reference,
        Person.full_name,
        Person.postcode,
        Listing.title,
        Booking.person_id,
        Booking.provider_id,
        Booking.kind.in_(sorted(THINGS)).label("of_things"),
        Visit.revision,
        Booking.kind,
        Visit.waits_on.is_not(None).label("waits"),
    )
    .join(Booking, Booking.id == Visit.booking_id)
    .join(Person, Person.id == Booking.person_id)
    .join(Listing, Listing.id == Booking.listing_id)
    .where(
        Booking.provider_id.in_(bindparam("providers", expanding=True)),
        Booking.status.in_([BookingStatus.ACCEPTED, BookingStatus.COMPLETED, BookingStatus.CANCELLED]),
        Visit.starts_at >= bindparam("since"),
        Visit.starts_at < bindparam("until"),
        Visit.status.not_in([VisitStatus.DECLINED, VisitStatus.LAPSED]),
    )
    .order_by(Visit.starts_at, Visit.id)
)


DESK_BACK, DESK_AHEAD = timedelta(weeks=1), timedelta(weeks=8)


def desk_events(feed: DeskFeed, link: Callable[[Stop], str]) -> list[CalendarEvent]:
    """What the private address of a provider's days tells its staff: what for, which booking and about where.

    No name, no number and no whole postcode: whoever finds somebody's telephone learns of nobody. The link opens the
    visit for who is signed in, and that they looked is recorded there.
    """
    today = clock.today()
    asked = {
        "providers": [feed.provider_id],
        "since": _midnight(today - DESK_BACK),
        "until": _midnight(today + DESK_AHEAD),
    }
    stops = [Stop._make(row) for row in fetch_rows(_DAY, asked)]
    said = SAID[Reader.PROVIDER]
    found = []
    for one in stops:
        words = said.visit(one.status, of_things=one.of_things, waits=one.waits, with_money=False)
        title = f"{one.title}, {one.reference}"
        is_off = one.status in NOT_HAPPENING
        found.append(
            CalendarEvent(
                f"{one.visit}-desk@ownway",
                one.starts,
                one.ends,
                EventStatus.CANCELLED if is_off else EventStatus.TENTATIVE if one.waits else EventStatus.CONFIRMED,
                one.revision,
                title
                if one.status == VisitStatus.PLANNED and not one.waits
                else f"{title} ({words[0].lower()}{words[1:]})",
                link(one),
                f"Near {outward_of(one.postcode)}" if one.postcode else "",
            )
        )
    return found


def desk_feed_of(person_id: int, provider_id: int) -> DeskFeed | None:
    """The private address somebody made of their provider's days, when they have one."""
    return db.session.get(DeskFeed, (person_id, provider_id))


def desk_feed_called(public_id: str) -> DeskFeed | None:
    """The days of a provider behind an address, of somebody who still works there and whose account is open."""
    rows = (
        select(DeskFeed)
        .join(Person, Person.id == DeskFeed.person_id)
        .join(RoleGrant, (RoleGrant.person_id == DeskFeed.person_id) & (RoleGrant.provider_id == DeskFeed.provider_id))
        .where(DeskFeed.public_id == public_id, Person.closed_at.is_(None), RoleGrant.role == Role.PROVIDER_STAFF)
    )
    return db.session.scalar(rows)


def day_of(provider_ids: Sequence[int], day: date) -> list[Stop]:
    """Every agreed visit that begins on a London day, cancelled ones too, in order, in one query.

    The postcode only of those that are to be, or were a few days ago.
    """
    asked = {"providers": sorted(provider_ids), "since": _midnight(day), "until": _midnight(day + timedelta(days=1))}
    stops, now = [Stop._make(row) for row in fetch_rows(_DAY, asked)], clock.now()
    return [one if _still_shows_where(one, now) else one._replace(postcode=None) for one in stops]


def _still_shows_where(stop: Stop, now: datetime) -> bool:
    return stop.status not in NOT_HAPPENING and may_still_see_home(stop.ends, now=now)
