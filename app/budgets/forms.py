"""The question a care manager answers to agree a budget."""

from app.budgets.rules import PotKind
from app.web.fields import DayField, Form, MoneyField


class BudgetForm(Form):
    """A year's money: three numbers, and how it is managed."""

    year_starts_on = DayField(
        "When does the year start?",
        required="Enter the day the year starts",
        hint="The first of thirteen four-week periods. Money arrives on the first day of each.",
    )
    total = MoneyField("Total for the year", required="Enter the total for the year", hint="The whole personal budget.")
    contribution = MoneyField(
        "The person's contribution",
        required="Enter the person's contribution, or 0",
        hint="What they are assessed to pay towards it. Enter 0 when there is none.",
    )
    council_managed = MoneyField(
        "Money the council looks after", hint="For the year. Leave empty when none of it is managed this way."
    )
    direct_payment = MoneyField("Direct payment", hint="For the year. The person holds it.")
    indirect_payment = MoneyField("Direct payment held by somebody else", hint="For the year. An agent holds it.")

    @property
    def pots(self) -> list[tuple[PotKind, int]]:
        """How the money is managed, with the pence of each way that was filled in."""
        answers = (
            (PotKind.COUNCIL_MANAGED, self.council_managed.data),
            (PotKind.DIRECT_PAYMENT, self.direct_payment.data),
            (PotKind.INDIRECT_PAYMENT, self.indirect_payment.data),
        )
        return [(kind, amount.pence) for kind, amount in answers if amount]
