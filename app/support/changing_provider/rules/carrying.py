"""What repeats, carried on by another provider: the same rules from the day after the last one, nothing lost, nothing twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple

from app.support.recurrence.rules.patterns import (
    ONE_DAY,
    WAITING,
    Begun,
    Deviation,
    ExceptionKind,
    Occurrence,
    PatternTime,
    Rule,
    next_day,
    occurrences,
    rule_remaining,
)


class CarriedVisit(NamedTuple):
    """A visit that is made already and goes across: when it is, and its place in the pattern."""

    starts: datetime
    ends: datetime
    slot_id: int | None
    day: date


@dataclass(frozen=True, slots=True)
class StandingPattern:
    """A pattern as it stands: its times of day, the days on which it differs, and the first day that is not made."""

    slots: tuple[PatternTime, ...]
    exceptions: Mapping[tuple[int, date], ExceptionKind]
    next_on: date | None

    @property
    def kept(self) -> dict[str, Any]:
        """The same as it is kept."""
        return {
            "slots": [
                {
                    "id": one.id,
                    "starts_on": one.starts_on.isoformat(),
                    "rule": one.rule.text(one.start),
                    "start": f"{one.start:%H:%M}",
                    "end": f"{one.end:%H:%M}",
                    "overnight": one.ends_next_day,
                }
                for one in self.slots
            ],
            "exceptions": [[slot, day.isoformat(), kind.value] for (slot, day), kind in self.exceptions.items()],
            "next_on": None if self.next_on is None else self.next_on.isoformat(),
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any], *, made_until: date | None) -> "StandingPattern":
        """Read what :attr:`kept` gave; what was made since, up to a day, is no longer to be made."""
        next_on = date.fromisoformat(kept["next_on"]) if kept["next_on"] else None
        if next_on is not None and made_until is not None:
            next_on = max(next_on, made_until + ONE_DAY)
        return cls(
            tuple(
                PatternTime(
                    one["id"],
                    "",
                    date.fromisoformat(one["starts_on"]),
                    Rule.read(one["rule"]),
                    time.fromisoformat(one["start"]),
                    time.fromisoformat(one["end"]),
                    one["overnight"],
                )
                for one in kept["slots"]
            ),
            {(slot, date.fromisoformat(day)): ExceptionKind(kind) for slot, day, kind in kept["exceptions"]},
            next_on,
        )


def carried_on(standing: StandingPattern, visits: Sequence[CarriedVisit], after: date) -> Begun | None:
    """A pattern as it goes on after a day: visits made keep their times, days taken out stay out, days that wait still do.

    Where nothing is made yet, the first day is, so that there is something to agree to.

    Args:
        standing: the pattern.
        visits: those made for later days.
        after: the last day of whoever comes now.

    Returns:
        The pattern to ask for; nothing when it has no later day.
    """
    slots, exceptions, next_on = standing.slots, standing.exceptions, standing.next_on
    later = [slot for one in slots if (slot := _from(one, after + ONE_DAY)) is not None]
    if not later and not visits:
        return None
    numbers = {slot.id for slot in later}
    kept = {key: kind for key, kind in exceptions.items() if key[0] in numbers and key[1] > after}
    known = {slot.id: slot for slot in slots}
    made = [
        Occurrence(one.starts, one.ends, known.get(one.slot_id or 0) or _alone(one.starts, one.day), one.day)
        for one in visits
    ]
    to_make = next_on and next_day(later, max(next_on, after + ONE_DAY) - ONE_DAY)
    gone = {key for key, kind in kept.items() if kind not in WAITING}
    while not made and to_make is not None:
        made = occurrences(later, gone, to_make, to_make)
        to_make = next_day(later, to_make)
    if not made:
        return None
    differs = tuple(Deviation(slot, day, kind) for (slot, day), kind in sorted(kept.items()))
    return Begun(tuple(later), tuple(sorted(made, key=lambda one: (one.starts, one.ends))), to_make, differs)


def _from(slot: PatternTime, first: date) -> PatternTime | None:
    """The same time of day from its first day on or after this one; nothing when none is left."""
    day = next_day([slot], max(first, slot.starts_on) - ONE_DAY)
    if day is None:
        return None
    return replace(slot, starts_on=day, rule=rule_remaining(slot.rule, slot.starts_on, day))


def _alone(starts: datetime, day: date) -> PatternTime:
    """A time of day that is no part of the pattern, for a visit that is none."""
    return PatternTime(0, "", day, Rule((day.isoweekday(),)), time(starts.hour), time(starts.hour))
