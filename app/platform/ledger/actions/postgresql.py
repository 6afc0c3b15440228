"""The ledger's statements in PostgreSQL's own SQL: an event is one statement, for each costs a journey.

READ COMMITTED is enough: the accounts are locked in the order of their numbers, and what is read of a locked row is its
newest version. The one thing a lock does not freshen (has this hold been settled meanwhile?) is asked by a later
statement than the one that waited.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from sqlalchemy import Connection

from app.platform.ledger.actions.rows import EventRow, Held, Numbers, TransferRow

_TOLD = "SELECT id, digest FROM journal WHERE key = %s"
_SETTLED = "SELECT EXISTS (SELECT FROM transfer WHERE settles_id = ANY(%s::bigint[]))"
_REMAINING = """
    SELECT id, credited - debited - held FROM ledger_account WHERE guarded AND id = ANY(%s::bigint[])
    ORDER BY id FOR NO KEY UPDATE
"""

# Those who set aside or settle queue up by the account's number before they lock its row: waiters for a row that keeps
# changing go on in any order, and the unluckiest of sixteen waited four times as long. No more than the first hundred
# accounts of an event, for each takes a place in the server's shared table of locks. The row's lock is what counts. 7205
# is this queue's number among the site's advisory locks.
#
# One hold, and an event of one transfer, have statements of their own. Nearly all are such; and where several numbers
# may come, the server thinks a plan for the numbers at hand so much better that it plans anew each time.
_HOLD = """
    WITH found AS MATERIALIZED (
      SELECT id, debit_id, credit_id, held::bigint AS held FROM transfer WHERE id = %s::bigint AND held > 0
    ), queued AS MATERIALIZED (
      SELECT pg_advisory_xact_lock(7205, (debit_id & 2147483647)::integer) FROM found
    ), locked AS MATERIALIZED (
      SELECT id FROM ledger_account WHERE guarded AND (SELECT count(*) FROM queued) >= 0
        AND id = ANY(ARRAY(SELECT debit_id FROM found UNION ALL SELECT credit_id FROM found))
      ORDER BY id FOR NO KEY UPDATE
    )
    SELECT id, debit_id, credit_id, held FROM found WHERE (SELECT count(*) FROM locked) >= 0
"""
_HOLDS = """
    WITH found AS MATERIALIZED (
      SELECT id, debit_id, credit_id, held::bigint AS held FROM transfer WHERE id = ANY(%s::bigint[]) AND held > 0
    ), queued AS MATERIALIZED (
      SELECT pg_advisory_xact_lock(7205, (debit_id & 2147483647)::integer)
      FROM (SELECT DISTINCT debit_id FROM found ORDER BY debit_id LIMIT 100) AS wanted
    ), locked AS MATERIALIZED (
      SELECT id FROM ledger_account WHERE guarded AND (SELECT count(*) FROM queued) >= 0
        AND id = ANY(ARRAY(SELECT debit_id FROM found UNION SELECT credit_id FROM found))
      ORDER BY id FOR NO KEY UPDATE
    )
    SELECT id, debit_id, credit_id, held FROM found WHERE (SELECT count(*) FROM locked) >= 0
"""
_WRITE_ONE = """
    WITH queued AS MATERIALIZED (
      SELECT pg_advisory_xact_lock(7205, (%(spending)s::bigint & 2147483647)::integer) WHERE %(held)s::bigint > 0
    ), locked AS MATERIALIZED (
      SELECT credited - debited - held AS remains FROM ledger_account
      WHERE guarded AND id = %(spending)s::bigint AND (SELECT count(*) FROM queued) >= 0
      FOR NO KEY UPDATE
    ), event AS (
      INSERT INTO journal (key, digest, kind, about, actor_id, at, expires_at)
      SELECT %(key)s, %(digest)s, %(kind)s, %(about)s, %(actor_id)s::bigint, %(at)s::timestamptz,
        %(expires_at)s::timestamptz
      WHERE (%(spending)s::bigint IS NULL OR (SELECT remains FROM locked) >= %(held)s::bigint + %(moved)s::bigint)
        AND NOT EXISTS (SELECT FROM transfer WHERE settles_id = %(settles)s::bigint)
      ON CONFLICT (key) DO NOTHING
      RETURNING id
    )
    INSERT INTO transfer (journal_id, debit_id, credit_id, held, moved, settles_id)
    SELECT event.id, %(debit)s::bigint, %(credit)s::bigint, %(held)s::bigint, %(moved)s::bigint, %(settles)s::bigint
    FROM event
    RETURNING journal_id, id
"""
_WRITE = """
    WITH asked AS MATERIALIZED (
      SELECT * FROM unnest(%(debit)s::bigint[], %(credit)s::bigint[], %(held)s::bigint[], %(moved)s::bigint[],
        %(settles)s::bigint[]) WITH ORDINALITY AS a (debit_id, credit_id, held, moved, settles_id, place)
    ), queued AS MATERIALIZED (
      SELECT pg_advisory_xact_lock(7205, (debit_id & 2147483647)::integer)
      FROM (SELECT DISTINCT debit_id FROM asked WHERE held > 0 ORDER BY debit_id LIMIT 100) AS wanted
    ), locked AS MATERIALIZED (
      SELECT id, credited - debited - held AS remains FROM ledger_account
      WHERE guarded AND id = ANY(%(spending)s::bigint[]) AND (SELECT count(*) FROM queued) >= 0
      ORDER BY id FOR NO KEY UPDATE
    ), event AS (
      INSERT INTO journal (key, digest, kind, about, actor_id, at, expires_at)
      SELECT %(key)s, %(digest)s, %(kind)s, %(about)s, %(actor_id)s::bigint, %(at)s::timestamptz,
        %(expires_at)s::timestamptz
      FROM (SELECT count(*) FROM locked) AS every_lock
      WHERE NOT EXISTS (
        SELECT FROM asked LEFT JOIN locked ON locked.id = asked.debit_id
        GROUP BY asked.debit_id, remains
        HAVING sum(held + moved) > remains OR (remains IS NULL AND bool_or(held > 0))
      ) AND NOT EXISTS (SELECT FROM transfer WHERE settles_id = ANY(%(settles)s::bigint[]))
      ON CONFLICT (key) DO NOTHING
      RETURNING id
    )
    INSERT INTO transfer (journal_id, debit_id, credit_id, held, moved, settles_id)
    SELECT event.id, debit_id, credit_id, held, moved, settles_id FROM event CROSS JOIN asked ORDER BY place
    RETURNING journal_id, id
"""


def told(connection: Connection, key: str) -> tuple[int, str] | None:
    """The number and the digest of the event with this key."""
    found = connection.exec_driver_sql(_TOLD, (key,)).first()
    return None if found is None else (found.id, found.digest)


def remaining(connection: Connection, accounts: Collection[int]) -> dict[int, int]:
    """Lock the guarded ones among these accounts, in order, and say what is left in each now."""
    return {row[0]: row[1] for row in connection.exec_driver_sql(_REMAINING, (_array(accounts),))}


def holds(connection: Connection, numbers: Collection[int]) -> list[Held]:
    """Those among these transfers that are holds, with the accounts they are in locked, in order."""
    if len(numbers) == 1:
        return [Held(*row) for row in connection.exec_driver_sql(_HOLD, tuple(numbers))]
    return [Held(*row) for row in connection.exec_driver_sql(_HOLDS, (_array(numbers),))]


def settled(connection: Connection, numbers: Collection[int]) -> bool:
    """Whether any of these holds was settled."""
    return bool(connection.exec_driver_sql(_SETTLED, (_array(numbers),)).scalar_one())


def write(
    connection: Connection, facts: EventRow, rows: Sequence[TransferRow], *, spending: Collection[int]
) -> Numbers | None:
    """Write the event with its transfers, unless the key is used, money is missing or a hold was settled.

    Args:
        connection: with the transaction open.
        facts: the event.
        rows: its transfers.
        spending: the accounts to lock and look into first; none when that was done.
    """
    debit, credit, held, moved, settles = zip(*rows, strict=True)
    is_one = len(rows) == 1 and (rows[0].held > 0 or not spending)
    shown: Callable[[Iterable[int | None]], int | str | None] = _number if is_one else _array
    told_rows = connection.exec_driver_sql(
        _WRITE_ONE if is_one else _WRITE,
        {
            **facts._asdict(),
            "debit": shown(debit),
            "credit": shown(credit),
            "held": shown(held),
            "moved": shown(moved),
            "settles": shown(settles),
            "spending": shown(spending),
        },
    ).all()
    return Numbers(told_rows[0][0], sorted(number for _, number in told_rows)) if told_rows else None


def _number(numbers: Iterable[int | None]) -> int | None:
    """The only one; nothing, when there is none."""
    return next(iter(numbers), None)


def _array(numbers: Iterable[int | None]) -> str:
    """As PostgreSQL writes an array: for the driver to look at each list anew takes a third of a statement's time."""
    return "{" + ",".join(["NULL" if one is None else str(one) for one in numbers]) + "}"
