"""Moving money. Every action here is told once: the same key with the same facts gives the first answer again.

Accounts are locked in the order of their numbers before anything is decided, so two events never wait for each other
in a ring and nothing is decided on a stale balance. Actions run inside the caller's transaction.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.orm import aliased

from app import clock
from app.db import db
from app.ledger.models import Journal, LedgerAccount, Transfer
from app.ledger.rules import (
    AccountKind,
    AlreadySettled,
    JournalKind,
    KeyUsedOtherwise,
    MoreThanHeld,
    Move,
    NoSuchHold,
    NotEnough,
    digest_of,
    short_by,
    whole_pence,
)
from app.refusals import Conflict

__all__ = ["AlreadySettled", "KeyUsedOtherwise", "MoreThanHeld", "NoSuchHold", "NotEnough"]


def open_account(*, kind: AccountKind, owner: str, guarded: bool) -> LedgerAccount:
    """The account of this kind and owner, opened empty when there was none.

    Args:
        kind: what it stands for.
        owner: whose it is, as ``kind:name``.
        guarded: whether it may never be overdrawn; fixed for ever.

    Raises:
        Conflict: when it was opened the other way.
    """
    wanted = select(LedgerAccount).where(LedgerAccount.kind == kind, LedgerAccount.owner == owner)
    found = db.session.scalar(wanted)
    if found is None:
        facts = {"kind": kind, "owner": owner, "guarded": guarded}
        if db.session.connection().dialect.name == "postgresql":
            db.session.connection().execute(insert_if_new(LedgerAccount).on_conflict_do_nothing(), facts)
        else:
            db.session.connection().execute(insert(LedgerAccount), facts)
        found = db.session.scalars(wanted).one()
    if found.guarded != guarded:
        raise Conflict("This account was opened with another guard, which never changes.")
    return found


def post(
    *, key: str, kind: JournalKind, moves: Sequence[Move], about: str | None = None, actor_id: int | None = None
) -> Journal:
    """Move money at once, all of it or none.

    Args:
        key: the idempotency key of this event.
        kind: what happened.
        moves: from which account, to which, how many pence; in order.
        about: what it concerns, as ``kind:name``.
        actor_id: who did it; nobody when the marketplace itself did.

    Returns:
        The event; the first one, when this key and these facts were told before.

    Raises:
        NotEnough: when a guarded account would be overdrawn.
        KeyUsedOtherwise: when the key stands for other facts.
    """
    moves = _checked(moves)
    digest = digest_of(kind, moves, about)
    left = _lock({number for debit, credit, _ in moves for number in (debit, credit)})
    missing = short_by(moves, left)
    if missing:
        return _journal(_told_before_or(NotEnough(missing), key, digest))
    journal, is_new = _tell(key, digest, kind, about, actor_id)
    if is_new:
        _transfer(journal.id, [(debit, credit, 0, pence, None) for debit, credit, pence in moves])
    return journal


def hold(*, key: str, parts: Sequence[Move], about: str | None = None, actor_id: int | None = None) -> list[Transfer]:
    """Set money aside in guarded accounts, all of it or none: it is no longer available and not yet spent.

    Args:
        key: the idempotency key of this event.
        parts: from which account, for which, how many pence.
        about: what it concerns, as ``kind:name``.
        actor_id: who did it.

    Returns:
        The holds in the order of ``parts``; the first ones, when this key and these facts were told before.

    Raises:
        NotEnough: saying how much is missing over all parts.
        KeyUsedOtherwise: when the key stands for other facts.
        ValueError: when an account to hold in is not guarded.
    """
    parts = _checked(parts)
    digest = digest_of(JournalKind.HOLD, parts, about)
    left = _lock({debit for debit, _, _ in parts})
    if any(debit not in left for debit, _, _ in parts):
        raise ValueError("money is set aside in guarded accounts only")
    missing = short_by(parts, left)
    if missing:
        return _transfers_of(_told_before_or(NotEnough(missing), key, digest))
    journal, is_new = _tell(key, digest, JournalKind.HOLD, about, actor_id)
    if not is_new:
        return _transfers_of(journal.id)
    return _transfer(journal.id, [(debit, credit, pence, 0, None) for debit, credit, pence in parts])


def settle(
    *, key: str, kind: JournalKind, holds: Mapping[int, int], about: str | None = None, actor_id: int | None = None
) -> Journal:
    """End holds for good: for each, pay so many pence of it (perhaps none) and give the rest back.

    Args:
        key: the idempotency key of this event.
        kind: what happened: ``CHARGE`` or ``RELEASE``.
        holds: how many pence to pay, by the number of the hold.
        about: what it concerns, as ``kind:name``.
        actor_id: who did it.

    Returns:
        The event; the first one, when this key and these facts were told before.

    Raises:
        NoSuchHold: when one is not money set aside.
        AlreadySettled: when one was settled by another event.
        MoreThanHeld: when more would be paid than was set aside.
        KeyUsedOtherwise: when the key stands for other facts.
    """
    if not holds:
        raise ValueError("settle at least one hold")
    wanted = sorted((number, whole_pence(pence, least=0)) for number, pence in holds.items())
    digest = digest_of(kind, wanted, about)
    _lock_holders(holds)
    found = {row.id: row for row in db.session.execute(_HOLDS_WITH_THEIR_END, {"numbers": sorted(holds)})}
    if any(number not in found or found[number].held <= 0 for number in holds):
        raise NoSuchHold
    if any(found[number].settled_by for number in holds):
        return _journal(_told_before_or(AlreadySettled(), key, digest))
    for number, pence in wanted:
        if pence > found[number].held:
            return _journal(_told_before_or(MoreThanHeld(found[number].held), key, digest))
    journal, is_new = _tell(key, digest, kind, about, actor_id)
    if is_new:
        _transfer(
            journal.id, [(found[n].debit_id, found[n].credit_id, -found[n].held, pence, n) for n, pence in wanted]
        )
    return journal


# The statements that every movement of money asks are written once: writing them takes longer than running them.

_NUMBERS: BindParameter[int] = bindparam("numbers", expanding=True)
_END = aliased(Transfer)

_LOCK_ACCOUNTS = (
    select(LedgerAccount.id, LedgerAccount.credited - LedgerAccount.debited - LedgerAccount.held)
    .where(LedgerAccount.id.in_(_NUMBERS), LedgerAccount.guarded)
    .order_by(LedgerAccount.id)
    .with_for_update(key_share=True)
)
_LOCK_HOLDERS = (
    select(LedgerAccount.id)
    .where(
        LedgerAccount.id.in_(
            select(Transfer.debit_id)
            .where(Transfer.id.in_(_NUMBERS))
            .union(select(Transfer.credit_id).where(Transfer.id.in_(_NUMBERS)))
        ),
        LedgerAccount.guarded,
    )
    .order_by(LedgerAccount.id)
    .with_for_update(key_share=True)
)
_HOLDS_WITH_THEIR_END = (
    select(Transfer.id, Transfer.debit_id, Transfer.credit_id, Transfer.held, _END.id.label("settled_by"))
    .outerjoin(_END, _END.settles_id == Transfer.id)
    .where(Transfer.id.in_(_NUMBERS))
)
_BY_KEY = select(Journal.id, Journal.digest).where(Journal.key == bindparam("key"))


def _checked(moves: Sequence[Move]) -> list[Move]:
    if not moves:
        raise ValueError("an event moves something")
    return [(debit, credit, whole_pence(pence)) for debit, credit, pence in moves]


def _lock(accounts: Collection[int]) -> dict[int, int]:
    """Lock the guarded ones among these accounts, in order, and say what is left in each now."""
    db.session.flush()
    rows = db.session.execute(_LOCK_ACCOUNTS, {"numbers": sorted(accounts)})
    return {number: left for number, left in rows}  # noqa: C416 - dict() of rows has no type


def _lock_holders(holds: Collection[int]) -> None:
    """Lock the accounts that these holds are in, in order: two ways of ending one hold take turns."""
    db.session.flush()
    db.session.execute(_LOCK_HOLDERS, {"numbers": sorted(holds)}).all()


def _tell(key: str, digest: str, kind: JournalKind, about: str | None, actor_id: int | None) -> tuple[Journal, bool]:
    """Write the event, or find it when it was told before; and whether it is new.

    On SQLite the write lock is ours, so looking first decides; its triggers refuse a key that is there. On PostgreSQL
    only the insert itself can decide.
    """
    facts = {
        "key": key,
        "digest": digest,
        "kind": kind,
        "about": about,
        "actor_id": actor_id,
        "at": clock.now(),
    }
    if db.session.connection().dialect.name == "postgresql":
        statement = insert_if_new(Journal).on_conflict_do_nothing(index_elements=["key"]).returning(Journal)
        journal = db.session.scalars(statement, facts).one_or_none()
    else:
        number = _told_before(key, digest)
        if number is not None:
            return _journal(number), False
        journal = db.session.scalars(insert(Journal).returning(Journal), facts).one()
    if journal is not None:
        return journal, True
    busy = Conflict("This is being done at this moment. Wait, then look again.")
    return _journal(_told_before_or(busy, key, digest)), False


def _told_before(key: str, digest: str) -> int | None:
    """The number of the event with this key, when there is one.

    Raises:
        KeyUsedOtherwise: when its facts were others.
    """
    found = db.session.execute(_BY_KEY, {"key": key}).one_or_none()
    if found is None:
        return None
    if found.digest != digest:
        raise KeyUsedOtherwise
    return int(found.id)


def _told_before_or(refusal: Conflict, key: str, digest: str) -> int:
    """The number of the event with this key; where there is none, the refusal is the answer."""
    number = _told_before(key, digest)
    if number is None:
        raise refusal
    return number


def _transfer(journal_id: int, rows: Sequence[tuple[int, int, int, int, int | None]]) -> list[Transfer]:
    """Write transfers; the database applies them to their accounts, so what was read of those is forgotten."""
    names = ("debit_id", "credit_id", "held", "moved", "settles_id")
    made = db.session.scalars(
        insert(Transfer).returning(Transfer, sort_by_parameter_order=True),
        [{"journal_id": journal_id, **dict(zip(names, row, strict=True))} for row in rows],
    ).all()
    for number in {account for debit, credit, *_ in rows for account in (debit, credit)}:
        known = db.session.identity_map.get(db.session.identity_key(LedgerAccount, number))
        if known is not None:
            db.session.expire(known)
    return list(made)


def _journal(number: int) -> Journal:
    return db.session.get_one(Journal, number)


def _transfers_of(journal_id: int) -> list[Transfer]:
    return list(
        db.session.scalars(select(Transfer).where(Transfer.journal_id == journal_id).order_by(Transfer.id)).all()
    )
