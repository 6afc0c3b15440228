"""Running migrations: one at a time, with SQLite's foreign keys resting meanwhile and checked afterwards."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from flask_alembic import Alembic
from sqlalchemy import Connection, Engine, text


class Migrations(Alembic):
    """Migrations, by whichever way they are run.

    SQLite rebuilds a table to alter it, and dropping the old one would take along the rows that refer to it: foreign
    keys rest meanwhile and are checked afterwards.
    """

    def run_migrations(self, fn: Any, **more: Any) -> None:
        """Run them, after any that are being run at this moment.

        Raises:
            RuntimeError: when a row refers to nothing afterwards.
        """
        connections = [one.connection for one in self.migration_contexts.values() if one.connection is not None]
        with ExitStack() as waited:
            for engine in {one.engine for one in connections}:
                waited.enter_context(_one_migration_at_a_time(engine))
            self._run_alone(connections, fn, **more)

    def _run_alone(self, connections: Sequence[Connection], fn: Any, **more: Any) -> None:
        lite = [one for one in connections if one.dialect.name == "sqlite"]
        orphans: list[Any] = []
        try:
            for one in lite:
                # Within a transaction SQLite would take no notice.
                one.rollback()
                _straight_to(one, "PRAGMA foreign_keys=OFF")
            super().run_migrations(fn, **more)
        finally:
            for one in lite:
                one.rollback()
                orphans += _straight_to(one, "PRAGMA foreign_key_check")
                _straight_to(one, "PRAGMA foreign_keys=ON")
        if orphans:
            msg = f"rows that refer to nothing: {orphans[:5]}"
            raise RuntimeError(msg)


@contextmanager
def _one_migration_at_a_time(engine: Engine) -> Iterator[None]:
    """Wait for whoever migrates this database already: what is left to do is asked afterwards, and mostly nothing is.

    Held by a connection, or a file, of its own: who dies frees it.
    """
    url = engine.url
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
            # It may take long, and each connection of ours otherwise waits five seconds for a lock.
            held.execute(text("SET lock_timeout = 0"))
            held.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATING})
            try:
                yield
            finally:
                held.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATING})
                held.execute(text("RESET lock_timeout"))
    elif url.database and url.database != ":memory:":
        descriptor = os.open(f"{url.database}-migrating", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
    else:
        yield


_MIGRATING = 7_305_128_839
"""The number of the lock; nobody else on this database uses it."""


def _straight_to(connection: Any, statement: str) -> list[Any]:
    found: list[Any] = connection.connection.dbapi_connection.execute(statement).fetchall()
    return found
