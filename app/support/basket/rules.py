"""What a line of the basket says, and how its price has changed since somebody last looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from app.base.money import Money
from app.support.recurrence.rules.times import visit_times

LINES_MOST = 40
KEY_LONGEST = 40
WHY_LONGEST = 500
PAY_LONGEST = 400


@dataclass(frozen=True, slots=True)
class BasketPlan:
    """When something is wanted, as London clocks show it, with which extras."""

    on: date
    start: time
    end: time
    ends_next_day: bool
    extras: tuple[str, ...]
    miles: int | None
    which: str | None

    @classmethod
    def read(cls, plan: Mapping[str, Any]) -> "BasketPlan":
        """Read what a line keeps; it was checked when it was put there."""
        return cls(
            date.fromisoformat(plan["on"]),
            time.fromisoformat(plan["from"]),
            time.fromisoformat(plan["to"]),
            plan.get("overnight") == "yes",
            tuple(plan.get("extra", ())),
            plan.get("miles"),
            plan.get("which"),
        )

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        """The visit, aware.

        Raises:
            TimesRefused: when clocks skip one of the times, or show one twice.
        """
        return [visit_times(self.on, self.start, self.end, ends_next_day=self.ends_next_day, which=self.which)]


def changed_words(seen: int | None, now: int) -> str:
    """``£3.50 more than when it was put in the basket: it was £41.25 then``; nothing when the price is the same."""
    if seen is None or seen == now:
        return ""
    more = "more" if now > seen else "less"
    return f"{Money(abs(now - seen))} {more} than when it was put in the basket: it was {Money(seen)} then"


def pay_kept(pay: str) -> str:
    """Which money was chosen, as a line keeps it; nothing when it is longer than any choice a page offers."""
    return pay if len(pay) <= PAY_LONGEST else ""


def booking_key(checkout: str, line: str) -> str:
    """The key under which one line of one confirming is booked: pressing twice books once."""
    return f"{checkout[:KEY_LONGEST]}-{line}"
