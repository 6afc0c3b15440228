"""The ledger's statements in SQLite's own SQL, on the session's connection: composing them took longer than running them.

Inside :func:`app.base.db.transaction` the write lock is ours from the start, so what is looked up here stays true until the
end. Statements are small and many, since nothing travels.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from app.platform.ledger.actions.rows import EventRow, Held, Numbers, TransferRow

_TOLD = "SELECT id, digest FROM journal WHERE key = ?"
_EVENT = "INSERT INTO journal (key, digest, kind, about, actor_id, at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
_TRANSFER = "INSERT INTO transfer (journal_id, debit_id, credit_id, held, moved, settles_id) VALUES (?, ?, ?, ?, ?, ?)"


def told(connection: Connection, key: str) -> tuple[int, str] | None:
    """The number and the digest of the event with this key."""
    found = connection.exec_driver_sql(_TOLD, (key,)).first()
    return None if found is None else (found.id, found.digest)


def remaining(connection: Connection, accounts: Collection[int]) -> dict[int, int]:
    """What is left in the guarded ones among these accounts."""
    ask = f"SELECT id, credited - debited - held FROM ledger_account WHERE guarded AND id IN ({_marks(accounts)})"  # noqa: S608 - question marks only
    return {row[0]: row[1] for row in connection.exec_driver_sql(ask, tuple(accounts))}


def holds(connection: Connection, numbers: Collection[int]) -> list[Held]:
    """Those among these transfers that are holds."""
    ask = f"SELECT id, debit_id, credit_id, held FROM transfer WHERE held > 0 AND id IN ({_marks(numbers)})"  # noqa: S608 - question marks only
    return [Held(*row) for row in connection.exec_driver_sql(ask, tuple(numbers))]


def settled(connection: Connection, numbers: Collection[int]) -> bool:
    """Whether any of these holds was settled."""
    ask = f"SELECT 1 FROM transfer WHERE settles_id IN ({_marks(numbers)}) LIMIT 1"  # noqa: S608 - question marks only
    return connection.exec_driver_sql(ask, tuple(numbers)).first() is not None


def write(
    connection: Connection, facts: EventRow, rows: Sequence[TransferRow], *, spending: Collection[int]
) -> Numbers | None:
    """Write the event with its transfers, unless the key is used, money is missing or a hold was settled.

    Args:
        connection: with the transaction open.
        facts: the event.
        rows: its transfers.
        spending: the accounts to look into first; none when that was done.
    """
    if told(connection, facts.key) is not None:
        return None
    if spending and _is_short(remaining(connection, spending), rows):
        return None
    ends = [row.settles_id for row in rows if row.settles_id is not None]
    if ends and settled(connection, ends):
        return None
    moments = (_written(facts.at), None if facts.expires_at is None else _written(facts.expires_at))
    event = connection.exec_driver_sql(_EVENT, (*facts[:5], *moments)).lastrowid
    return Numbers(event, [connection.exec_driver_sql(_TRANSFER, (event, *row)).lastrowid for row in rows])


def _is_short(left: dict[int, int], rows: Sequence[TransferRow]) -> bool:
    for debit, _, held, moved, _ in rows:
        if debit in left:
            left[debit] -= held + moved
            if left[debit] < 0:
                return True
        elif held:
            return True
    return False


def _marks(some: Collection[int]) -> str:
    return ",".join("?" * len(some))


def _written(moment: datetime) -> str:
    """As SQLAlchemy keeps moments here: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
