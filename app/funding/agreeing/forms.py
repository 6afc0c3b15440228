"""The questions of a care manager: a budget, a choice to put in place, money kept back, an agreement."""

from app.funding.budgets.actions.decisions import REASON_LONGEST
from app.funding.budgets.forms import reason_field
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
    seen = UnseenField("")

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


class EnactForm(Form):
    """Which choice was looked at."""

    choice = UnseenField("")
    seen = UnseenField("")


class ContingencyForm(Form):
    """How much of the money kept back, to where and why?"""

    amount = MoneyField("How much?", required="Enter how much")
    into = ChoiceField("Where does it go?", required="Select where the money goes")
    reason = reason_field("Why?")
    key = KeyField()
    seen = UnseenField("")


class AgreementForm(Form):
    """Who may be paid, from which money, from when until when, and why?"""

    provider = TextField("Which provider?", required="Enter the provider's name", hint="Their name, or a part of it.")
    which = ChoiceField("Which of these do you mean?", required="Select the provider you mean")
    outcomes = LongTextField(
        "What is it for?",
        required="Say what it is for",
        longest=REASON_LONGEST,
        hint="What the person wants to reach with it, in plain words. They read this before they say yes.",
    )
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
    seen = UnseenField("")


class LookAgainForm(Form):
    """Does an agreement still do what it is for?"""

    goes_on = ChoiceField(
        "Does it go on?",
        choices={"yes": "Yes, it goes on", "no": "No, it ends now"},
        required="Select whether it goes on",
    )
    words = LongTextField(
        "What did you find?",
        required="Say what you found",
        longest=REASON_LONGEST,
        hint="Talk with the person first. What did it help with?",
    )
