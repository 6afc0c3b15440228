"""What was spent elsewhere: when, whom, how much, what for, from which money, with a receipt."""

from app.funding.spent_elsewhere import actions
from app.platform.files.forms import ChosenFileField
from app.platform.web.fields import ChoiceField, DayField, Form, KeyField, MoneyField, TextField

WHO_SEES = "Only you and people you let see your money can open it. We keep nothing of where a photo was taken."


class OutsideForm(Form):
    """When, whom, how much, what for, and from which money?"""

    spent_on = DayField("When did you pay?", required="Enter the day you paid")
    paid_to = TextField("Who did you pay?", required="Enter who you paid", longest=actions.PAID_TO_LONGEST)
    amount = MoneyField("How much?", required="Enter how much you paid")
    paid_for = TextField(
        "What was it for?",
        required="Enter what it was for",
        hint="For example, swimming lessons or a taxi.",
        longest=actions.PAID_FOR_LONGEST,
    )
    pot = ChoiceField("Which money did you use?", required="Select which money you used")
    receipt = ChosenFileField("The receipt (optional: you can add it later)", hint=WHO_SEES)
    key = KeyField()


class ReceiptForm(Form):
    """Which file is the receipt?"""

    receipt = ChosenFileField("The receipt", required="Choose the receipt", hint=WHO_SEES)
    key = KeyField()
