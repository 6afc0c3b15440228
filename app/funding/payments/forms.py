"""How much to add by card or have paid back, where to, and how what needs a look is settled."""

from app.base.bank_accounts import NAME_LONGEST
from app.funding.payments.rules import BACK_REASON_LONGEST, LARGEST, ODD_ENDINGS, REASON_LONGEST, SMALLEST
from app.platform.web.fields import ChoiceField, Form, KeyField, LongTextField, MoneyField, TextField, new_key

PAID, SENT_BACK = "paid", "sent_back"


class TopUpForm(Form):
    """The amount; the rest is asked for on the card page."""

    amount = MoneyField(
        "How much do you want to add?",
        required="Enter how much to add",
        hint=f"From {SMALLEST} to {LARGEST}, for example 40 or 27.50",
    )
    key = KeyField(default=new_key)


class PayBackForm(Form):
    """How much of it goes back?"""

    amount = MoneyField(
        "How much should be paid back?", required="Enter how much should be paid back", hint="For example 40 or 27.50"
    )
    key = KeyField(default=new_key)


class OwnBankAccountForm(Form):
    """Which account?"""

    name = TextField(
        "Name on the account", required="Enter the name on the account", longest=NAME_LONGEST, autocomplete="off"
    )
    sort_code = TextField(
        "Sort code", required="Enter the sort code", hint="6 digits, like 20-30-40", width="5", longest=20
    )
    number = TextField("Account number", required="Enter the account number", hint="8 digits", width="10", longest=20)


class PaidOutForm(Form):
    """What did the bank say?"""

    fate = ChoiceField(
        "What happened?",
        choices={PAID: "The bank paid it", SENT_BACK: "The bank sent it back"},
        required="Select what happened",
    )
    reason = TextField("If it was sent back, what did the bank say?", longest=BACK_REASON_LONGEST)


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
