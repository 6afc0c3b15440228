"""The questions about how money is looked after: which way, and whether a provider holds a fund."""

from app.base.refusals import BadInput
from app.funding.budgets.rules.choices import PERCENT, WAYS, WORDS_LONGEST
from app.funding.budgets.rules.kinds import POT_WORDS, PotKind
from app.platform.web.fields import ChoiceField, Form, KeyField, ListField, LongTextField, NumberField, TextField

MIX = "mix"
PERCENTS = {kind: f"percent_{kind.value}" for kind in WAYS}


def _percent(kind: PotKind) -> NumberField:
    return NumberField(f"{POT_WORDS[kind]}: how much, in percent?", least=0, most=PERCENT)


WAY_WORDS = {**{kind.value: f"All of it: {POT_WORDS[kind].lower()}" for kind in WAYS}, MIX: "A mix of these"}


class HowForm(Form):
    """How do you want your money looked after?"""

    way = ChoiceField(
        "How do you want your money looked after?",
        required="Select how you want your money looked after",
        choices=WAY_WORDS,
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
