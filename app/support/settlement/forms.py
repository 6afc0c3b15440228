"""What is asked on the pages of invoices and remittances."""

from flask_wtf.file import FileField

from app.base.bank_accounts import NAME_LONGEST
from app.platform.web.fields import ChoiceField, DayField, Form, LongTextField, TextField
from app.support.settlement.actions.answering import WORDS_LONGEST
from app.support.settlement.actions.paying import REASON_LONGEST
from app.support.settlement.rules.bank_files import ANSWER_MOST_BYTES
from app.support.settlement.rules.paying import LEDGER_CODE_LONGEST

PAID, SENT_BACK = "paid", "sent_back"


class QueryForm(Form):
    """What is not right about a line?"""

    reason = LongTextField(
        "What is not right?",
        required="Enter what is not right",
        longest=WORDS_LONGEST,
        hint="The council’s finance officers read this. For example: the visit took an hour longer.",
    )


class LineAnswerForm(Form):
    """What does the council say?"""

    answer = LongTextField(
        "Your answer",
        required="Enter your answer",
        longest=WORDS_LONGEST,
        hint="The provider’s finance staff read this. The invoice stays as it is: what is put right comes onto the next.",
    )


class PaidForm(Form):
    """What became of a payment?"""

    fate = ChoiceField(
        "What happened?",
        choices={PAID: "It was paid", SENT_BACK: "The bank sent it back"},
        required="Select what happened",
    )
    paid_on = DayField("If it was paid, on which day?")
    reason = TextField("If it was sent back, what did the bank say?", longest=REASON_LONGEST)


class LedgerCodesForm(Form):
    """Under which codes does the council's own finance system keep this?"""

    support = TextField("Code for support", longest=LEDGER_CODE_LONGEST)
    vat = TextField("Code for VAT", longest=LEDGER_CODE_LONGEST)
    discount = TextField("Code for the volume discount", longest=LEDGER_CODE_LONGEST)


class BankDetailsForm(Form):
    """Which account?"""

    name = TextField(
        "Name on the account", required="Enter the name on the account", longest=NAME_LONGEST, autocomplete="off"
    )
    sort_code = TextField(
        "Sort code", required="Enter the sort code", hint="6 digits, like 20-30-40", width="5", longest=20
    )
    number = TextField("Account number", required="Enter the account number", hint="8 digits", width="10", longest=20)


class BankCheckForm(Form):
    """Which number did they say?"""

    number = TextField(
        "The account number they told you",
        required="Enter the account number",
        hint="Telephone them on a number you know already, not one from an email, and ask them to read it out.",
        width="10",
        longest=20,
    )


class BankAnswerField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """The file a bank answers with."""

    shape = "file"

    @property
    def content(self) -> bytes:
        """What was sent; nothing when nothing was chosen."""
        if not self.data or not getattr(self.data, "filename", ""):
            return b""
        self.data.stream.seek(0)
        return bytes(self.data.stream.read(ANSWER_MOST_BYTES + 1))


class BankAnswerForm(Form):
    """What does the bank say?"""

    answer = BankAnswerField("The bank’s answer", description="A file of ISO 20022 called pain.002, in XML.")
