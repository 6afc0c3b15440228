"""What is asked on the pages of invoices and remittances."""

from app.platform.web.fields import ChoiceField, DayField, Form, LongTextField, TextField
from app.support.settlement.actions.answering import WORDS_LONGEST
from app.support.settlement.actions.paying import REASON_LONGEST
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
