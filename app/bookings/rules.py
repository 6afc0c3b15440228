"""What can become of a booking and of a visit, when visits may be, who pays how much, and what cancelling costs."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise, permutations
from zoneinfo import ZoneInfo

from app.catalogue.rules.days import is_shown_twice
from app.money import Money
from app.refusals import BadInput, Conflict, Refusal


class BookingStatus(StrEnum):
    """Where an agreed or asked-for purchase stands."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    COMPLETED = "completed"


BOOKING_WORDS = {
    BookingStatus.REQUESTED: "Waiting for an answer",
    BookingStatus.ACCEPTED: "Agreed",
    BookingStatus.DECLINED: "Declined",
    BookingStatus.CANCELLED: "Cancelled",
    BookingStatus.LAPSED: "Not answered in time",
    BookingStatus.COMPLETED: "Finished",
}

OPEN = frozenset({BookingStatus.REQUESTED, BookingStatus.ACCEPTED})
"""Statuses in which something may still happen."""


class VisitStatus(StrEnum):
    """What became of one occurrence."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    DECLINED = "declined"
    LAPSED = "lapsed"
    MISSED = "missed"


VISIT_WORDS = {
    VisitStatus.PLANNED: "Planned",
    VisitStatus.DELIVERED: "Delivered",
    VisitStatus.CANCELLED_IN_TIME: "Cancelled, not charged",
    VisitStatus.CANCELLED_LATE: "Cancelled late, charged",
    VisitStatus.DECLINED: "Declined, not charged",
    VisitStatus.LAPSED: "Not answered, not charged",
    VisitStatus.MISSED: "Did not happen, not charged",
}

CHARGED = frozenset({VisitStatus.DELIVERED, VisitStatus.CANCELLED_LATE})
"""Endings that spend the money set aside; every other ending gives it back."""

BOOKING_MAY_BECOME: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.REQUESTED: frozenset(
        {BookingStatus.ACCEPTED, BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.LAPSED}
    ),
    BookingStatus.ACCEPTED: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED}),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.LAPSED: frozenset(),
    BookingStatus.COMPLETED: frozenset(),
}

VISIT_MAY_BECOME: dict[VisitStatus, frozenset[VisitStatus]] = {
    VisitStatus.PLANNED: frozenset(VisitStatus) - {VisitStatus.PLANNED},
    VisitStatus.DELIVERED: frozenset(),
    VisitStatus.CANCELLED_IN_TIME: frozenset(),
    VisitStatus.CANCELLED_LATE: frozenset(),
    VisitStatus.DECLINED: frozenset(),
    VisitStatus.LAPSED: frozenset(),
    VisitStatus.MISSED: frozenset(),
}

BOOKING_IS_NOW = {
    BookingStatus.REQUESTED: "has not been accepted yet",
    BookingStatus.ACCEPTED: "has already been accepted",
    BookingStatus.DECLINED: "has been declined",
    BookingStatus.CANCELLED: "has been cancelled",
    BookingStatus.LAPSED: "was not answered before the visit was due, so it has ended",
    BookingStatus.COMPLETED: "is finished",
}
"""The end of "This booking ...", for whoever came second."""

VISIT_IS_NOW = {
    VisitStatus.PLANNED: "is planned",
    VisitStatus.DELIVERED: "has already been marked as delivered",
    VisitStatus.CANCELLED_IN_TIME: "was cancelled",
    VisitStatus.CANCELLED_LATE: "was cancelled",
    VisitStatus.DECLINED: "was declined",
    VisitStatus.LAPSED: "was never agreed",
    VisitStatus.MISSED: "has already been recorded as not having happened",
}


def must_become(now: BookingStatus, then: BookingStatus) -> None:
    """Let a booking pass from one status to another only as the table allows.

    Raises:
        Conflict: saying what the booking is now and that nothing changed.
    """
    if then not in BOOKING_MAY_BECOME[now]:
        raise Conflict(f"This booking {BOOKING_IS_NOW[now]}. Nothing was changed: look at it again.")


def visit_must_become(now: VisitStatus, then: VisitStatus) -> None:
    """Let a visit pass from one status to another only as the table allows.

    Raises:
        Conflict: saying what the visit is now and that nothing changed.
    """
    if then not in VISIT_MAY_BECOME[now]:
        raise Conflict(f"This visit {VISIT_IS_NOW[now]}. Nothing was changed: look at it again.")


def outcome(visits: Collection[VisitStatus]) -> BookingStatus | None:
    """What an accepted booking has become once no visit is planned any more; nothing while one is."""
    if VisitStatus.PLANNED in visits:
        return None
    return BookingStatus.COMPLETED if VisitStatus.DELIVERED in visits else BookingStatus.CANCELLED


# References ------------------------------------------------------------------------------------------------------

_SAID_ALOUD = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, 1, I, L, O or U: nothing sounds or looks like something else, and no word comes out by chance."""


def new_reference() -> str:
    """``OW-7K3F-92QM``: random, so that it counts nothing; short enough to read over the phone."""
    letters = "".join(secrets.choice(_SAID_ALOUD) for _ in range(8))
    return f"OW-{letters[:4]}-{letters[4:]}"


# Times -----------------------------------------------------------------------------------------------------------

LONDON = ZoneInfo("Europe/London")
FARTHEST = timedelta(days=366)
"""How far ahead a visit may be booked."""
LONGEST_VISIT = timedelta(days=7)
MOST_VISITS = 100
"""In one request."""


class TimesRefused(Refusal):
    """These times cannot be booked; ``field`` names the question to ask again."""

    status = 400

    def __init__(self, words: str, field: str = "on") -> None:
        super().__init__(words)
        self.field = field


class TimeComesTwice(TimesRefused):
    """Clocks show this time twice in the night they go back, and nobody said which is meant."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(
            f"Clocks go back that night, so {moment:%-H:%M} comes twice. Select which one you mean.", "which"
        )


FIRST, SECOND = "first", "second"
"""Which of two equal times in the night the clocks go back."""


def visit_times(
    on: date, start: time, end: time, *, ends_next_day: bool, which: str | None = None
) -> tuple[datetime, datetime]:
    """The start and end, aware, as London clocks show them; ``which`` says which of a time that comes twice in October.

    Raises:
        TimesRefused: when the end is not after the start, clocks skip one of them in March, or no calendar goes so far.
        TimeComesTwice: when clocks show one of them twice and it is not said which.
    """
    if on.year == MAXYEAR:
        raise TimesRefused("That day is too far away. Choose a nearer one.")
    last_day = on + timedelta(days=1) if ends_next_day else on
    starts, ends = datetime.combine(on, start, LONDON), datetime.combine(last_day, end, LONDON)
    for moment, field in ((starts, "start"), (ends, "end")):
        must_exist(moment, field)
        if which not in {FIRST, SECOND} and is_shown_twice(moment):
            raise TimeComesTwice(moment)
    if which == SECOND:
        starts, ends = (moment.replace(fold=int(is_shown_twice(moment))) for moment in (starts, ends))
    if ends.astimezone(UTC) <= starts.astimezone(UTC):
        words = "The end must be after the start. If the visit ends the next day, tick the box that says so."
        raise TimesRefused(words, "end")
    return starts, ends


def must_exist(moment: datetime, field: str) -> None:
    """Let pass a moment that clocks of its own zone really show.

    Raises:
        TimesRefused: in the hour skipped when clocks go forward in March.
    """
    wall = moment.replace(tzinfo=None)
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != wall:
        words = f"Clocks go forward that night, so {wall:%-H:%M} does not happen. Choose another time."
        raise TimesRefused(words, field)


def check_times(times: Sequence[tuple[datetime, datetime]], *, now: datetime) -> None:
    """Hold the times asked for to what can be booked at all.

    Raises:
        TimesRefused: saying which limit and how to mend it.
    """
    if not 1 <= len(times) <= MOST_VISITS:
        raise TimesRefused(f"Choose between 1 and {MOST_VISITS} visits")
    for starts, ends in times:
        must_exist(starts, "start")
        must_exist(ends, "end")
        if ends <= starts:
            raise TimesRefused("The end must be after the start", "end")
        if ends - starts > LONGEST_VISIT:
            raise TimesRefused("One visit can last 7 days at most. Book the rest as another visit.", "end")
        if starts <= now:
            raise TimesRefused("Choose a date and time that are still to come")
        if starts > now + FARTHEST:
            raise TimesRefused("Choose a date within the next year")
    for (_, ended), (starts, _) in pairwise(sorted(times)):
        if starts < ended:
            raise TimesRefused("Two of these visits are at the same time. Change one of them.")


# Who pays --------------------------------------------------------------------------------------------------------


class NotEnoughMoney(Conflict):
    """What was chosen to pay with does not stretch to the price. Amounts are pence."""

    def __init__(self, *, costs: int, has: int) -> None:
        self.costs_pence = costs
        self.has_pence = has
        self.short_by_pence = costs - has
        super().__init__(
            f"This costs {Money(costs)} and you have {Money(has)}: {Money(costs - has)} short. "
            "Nothing was booked. Choose fewer hours, add your own money, or look at other providers."
        )


def share_out(prices: Sequence[int], pots: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Pay each visit in turn from the pots in their order, emptying one before touching the next.

    Args:
        prices: pence of each visit, in the order they happen.
        pots: (id, pence available) in the order they are to pay.

    Returns:
        For each visit the (pot id, pence) that pay for it; they sum exactly to its price.

    Raises:
        NotEnoughMoney: when all of them together do not stretch to all of it.
    """
    left = [[pot, max(0, available)] for pot, available in pots]
    has = sum(available for _, available in left)
    if sum(prices) > has:
        raise NotEnoughMoney(costs=sum(prices), has=has)
    shares: list[list[tuple[int, int]]] = []
    for price in prices:
        parts, due = [], price
        for purse in left:
            pays = min(due, purse[1])
            if pays:
                purse[1] -= pays
                due -= pays
                parts.append((purse[0], pays))
        shares.append(parts)
    return shares


@dataclass(frozen=True, slots=True)
class Purse:
    """One part of somebody's money as a way to pay: what is in it, and why it may not be used when it may not."""

    id: int
    public_id: str
    name: str
    has_pence: int
    closed_because: str | None
    is_own: bool = False
    """Own money: it may always make up the rest."""
    most_pence: int | None = None
    """How much of it was chosen to pay, when somebody said an amount."""

    @property
    def may_pay_pence(self) -> int:
        """The most it pays here."""
        return self.has_pence if self.most_pence is None else min(self.has_pence, self.most_pence)


@dataclass(frozen=True, slots=True)
class Part:
    """What one purse pays, and what it would have left."""

    purse: Purse
    pays_pence: int

    @property
    def left_pence(self) -> int:
        """What stays in it."""
        return self.purse.has_pence - self.pays_pence


@dataclass(frozen=True, slots=True)
class Way:
    """One lawful way to pay all of it: one purse, or several in order."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> str:
        """How the choice travels in a form: public ids in order."""
        return ".".join(part.purse.public_id for part in self.parts)

    @property
    def words(self) -> str:
        """``Direct payment, then Individual service fund, and own money for the rest``."""
        *before, last = (part.purse for part in self.parts)
        named = ", then ".join(purse.name for purse in before)
        if not before:
            return last.name
        return f"{named}, and own money for the rest" if last.is_own else f"{named}, then {last.name}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One sum of money somebody chose to pay with, by its public id, and how much of it when they said an amount."""

    public_id: str
    most_pence: int | None = None


def choices_in(words: str) -> list[Choice]:
    """Read a choice from an address: ``abc.def`` pays from abc, then def; ``abc-1250.def`` £12.50 from abc, the rest from def.

    Raises:
        BadInput: when it is not one.
    """
    found = []
    for word in words.split("."):
        name, has_amount, pence = word.partition("-")
        is_amount = pence.isascii() and pence.isdigit() and 1 <= len(pence) <= 12 and int(pence) > 0  # noqa: PLR2004
        if not name.isalnum() or (has_amount and not is_amount):
            raise BadInput("Choose which of the money pays again.")
        found.append(Choice(name, int(pence) if has_amount else None))
    if len({choice.public_id for choice in found}) != len(found):
        raise BadInput("Choose which of the money pays again.")
    return found


def as_value(amounts: Sequence[tuple[str, int]]) -> str:
    """Amounts chosen one by one, as they travel in an address; those of nothing left out."""
    return ".".join(f"{public_id}-{pence}" for public_id, pence in amounts if pence)


def ways_to_pay(price: int, purses: Sequence[Purse]) -> list[Way]:
    """Every sensible way to pay ``price`` pence: each open purse that can alone, else the shortest sets that can.

    A purse that can pay by itself is offered by itself only; the others together with one that makes up the rest.
    Sets of three or more are offered only when nothing shorter is enough.
    """
    usable = [purse for purse in purses if purse.closed_because is None and purse.has_pence > 0]
    ways = [Way((Part(purse, price),)) for purse in usable if purse.has_pence >= price]
    too_small = [purse for purse in usable if purse.has_pence < price]
    for size in range(2, len(usable) + 1):
        if size > 2 and ways:  # noqa: PLR2004 - two is the shortest set there is
            break
        for chosen in permutations(usable, size):
            filling = chosen[:-1]
            before = sum(purse.has_pence for purse in filling)
            if any(purse not in too_small for purse in filling) or not before < price <= before + chosen[-1].has_pence:
                continue
            parts = [Part(purse, purse.has_pence) for purse in filling]
            ways.append(Way((*parts, Part(chosen[-1], price - before))))
        if len(ways) > MOST_WAYS:
            break
    return ways[:MOST_WAYS]


def parts_of(price: int, purses: Sequence[Purse]) -> list[Part]:
    """What each of the purses chosen would pay of ``price`` pence, in their order; those that pay nothing left out.

    Raises:
        Conflict: when one of them may not be used for this, saying why.
        NotEnoughMoney: when they do not stretch to it.
    """
    for purse in purses:
        if purse.closed_because is not None:
            raise Conflict(f"{purse.name} cannot pay for this: {purse.closed_because}")
    for purse in purses:
        if purse.most_pence is not None and purse.most_pence > purse.has_pence:
            raise Conflict(
                f"{purse.name} has {Money(purse.has_pence)} left. Enter that or less, and the rest from other money."
            )
    shares = share_out([price], [(purse.id, purse.may_pay_pence) for purse in purses])
    by_id = {purse.id: purse for purse in purses}
    return [Part(by_id[pot], pence) for pot, pence in shares[0]]


def check_amounts(price: int, amounts: Sequence[tuple[Purse, int]]) -> None:
    """Let pass amounts that are there and come to the price.

    Raises:
        Conflict: saying which is too much, or by how much they miss the price.
    """
    for purse, pence in amounts:
        if pence > purse.has_pence:
            raise Conflict(f"{purse.name} has {Money(purse.has_pence)} left. Enter that or less.")
    said = sum(pence for _, pence in amounts)
    if said != price:
        off = f"{Money(abs(price - said))} too {'little' if said < price else 'much'}"
        raise Conflict(f"The amounts come to {Money(said)}, and this costs {Money(price)}: {off}. Change one of them.")


MOST_WAYS = 20
"""Beyond this nobody could choose; the page still offers every single purse first."""


# Cancelling ------------------------------------------------------------------------------------------------------


def is_in_time(starts: datetime, *, now: datetime, notice_hours: int) -> bool:
    """Whether a visit cancelled now is cancelled in time: the full notice, to the second, still lies ahead."""
    return starts - now >= timedelta(hours=notice_hours)


def cancelled_as(starts: datetime, *, now: datetime, notice_hours: int, is_agreed: bool) -> VisitStatus | None:
    """What cancelling now makes of a planned visit; nothing when an agreed visit's time has come.

    A request nobody has accepted costs nothing to take back: nothing was agreed. A visit that should have begun is for
    the provider to record, and can no longer be cancelled: it either happened or it did not.
    """
    if not is_agreed:
        return VisitStatus.CANCELLED_IN_TIME
    if starts <= now:
        return None
    in_time = is_in_time(starts, now=now, notice_hours=notice_hours)
    return VisitStatus.CANCELLED_IN_TIME if in_time else VisitStatus.CANCELLED_LATE


def overlaps(asked: Iterable[tuple[datetime, datetime]], others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether any of the times asked for runs into any of the others."""
    others = list(others)
    return any(starts < ended and started < ends for starts, ends in asked for started, ended in others)
