"""Opening accounts; posting, holding, settling; what expires, and what is put right."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import ModuleType

from sqlalchemy import Connection, and_, bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.orm import aliased

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict
from app.platform.ledger.actions import postgresql, sqlite
from app.platform.ledger.actions.rows import EventRow, Numbers, TransferRow
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import (
    AccountKind,
    AlreadySettled,
    JournalKind,
    KeyUsedOtherwise,
    LedgerEntry,
    LedgerEvent,
    MoreThanHeld,
    Move,
    NoSuchHold,
    NotEnough,
    NothingToCorrect,
    digest_of,
    short_by,
    whole_pence,
)


def open_account(*, kind: AccountKind, owner: str, guarded: bool) -> LedgerAccount:
    """The account of this kind and owner, opened empty when there was none.

    Args:
        kind: what it stands for.
        owner: whose it is, as ``kind:name``.
        guarded: whether it may never be overdrawn; fixed for ever.

    Raises:
        Conflict: when it was opened the other way.
    """
    which = {"of_kind": kind, "of_owner": owner}
    ledger_account = db.session.scalar(_ACCOUNT, which)
    if ledger_account is None:
        facts = {"kind": kind, "owner": owner, "guarded": guarded}
        if db.session.connection().dialect.name == "postgresql":
            db.session.connection().execute(insert_if_new(LedgerAccount).on_conflict_do_nothing(), facts)
        else:
            db.session.connection().execute(insert(LedgerAccount), facts)
        ledger_account = db.session.scalars(_ACCOUNT, which).one()
    if ledger_account.guarded != guarded:
        raise Conflict("This account was opened with another guard, which never changes.")
    return ledger_account


def account_number(*, kind: AccountKind, owner: str, guarded: bool) -> int:
    """The number of that account alone, for who only moves money there; see :func:`open_account`."""
    found = fetch_rows(_ACCOUNT_NUMBER, {"of_kind": kind, "of_owner": owner}).first()
    if found is None or found.guarded != guarded:
        return open_account(kind=kind, owner=owner, guarded=guarded).id
    return int(found.id)


_ACCOUNT_NUMBER = select(LedgerAccount.id, LedgerAccount.guarded).where(
    LedgerAccount.kind == bindparam("of_kind"), LedgerAccount.owner == bindparam("of_owner")
)
_ACCOUNT = select(LedgerAccount).where(
    LedgerAccount.kind == bindparam("of_kind"), LedgerAccount.owner == bindparam("of_owner")
)


def post(
    *, key: str, kind: JournalKind, moves: Sequence[Move], about: str | None = None, actor_id: int | None = None
) -> LedgerEvent:
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
    facts = EventRow(key, digest_of(kind, moves, about), kind, about, actor_id, clock.now(), None)
    rows = [TransferRow(debit, credit, 0, pence, None) for debit, credit, pence in moves]
    accounts = sorted({number for debit, credit, _ in moves for number in (debit, credit)})
    spending: Sequence[int] = accounts
    if len(moves) > 1 and {debit for debit, _, _ in moves} & {credit for _, credit, _ in moves}:
        # Money passes through an account: whether it suffices depends on the order, which is read here.
        if short_by(moves, _remaining(accounts)):
            return _why_not(facts, moves)
        spending = ()
    return _written(facts, rows, spending) or _why_not(facts, moves)


def hold(
    *,
    key: str,
    parts: Sequence[Move],
    about: str | None = None,
    actor_id: int | None = None,
    expires_at: datetime | None = None,
) -> list[LedgerEntry]:
    """Set money aside in guarded accounts, all of it or none: it is no longer available and not yet spent.

    Args:
        key: the idempotency key of this event.
        parts: from which account, for which, how many pence.
        about: what it concerns, as ``kind:name``.
        actor_id: who did it.
        expires_at: when it goes back by itself unless settled before (aware); never, when not said. It is one of the
            facts of this event: who asks again asks for the same moment.

    Returns:
        The holds in the order of ``parts``; the first ones, when this key and these facts were told before.

    Raises:
        NotEnough: saying how much is missing over all parts.
        KeyUsedOtherwise: when the key stands for other facts.
        ValueError: when an account to hold in is not guarded.
    """
    parts = _checked(parts)
    digest = digest_of(JournalKind.HOLD, parts, about, expires_at)
    facts = EventRow(key, digest, JournalKind.HOLD, about, actor_id, clock.now(), expires_at)
    rows = [TransferRow(debit, credit, pence, 0, None) for debit, credit, pence in parts]
    told = _written(facts, rows, sorted({debit for debit, _, _ in parts}))
    if told is None:
        before = _told_before(facts)
        if before is None and {debit for debit, _, _ in parts} - _remaining([debit for debit, _, _ in parts]).keys():
            raise ValueError("money is set aside in guarded accounts only")
        told = before or _why_not(facts, parts)
    return list(told.transfers)


def settle(
    *, key: str, kind: JournalKind, holds: Mapping[int, int], about: str | None = None, actor_id: int | None = None
) -> LedgerEvent:
    """End holds for good: for each, pay so many pence of it (perhaps none) and give the rest back.

    Args:
        key: the idempotency key of this event.
        kind: what happened: ``CHARGE``, ``RELEASE`` or ``EXPIRE``.
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
    facts = EventRow(key, digest_of(kind, wanted, about), kind, about, actor_id, clock.now(), None)
    speaks, connection = _database()
    found = {one.id: one for one in speaks.holds(connection, sorted(holds))}
    if len(found) != len(holds):
        raise NoSuchHold
    if not any(pence > found[number].held for number, pence in wanted):
        rows = [
            TransferRow(found[number].debit_id, found[number].credit_id, -found[number].held, pence, number)
            for number, pence in wanted
        ]
        told = _written(facts, rows, ())
        if told is not None:
            return told
    before = _told_before(facts)
    if before is not None:
        return before
    if speaks.settled(connection, sorted(holds)):
        raise AlreadySettled
    for number, pence in wanted:
        if pence > found[number].held:
            raise MoreThanHeld(found[number].held)
    raise Conflict(BUSY)


def correct(*, journal_id: int, about: str | None = None, actor_id: int | None = None) -> LedgerEvent:
    """Put an event right by the opposite transfers of all the money it moved; the event itself stays for ever.

    What was only set aside is not corrected but released. An event is corrected once; asked again, the first
    correction is the answer.

    Args:
        journal_id: the event.
        about: what it concerns, as ``kind:name``; what the event concerned, when not said.
        actor_id: who did it.

    Raises:
        NothingToCorrect: when there is no such event, or it moved nothing.
        NotEnough: when the money is no longer there to be taken back.
    """
    event = db.session.get(Journal, journal_id)
    moved = [] if event is None else [one for one in event.transfers if one.moved]
    if event is None or not moved:
        raise NothingToCorrect
    return post(
        key=f"correct:{journal_id}",
        kind=JournalKind.CORRECT,
        moves=[(one.credit_id, one.debit_id, one.moved) for one in reversed(moved)],
        about=about if about is not None else event.about,
        actor_id=actor_id,
    )


_END = aliased(Transfer)


def expire_due(*, on: datetime | None = None, at_most: int = 100) -> int:
    """Give back the money of holds whose time is over; each once, however often this runs.

    Args:
        on: everything that expired by this moment, the moment itself included; by now, when not said.
        at_most: how many holds in this transaction.

    Returns:
        How many holds were ended.
    """
    due = (
        select(Transfer.id, Transfer.debit_id, Transfer.journal_id, Journal.about)
        .join(Journal, Journal.id == Transfer.journal_id)
        .outerjoin(_END, _END.settles_id == Transfer.id)
        .where(and_(Journal.expires_at <= (on or clock.now()), Transfer.held > 0, _END.id.is_(None)))
        .order_by(Journal.expires_at, Transfer.id)
        .limit(at_most)
    )
    found = db.session.execute(due).all()
    # All of them first, in order: the events that follow are many and each would lock its own.
    _remaining({row.debit_id for row in found})
    ended = 0
    for row in found:
        try:
            settle(key=f"expire:{row.id}", kind=JournalKind.EXPIRE, holds={row.id: 0}, about=row.about)
        except AlreadySettled:
            continue  # paid or given back while we waited for the lock
        ended += 1
    return ended


BUSY = "This is being done at this moment. Wait, then look again."


def _checked(moves: Sequence[Move]) -> list[Move]:
    if not moves:
        raise ValueError("an event moves something")
    return [(debit, credit, whole_pence(pence)) for debit, credit, pence in moves]


def _database() -> tuple[ModuleType, Connection]:
    """Who speaks to this database, and the connection of the open transaction, with all changes sent."""
    session = db.session
    session.flush()
    connection = session.connection()
    speaks = postgresql if connection.dialect.name == "postgresql" else sqlite
    return speaks, connection


def _remaining(accounts: Collection[int]) -> dict[int, int]:
    speaks, connection = _database()
    left: dict[int, int] = speaks.remaining(connection, sorted(accounts))
    return left


def _written(facts: EventRow, rows: Sequence[TransferRow], spending: Collection[int]) -> LedgerEvent | None:
    """Write it and tell what was written; nothing, when the database would not have it."""
    speaks, connection = _database()
    numbers: Numbers | None = speaks.write(connection, facts, rows, spending=spending)
    if numbers is None:
        return None
    _forget({account for row in rows for account in (row.debit_id, row.credit_id)})
    entries = tuple(LedgerEntry(number, *row) for number, row in zip(numbers.transfers, rows, strict=True))
    return LedgerEvent(numbers.event, JournalKind(facts.kind), facts.about, entries)


def _forget(accounts: Collection[int]) -> None:
    """The database has applied transfers to these accounts: what was read of them before is stale."""
    session = db.session
    for number in accounts:
        known = session.identity_map.get(session.identity_key(LedgerAccount, number))
        if known is not None:
            session.expire(known)


def _told_before(facts: EventRow) -> LedgerEvent | None:
    """The event with this key, when there is one.

    Raises:
        KeyUsedOtherwise: when its facts were others.
    """
    speaks, connection = _database()
    found = speaks.told(connection, facts.key)
    if found is None:
        return None
    number, digest = found
    if digest != facts.digest:
        raise KeyUsedOtherwise
    table = Transfer.__table__.c
    columns = (table.id, table.debit_id, table.credit_id, table.held, table.moved, table.settles_id)
    rows = db.session.execute(select(*columns).where(table.journal_id == number).order_by(table.id))
    return LedgerEvent(number, JournalKind(facts.kind), facts.about, tuple(LedgerEntry(*row) for row in rows))


def _why_not(facts: EventRow, moves: Sequence[Move]) -> LedgerEvent:
    """The first answer, when this was told before.

    Raises:
        NotEnough: when that is why it was not written.
        KeyUsedOtherwise: when the key stands for other facts.
    """
    before = _told_before(facts)
    if before is not None:
        return before
    missing = short_by(moves, _remaining({number for debit, credit, _ in moves for number in (debit, credit)}))
    raise NotEnough(missing) if missing else Conflict(BUSY)
