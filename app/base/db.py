"""The database: how it is joined, one transaction at a time, and what runs once it has committed."""

import logging
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from inspect import iscoroutinefunction
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
from flask import Flask, current_app
from flask_sqlalchemy_lite import SQLAlchemy
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import (
    CompoundSelect,
    Connection,
    CursorResult,
    Delete,
    Engine,
    Insert,
    Select,
    Update,
    event,
    inspect,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session

from app.base import prepared, write_lock
from app.base.columns import Base, UtcDateTime
from app.base.migrating import Migrations
from app.base.prepared import Rows
from app.base.refusals import Conflict

T = TypeVar("T")
Found = CursorResult[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

log = logging.getLogger(__name__)

db = SQLAlchemy()


alembic = Migrations(metadatas=Base.metadata)


def connect(app: Flask) -> None:
    """Join the application to its database and its migrations.

    Raises:
        RuntimeError: when the address is neither SQLite nor PostgreSQL.
    """
    url = make_url(app.config["DATABASE_URL"])
    app.extensions[_LOCK_FILE] = None
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            app.extensions[_LOCK_FILE] = f"{url.database}-turn"
        options: dict[str, Any] = {"url": url, "connect_args": {"timeout": 15}}
    elif url.get_backend_name() == "postgresql":
        limits = "-c timezone=UTC -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
        options = {"url": url.set(drivername="postgresql+psycopg"), "connect_args": {"options": limits}}
    else:
        msg = "DATABASE_URL must begin sqlite:/// or postgresql://"
        raise RuntimeError(msg)
    # What people wrote is never part of a fault's words.
    app.config["SQLALCHEMY_ENGINES"] = {"default": {**options, "hide_parameters": True}}
    db.init_app(app)
    # It also closes asynchronous sessions, of which we have none: that would start a thread and an event loop each request.
    app.teardown_appcontext_funcs[:] = [done for done in app.teardown_appcontext_funcs if not iscoroutinefunction(done)]
    if url.get_backend_name() == "postgresql":
        app.teardown_appcontext(_end_reading)
    app.config["ALEMBIC"] = {"script_location": str(Path(app.root_path).parent / "migrations" / "versions")}
    app.config["ALEMBIC_CONTEXT"] = {"render_as_batch": True, "render_item": _as_written_in_migrations}
    alembic.init_app(app)
    with app.app_context():
        event.listen(db.sessionmaker, "after_flush", _note_what_is_flushed)
        event.listen(db.sessionmaker, "do_orm_execute", _note_what_is_sent)
        if url.get_backend_name() == "sqlite":
            speak_sqlite(db.engine)
        else:
            event.listen(db.engine, "connect", _prepare_once)


def _prepare_once(connection: Any, _record: Any) -> None:
    """One statement for every size of number: else psycopg has PostgreSQL prepare it again for each."""
    connection.adapters.register_dumper(int, Int8Dumper)


def _note_what_is_flushed(session: Session, _flushed: object) -> None:
    if not session.info.get(_OPEN):
        session.info[_WRITTEN] = True


def _note_what_is_sent(sent: ORMExecuteState) -> None:
    if (sent.is_insert or sent.is_update or sent.is_delete) and not sent.session.info.get(_OPEN):
        sent.session.info[_WRITTEN] = True


def _end_reading(fault: BaseException | None) -> None:
    """End what was only read with COMMIT, before the session is closed with ROLLBACK.

    At a ROLLBACK psycopg forgets all that PostgreSQL has prepared on the connection: the next page would have each of
    its statements read and planned anew. What was written outside a transaction still goes back.
    """
    session = db.session
    if fault is not None or session.info.get(_WRITTEN) or not (session.in_transaction() and session.is_active):
        return
    try:
        session.connection().connection.dbapi_connection.commit()  # type: ignore[union-attr] # the driver's, connected
    except (psycopg.Error, SQLAlchemyError):
        # The answer is made: a connection that broke is forgotten, and costs nobody their page.
        log.warning("the database went away when all was read")
        session.invalidate()


@cache
def load_models(package: str) -> None:
    """Import every ``models`` floor below a package, once, so that all tables are known before the first query."""
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        if "models" in module.name.split("."):
            import_module(module.name)


def migrate() -> None:
    """Bring the database up to the newest migration."""
    alembic.upgrade()


def _as_written_in_migrations(kind: str, thing: Any, _context: Any) -> str | bool:
    """Migrations speak plain SQLAlchemy, so that they still run when this file has changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def speak_sqlite(engine: Engine) -> None:
    """Make SQLite keep its promises: write-ahead log, foreign keys, and a real BEGIN that writers ask for at once.

    The driver must never emit BEGIN itself: in its default mode four writers lost 1,198 of 2,000 updates. FULL
    durability, because NORMAL may lose the last commits when the power goes and this is people's money.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        # Straight at the driver: every request begins, and SQLAlchemy's way costs more than SQLite's.
        connection.connection.dbapi_connection.execute(f"BEGIN {mode}")


_AFTER_COMMIT = "run_after_commit"
_OPEN = "transaction_is_open"
_WRITTEN = "something_was_written"
_LOCK_FILE = "ownway_write_lock_file"


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: all of it is kept, or none. Opened by views, commands and sweeps, never inside another.

    What was read before is read again (a decision about money is never made on a stale row), SQLite writers take turns
    from the start, and what :func:`after_commit` queued runs once everything is safely kept.
    """
    session = db.session
    about = session.info
    if about.get(_OPEN):
        msg = "a transaction is already open: actions do not open their own"
        raise RuntimeError(msg)
    if session.new or session.dirty or session.deleted:
        msg = "something was changed outside a transaction"
        raise RuntimeError(msg)
    if session.in_transaction():
        session.commit()
    lock = acquire_write_lock()
    about[_OPEN] = True
    about[_AFTER_COMMIT] = []
    try:
        session.connection(execution_options=_AT_ONCE)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        about[_AFTER_COMMIT] = []
        raise
    finally:
        about[_OPEN] = False
        if lock is not None:
            os.close(lock)
    queued, about[_AFTER_COMMIT] = about[_AFTER_COMMIT], []
    for job in queued:
        try:
            job()
        except Exception:
            # The change itself is kept; a job that failed is found again by its own record in the database.
            log.exception("a job after the commit failed")


_AT_ONCE = {"sqlite_begin": "IMMEDIATE"}


def number_of(row: Base) -> int:
    """A kept row's number without reading the row again, as asking it for ``id`` in a new transaction would."""
    identity = inspect(row).identity
    number: int = row.id if identity is None else identity[0]  # type: ignore[attr-defined] # every table has one
    return number


def fetch_rows(statement: Query, values: Mapping[str, Any] | None = None) -> Rows:
    """Read columns on the session's connection without making objects of them: at a fifth of the cost.

    For statements written once at the top of a file: they are prepared (:mod:`app.base.prepared`). What the session has
    not written yet is written first.
    """
    session = db.session
    session.flush()
    return prepared.execute(session.connection(), statement, values or {})


def write_rows(statement: Insert, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Rows:
    """Add rows in the open transaction without making objects of them, after what the session has yet to write.

    What the statement returns is answered, in the order of the rows when it says so. One new row is written by a
    prepared statement, so the statement must be written once at the top of a file.

    Raises:
        RuntimeError: outside a transaction.
    """
    connection = _connection_to_write()
    if isinstance(values, Mapping):
        return prepared.execute(connection, statement, values)
    if len(values) == 1:
        return prepared.execute(connection, statement, values[0])
    return prepared.compose(connection, statement, values)


def change_rows(statement: Update | Delete, values: Mapping[str, Any]) -> Found:
    """Change or remove rows in the open transaction, after what the session has yet to write.

    Raises:
        RuntimeError: outside a transaction.
    """
    return _connection_to_write().execute(statement, values)


def _connection_to_write() -> Connection:
    session = db.session
    if not session.info.get(_OPEN):
        msg = "rows are written inside a transaction"
        raise RuntimeError(msg)
    session.flush()
    return session.connection()


class Busy(Conflict):
    """Others were at the same rows again and again; nothing was changed."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The site is very busy at this moment. Nothing was changed: try again in a minute.")


LONGEST_WAIT = 10.0
"""Seconds. Twelve are tried for at most, and a web server gives up on an answer after thirty."""


def acquire_write_lock() -> int | None:
    """On SQLite, take the write lock; closing the descriptor returned frees it, and so does dying. Nothing on PostgreSQL.

    SQLite's own waiting is asking again and again: under load one of eight writers got a single turn while another got
    30,000. Here they go on in turn (see :mod:`app.base.write_lock`).

    Raises:
        Busy: when others have kept the lock for :data:`LONGEST_WAIT`; nothing was begun.
    """
    file = current_app.extensions[_LOCK_FILE]
    if file is None:
        return None
    try:
        return write_lock.acquire(file, seconds=LONGEST_WAIT)
    except TimeoutError as fault:
        raise Busy from fault


MOST_TRIES = 5
_LONGEST_TRYING = 12
_MAY_BE_TRIED_AGAIN = {"40001", "40P01", "55P03"}
"""PostgreSQL undid everything and asks for another try: could not serialise, a deadlock, a lock waited for too long."""


def in_transaction(job: Callable[[], T]) -> T:
    """Run ``job`` as one transaction, and once more from the start when the database undid it because of others.

    Only a whole transaction can be tried again, so the job is a function and not a block. It is run anew on what is
    then in the database, so it must do all its work there: no mail, no card payment, no file, no flash; mail and such
    are queued with :func:`after_commit`, which forgets them when a try is undone. Objects read before may be used, since
    they are read afresh. Everything else is raised as it is: a refusal is an answer, a broken promise of the database
    (IntegrityError) would break again, and when the connection was lost nobody can say whether the commit took place:
    there the idempotency key lets whoever asked ask again.

    Raises:
        Busy: when it was undone five times, or for twelve seconds.
    """
    began = monotonic()
    for tries in count(1):
        try:
            with transaction():
                return job()
        except Exception as fault:
            if not _was_undone_because_of_others(fault):
                raise
            if tries == MOST_TRIES or monotonic() - began > _LONGEST_TRYING:
                raise Busy from fault
            log.info("transaction undone because of others, try %d", tries)
        # Those who met each other must not come back at the same moment.
        sleep(_CHANCE.uniform(0, 0.01 * 2**tries))
    raise AssertionError


_CHANCE = secrets.SystemRandom()


def rehearse(job: Callable[[], T]) -> T:
    """Run ``job`` as :func:`in_transaction` does, and undo it: what would become of it, and nothing is kept or sent.

    Its answer must be plain facts: the objects it made are gone.
    """
    made: list[T] = []

    def then_undo() -> None:
        made[:] = [job()]
        raise _Rehearsed

    with suppress(_Rehearsed):
        in_transaction(then_undo)
    return made[0]


class _Rehearsed(Exception):  # noqa: N818 - nothing went wrong
    """The transaction did what it should and must be undone."""


def _was_undone_because_of_others(fault: Exception) -> bool:
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    if getattr(cause, "sqlstate", None) in _MAY_BE_TRIED_AGAIN:
        return True
    # The lower eight bits name the family: busy, busy because of a snapshot, busy because of recovery.
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def after_commit(job: Callable[[], None]) -> None:
    """Run ``job`` once the open transaction is kept; forget it when the transaction is not.

    The same callable queued twice runs once. A job must be able to be lost (the process may die here): it only hurries
    along work that a table already records.

    Raises:
        RuntimeError: outside a transaction.
    """
    session = db.session
    if not session.info.get(_OPEN):
        msg = "after_commit needs an open transaction"
        raise RuntimeError(msg)
    if job not in session.info[_AFTER_COMMIT]:
        session.info[_AFTER_COMMIT].append(job)
