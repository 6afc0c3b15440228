"""The questions of this room: a budget, how money is looked after, agreements, and money spent elsewhere."""

from collections.abc import Sequence
from typing import Any

from app.funding.budgets.actions import decisions, unspent
from app.funding.budgets.models import Pot
from app.funding.budgets.queries.balances import PotFacts
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.kinds import KINDS
from app.platform.web.fields import (
    ChoiceField,
    DayField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    MoneyField,
    TextField,
    UnseenField,
    YesField,
)


def reason_field(label: str, hint: str = "The person can read this.") -> LongTextField:
    """Why somebody decides something."""
    return LongTextField(label, required="Enter a reason", hint=hint, longest=decisions.REASON_LONGEST, rows=3)


class NumbersForm(Form):
    """A year's money: three numbers, and what is kept back. How it is looked after is the person's choice."""

    total = MoneyField("Total for the year", required="Enter the total for the year", hint="The whole personal budget.")
    contribution = MoneyField(
        "The person's contribution",
        required="Enter the person's contribution, or 0",
        hint="What they are assessed to pay towards it. Enter 0 when there is none.",
    )
    pays_contribution = YesField(
        "The person pays the contribution themselves",
        hint="Only the council's share then arrives here. Otherwise the council pays it all and collects the contribution.",
    )
    contingency = MoneyField(
        "Money kept back for a bad spell",
        hint="Part of the total. It is released when it is needed. Leave empty for none.",
    )

    @property
    def contingency_pence(self) -> int:
        """What is kept back."""
        return self.contingency.data.pence if self.contingency.data else 0


class BudgetForm(NumbersForm):
    """A year's money, from a day on; or only a first estimate of it."""

    year_starts_on = DayField(
        "When does the year start?",
        required="Enter the day the year starts",
        hint="The first of thirteen four-week periods. Money arrives on the first day of each.",
    )
    only_estimate = YesField(
        "This is only a first estimate", hint="No money arrives until the budget is agreed. Leave the rest empty."
    )


class ChangeBudgetForm(NumbersForm):
    """New numbers for the year, and why."""

    reason = reason_field("Why does it change?")


class EndBudgetForm(Form):
    """Why does it end?"""

    reason = reason_field("Why does this budget end?")


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


class EnactForm(Form):
    """Which choice was looked at."""

    choice = UnseenField("")


class ContingencyForm(Form):
    """How much of the money kept back, to where and why?"""

    amount = MoneyField("How much?", required="Enter how much")
    into = ChoiceField("Where does it go?", required="Select where the money goes")
    reason = reason_field("Why?")
    key = KeyField()


class ForwardForm(Form):
    """How much to bring forward, and why?"""

    into = ChoiceField("Which money?", required="Select which money")
    amount = MoneyField("How much do you need now?", required="Enter how much you need")
    reason = reason_field("Why do you need it now?", hint="Your care manager can read this.")
    key = KeyField()


class AgreementForm(Form):
    """Who may be paid, from which money, from when until when, and why?"""

    provider = TextField("Which provider?", required="Enter the provider's name", hint="Their name, or a part of it.")
    money = ChoiceField(
        "Which money may pay them?",
        choices={
            PotKind.COUNCIL_MANAGED.value: "Money the council looks after",
            PotKind.INDIVIDUAL_SERVICE_FUND.value: "An individual service fund, with its holder's consent",
        },
        required="Select which money may pay them",
    )
    kind = ListField(
        "For which kind of support?", choices={"": "Any kind", **{code: one.name for code, one in KINDS.items()}}
    )
    from_on = DayField("From which day?", required="Enter the first day")
    until_on = DayField("Until which day?", required="Enter the last day")
    reason = reason_field("Why?", hint="For example, no framework provider can do this. The person can read this.")
