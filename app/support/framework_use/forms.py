"""The questions of ending a place: of which lots, after which day, and why."""

from collections.abc import Mapping

from app.market.frameworks.rules.applications import REASON_LONGEST
from app.platform.web.fields import ChoiceField, DayField, Form, LongTextField


class EndPlacesForm(Form):
    """Which lots, after which day, and why?"""

    reach = ChoiceField("Which places end?", required="Select which places end")
    ends_on = DayField("Last day", required="Enter the last day", hint="Today or later. For example, 27 3 2027")
    words = LongTextField(
        "Why?",
        required="Enter why",
        hint="The provider reads this. Do not write anything about people who use it.",
        longest=REASON_LONGEST,
    )

    def offer(self, reaches: Mapping[str, str]) -> None:
        """Say what can be chosen."""
        self.reach.choices = list(reaches.items())
