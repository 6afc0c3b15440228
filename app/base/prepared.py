"""Prepared statements: a statement kept at the top of a file is compiled once for each database, then run on its driver.

SQLAlchemy looks a statement up and wraps its result each time, at three times what SQLite itself takes: a request that
books made 8,120 function calls that way, and makes 6,910 this way. Values and columns pass through SQLAlchemy's types, the connection,
its transaction and its locks are the session's, and the engine's ``before_cursor_execute`` and ``after_cursor_execute``
listeners and ``echo`` hear each statement, so that what tests count is what production sends (decision 37).
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

from psycopg import RawCursor
from sqlalchemy import CompoundSelect, Connection, Executable, Insert, Select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
Prepared = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert


class Rows(list[Any]):
    """What was answered: tuples with names, all of them read."""

    def all(self) -> Self:
        """Every row."""
        return self

    def first(self) -> Any:
        """The first, or nothing."""
        return self[0] if self else None

    def one_or_none(self) -> Any:
        """The only one, or nothing.

        Raises:
            MultipleResultsFound: when there are several.
        """
        if len(self) > 1:
            raise MultipleResultsFound("one row was expected, and there are several")
        return self[0] if self else None

    def one(self) -> Any:
        """The only one.

        Raises:
            NoResultFound: when there is none.
            MultipleResultsFound: when there are several.
        """
        if not self:
            raise NoResultFound("one row was expected, and there is none")
        return self.one_or_none()

    def scalar(self) -> Any:
        """The first column of the first, or nothing."""
        return self[0][0] if self else None

    def scalar_one(self) -> Any:
        """The first column of the only one; raises as :meth:`one` does."""
        return self.one()[0]

    def scalars(self) -> Iterator[Any]:
        """The first column of each."""
        return (row[0] for row in self)


def execute(connection: Connection, statement: Prepared, values: Mapping[str, Any]) -> Rows:
    """Run a statement that is kept for good, at the top of a file, on this connection.

    Raises:
        DBAPIError: as SQLAlchemy itself would.
    """
    shape = tuple(values) if isinstance(statement, Insert) else None
    which = (connection.dialect.name, statement, shape)
    prepared = _prepared.get(which)
    if prepared is None:
        if len(_prepared) >= MOST_PREPARED:
            _prepared.clear()
        prepared = _prepared[which] = _PreparedStatement(connection, statement, shape)
    return prepared.execute(connection, values)


def compose(
    connection: Connection, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> Rows:
    """The same composed by SQLAlchemy each time, for several rows at once and for lists longer than those kept."""
    result = connection.execute(statement, values)
    return Rows(result) if result.returns_rows else Rows()


MOST_PREPARED = 2_000
"""Many times the statements of the site: nobody must fill the memory with statements made anew for each question."""

LONGEST_LIST = 30
"""For each length of a list the words are others, and kept."""


class _Ready(NamedTuple):
    """The words for the driver, and where each value comes from: ``given`` by the caller, out of a list, or made anew."""

    sql: str
    always: list[Any]
    """What never changes, in its place."""
    given: list[tuple[int, str, Process | None]]
    listed: list[tuple[int, str, int, Process | None]]
    made: list[tuple[int, Process, Process | None]]

    def filled(self, values: Mapping[str, Any]) -> list[Any]:
        """What goes along with the words, in their order."""
        full = self.always.copy()
        for where, name, process in self.given:
            value = values[name]
            full[where] = value if process is None else process(value)
        for where, name, place, process in self.listed:
            value = values[name][place]
            full[where] = value if process is None else process(value)
        for where, make, process in self.made:
            value = make(None)
            full[where] = value if process is None else process(value)
        return full


class _PreparedStatement:
    """One statement as one kind of database understands it."""

    def __init__(self, connection: Connection, statement: Prepared, shape: Sequence[str] | None) -> None:
        self._statement = statement
        self._dialect = connection.dialect
        self._returns = list(statement.exported_columns)
        # PostgreSQL would be asked for the number of each row written, which nobody here wants to know.
        more: Any = {} if shape is None else {"column_keys": list(shape), "for_executemany": not self._returns}
        self._compiled: SQLCompiler = statement.compile(dialect=self._dialect, **more)
        self._lists = [name for name, one in self._compiled.binds.items() if one.expanding and one.required]
        self._ready: dict[tuple[int, ...], _Ready] = {}
        self._reading: tuple[Callable[[Any], Any], list[tuple[int, Process]]] | None = None

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> Rows:
        lengths = tuple([len(values[name]) for name in self._lists])
        if lengths and max(lengths) > LONGEST_LIST:
            return compose(connection, self._statement, values)
        ready = self._ready.get(lengths)
        if ready is None:
            ready = self._ready[lengths] = self._made_ready(values)
        filled, cursor = ready.filled(values), _cursor(connection)
        listeners = connection.dispatch
        for hear in listeners.before_cursor_execute:
            hear(connection, cursor, ready.sql, filled, None, False)
        if connection._echo:  # noqa: SLF001 - the engine's flag, read as its own statements read it
            connection._log_info("%s", ready.sql)  # noqa: SLF001 - its logger too; values stay hidden
        try:
            cursor.execute(ready.sql, filled)
            answered = cursor.fetchall() if self._returns else ()
        except self._dialect.loaded_dbapi.Error as fault:
            raise self._explained(connection, ready.sql, filled, fault) from fault
        for hear in listeners.after_cursor_execute:
            hear(connection, cursor, ready.sql, filled, None, False)
        if not answered:
            return Rows()
        if self._reading is None:
            self._reading = self._reads([about[1] for about in cursor.description])
        row_of, processes = self._reading
        if not processes:
            return Rows(map(row_of, answered))
        return Rows([row_of(_processed(row, processes)) for row in answered])

    def _made_ready(self, values: Mapping[str, Any]) -> _Ready:
        state = self._compiled.construct_expanded_state(dict(values))
        places = {
            label: (name, place)
            for name, labels in state.parameter_expansion.items()
            for place, label in enumerate(labels)
        }
        defaults: dict[str, Any] = {column.key: column.default for column in self._compiled.insert_prefetch}
        sql, labels = state.statement, state.positiontup
        if labels is None:
            sql, labels = _numbered(sql, list(state.parameters))
        ready = _Ready(sql, [None] * len(labels), [], [], [])
        for where, label in enumerate(labels):
            name, place = places.get(label, (label, None))
            process = self._type(self._compiled.binds[name].type).bind_processor(self._dialect)
            default = defaults.get(label)
            if name in values and place is None:
                ready.given.append((where, name, process))
            elif name in values and place is not None:
                ready.listed.append((where, name, place, process))
            elif default is not None and default.is_callable:
                ready.made.append((where, default.arg, process))
            else:
                value = state.parameters[label] if default is None else default.arg
                ready.always[where] = value if process is None else process(value)
        return ready

    def _reads(self, kinds: Sequence[Any]) -> tuple[Callable[[Any], Any], list[tuple[int, Process]]]:
        names = [str(column.key) for column in self._returns]
        processors = [
            self._type(column.type).result_processor(self._dialect, kind)
            for column, kind in zip(self._returns, kinds, strict=True)
        ]
        row_of: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - names known only here
        return row_of._make, [(place, process) for place, process in enumerate(processors) if process is not None]

    def _type(self, kind: TypeEngine[Any]) -> TypeEngine[Any]:
        return kind.dialect_impl(self._dialect)

    def _explained(self, connection: Connection, sql: str, filled: Any, fault: Any) -> BaseException:
        """The driver's fault in SQLAlchemy's words; a connection that was lost is not used again."""
        is_lost = self._dialect.is_disconnect(fault, connection.connection.dbapi_connection, None)
        if is_lost:
            connection.invalidate(fault)
        told: BaseException = DBAPIError.instance(
            sql,
            filled,
            fault,
            self._dialect.loaded_dbapi.Error,
            hide_parameters=connection.engine.hide_parameters,
            connection_invalidated=is_lost,
            dialect=self._dialect,
        )
        return told


def _cursor(connection: Connection) -> Any:
    """The one cursor of a connection for all that is asked here: making one anew costs as much as asking."""
    pooled = connection.connection
    cursor = pooled.info.get(_CURSOR)
    if cursor is None:
        driver: Any = pooled.dbapi_connection
        cursor = RawCursor(driver) if connection.dialect.name == "postgresql" else driver.cursor()
        pooled.info[_CURSOR] = cursor
    return cursor


_CURSOR = "prepared statements"


def _numbered(sql: str, labels: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The words with numbers where they named their values: the driver need not look for names in them each time."""
    numbers = {label: number for number, label in enumerate(labels, start=1)}
    return _NAMED.sub(lambda found: f"${numbers[found[1]]}", sql).replace("%%", "%"), labels


_NAMED = re.compile(r"%\((\w+)\)s")


def _processed(row: Sequence[Any], processes: Sequence[tuple[int, Process]]) -> list[Any]:
    """A row as its columns' types read it."""
    read = list(row)
    for place, process in processes:
        read[place] = process(read[place])
    return read


_prepared: dict[tuple[str, Executable, Sequence[str] | None], _PreparedStatement] = {}
