"""Accounts with money in them to test with."""

import itertools

from app.db import db, transaction
from app.ledger import actions
from app.ledger.models import LedgerAccount
from app.ledger.rules import AccountKind, JournalKind

_numbers = itertools.count(1)


def account(kind: AccountKind = AccountKind.POT, *, pence: int = 0) -> LedgerAccount:
    """An account of its own owner, guarded when it is a pot, with so much in it."""
    number = next(_numbers)
    with transaction():
        made = actions.open_account(kind=kind, owner=f"{kind}:{90_000 + number}", guarded=kind == AccountKind.POT)
        if pence:
            source = actions.open_account(kind=AccountKind.COUNCIL, owner="council:90000", guarded=False)
            moves = [(source.id, made.id, pence)]
            actions.post(key=f"factory-money-{number}", kind=JournalKind.ALLOCATE, moves=moves)
    return db.session.get_one(LedgerAccount, made.id)
