"""The questions of this room: a budget, how money is looked after, agreements, and money spent elsewhere."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField

from app.base.refusals import BadInput
from app.funding.budgets.actions import decisions, outside, unspent
from app.funding.budgets.models import Pot
from app.funding.budgets.queries.balances import PotFacts
from app.funding.budgets.rules.choices import PERCENT, WAYS, WORDS_LONGEST
from app.funding.budgets.rules.kinds import POT_WORDS, PotKind
from app.funding.budgets.rules.receipts import RECEIPT_MOST_BYTES
from app.market.catalogue.rules.kinds import KINDS
from app.platform.web.fields import (
    ChoiceField,
    DayField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    MoneyField,
    NumberField,
    TextField,
    UnseenField,
    YesField,
)


class ReceiptField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """A file to send along; ``content`` is its bytes, at most a few more than may be kept, or nothing."""

    shape = "file"

    @property
    def content(self) -> bytes | None:
        """What was sent; nothing when nothing was chosen."""
        if not self.data or not getattr(self.data, "filename", ""):
            return None
        self.data.stream.seek(0)
        return bytes(self.data.stream.read(RECEIPT_MOST_BYTES + 1))


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


MIX = "mix"
PERCENTS = {kind: f"percent_{kind.value}" for kind in WAYS}


def _percent(kind: PotKind) -> NumberField:
    return NumberField(f"{POT_WORDS[kind]}: how much, in percent?", least=0, most=PERCENT)


class HowForm(Form):
    """How do you want your money looked after?"""

    way = ChoiceField(
        "How do you want your money looked after?",
        required="Select how you want your money looked after",
        choices={**{kind.value: f"All of it: {POT_WORDS[kind].lower()}" for kind in WAYS}, MIX: "A mix of these"},
    )
    percent_direct_payment = _percent(PotKind.DIRECT_PAYMENT)
    percent_indirect_payment = _percent(PotKind.INDIRECT_PAYMENT)
    percent_council_managed = _percent(PotKind.COUNCIL_MANAGED)
    percent_individual_service_fund = _percent(PotKind.INDIVIDUAL_SERVICE_FUND)
    agent = ListField("Which of your helpers holds it for you?", choices={"": "None of these"})
    agent_name = TextField("Or the name of somebody else who holds it", longest=120)
    fund_holder = TextField("Which provider do you want to hold the fund?", hint="Their name, or a part of it.")
    words = LongTextField(
        "Anything you want to say about it (optional)",
        hint="Your council can read this, and the provider you ask.",
        longest=WORDS_LONGEST,
        rows=3,
    )
    key = KeyField()

    @property
    def shares(self) -> dict[PotKind, int]:
        """The ways chosen with the percent of each.

        Raises:
            WrongMix: when a mix does not come to 100.
        """
        if self.way.data != MIX:
            return {PotKind(self.way.data): PERCENT}
        given = {kind: self[name].data for kind, name in PERCENTS.items() if self[name].data}
        if sum(given.values()) != PERCENT:
            raise WrongMix(f"The parts come to {sum(given.values())}%. They must come to 100%.")
        return given


class WrongMix(BadInput):
    """The parts of a mix do not come to the whole."""


class FundForm(Form):
    """Do you hold this fund, and for what fee?"""

    answer = ChoiceField(
        "Will you hold this fund?",
        choices={"yes": "Yes", "no": "No"},
        required="Select whether you will hold this fund",
    )
    fee = NumberField(
        "Your fee, in percent of the fund",
        least=0,
        most=PERCENT,
        hint="A whole number. Enter 0 for no fee. The person sees it before anything happens.",
    )
    words = LongTextField(
        "Anything you want to say (optional)", hint="The person can read this.", longest=WORDS_LONGEST, rows=3
    )


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


class OutsideForm(Form):
    """When, whom, how much, what for, and from which money?"""

    spent_on = DayField("When did you pay?", required="Enter the day you paid")
    paid_to = TextField("Who did you pay?", required="Enter who you paid", longest=outside.PAID_TO_LONGEST)
    amount = MoneyField("How much?", required="Enter how much you paid")
    paid_for = TextField(
        "What was it for?",
        required="Enter what it was for",
        hint="For example, swimming lessons or a taxi.",
        longest=outside.PAID_FOR_LONGEST,
    )
    pot = ChoiceField("Which money did you use?", required="Select which money you used")
    receipt = ReceiptField(
        "Photo of the receipt (optional)",
        description="A photo or a PDF, up to 5MB. Only you and people you let see your money can open it.",
    )
    key = KeyField()
