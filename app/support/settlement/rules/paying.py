"""Where a try to pay a remittance stands."""

from enum import StrEnum


class PaymentStatus(StrEnum):
    """What became of one try."""

    SENT = "sent"
    PAID = "paid"
    REFUSED = "refused"


PAYMENT_WORDS = {
    PaymentStatus.SENT: "On its way",
    PaymentStatus.PAID: "Paid",
    PaymentStatus.REFUSED: "Sent back by the bank",
}

LEDGER_CODE_LONGEST = 40


class LedgerCodeOf(StrEnum):
    """What a council's own finance system has a code for."""

    SUPPORT = "support"
    VAT = "vat"
    DISCOUNT = "discount"


FILE_COLUMNS = {
    "remittance": "The number of the remittance, as the provider sees it on its bank statement",
    "made_on": "The day the remittance was made",
    "status": "not_sent, sent, paid or refused: what is known of its payment",
    "paid_on": "The day it reached the provider's bank; empty until that is known",
    "provider": "Who is paid",
    "provider_id": "The provider's name in addresses, the same in every file",
    "invoice": "The number of an invoice on it: one row for each",
    "from": "First day of the four weeks",
    "to": "Last day of the four weeks",
    "charged_pounds": "Charged for visits, VAT and all",
    "credited_pounds": "Given back in these four weeks, whenever it was charged",
    "vat_pounds": "How much of what was charged, less what was given back, is VAT",
    "discount_pounds": "The framework's volume discount, which the council keeps",
    "due_pounds": "Charged less given back less discount; less than nothing where the provider owes it",
    "support_code": "The council's ledger code for support",
    "vat_code": "The council's ledger code for VAT",
    "discount_code": "The council's ledger code for the discount",
}
"""The columns of the file of remittances. A new one is added at the end, and none is ever renamed."""
