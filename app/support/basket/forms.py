"""The questions of the basket: what to take out, and which money pays for what."""

from flask import request

from app.platform.web.fields import (
    ChoiceField,
    Form,
    KeyField,
    LongTextField,
    SeenField,
    TextField,
    new_key,
    number_sent,
)
from app.support.basket.actions.booking import Chosen
from app.support.basket.rules import BECAUSE_LONGEST, LINES_MOST, CodeWay

LEAVE = "leave"
"""What is chosen for a line that is not to be booked now."""


class RemoveForm(Form):
    """Take it out?"""


class TakeForm(Form):
    """Take what was suggested?"""

    seen = SeenField()


class NotNowForm(Form):
    """Not now: why?"""

    because = LongTextField(
        "Why not now?",
        hint="You do not have to say. Whoever suggested it reads this.",
        longest=BECAUSE_LONGEST,
        rows=3,
    )


class AskForYesForm(Form):
    """How does the code reach the person?"""

    way = ChoiceField(
        "How should the code reach them?",
        required="Select email or letter",
        choices={CodeWay.EMAIL: "By email", CodeWay.LETTER: "By letter"},
        hints={
            CodeWay.EMAIL: "To their own confirmed address. It works for 30 minutes.",
            CodeWay.LETTER: "Printed and sealed where you cannot read it. It works for 14 days.",
        },
    )


class TypeCodeForm(Form):
    """Which code did the person tell?"""

    code = TextField(
        "The code they tell you",
        required="Enter the six figures the person tells you",
        hint="Six figures, like 123 456",
        longest=20,
        width="10",
        autocomplete="off",
    )


class CheckOutForm(Form):
    """Which money pays for what?"""

    key = KeyField(default=new_key)

    def by_provider(self) -> list[list[Chosen]]:
        """The lines that were chosen, provider by provider, as the page showed them: money and price of each.

        Raises:
            BadInput: when somebody changed a price into something else.
        """
        found: dict[str, list[Chosen]] = {}
        for provider, line in [sent.partition(".")[::2] for sent in request.form.getlist("line")[:LINES_MOST]]:
            pay = request.form.get(f"pay-{line}", LEAVE)
            if pay != LEAVE:
                found.setdefault(provider, []).append(Chosen(line, pay, number_sent(request.form.get(f"price-{line}"))))
        return list(found.values())
