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
