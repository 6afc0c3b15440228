"""The kinds of account and of business event a ledger knows, its answers and refusals, and nothing about care."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotFound

LARGEST_PENCE = 100_000_000_000
"""A billion pounds: more than any council moves at once, and far from where 64 bits end."""

Move = tuple[int, int, int]
"""The account it comes from, the account it goes to, and how many pence."""


class LedgerEntry(NamedTuple):
    """One transfer as it was written: direct (``moved``), a hold (``held``) or the settling of one. Amounts are pence."""

    id: int
    debit_id: int
    credit_id: int
    held: int
    moved: int
    settles_id: int | None


class LedgerEvent(NamedTuple):
    """One business event as it was written, with all it moved."""

    id: int
    kind: "JournalKind"
    about: str | None
    transfers: tuple[LedgerEntry, ...]


class AccountKind(StrEnum):
    """What an account stands for. Only a pot is guarded: it may never be overdrawn."""

    POT = "pot"
    PROVIDER = "provider"
    COUNCIL = "council"
    CARD = "card"


class JournalKind(StrEnum):
    """What happened."""

    ALLOCATE = "allocate"
    TOP_UP = "top_up"
    HOLD = "hold"
    CHARGE = "charge"
    RELEASE = "release"
    REFUND = "refund"
    MOVE = "move"
    CORRECT = "correct"
    EXPIRE = "expire"
    CARRY_OVER = "carry_over"
    GIVE_BACK = "give_back"
    PAY_OUT = "pay_out"


class NotEnough(Conflict):
    """The money is not there. ``short_by_pence`` says how much is missing, over all accounts asked."""

    def __init__(self, short_by_pence: int) -> None:
        super().__init__(f"There is not enough money: it is {Money(short_by_pence)} short.")
        self.short_by_pence = short_by_pence


class KeyUsedOtherwise(Conflict):
    """An idempotency key came back with other facts: two different things cannot be the same event."""

    def __init__(self) -> None:
        super().__init__("This was already done with other details. Load the page again and start afresh.")


class AlreadySettled(Conflict):
    """A hold was settled before; it is settled once."""

    def __init__(self) -> None:
        super().__init__("This money was already paid or given back.")


class NoSuchHold(NotFound):
    """What was to be settled is not money set aside."""

    def __init__(self) -> None:
        super().__init__("This money was never set aside.")


class NothingToCorrect(NotFound):
    """What was to be put right moved no money."""

    def __init__(self) -> None:
        super().__init__("There is nothing here to put right: no money was moved.")


class MoreThanHeld(Conflict):
    """More was to be paid than was set aside."""

    def __init__(self, held_pence: int) -> None:
        super().__init__(f"No more can be paid than the {Money(held_pence)} that was set aside.")
        self.held_pence = held_pence


def whole_pence(pence: object, *, least: int = 1) -> int:
    """The amount itself, when it is one a ledger can keep.

    PostgreSQL would round half a penny without a word, so anything that is not exactly an ``int`` (a float, a Decimal,
    ``True``) stops here.

    Raises:
        TypeError: when it is not an ``int``.
        BadInput: when it is under ``least`` or over a billion pounds.
    """
    if type(pence) is not int:
        raise TypeError(f"a ledger keeps whole pence as int, not {type(pence).__name__}")
    if not least <= pence <= LARGEST_PENCE:
        raise BadInput("Enter an amount of money that is more than nothing and less than a billion pounds.")
    return pence


def digest_of(
    kind: JournalKind, facts: Iterable[Sequence[int]], about: str | None, expires_at: datetime | None = None
) -> str:
    """What an event means, as SHA-256. Who pressed the button is no part of it: a second finger is not a second event."""
    meaning = [str(kind), [list(fact) for fact in facts], about]
    if expires_at is not None:
        meaning.append(expires_at.astimezone(UTC).isoformat())
    told = json.dumps(meaning, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def short_by(moves: Sequence[Move], left: dict[int, int]) -> int:
    """How many pence are missing when ``moves`` happen in order, over the accounts whose ``left`` is known."""
    remains, missing = dict(left), 0
    for debit, credit, pence in moves:
        if debit in remains:
            remains[debit] -= pence
            if remains[debit] < 0:
                missing -= remains[debit]
                remains[debit] = 0
        if credit in remains:
            remains[credit] += pence
    return missing


CONSTRAINTS = frozenset(
    {
        "ck_ledger_account_account_kind",
        "ck_ledger_account_never_overdrawn",
        "ck_ledger_account_sums_are_not_negative",
        "pk_ledger_account",
        "uq_ledger_account_kind_owner",
        "ck_journal_journal_kind",
        "ck_journal_only_holds_expire",
        "fk_journal_actor_id_person",
        "pk_journal",
        "uq_journal_key",
        "ck_transfer_direct_hold_or_settle",
        "ck_transfer_two_accounts",
        "fk_transfer_credit_id_ledger_account",
        "fk_transfer_debit_id_ledger_account",
        "fk_transfer_journal_id_journal",
        "fk_transfer_settles_id_transfer",
        "pk_transfer",
        "uq_transfer_settles_id",
    }
)
"""What the tables promise by themselves, on both databases."""

POSTGRESQL_CONSTRAINTS = frozenset({"ck_transfer_whole_pence"})

SQLITE_TRIGGERS: dict[str, str] = {
    "journal_fixed": "3cef805a80c6",
    "journal_grows": "53b5b5f1bb05",
    "journal_kept": "17f9c1cccee4",
    "ledger_account_born_empty": "25870083b866",
    "ledger_account_follows": "b92daeff6d38",
    "ledger_account_kept": "aec7ea3dec57",
    "transfer_applied": "e95a8a07b44d",
    "transfer_fixed": "cd733a0d04d2",
    "transfer_grows": "c99d4db6cce1",
    "transfer_joined": "247c2db0fed6",
    "transfer_kept": "3aed348b5fb9",
    "transfer_settles": "ee9cfd3c5079",
    "transfer_whole": "8aa0b622b414",
}
POSTGRESQL_TRIGGERS: dict[str, str] = {
    "journal_fixed": "0460a1ef84d3",
    "ledger_account_born_empty": "38e0245f96b2",
    "ledger_account_follows": "d987a2806da6",
    "ledger_account_kept": "0317246c1d59",
    "transfer_applied": "a6f7220db9c3",
    "transfer_fixed": "0460a1ef84d3",
}
