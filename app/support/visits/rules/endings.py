"""What an ended visit costs: the agreement's own rule, priced by the quote from the cards frozen when booked.

* **As planned**, or short of it by no more than the agreed grace: the price agreed. Staying longer never costs more.
* **In part**: the minutes between in and out are quoted by the frozen card as if the visit had begun when planned, so
  that a late or early worker never moves it into another rate. It never comes to more than the price agreed.
* **Refused at the door, unused without notice**: the part of the price that was agreed for it (usually all).
* **Frustrated** (nobody's fault): what was agreed for it (usually nothing). **Missed**: never anything.

Where the frozen cards do not give the price agreed (an agreement from before terms were frozen), the minutes delivered are
charged in proportion to those planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.base.refusals import BadInput
from app.market.catalogue.rules.quote import Quote, length_words, quote
from app.market.catalogue.rules.tariffs import rounded_half_up
from app.support.booking_records.rules.states import CAME, VisitStatus
from app.support.booking_records.rules.terms import AgreedTerms, Charges, london_day
from app.support.recurrence.rules.times import LONDON

MOST_OFF = timedelta(hours=4)
"""A worker so early or so late was at another visit, or somebody mistyped."""

RECORDABLE = (
    VisitStatus.DELIVERED,
    VisitStatus.REFUSED,
    VisitStatus.UNUSED,
    VisitStatus.MISSED,
    VisitStatus.FRUSTRATED,
)
"""What can be said of a visit; whether one that was delivered was delivered in part follows from its minutes."""
NEEDS_WORDS = frozenset({VisitStatus.REFUSED, VisitStatus.UNUSED, VisitStatus.FRUSTRATED, VisitStatus.DAMAGED})
"""Endings in which somebody pays for nothing, or gets nothing: it must be said why."""


@dataclass(frozen=True, slots=True)
class TimesWorked:
    """When a worker came and left, to the minute; both, or neither when no times were given."""

    came: datetime | None = None
    left: datetime | None = None

    @property
    def minutes(self) -> int | None:
        """How long they stayed by the stop-watch."""
        if self.came is None or self.left is None:
            return None
        return int((self.left - self.came).total_seconds()) // 60


NO_TIMES = TimesWorked()


@dataclass(frozen=True, slots=True)
class AgreedVisit:
    """A visit as it was agreed: when, and by which terms."""

    starts: datetime
    ends: datetime
    price_pence: int
    lines: tuple[tuple[str, int], ...] = ()
    is_first: bool = True
    """Whether what is charged once was charged with this visit."""

    @property
    def minutes(self) -> int:
        """How long it was to last."""
        return int((self.ends - self.starts).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a visit, and exactly what that costs. The lines sum to the pence."""

    status: VisitStatus
    stay: TimesWorked
    delivered_minutes: int
    charged_minutes: int
    pence: int
    lines: tuple[tuple[str, int], ...]
    rule: str
    """Which rule of the agreement charged it, in plain words."""
    arrived: int | None = None
    """Of things: how many arrived whole."""


def ended(status: VisitStatus, *, planned: AgreedVisit, terms: AgreedTerms, stay: TimesWorked = NO_TIMES) -> Ended:
    """What an ending costs by the agreement.

    Raises:
        BadInput: when the times cannot be those of this visit.
        ValueError: for an ending that is not a worker's to record.
    """
    if status in CAME:
        return _came(planned, terms, stay)
    shares = {
        VisitStatus.REFUSED: (terms.charges.refused_percent, "turned away at the door"),
        VisitStatus.UNUSED: (terms.charges.unused_percent, "nobody in, and no notice given"),
        VisitStatus.FRUSTRATED: (terms.charges.frustrated_percent, "a visit that could not go ahead"),
        VisitStatus.MISSED: (0, "a visit that did not happen"),
        VisitStatus.CANCELLED_LATE: (100, "a visit called off with less notice than was agreed"),
        VisitStatus.CANCELLED_IN_TIME: (0, "a visit called off in time"),
    }
    if status not in shares:
        msg = f"{status} is not what becomes of a visit that was due"
        raise ValueError(msg)
    percent, words = shares[status]
    pence, _ = rounded_half_up(planned.price_pence * percent, 100)
    said = f"Agreed for {words}: {_part(percent)}"
    lines = planned.lines if percent == 100 else ((said, pence),)  # noqa: PLR2004 - the whole
    return Ended(status, NO_TIMES, 0, planned.minutes * percent // 100, pence, lines, said)


def _part(percent: int) -> str:
    return {0: "nothing is charged", 100: "the whole price"}.get(percent, f"{percent}% of the price")


def _came(planned: AgreedVisit, terms: AgreedTerms, stay: TimesWorked) -> Ended:
    minutes = stay.minutes
    if minutes is None:
        words = "Delivered as planned: the price agreed"
        return Ended(
            VisitStatus.DELIVERED, stay, planned.minutes, planned.minutes, planned.price_pence, planned.lines, words
        )
    check_stay(planned, stay)
    if minutes + terms.charges.grace_of(planned.minutes) >= planned.minutes:
        words = "Delivered in full: the price agreed"
        return Ended(VisitStatus.DELIVERED, stay, minutes, planned.minutes, planned.price_pence, planned.lines, words)
    lines, charged = _quoted(planned, terms, minutes)
    pence = sum(amount for _, amount in lines)
    given = f"{length_words(minutes)} of {length_words(planned.minutes)}"
    words = f"{given}: charged for the time given, by the rates agreed"
    if pence >= planned.price_pence:
        lines, pence, charged = planned.lines, planned.price_pence, planned.minutes
        words = f"{given}: the whole price, because the rates agreed charge no less for it"
    return Ended(VisitStatus.PART_DELIVERED, stay, minutes, min(charged, planned.minutes), pence, lines, words)


def _quoted(planned: AgreedVisit, terms: AgreedTerms, minutes: int) -> tuple[tuple[tuple[str, int], ...], int]:
    """The lines for so many minutes by the frozen card, and how many minutes they charge for."""
    place = terms.card_on(london_day(planned.starts))
    if place is None or not reproduces(planned, terms):
        pence, _ = rounded_half_up(planned.price_pence * minutes, planned.minutes)
        return ((f"{length_words(minutes)} of {length_words(planned.minutes)}, in proportion", pence),), minutes
    made = _made(planned, terms, place, minutes)
    lines = tuple((line.words, line.pence) for line in made.lines)
    return lines, made.minutes if terms.cards[place].is_timed else planned.minutes


def reproduces(planned: AgreedVisit, terms: AgreedTerms) -> bool:
    """Whether the frozen cards give the price that was agreed for this visit.

    They do not when the visit was made or moved after the agreement and priced by a card published since.
    """
    place = terms.card_on(london_day(planned.starts))
    return place is not None and _made(planned, terms, place, planned.minutes).total.pence == planned.price_pence


def _made(planned: AgreedVisit, terms: AgreedTerms, place: int, minutes: int) -> Quote:
    return quote(
        terms.cards[place],
        starts=planned.starts.astimezone(UTC),
        ends=planned.starts.astimezone(UTC) + timedelta(minutes=minutes),
        add_ons=terms.extras[place],
        bank_holidays=terms.bank_holidays,
        is_first_visit=planned.is_first,
        buyer=terms.buyer,
        miles=terms.miles,
    )


def check_stay(planned: AgreedVisit, stay: TimesWorked) -> None:
    """Let pass the times of a stay that can be those of this visit.

    Raises:
        BadInput: saying what is wrong with them.
    """
    if stay.came is None or stay.left is None:
        raise BadInput("Enter both when the worker came and when they left")
    if stay.left <= stay.came:
        raise BadInput("The worker must leave after they came. If nobody stayed, say why nothing was done")
    if stay.came < planned.starts - MOST_OFF or stay.left > planned.ends + MOST_OFF:
        raise BadInput("These times are more than 4 hours before or after the visit planned. Check them")


def is_short_but_full(*, planned_minutes: int, delivered_minutes: int, is_full: bool, charges: Charges) -> bool:
    """Whether a stay was shorter than planned by more than the grace and yet charged as full."""
    return is_full and 0 < delivered_minutes < planned_minutes - charges.grace_of(planned_minutes)


def near(hour: time, moment: datetime, *, after: datetime | None = None) -> datetime:
    """The moment nearest to another at which London clocks show this time of day; after a third one when told so.

    Nobody types a date for in and out: 11:50pm for a visit planned at ten past midnight was the evening before.
    """
    day = moment.astimezone(LONDON).date()
    faces = [
        datetime.combine(day + timedelta(days=days), hour, LONDON).replace(fold=fold).astimezone(UTC)
        for days in (-1, 0, 1)
        for fold in (0, 1)
    ]
    later = [face for face in faces if after is None or face > after]
    return min(later or faces, key=lambda face: abs(face - moment))


def missed_in_a_week(missed: Sequence[date], day: date) -> int:
    """The most missed visits, this day's included, within any seven days that contain it."""
    starts = [day - timedelta(days=back) for back in range(7)]
    days = [*missed, day]
    return max(sum(start <= one < start + timedelta(days=7) for one in days) for start in starts)
