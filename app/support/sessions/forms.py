"""The questions of sessions and of things: places, who waits, how many, and what goes back."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.base.answers import read_time
from app.platform.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    KeyField,
    LongTextField,
    NumberField,
    SeenField,
    TimeField,
    new_key,
)
from app.support.availability.rules import PLACES_MOST
from app.support.booking_journey.forms import JourneyPlan
from app.support.booking_records.rules.paying import WayToPay
from app.support.bookings.actions.telling import REASON_LONGEST
from app.support.bookings.rules.agreements import QUANTITY_MOST
from app.support.sessions.rules import SESSIONS_AT_ONCE_MOST

COMES_FROM, COMES_UNTIL = read_time("8am"), read_time("6pm")
"""When things are brought: some time of the day chosen."""


class SessionsForm(Form):
    """When is it, and how many can come?"""

    on = DayField("First day", required="Enter the first day", hint="For example, 27 3 2027")
    start = TimeField("Start", required="Enter when it starts", hint="For example, 9am or 2:30pm")
    end = TimeField("End", required="Enter when it ends")
    places = NumberField("How many places?", least=1, most=PLACES_MOST, required="Enter how many places there are")
    weeks = NumberField(
        "How many weeks?",
        least=1,
        most=SESSIONS_AT_ONCE_MOST,
        required="Enter how many weeks",
        hint="1 for a single session. With 6, it is on the same day of six weeks.",
    )


class PlacesForm(Form):
    """How many places are there?"""

    places = NumberField("How many places?", least=1, most=PLACES_MOST, required="Enter how many places there are")


class CallOffForm(Form):
    """Why is it called off?"""

    reason = LongTextField(
        "Why is it called off?",
        required="Enter a reason",
        hint="Everybody who was coming will read this.",
        longest=REASON_LONGEST,
        rows=3,
    )


class PlaceForm(Form):
    """Which money should pay for the place?"""

    pay = ChoiceField("Which money should pay?", required="Select which money should pay")
    key = KeyField(default=new_key)
    price = SeenField()

    def offer(self, ways: Sequence[WayToPay]) -> None:
        """Say which ways to pay can be chosen."""
        self.pay.choices = [(way.value, way.words) for way in ways]


class BuyForm(Form):
    """How many, and when should they come?"""

    quantity = NumberField("How many?", least=1, most=QUANTITY_MOST, required="Enter how many you want")
    on = DayField("What day should it come?", required="Enter the day you want it", hint="For example, 27 3 2027")
    extras = ChoicesField("Extras", hint="Tick any that you want")
    key = KeyField(default=new_key)

    def offer_extras(self, choices: Mapping[str, str], hints: Mapping[str, str]) -> None:
        """Say which extras can be ticked on the day asked for."""
        self.extras.choices = list(choices.items())
        self.extras.hints = dict(hints)

    @property
    def plan(self) -> JourneyPlan:
        """What was answered; only once the form is valid."""
        on: date = self.on.data
        return JourneyPlan(
            on, COMES_FROM, COMES_UNTIL, extras=tuple(self.extras.data or ()), quantity=self.quantity.data
        )


class SendBackForm(Form):
    """How many go back?"""

    quantity = NumberField("How many go back?", least=1, most=QUANTITY_MOST, required="Enter how many go back")
    reason = LongTextField(
        "Why? (optional)",
        hint="You need no reason. The provider will read this.",
        longest=REASON_LONGEST,
        rows=3,
    )
    key = KeyField(default=new_key)
