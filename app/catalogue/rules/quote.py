"""The quote: one rate card and one visit make exact lines that sum to the total, in whole pence.

The order is always the same, so that the page, the planner, the booking and the charge cannot disagree:

1. **Time is real time.** A visit lasts as long as a stop-watch says: 11pm to 7am is nine hours on the night the clocks
   go back and seven on the night they go forward.
2. **Minutes charged** (units of time only). The minutes are rounded up to the billing step, then raised to the minimum
   visit length. The visit is priced as if it had simply gone on for those minutes: extra minutes follow its end. (Were
   they given to the last stretch instead, staying past midnight into a cheaper day could lower the price.)
3. **Stretches** (units of time only). The time charged is cut at London midnights where the kind of day changes: bank
   holiday before Sunday before Saturday before weekday. Neighbours of one kind are one stretch.
4. **Each stretch** is its minutes at its kind's amount, rounded half a penny up, once for each stretch.
   Other units are one amount, by the kind of the day on which the visit starts (a sleep-in or waking night too).
5. **Minimum charge.** When the basic amounts come to less, one line makes up the difference. Extras come on top.
6. **Add-ons**, in the card's own order whatever order they were chosen in: every required one, and those chosen. Per
   hour: of the minutes charged (of the real minutes when the unit is not one of time), rounded half a penny up. Per
   visit: its amount. Once: its amount on the first visit of a booking only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.catalogue.rules.rates import DAY_KIND_WORDS, TIMED_UNITS, UNIT_WORDS, AddOnBasis, DayKind, Unit
from app.money import Money, total
from app.refusals import BadInput, Conflict

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
MINUTES_OF = {Unit.HOUR: 60, Unit.HALF_HOUR: 30}
LONGEST = timedelta(hours=24)
LONGEST_OF = {Unit.WEEK: timedelta(days=7)}
"""By the clock on the wall, so that 9am to 9am the next day is always allowed."""


class BadTimes(BadInput):
    """The start and the end do not make a visit."""


class NoSuchAddOn(BadInput):
    """An add-on was chosen that this rate card does not have."""


class RatesNotPublished(Conflict):
    """There is no published rate for that day, and nothing is sold at an invented price."""


@dataclass(frozen=True, slots=True)
class Extra:
    """One add-on of a card; ``id`` is its public id."""

    id: str
    name: str
    basis: AddOnBasis
    amount_pence: int
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A rate card as the quote reads it: amounts in pence, lengths in minutes."""

    valid_from: date
    unit: Unit
    weekday_pence: int
    saturday_pence: int
    sunday_pence: int
    bank_holiday_pence: int
    minimum_minutes: int = 0
    minimum_charge_pence: int = 0
    billing_step_minutes: int = 1
    add_ons: tuple[Extra, ...] = ()

    def pence_on(self, kind: DayKind) -> int:
        """The amount for one unit on such a day."""
        return {
            DayKind.WEEKDAY: self.weekday_pence,
            DayKind.SATURDAY: self.saturday_pence,
            DayKind.SUNDAY: self.sunday_pence,
            DayKind.BANK_HOLIDAY: self.bank_holiday_pence,
        }[kind]

    @property
    def is_one_price(self) -> bool:
        """Whether every day costs the same."""
        return self.weekday_pence == self.saturday_pence == self.sunday_pence == self.bank_holiday_pence

    @property
    def is_timed(self) -> bool:
        """Whether the price follows the length of the visit."""
        return self.unit in TIMED_UNITS

    @property
    def per(self) -> str:
        """What the amounts are for: ``an hour``, ``a week``."""
        return UNIT_WORDS[self.unit]

    @property
    def amounts(self) -> list[tuple[str, int]]:
        """Each kind of day in words with its amount in pence; one line when every day costs the same."""
        if self.is_one_price:
            return [("Every day", self.weekday_pence)]
        return [(DAY_KIND_WORDS[kind], self.pence_on(kind)) for kind in DayKind]


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: what it is for, in plain words, and how much in pence."""

    words: str
    pence: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one visit; the lines always sum to the total. ``minutes`` are those charged for."""

    lines: tuple[QuoteLine, ...]
    total: Money
    minutes: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes in a row that fall under one of a card's amounts."""

    kind: DayKind
    minutes: int


def quote(
    card: Card,
    *,
    starts: datetime,
    ends: datetime,
    add_ons: Collection[str] = (),
    bank_holidays: frozenset[date] = frozenset(),
    is_first_visit: bool = True,
) -> Quote:
    """Price one visit exactly, in the order this module opens with.

    Args:
        card: the rate card in force on the day the visit starts.
        starts: when it starts; aware, to the minute.
        ends: when it ends; aware, to the minute.
        add_ons: ids of the add-ons chosen, in any order; required ones need not be named.
        bank_holidays: those of the nation the person lives in.
        is_first_visit: whether add-ons charged once are charged with this visit.

    Raises:
        BadTimes: when the visit ends before it starts, is too long, or is not in whole minutes.
        NoSuchAddOn: when an add-on chosen is not on the card.
    """
    real = _real_minutes(card.unit, starts, ends)
    chosen = _chosen(card, add_ons)
    if card.unit in TIMED_UNITS:
        minutes = minutes_charged(real, step=card.billing_step_minutes, least=card.minimum_minutes)
        basic = _timed(card, stretches(starts, minutes, bank_holidays), real, minutes)
    else:
        minutes = real
        basic = [_untimed(card, day_kind(starts.astimezone(LONDON).date(), bank_holidays))]
    lines = [*basic, *_minimum(card, basic)]
    for extra in chosen:
        lines.extend(_extra(extra, minutes, is_first_visit=is_first_visit))
    return Quote(tuple(lines), total([Money(line.pence) for line in lines]), minutes)


def day_kind(day: date, bank_holidays: frozenset[date]) -> DayKind:
    """Which amount a day falls under: a bank holiday is one whatever day of the week it is."""
    if day in bank_holidays:
        return DayKind.BANK_HOLIDAY
    return {5: DayKind.SATURDAY, 6: DayKind.SUNDAY}.get(day.weekday(), DayKind.WEEKDAY)


def minutes_charged(real: int, *, step: int, least: int) -> int:
    """Round the minutes up to the billing step, then raise them to the minimum visit length."""
    return max(-(-real // step) * step, least)


def stretches(starts: datetime, minutes: int, bank_holidays: frozenset[date]) -> list[Stretch]:
    """Cut so many real minutes from ``starts`` on at the London midnights where the kind of day changes."""
    found: list[Stretch] = []
    at, ends = starts.astimezone(UTC), starts.astimezone(UTC) + minutes * MINUTE
    while at < ends:
        today = at.astimezone(LONDON).date()
        midnight = datetime.combine(today + timedelta(days=1), time(), LONDON).astimezone(UTC)
        until = min(midnight, ends)
        stretch = Stretch(day_kind(today, bank_holidays), (until - at) // MINUTE)
        if found and found[-1].kind == stretch.kind:
            found[-1] = Stretch(stretch.kind, found[-1].minutes + stretch.minutes)
        else:
            found.append(stretch)
        at = until
    return found


def length_words(minutes: int) -> str:
    """``90`` -> ``1 hour 30 minutes``; ``60`` -> ``1 hour``; ``1`` -> ``1 minute``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} minute{'' if rest == 1 else 's'}")
    return " ".join(parts)


def day_words(day: date) -> str:
    """``1 April 2026``."""
    return f"{day.day} {day:%B %Y}"


def _real_minutes(unit: Unit, starts: datetime, ends: datetime) -> int:
    if starts.tzinfo is None or ends.tzinfo is None:
        msg = "a visit needs times with a zone"
        raise ValueError(msg)
    # Subtracting two times of one zone would ignore a change of the clocks between them, so both go to UTC first.
    elapsed = ends.astimezone(UTC) - starts.astimezone(UTC)
    if elapsed <= timedelta(0):
        msg = "The end must be after the start. Check the times"
        raise BadTimes(msg)
    if elapsed % MINUTE or starts.second or starts.microsecond:
        msg = "Give the start and the end in whole minutes"
        raise BadTimes(msg)
    longest = LONGEST_OF.get(unit, LONGEST)
    by_the_clock = ends.astimezone(LONDON).replace(tzinfo=None) - starts.astimezone(LONDON).replace(tzinfo=None)
    if by_the_clock > longest:
        allowed = "7 days" if unit in LONGEST_OF else "24 hours"
        msg = f"One visit can last at most {allowed}. Make it shorter, or book the rest as another visit"
        raise BadTimes(msg)
    return elapsed // MINUTE


def _chosen(card: Card, add_ons: Collection[str]) -> list[Extra]:
    unknown = set(add_ons) - {extra.id for extra in card.add_ons}
    if unknown:
        msg = "One of the extras you chose is no longer offered. Go back and choose again"
        raise NoSuchAddOn(msg)
    return [extra for extra in card.add_ons if extra.is_required or extra.id in add_ons]


def _timed(card: Card, parts: list[Stretch], real: int, minutes: int) -> list[QuoteLine]:
    """One line for each stretch; the last says so when more is charged than was stayed."""
    lines = []
    for number, part in enumerate(parts, 1):
        rate = Money(card.pence_on(part.kind))
        words = (
            f"{DAY_KIND_WORDS[part.kind]}, {length_words(part.minutes)} at {rate} {UNIT_WORDS[card.unit]}"
            f" (rate from {day_words(card.valid_from)})"
        )
        if number == len(parts) and minutes > real:
            words += f". {_why_longer(card, real, minutes)}"
        lines.append(QuoteLine(words, rate.times(Fraction(part.minutes, MINUTES_OF[card.unit])).pence))
    return lines


def _why_longer(card: Card, real: int, minutes: int) -> str:
    counted = f"{length_words(real)} is charged as {length_words(minutes)}"
    if minutes == card.minimum_minutes:
        return f"{counted}, the shortest visit charged for"
    return f"{counted}: time is charged in steps of {length_words(card.billing_step_minutes)}"


def _untimed(card: Card, kind: DayKind) -> QuoteLine:
    pence = card.pence_on(kind)
    words = f"{DAY_KIND_WORDS[kind]}, {Money(pence)} {UNIT_WORDS[card.unit]} (rate from {day_words(card.valid_from)})"
    return QuoteLine(words, pence)


def _minimum(card: Card, basic: list[QuoteLine]) -> list[QuoteLine]:
    short = card.minimum_charge_pence - sum(line.pence for line in basic)
    if short <= 0:
        return []
    return [QuoteLine(f"Minimum charge: brings the basic rate up to {Money(card.minimum_charge_pence)}", short)]


def _extra(extra: Extra, minutes: int, *, is_first_visit: bool) -> list[QuoteLine]:
    amount = Money(extra.amount_pence)
    if extra.basis == AddOnBasis.PER_HOUR:
        charged = amount.times(Fraction(minutes, 60))
        return [QuoteLine(f"{extra.name}, {length_words(minutes)} at {amount} an hour", charged.pence)]
    if extra.basis == AddOnBasis.PER_VISIT:
        return [QuoteLine(f"{extra.name}, {amount} a visit", amount.pence)]
    return [QuoteLine(f"{extra.name}, {amount} once", amount.pence)] if is_first_visit else []
