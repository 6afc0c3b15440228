"""Accounts with money in them to test with."""

import itertools

from app.base.db import db, transaction
from app.platform.ledger.actions import transfers
from app.platform.ledger.models import LedgerAccount
from app.platform.ledger.rules import AccountKind, JournalKind

_numbers = itertools.count(1)


def account(kind: AccountKind = AccountKind.POT, *, pence: int = 0) -> LedgerAccount:
    """An account of its own owner, guarded when it is a pot, with so much in it."""
    number = next(_numbers)
    with transaction():
        made = transfers.open_account(kind=kind, owner=f"{kind}:{90_000 + number}", guarded=kind == AccountKind.POT)
        if pence:
            source = transfers.open_account(kind=AccountKind.COUNCIL, owner="council:90000", guarded=False)
            moves = [(source.id, made.id, pence)]
            transfers.post(key=f"factory-money-{number}", kind=JournalKind.ALLOCATE, moves=moves)
    return db.session.get_one(LedgerAccount, made.id)
