"""The questions of booking, cancelling and answering; and how a plan for a visit travels in an address."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.bookings import actions, rules
from app.bookings.rules import Purse, Way
from app.catalogue.rules.rates import MILES_MOST
from app.money import Money
from app.refusals import BadInput
from app.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    NumberField,
    TimeField,
    UnseenField,
    YesField,
)

MOST_EXTRAS = 20


@dataclass(frozen=True, slots=True)
class Plan:
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

    @classmethod
    def read(cls, args: "MultiDict[str, str]") -> "Plan":
        """Read what :meth:`query` wrote.

        Raises:
            BadInput: when somebody else wrote it.
        """
        try:
            on = date.fromisoformat(args.get("on", ""))
            start, end = (_clock_face(args.get(name, "")) for name in ("from", "to"))
        except ValueError:
            raise BadInput("We cannot read that date and time. Go back to the listing and choose again.") from None
        extras = tuple(args.getlist("extra"))
        if len(extras) > MOST_EXTRAS:
            raise BadInput("That is more extras than anybody offers. Go back to the listing and choose again.")
        miles, which = args.get("miles", ""), args.get("which")
        if miles and not (miles.isascii() and miles.isdigit() and int(miles[:4]) <= MILES_MOST):
            raise BadInput("We cannot read how many miles that is. Go back to the listing and choose again.")
        return cls(
            on,
            start,
            end,
            ends_next_day=args.get("overnight") == "yes",
            extras=extras,
            miles=int(miles[:4]) if miles else None,
            which=which if which in {rules.FIRST, rules.SECOND} else None,
        )

    @property
    def query(self) -> dict[str, Any]:
        """The plan as arguments of an address."""
        found: dict[str, Any] = {
            "on": self.on.isoformat(),
            "from": f"{self.start:%H:%M}",
            "to": f"{self.end:%H:%M}",
        }
        if self.ends_next_day:
            found["overnight"] = "yes"
        if self.extras:
            found["extra"] = list(self.extras)
        if self.miles is not None:
            found["miles"] = self.miles
        if self.which:
            found["which"] = self.which
        return found

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        """The one visit, aware.

        Raises:
            TimesRefused: when the end is not after the start, clocks skip one of them, or show one twice.
        """
        return [rules.visit_times(self.on, self.start, self.end, ends_next_day=self.ends_next_day, which=self.which)]


def _clock_face(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone


class WhenForm(Form):
    """When should it be, and with which extras?"""

    on = DayField("What day?", required="Enter the day you want it", hint="For example, 27 3 2027")
    start = TimeField("Start", required="Enter when it should start", hint="For example, 9am or 2:30pm")
    end = TimeField("End", required="Enter when it should end", hint="For example, 10:30am")
    ends_next_day = YesField("It ends the next day", hint="Tick this for a night")
    extras = ChoicesField("Extras", hint="Tick any that you want")
    miles = NumberField(
        "How many miles will it be?",
        least=0,
        most=MILES_MOST,
        hint="There and back, in whole miles. It is charged by the mile",
    )
    which = ListField(
        "Clocks go back that night. Which time do you mean?",
        choices={
            "": "Select",
            rules.FIRST: "The first one, before clocks go back",
            rules.SECOND: "The second one, after clocks went back",
        },
    )
    asks_miles = False
    """Whether anything on the day asked for is charged by the mile."""

    def offer_extras(self, choices: Mapping[str, str], hints: Mapping[str, str]) -> None:
        """Say which extras can be ticked on the day asked for."""
        self.extras.choices = list(choices.items())
        self.extras.hints = dict(hints)

    @property
    def plan(self) -> Plan:
        """What was answered; only once the form is valid."""
        return Plan(
            self.on.data,
            self.start.data,
            self.end.data,
            bool(self.ends_next_day.data),
            tuple(self.extras.data or ()),
            self.miles.data,
            self.which.data or None,
        )


EACH = "each"
"""The choice of saying an amount for each."""


class MoneyForm(Form):
    """Which money should pay?"""

    pay = ChoiceField("Which money should pay?", required="Select which money should pay")

    def offer(self, ways: Sequence[Way], usable: Sequence[Purse]) -> None:
        """Say which ways to pay can be chosen, and for which money an amount can be said."""
        self.pay.choices = [(way.value, way.value) for way in ways] + ([(EACH, EACH)] if usable else [])
        self.typed = {purse.public_id: request.form.get(f"amount-{purse.public_id}", "").strip() for purse in usable}

    def amounts(self, usable: Sequence[Purse]) -> list[tuple[Purse, int]]:
        """The pence said for each, those left empty at nothing.

        Raises:
            BadInput: when one is not an amount.
        """
        found = []
        for purse in usable:
            typed = self.typed[purse.public_id]
            try:
                found.append((purse, Money.parse(typed).pence if typed else 0))
            except ValueError:
                raise BadInput(f"{purse.name}: enter an amount in pounds, like 27 or 27.50") from None
        return found


def new_key() -> str:
    """A fresh key for one form."""
    return secrets.token_urlsafe(24)


class CheckForm(Form):
    """Is this what you want?"""

    note = LongTextField(
        "Is there anything they should know? (optional)",
        hint="For example, how to get in, or what you would like help with. Do not put card or bank details here.",
        longest=actions.NOTE_LONGEST,
        rows=4,
    )
    key = KeyField(default=new_key)
    price = UnseenField()

    @property
    def price_seen(self) -> int:
        """The pence shown when the page was made.

        Raises:
            BadInput: when somebody changed it into something else.
        """
        return pence_sent(self.price.data)


class CancelForm(Form):
    """Why are you cancelling?"""

    reason = LongTextField(
        "Why are you cancelling? (optional)",
        hint="The provider will read this.",
        longest=actions.REASON_LONGEST,
        rows=3,
    )
    charge = UnseenField()

    @property
    def charge_seen(self) -> int:
        """The pence the page said it would cost.

        Raises:
            BadInput: when somebody changed it into something else.
        """
        return pence_sent(self.charge.data)


def pence_sent(typed: str | None) -> int:
    """The pence a hidden field of our own says.

    Raises:
        BadInput: when somebody changed it into something else.
    """
    if typed is None or not (typed.isascii() and typed.isdigit() and len(typed) <= 12):  # noqa: PLR2004 - below any price
        raise BadInput("Go back, load the page again and send it once more.")
    return int(typed)


class DeclineForm(Form):
    """Why can you not do this?"""

    reason = LongTextField(
        "Why can you not do this?",
        required="Enter a reason",
        hint="The person will read this. For example, “We have nobody free at that time, but could come at 11am.”",
        longest=actions.REASON_LONGEST,
        rows=4,
    )
