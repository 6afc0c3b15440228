"""What a person asks of a provider, and the mark by which the same form is known when it is sent again."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.patterns import Begun


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What is asked for, with which money, as one form says it."""

    times: Sequence[tuple[datetime, datetime]]
    """Start and end of each visit, aware."""
    add_on_ids: Collection[str]
    """Public ids of the extras chosen."""
    pots: Sequence[int]
    """Ids of the money that pays, in the order in which each is emptied."""
    key: str
    """Made with the form; the same key again gives the first booking."""
    note: str = ""
    """What the provider should know, in the person's words."""
    price_seen: int | None = None
    """The pence the person last saw; a different price is asked about again."""
    amounts: Mapping[int, int] | None = None
    """How many pence of some of the money pay at most, by its number, where somebody said so."""
    miles: int | None = None
    """Whole miles of each visit, where something is charged by the mile."""
    begun: Begun | None = None
    """The pattern whose first visits these are, when they repeat."""
    quantity: int = 1
    """How many, of a thing."""
    session_id: int | None = None
    """The session at which a place is taken; the one time is that of the session."""

    waits: bool = False
    """Whether what the money does not stretch to may wait for money still to come; else it is refused."""

    def in_order(self) -> "BookingRequest":
        """The same with its times in UTC, earliest first.

        Raises:
            TimesRefused: when London's clocks never show one of them.
        """
        times = sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in _existing(self.times))
        return replace(self, times=times)

    def digest(self, person_id: str, listing_id: str) -> str:
        """SHA-256 of what is asked, for whom (a public id) and of which listing (a public id)."""
        facts = [
            person_id,
            listing_id,
            [[starts.isoformat(), ends.isoformat()] for starts, ends in self.times],
            sorted({*self.add_on_ids, *self._also()}),
            list(self.pots),
            self.note,
            *([sorted(self.amounts.items())] if self.amounts else []),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def _also(self) -> list[str]:
        """What makes it another request, as an extra more does: miles, what repeats, how many, the session."""
        also = [] if self.miles is None else [f"{self.miles} miles"]
        also += [] if self.begun is None else self.begun.texts
        also += [] if self.quantity == 1 else [f"{self.quantity} of it"]
        also += ["waits"] if self.waits else []
        return also + ([] if self.session_id is None else [f"session {self.session_id}"])


def _existing(times: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Times as given, refused before they turn into UTC where London clocks never show them."""
    listed = list(times)
    for starts, ends in listed:
        times_rules.must_exist(starts, "start")
        times_rules.must_exist(ends, "end")
    return listed
