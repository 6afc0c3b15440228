"""The questions of agreeing: other times, yes to them, and when something can be booked at once."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from app import clock
from app.bookings import actions, rules
from app.bookings.models import Availability
from app.bookings.rules.places import AHEAD_MOST_HOURS, PLACES_MOST, Opening, from_kept
from app.catalogue.rules.suits import DAY_WORDS
from app.money import Money
from app.refusals import BadInput
from app.web.fields import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    NumberField,
    SeenField,
    TimeField,
    UnseenField,
    YesField,
)

ONE_BY_ONE_MOST = 7
"""Up to so many visits each is asked for by itself; of more, only the times of day."""


class ProposeForm(Form):
    """When could you come instead? Its fields for the visits are made by :func:`propose_form`."""

    words = LongTextField(
        "Why these times?",
        required="Enter a few words for the person",
        hint="The person will read this. For example, “We have nobody free at 9am, but could come at 11am.”",
        longest=actions.REASON_LONGEST,
        rows=3,
    )
    asked: Sequence[tuple[datetime, datetime]] = ()

    @property
    def visits(self) -> list[tuple[Any, ...]]:
        """The fields of each visit that is asked about, with the time it was asked for."""
        if len(self.asked) > ONE_BY_ONE_MOST:
            return [(self.asked[0], None, self["start"], self["end"], self["next_day"])]
        return [
            (times, self[f"on_{number}"], self[f"start_{number}"], self[f"end_{number}"], self[f"next_day_{number}"])
            for number, times in enumerate(self.asked)
        ]

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        """The times proposed, aware; only once the form is valid.

        Raises:
            TimesRefused: when an end is not after its start, or clocks skip one of them.
        """
        asked = self.visits
        if len(self.asked) > ONE_BY_ONE_MOST:
            _, _, start, end, next_day = asked[0]
            days = [clock.london(starts).date() for starts, _ in self.asked]
            return [_visit(day, start.data, end.data, next_day.data) for day in days]
        return [_visit(on.data, start.data, end.data, next_day.data) for _, on, start, end, next_day in asked]


def _visit(on: date, start: time, end: time, next_day: object) -> tuple[datetime, datetime]:
    return rules.visit_times(on, start, end, ends_next_day=bool(next_day), which=rules.FIRST)


def propose_form(asked: Sequence[tuple[datetime, datetime]]) -> ProposeForm:
    """The form for these visits, filled with the times they were asked for."""
    fields: dict[str, Any] = {"asked": asked}
    filled: dict[str, Any] = {}
    one_by_one = len(asked) <= ONE_BY_ONE_MOST
    for number, (starts, ends) in enumerate(asked if one_by_one else asked[:1]):
        mark = f"_{number}" if one_by_one else ""
        begins, stops = clock.london(starts), clock.london(ends)
        if one_by_one:
            fields[f"on{mark}"] = DayField("Which day?", required="Enter a day")
            filled[f"on{mark}"] = begins.date()
        fields[f"start{mark}"] = TimeField("Start", required="Enter when it would start")
        fields[f"end{mark}"] = TimeField("End", required="Enter when it would end")
        fields[f"next_day{mark}"] = YesField("It ends the next day")
        filled[f"start{mark}"], filled[f"end{mark}"] = begins.time(), stops.time()
        filled[f"next_day{mark}"] = stops.date() > begins.date()
    made: ProposeForm = type("ProposeTheseForm", (ProposeForm,), fields)(data=filled)
    return made


class AgreeForm(Form):
    """Which money should pay for the other times?"""

    pay = ChoiceField("Which money should pay?", required="Select which money should pay")
    proposal = UnseenField()
    price = SeenField()

    def offer(self, ways: Sequence[rules.Way]) -> None:
        """Say which ways to pay can be chosen."""
        self.pay.choices = [(way.value, way.words) for way in ways]
        self.pay.hints = {
            way.value: " ".join(
                f"{part.purse.name} pays {Money(part.pays_pence)} and would have {Money(part.left_pence)} left."
                for part in way.parts
            )
            for way in ways
        }


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
        found = []
        for day, (words, start, end, places) in zip(DAY_WORDS, self.days, strict=True):
            said = (start.data, end.data, places.data)
            if said == (None, None, None):
                continue
            if None in said:
                raise BadInput(f"{words}: enter a start, an end and how many at once, or leave all three empty")
            found.append(Opening(day, _minutes(start.data), _minutes(end.data), places.data))
        return found

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
        for one in from_kept(kept.openings):
            filled[f"start_{one.day}"] = time(*divmod(one.starts, 60))
            filled[f"end_{one.day}"] = time(*divmod(one.ends, 60))
            filled[f"places_{one.day}"] = one.places
    made: AvailabilityForm = type("TheseDaysForm", (AvailabilityForm,), fields)(data=filled)
    return made
