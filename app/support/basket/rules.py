"""What a line of the basket says, how its price has changed, and by what code a person says yes to all of it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from app.base.money import Money
from app.support.recurrence.rules.times import visit_times

LINES_MOST = 40
KEY_LONGEST = 40
WHY_LONGEST = 500
PAY_LONGEST = 400
BECAUSE_LONGEST = 300

SITTING = timedelta(hours=1)
"""What is suggested within so long of something that still waits is told with it: one message for one sitting."""

CODE_TRIES = 5
CODES_A_DAY = 5
"""With five tries each, guessing right within a day is one in forty thousand, and the person gets five messages about it."""


class CodeWay(StrEnum):
    """How a code reaches the person, and nobody else."""

    EMAIL = "email"
    LETTER = "letter"


CODE_LASTS = {CodeWay.EMAIL: timedelta(minutes=30), CodeWay.LETTER: timedelta(days=14)}


class TypedCode(StrEnum):
    """What became of a code somebody typed."""

    BOOKED = "booked"
    WRONG = "wrong"
    CHANGED = "changed"
    """The basket is no longer what the code was sent for."""
    NONE = "none"
    """No code waits: it ended, was tried too often, or another took its place."""


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


def code_hash(secret: str, public_id: str, code: str) -> str:
    """What is kept of a code: keyed with the site's secret, for this one asking only."""
    return hmac.digest(secret.encode(), f"basket-yes:{public_id}:{code}".encode(), "sha256").hex()


def is_code(secret: str, public_id: str, typed: str, kept: str) -> bool:
    """Whether what was typed is the code, compared in the same time however much of it is right; blanks do not count."""
    return hmac.compare_digest(code_hash(secret, public_id, "".join(typed.split())), kept)


def content_hash(parts: Iterable[Iterable[Any]]) -> str:
    """All that a person says yes to, in one number: any change to it is another."""
    return hashlib.sha256(json.dumps([list(part) for part in parts], sort_keys=True).encode()).hexdigest()


def line_words(
    *, title: str, provider: str, plan: BasketPlan, quantity: int, price: str, pays: str, beside: Sequence[str] = ()
) -> str:
    """One thing as a code's message names it: what, from whom, when, what it costs, which money pays, what it runs into."""
    many = f" ({quantity} of them)" if quantity != 1 else ""
    when = f"{plan.on:%A} {plan.on.day} {plan.on:%B %Y}, {plan.start:%H:%M} to {plan.end:%H:%M}"
    return "\n".join([f"{title}{many}, from {provider}", when, f"{price}, paid from: {pays}", *beside])


def typed_words(became: TypedCode, tries_left: int) -> str:
    """What the page says of a code that booked nothing, and how to go on."""
    if became == TypedCode.CHANGED:
        return (
            "Something in the basket changed since the code was sent, or its price or the money that pays did. Nothing "
            "was booked. Look at the basket together and ask for a new code."
        )
    if became == TypedCode.WRONG and tries_left:
        again = "Once more" if tries_left == 1 else f"{tries_left} times more"
        return f"That is not the code. Nothing was booked. You can try {again.lower()}."
    if became == TypedCode.WRONG:
        return "That is not the code, and it was tried too often. Nothing was booked. Ask for a new code."
    return "No code that you asked for waits: it ended, was used, or another took its place. Ask for a new code."
