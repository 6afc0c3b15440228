"""The questions of suspending: how far, from when, and why."""

from collections.abc import Mapping

from app.market.providers.rules import SUSPENSION_REASON_WORDS
from app.platform.web.fields import ChoiceField, DayField, Form, LongTextField

WORDS_LONGEST = 2000


class SuspendForm(Form):
    """How far does it reach, from when, and why?"""

    reach = ChoiceField(
        "What is suspended?",
        required="Select what is suspended",
        hint="Of one lot, the provider only loses its framework status there. Whole, nothing new can be booked with it.",
    )
    from_on = DayField(
        "From which day?",
        required="Enter the day it begins",
        hint="Today or later. For example, 27 3 2027",
    )
    sort = ChoiceField(
        "What sort of reason is it?",
        required="Select what sort of reason it is",
        choices={reason.value: words for reason, words in SUSPENSION_REASON_WORDS.items()},
    )
    words = LongTextField(
        "Why?",
        required="Enter why",
        hint="The provider reads this. Do not write anything about people who use it.",
        longest=WORDS_LONGEST,
    )
    public_words = LongTextField(
        "What may everybody read about it?",
        hint="Shown on the provider's page. You can leave it empty. Do not write anything about people who use it.",
        longest=WORDS_LONGEST,
        rows=3,
    )

    def offer(self, reaches: Mapping[str, str]) -> None:
        """Say what can be chosen."""
        self.reach.choices = list(reaches.items())


class EndSuspensionForm(Form):
    """Why does it end?"""

    words = LongTextField(
        "Why does it end?", required="Enter why it ends", hint="The provider reads this.", longest=WORDS_LONGEST, rows=3
    )
