"""The kinds of account and of business event a ledger knows, and nothing about care."""

from enum import StrEnum


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
