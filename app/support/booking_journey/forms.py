"""The questions of booking, cancelling and answering; and how a plan for a visit travels in an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.base.money import Money
from app.base.refusals import BadInput
from app.base.text import clean_code
from app.market.catalogue.rules.rates import MILES_MOST
from app.platform.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    NumberField,
    SeenField,
    TimeField,
    YesField,
    new_key,
)
from app.support.booking_records.rules.paying import Purse, WayToPay
from app.support.bookings.actions.requests import NOTE_LONGEST
from app.support.bookings.rules.agreements import QUANTITY_MOST
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.patterns import (
    DAY_NAMES,
    MOST_DAYS,
    MOST_TIMES_A_DAY,
    MOST_WEEKS_BETWEEN,
    RequestedPattern,
    Rule,
)
from app.support.recurrence.rules.times import FIRST, SECOND

MOST_EXTRAS = 20
TIMES_MORE = MOST_TIMES_A_DAY - 1
WEEKDAYS = dict(enumerate(DAY_NAMES, 1))
ONCE, REPEATS = "once", "repeats"
NEVER, UNTIL, COUNT = "never", "until", "count"


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """When a visit should be and with which extras: dates and ids only, so that it may stand in an address."""

    on: date
    start: time
    end: time
    ends_next_day: bool = False
    extras: tuple[str, ...] = ()
    miles: int | None = None
    """For what is charged by the mile."""
    which: str | None = None
    """Which of two equal times, in the night the clocks go back."""
    days: tuple[int, ...] = ()
    """The days of the week on which it repeats, 1 Monday to 7 Sunday; none when it is once."""
    every: int = 1
    until: date | None = None
    count: int | None = None
    more: tuple[tuple[time, time], ...] = ()
    """Further times on the same days."""

    @property
    def facts(self) -> dict[str, Any]:
        """The first visit alone, for a plan that keeps how it repeats."""
        return {
            name: getattr(self, name) for name in ("on", "start", "end", "ends_next_day", "extras", "miles", "which")
        }

    @property
    def wanted(self) -> RequestedPattern | None:
        """The pattern asked for; nothing when it is one visit."""
        if not self.days:
            return None
        times = ((self.start, self.end, self.ends_next_day), *((start, end, False) for start, end in self.more))
        return RequestedPattern(Rule(self.days, self.every, self.until, self.count), self.on, times)

    quantity: int = 1
    """How many, of a thing."""

    @classmethod
    def read(cls, args: "MultiDict[str, str]") -> "JourneyPlan":
        """Read what :meth:`query` wrote.

        Raises:
            BadInput: when somebody else wrote it.
        """
        try:
            on = date.fromisoformat(args.get("on", ""))
            start, end = (time_in_address(args.get(name, "")) for name in ("from", "to"))
        except ValueError:
            raise BadInput("We cannot read that date and time. Go back to the listing and choose again.") from None
        extras = tuple(args.getlist("extra"))
        if len(extras) > MOST_EXTRAS:
            raise BadInput("That is more extras than anybody offers. Go back to the listing and choose again.")
        miles, which = args.get("miles", ""), args.get("which")
        if miles and not (miles.isascii() and miles.isdigit() and int(miles[:4]) <= MILES_MOST):
            raise BadInput("We cannot read how many miles that is. Go back to the listing and choose again.")
        quantity = args.get("quantity", "1")
        if not (quantity.isascii() and quantity.isdigit() and 1 <= int(quantity[:3]) <= QUANTITY_MOST):
            raise BadInput("We cannot read how many that is. Go back to the listing and choose again.")
        return cls(
            on,
            start,
            end,
            ends_next_day=args.get("overnight") == "yes",
            extras=extras,
            miles=int(miles[:4]) if miles else None,
            which=which if which in {FIRST, SECOND} else None,
            **_repeating(args),
            quantity=int(quantity[:3]),
        )

    @property
    def query(self) -> dict[str, Any]:
        """The plan as arguments of an address."""
        query: dict[str, Any] = {
            "on": self.on.isoformat(),
            "from": f"{self.start:%H:%M}",
            "to": f"{self.end:%H:%M}",
        }
        if self.ends_next_day:
            query["overnight"] = "yes"
        if self.extras:
            query["extra"] = list(self.extras)
        if self.miles is not None:
            query["miles"] = self.miles
        if self.which:
            query["which"] = self.which
        if self.days:
            query["day"] = [str(day) for day in self.days]
            query["every"] = str(self.every)
        if self.until is not None:
            query["until"] = self.until.isoformat()
        if self.count is not None:
            query["count"] = str(self.count)
        if self.more:
            query["also"] = [f"{start:%H:%M}-{end:%H:%M}" for start, end in self.more]
        if self.quantity != 1:
            query["quantity"] = self.quantity
        return query

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        """The one visit, aware.

        Raises:
            TimesRefused: when the end is not after the start, clocks skip one of them, or show one twice.
        """
        return [
            times_rules.visit_times(self.on, self.start, self.end, ends_next_day=self.ends_next_day, which=self.which)
        ]


def _repeating(args: "MultiDict[str, str]") -> dict[str, Any]:
    """How it repeats, as :meth:`JourneyPlan.query` wrote it.

    Raises:
        BadInput: when somebody else wrote it.
    """
    try:
        days = tuple(sorted({int(day) for day in args.getlist("day")[:7]} & set(WEEKDAYS)))
        more = [one.partition("-") for one in args.getlist("also")[:TIMES_MORE]]
        return {
            "days": days,
            "every": int(args.get("every", "1")[:2]),
            "until": date.fromisoformat(args["until"]) if args.get("until") else None,
            "count": int(args["count"][:3]) if args.get("count") else None,
            "more": tuple((time_in_address(start), time_in_address(end)) for start, _, end in more),
        }
    except ValueError:
        raise BadInput("We cannot read how it repeats. Go back to the listing and choose again.") from None


def time_in_address(text: str) -> time:
    """A time of day as an address carries it."""
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone


def which_of_two() -> ListField:
    """Asks which of a time is meant that clocks show twice; shown where that was refused, or answered before."""
    return ListField(
        "Clocks go back that night. Which time do you mean?",
        choices={
            "": "Select",
            FIRST: "The first one, before clocks go back",
            SECOND: "The second one, after clocks went back",
        },
    )


class WhenForm(Form):
    """When should it be, and with which extras?"""

    on = DayField("What day?", required="Enter the day you want it", hint="For example, 27 3 2027")
    start = TimeField("Start", required="Enter when it should start", hint="For example, 9am or 2:30pm")
    end = TimeField("End", required="Enter when it should end", hint="For example, 10:30am")
    ends_next_day = YesField("It ends the next day", hint="Tick this for a night")
    often = ChoiceField(
        "How often do you want it?",
        choices={ONCE: "Once", REPEATS: "It repeats"},
        hints={REPEATS: "For example, every Monday and Thursday. You say how on the next page"},
        default=ONCE,
    )
    extras = ChoicesField("Extras", hint="Tick any that you want")
    miles = NumberField(
        "How many miles will it be?",
        least=0,
        most=MILES_MOST,
        hint="There and back, in whole miles. It is charged by the mile",
    )
    which = which_of_two()
    key = KeyField(default=new_key)
    asks_miles = False
    """Whether anything on the day asked for is charged by the mile."""

    def offer_extras(self, choices: Mapping[str, str], hints: Mapping[str, str]) -> None:
        """Say which extras can be ticked on the day asked for."""
        self.extras.choices = list(choices.items())
        self.extras.hints = dict(hints)

    @property
    def plan(self) -> JourneyPlan:
        """What was answered; only once the form is valid."""
        return JourneyPlan(
            self.on.data,
            self.start.data,
            self.end.data,
            bool(self.ends_next_day.data),
            tuple(self.extras.data or ()),
            self.miles.data,
            self.which.data or None,
        )


class RepeatForm(Form):
    """How should it repeat?"""

    days = ChoicesField(
        "On which days of the week?",
        choices={str(number): name for number, name in WEEKDAYS.items()},
        required="Select the days of the week",
    )
    every = NumberField(
        "How many weeks apart?",
        least=1,
        most=MOST_WEEKS_BETWEEN,
        hint="1 is every week, 2 is every second week",
        required="Enter how many weeks apart",
        default=1,
    )
    ends = ChoiceField(
        "When does it end?",
        choices={NEVER: "I do not know yet", UNTIL: "On a date", COUNT: "After a number of days"},
        hints={NEVER: "It goes on until you end it"},
        required="Select when it ends",
    )
    until = DayField("The last day", hint="Only if it ends on a date. For example, 27 3 2027")
    count = NumberField(
        "On how many days?", least=1, most=MOST_DAYS, hint="Only if it ends after a number of days. For example, 10"
    )
    start_2 = TimeField("Start of a second visit")
    end_2 = TimeField("End of a second visit")
    start_3 = TimeField("Start of a third visit")
    end_3 = TimeField("End of a third visit")
    start_4 = TimeField("Start of a fourth visit")
    end_4 = TimeField("End of a fourth visit")

    @property
    def more_pairs(self) -> list[tuple[TimeField, TimeField]]:
        """The boxes for further visits on the same day."""
        return [(self[f"start_{number}"], self[f"end_{number}"]) for number in range(2, MOST_TIMES_A_DAY + 1)]

    def fill(self, plan: JourneyPlan) -> None:
        """Show what the address says already."""
        self.days.data = [str(day) for day in plan.days or (plan.on.isoweekday(),)]
        self.every.data = plan.every
        self.ends.data = UNTIL if plan.until else COUNT if plan.count else None
        self.until.process(None, plan.until)
        self.count.data = plan.count
        for (start, end), (begins, ends) in zip(self.more_pairs, plan.more, strict=False):
            start.data, end.data = begins, ends

    def is_whole(self) -> bool:
        """Whether what belongs together was answered together; else says so beside the question."""
        if self.ends.data == UNTIL and self.until.data is None:
            self.refuse("Enter the last day", "until")
        if self.ends.data == COUNT and self.count.data is None:
            self.refuse("Enter on how many days", "count")
        for start, end in self.more_pairs:
            if (start.data is None) != (end.data is None):
                self.refuse("Enter both the start and the end of this visit", (end if start.data else start).name)
            elif start.data and end.data and end.data <= start.data:
                self.refuse("The end must be after the start", end.name)
        return not self.errors

    def plan(self, plan: JourneyPlan) -> JourneyPlan:
        """The plan with how it repeats; only once the form is valid."""
        return replace(
            plan,
            days=tuple(sorted(int(day) for day in self.days.data or ())),
            every=self.every.data,
            until=self.until.data if self.ends.data == UNTIL else None,
            count=self.count.data if self.ends.data == COUNT else None,
            more=tuple((start.data, end.data) for start, end in self.more_pairs if start.data and end.data),
            which=None,
        )


EACH = "each"
"""The choice of saying an amount for each."""
WAIT = "wait:"
"""Before the money of a choice that waits for more of it."""


class MoneyForm(Form):
    """Which money should pay?"""

    pay = ChoiceField("Which money should pay?", required="Select which money should pay")

    def offer(self, ways: Sequence[WayToPay], usable: Sequence[Purse], waiting: Sequence[str] = ()) -> None:
        """Say which ways to pay can be chosen, for which money an amount can be said, and which money may be waited for."""
        self.pay.choices = [(way.value, way.value) for way in ways] + ([(EACH, EACH)] if usable else [])
        self.pay.choices += [(f"{WAIT}{value}", f"{WAIT}{value}") for value in waiting]
        self.typed = {
            purse.public_id: clean_code(request.form.get(f"amount-{purse.public_id}", "")) for purse in usable
        }

    def amounts(self, usable: Sequence[Purse]) -> list[tuple[Purse, int]]:
        """The pence said for each, those left empty at nothing.

        Raises:
            BadInput: when one is not an amount.
        """
        with_pence = []
        for purse in usable:
            typed = self.typed[purse.public_id]
            try:
                with_pence.append((purse, Money.parse(typed).pence if typed else 0))
            except ValueError:
                raise BadInput(f"{purse.name}: enter an amount in pounds, like 27 or 27.50") from None
        return with_pence


class CheckForm(Form):
    """Is this what you want?"""

    note = LongTextField(
        "Is there anything they should know? (optional)",
        hint="For example, how to get in, or what you would like help with. Do not put card or bank details here.",
        longest=NOTE_LONGEST,
        rows=4,
    )
    key = KeyField(default=new_key)
    price = SeenField()
