"""The accounts of the ledger that stand for where card money comes from and goes to."""

from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.models import LedgerAccount
from app.platform.ledger.rules import AccountKind

CARD_OWNER = "card:1"
"""The one account that stands for the card company."""
BANK_OWNER = "card:bank"
"""Own money that was paid into bank accounts, because no card takes it back."""
OWED_OWNER = "card:owed"
"""What people owe because the card company took back what they had spent."""


def card_account() -> LedgerAccount:
    """Where card payments come from and go back to."""
    return ledger.open_account(kind=AccountKind.CARD, owner=CARD_OWNER, guarded=False)


def paid_out_account() -> LedgerAccount:
    """Where what is paid into bank accounts goes."""
    return ledger.open_account(kind=AccountKind.CARD, owner=BANK_OWNER, guarded=False)


def owed_account() -> LedgerAccount:
    """What is owed, less than nothing while somebody owes."""
    return ledger.open_account(kind=AccountKind.CARD, owner=OWED_OWNER, guarded=False)
