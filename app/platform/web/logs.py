"""Logs for the operators: one line of JSON for each entry, without personal data."""

import logging
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


def explained(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Where a fault came from, the first of those that led to it first; a database's faults by their names alone."""
    one: BaseException | None = exc_info[1]
    told: list[str] = []
    while one is not None:
        words = "" if isinstance(one, _MAY_QUOTE) else f": {one}"
        told.insert(0, "".join(traceback.format_tb(one.__traceback__)) + type(one).__name__ + words)
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
