"""How much to add by card."""

from app.funding.payments.rules import LARGEST, SMALLEST
from app.platform.web.fields import Form, KeyField, MoneyField, new_key


class TopUpForm(Form):
    """The amount; the rest is asked for on the card page."""

    amount = MoneyField(
        "How much do you want to add?",
        required="Enter how much to add",
        hint=f"From {SMALLEST} to {LARGEST}, for example 40 or 27.50",
    )
    key = KeyField(default=new_key)
