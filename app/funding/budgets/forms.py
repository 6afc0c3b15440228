"""The questions of this room: a budget, how money is looked after, agreements, and money spent elsewhere."""

from collections.abc import Sequence
from typing import Any

from app.funding.budgets.actions import decisions, unspent
from app.funding.budgets.models import Pot
from app.funding.budgets.queries.balances import PotFacts
from app.platform.web.fields import (
    ChoiceField,
    DayField,
    Form,
    KeyField,
    LongTextField,
    MoneyField,
    YesField,
)


def reason_field(label: str, hint: str = "The person can read this.") -> LongTextField:
    """Why somebody decides something."""
    return LongTextField(label, required="Enter a reason", hint=hint, longest=decisions.REASON_LONGEST, rows=3)


class SayForm(Form):
    """What the person says about money that was not used."""

    words = LongTextField(
        "What happened?",
        required="Enter what happened",
        hint="In your own words. Your care manager can read this. For example: a visit was called off, or I could not "
        "find what I wanted.",
        longest=unspent.WORDS_LONGEST,
        rows=4,
    )


class TalkForm(Form):
    """What a talk about unspent money came to."""

    talked_on = DayField("When did you talk?", required="Enter the day you talked")
    back = MoneyField(
        "How much goes back to the council?",
        required="Enter how much goes back, or 0 when all of it stays",
        hint="Enter 0 when all of it stays.",
    )
    person_agreed = YesField("The person agrees to this")
    reason = reason_field("What did you talk about, and why is this right?")


def offer_pots(field: Any, pots: Sequence[PotFacts | Pot]) -> None:
    """Say which money can be chosen."""
    field.choices = [(pot.public_id, pot.name) for pot in pots]


class ForwardForm(Form):
    """How much to bring forward, and why?"""

    into = ChoiceField("Which money?", required="Select which money")
    amount = MoneyField("How much do you need now?", required="Enter how much you need")
    reason = reason_field("Why do you need it now?", hint="Your care manager can read this.")
    key = KeyField()
