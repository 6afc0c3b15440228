"""Accounts at a bank of this country: how they are written, and how they are kept sealed and shown masked."""

import json
import re
from dataclasses import asdict, dataclass

from app.base.refusals import BadInput, Conflict
from app.base.sealing import Seal

PURPOSE = "bank details"
"""What the seal of accounts and of files for the bank is for."""
NAME_LONGEST = 18
"""What BACS and Faster Payments carry of an account's name."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account at a bank of this country. Only ever sealed where it is kept, and masked where it is shown."""

    name: str
    sort_code: str
    """Six digits."""
    number: str
    """Eight digits."""

    @property
    def masked(self) -> str:
        """What people recognise it by: ``account ending 678``."""
        return f"account ending {self.number[-3:]}"


def bank_account(name: str, sort_code: str, number: str) -> BankAccount:
    """An account as somebody typed it: spaces and dashes are read over, seven digits of a number get a 0 before them.

    Raises:
        BadInput: saying how to mend it.
    """
    words = " ".join(name.split())
    if not re.fullmatch(r"[A-Za-z0-9 &.,'/-]{1,18}", words):
        raise BadInput(
            f"Enter the name of the account in up to {NAME_LONGEST} letters, numbers and & . , ' / - as the bank has it"
        )
    code, digits = re.sub(r"[\s-]", "", sort_code), re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[0-9]{6}", code):
        raise BadInput("Enter a sort code of 6 digits, like 20-30-40")
    if not re.fullmatch(r"[0-9]{7,8}", digits):
        raise BadInput("Enter an account number of 8 digits, like 12345678")
    return BankAccount(words, code, digits.rjust(8, "0"))


def sealed_account(account: BankAccount, seal: Seal) -> str:
    """An account as it is kept."""
    return sealed_words(json.dumps(asdict(account)).encode(), seal)


def opened_account(sealed: str, seal: Seal) -> BankAccount:
    """The account again.

    Raises:
        Conflict: when the site's secret is another one since.
    """
    return BankAccount(**json.loads(opened_words(sealed, seal)))


def sealed_words(words: bytes, seal: Seal) -> str:
    """The words of a file as they are kept."""
    return seal.seal(words).decode()


def opened_words(sealed: str, seal: Seal) -> bytes:
    """The words again.

    Raises:
        Conflict: when the site no longer has the secret it was sealed with.
    """
    words = seal.opened(sealed.encode())
    if words is None:
        raise Conflict("This was sealed with a secret the site no longer has. It must be given again.")
    return words
