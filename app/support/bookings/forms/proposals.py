"""Other times proposed, and yes to them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from app.base import clock
from app.base.money import Money
from app.platform.web.fields import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    SeenField,
    TimeField,
    UnseenField,
    YesField,
)
from app.support.booking_records.rules.paying import WayToPay
from app.support.bookings.actions.telling import REASON_LONGEST
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.times import FIRST

ONE_BY_ONE_MOST = 7
"""Up to so many visits each is asked for by itself; of more, only the times of day."""


class ProposeForm(Form):
    """When could you come instead? Its fields for the visits are made by :func:`propose_form`."""

    words = LongTextField(
        "Why these times?",
        required="Enter a few words for the person",
        hint="The person will read this. For example, “We have nobody free at 9am, but could come at 11am.”",
        longest=REASON_LONGEST,
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
    return times_rules.visit_times(on, start, end, ends_next_day=bool(next_day), which=FIRST)


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


class AgreeProposalForm(Form):
    """Which money should pay for the other times?"""

    pay = ChoiceField("Which money should pay?", required="Select which money should pay")
    proposal = UnseenField()
    price = SeenField()

    def offer(self, ways: Sequence[WayToPay]) -> None:
        """Say which ways to pay can be chosen."""
        self.pay.choices = [(way.value, way.words) for way in ways]
        self.pay.hints = {
            way.value: " ".join(
                f"{part.purse.name} pays {Money(part.pays_pence)} and would have {Money(part.left_pence)} left."
                for part in way.parts
            )
            for way in ways
        }
