"""Whether anything was committed to the database since it was read: only then is it worth reading again."""

from typing import Any, ClassVar

from sqlalchemy import Connection, Engine


class Commits:
    """Tells whether anything was committed to the database, at a hundredth of what reading it again costs.

    It keeps a connection of its own: what SQLite tells (``data_version``) is a number for each connection. PostgreSQL
    tells which transactions are seen as ended; while those are the same, everything read is the same. For one thread.
    """

    _QUESTIONS: ClassVar = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._seen: Any = None

    def any_since(self) -> bool:
        """Whether there was a commit since this was last asked, and before it is answered; True the first time.

        Raises:
            Exception: the driver's own, when the database cannot be reached; the next time begins anew.
        """
        try:
            seen = self._ask()
        except Exception:
            self.close()
            raise
        is_new: bool = seen != self._seen
        self._seen = seen
        return is_new

    def _ask(self) -> Any:
        if self._connection is None:
            self._connection = self._engine.connect()
            # Never given to another: it commits by itself, and on SQLite no transaction is begun that would see no change.
            self._connection.detach()
            if self._engine.dialect.name == "postgresql":
                self._line.autocommit = True
        return self._line.execute(self._QUESTIONS[self._engine.dialect.name]).fetchone()

    @property
    def _line(self) -> Any:
        return None if self._connection is None else self._connection.connection.dbapi_connection

    def close(self) -> None:
        """Let the connection go; asking again opens another, and finds that something was committed."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._seen = None
