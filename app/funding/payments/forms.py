"""How much to add by card, and how a payment that needs a look is settled."""

from app.funding.payments.rules import LARGEST, ODD_ENDINGS, REASON_LONGEST, SMALLEST
from app.platform.web.fields import ChoiceField, Form, KeyField, LongTextField, MoneyField, new_key


class TopUpForm(Form):
    """The amount; the rest is asked for on the card page."""

    amount = MoneyField(
        "How much do you want to add?",
        required="Enter how much to add",
        hint=f"From {SMALLEST} to {LARGEST}, for example 40 or 27.50",
    )
    key = KeyField(default=new_key)


class SettleForm(Form):
    """What becomes of a card payment that is not as we asked."""

    how = ChoiceField(
        "What becomes of it?",
        choices={one.value: words for one, words in ODD_ENDINGS.items()},
        required="Select what becomes of it",
        hint="Look it up at the card company first. Paying back is done there: this notes it, and tells the person.",
    )
    reason = LongTextField(
        "How do you know?", required="Enter how you know", hint="Kept with the payment.", longest=REASON_LONGEST, rows=3
    )
