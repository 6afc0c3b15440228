"""Logs for the operators: one line of JSON for each entry, without personal data."""

import logging
import re
import sqlite3
import sys
import time
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import psycopg
import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import StatementError

log = structlog.get_logger("ownway.web")


def start_logging(app: Flask) -> None:
    """Send every log through one formatter, and note each request by its route: never its address, which names people."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(explained),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # A developer reads the lines as they come; everybody else has a program for it.
    renderer: Any = structlog.dev.ConsoleRenderer() if app.debug else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer))
    root = logging.getLogger()
    if not any(isinstance(h.formatter, structlog.stdlib.ProcessorFormatter) for h in root.handlers):
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("werkzeug").addFilter(_quotes_no_address)

    @app.before_request
    def _note_the_start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _say_what_happened(response: Response) -> Response:
        if response.status_code >= 500 or app.config.get("LOG_REQUESTS", not app.testing):  # noqa: PLR2004
            log.info("request", **_facts(response))
        return response


def _quotes_no_address(line: logging.LogRecord) -> bool:
    """Whether this is anything but the development server's own line for a request: ours says the same by its route."""
    return " - - [" not in line.getMessage()


_MAY_QUOTE = (StatementError, psycopg.Error, sqlite3.Error)
"""Faults whose words may be those somebody typed: a database names the very value it refuses."""


_NO_WORDS_OF_OURS = {"22", "23", "40"}
"""Classes of PostgreSQL's faults that quote values: data, and the promises it keeps. Others name tables and machines."""
_OF_SQLITE = re.compile(
    r"no such (?:table|column|index|function): [\w.]+|(?:table|index) \w+ already exists|database (?:table )?is locked"
    r"|database or disk is full|disk I/O error|unable to open database file|attempt to write a readonly database"
    r"|database disk image is malformed|file is not a database|too many SQL variables|interrupted"
)
_OF_CONNECTING = re.compile(
    r"connection refused|timeout expired|could not translate host name|no route to host|server closed the connection"
    r"|the database system is (?:starting up|shutting down|in recovery mode)|too many (?:clients|connections)"
    r"|password authentication failed|the connection is (?:closed|lost)|network is unreachable|ssl error"
    r"|no such file or directory|terminating connection",
    re.IGNORECASE,
)


def fault_words(fault: BaseException) -> str:
    """What a database says is wrong, by its name and what of ours it is about, never with a word that somebody typed.

    ``UndefinedColumn 42703: column person.nickname does not exist``; ``OperationalError SQLITE_FULL: database or disk is full``.
    """
    cause = getattr(fault, "orig", None) or fault
    name = type(cause).__name__
    if isinstance(cause, psycopg.Error):
        state = cause.sqlstate or ""
        parts = (cause.diag.table_name, cause.diag.column_name, cause.diag.constraint_name)
        about = ", ".join(part for part in parts if part)
        if state and state[:2] not in _NO_WORDS_OF_OURS:
            about = (cause.diag.message_primary or "").split("\n")[0] or about
        elif not state:
            found = _OF_CONNECTING.search(str(cause))
            about = found[0].lower() if found else ""
    else:
        state = getattr(cause, "sqlite_errorname", "")
        found = _OF_SQLITE.search(str(cause))
        about = found[0] if found else ""
    return f"{name}{f' {state}' if state else ''}{f': {about}' if about else ''}"


def explained(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Where a fault came from, the first of those that led to it first; a database's faults by their names alone."""
    one: BaseException | None = exc_info[1]
    told: list[str] = []
    while one is not None:
        words = fault_words(one) if isinstance(one, _MAY_QUOTE) else f"{type(one).__name__}: {one}"
        told.insert(0, "".join(traceback.format_tb(one.__traceback__)) + words)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(told)


def _facts(response: Response) -> MutableMapping[str, Any]:
    spent = time.perf_counter() - g.get("started", time.perf_counter())
    return {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else "none",
        "status": response.status_code,
        "ms": round(spent * 1000, 1),
    }
