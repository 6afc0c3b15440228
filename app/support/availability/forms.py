"""When can something be booked at once?"""

from datetime import date, time
from typing import Any

from app.base.refusals import BadInput
from app.market.catalogue.rules.suitability import DAY_WORDS
from app.platform.web.fields import ChoiceField, Form, LongTextField, NumberField, TimeField
from app.support.availability.models import Availability
from app.support.availability.rules import AHEAD_MOST_HOURS, PLACES_MOST, Opening, openings_from_stored


class AvailabilityForm(Form):
    """When can you be booked at once? Its fields for the days are made by :func:`availability_form`."""

    is_instant = ChoiceField(
        "How should bookings of this reach you?",
        choices={"ask": "Ask me every time", "at once": "Book me at once in the times below, ask me at all others"},
        required="Select how bookings should reach you",
    )
    ahead = NumberField(
        "How many hours ahead?",
        least=0,
        most=AHEAD_MOST_HOURS,
        required="Enter how many hours ahead",
        hint="Later than this you are asked, so that nobody turns up unknown to you.",
    )
    closed = LongTextField(
        "Days you are closed (optional)",
        hint="One on a line, like 25/12/2026",
        longest=900,
        rows=3,
    )

    @property
    def days(self) -> list[tuple[str, Any, Any, Any]]:
        """The name and the three fields of each day of the week."""
        return [
            (words, self[f"start_{day}"], self[f"end_{day}"], self[f"places_{day}"]) for day, words in DAY_WORDS.items()
        ]

    @property
    def openings(self) -> list[Opening]:
        """The times said; only once the form is valid.

        Raises:
            BadInput: when one of them is half filled in.
        """
        openings = []
        for day, (words, start, end, places) in zip(DAY_WORDS, self.days, strict=True):
            said = (start.data, end.data, places.data)
            if said == (None, None, None):
                continue
            if None in said:
                raise BadInput(f"{words}: enter a start, an end and how many at once, or leave all three empty")
            openings.append(Opening(day, _minutes(start.data), _minutes(end.data), places.data))
        return openings

    @property
    def closed_days(self) -> list[date]:
        """The days said; only once the form is valid.

        Raises:
            BadInput: when one cannot be read.
        """
        found = []
        for line in (self.closed.data or "").split():
            parts = line.split("/")
            try:
                day, month, year = (int(part) for part in parts)
                found.append(date(year, month, day))
            except ValueError:
                raise BadInput(f"“{line}” is not a day. Enter days like 25/12/2026, one on a line") from None
        return found


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def availability_form(kept: Availability | None) -> AvailabilityForm:
    """The form, filled with what the provider said before."""
    fields: dict[str, Any] = {}
    for day in DAY_WORDS:
        fields[f"start_{day}"] = TimeField("From")
        fields[f"end_{day}"] = TimeField("To")
        fields[f"places_{day}"] = NumberField("How many at once", least=1, most=PLACES_MOST)
    filled: dict[str, Any] = {"ahead": 24}
    if kept is not None:
        filled = {"is_instant": "at once" if kept.is_instant else "ask", "ahead": kept.ahead_hours}
        filled["closed"] = "\n".join(f"{date.fromisoformat(day):%d/%m/%Y}" for day in kept.closed)
        for one in openings_from_stored(kept.openings):
            filled[f"start_{one.day}"] = time(*divmod(one.starts, 60))
            filled[f"end_{one.day}"] = time(*divmod(one.ends, 60))
            filled[f"places_{one.day}"] = one.places
    made: AvailabilityForm = type("TheseDaysForm", (AvailabilityForm,), fields)(data=filled)
    return made
