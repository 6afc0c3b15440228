"""What the site says of itself to its operators: one line of JSON each, without personal data."""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("ownway.web")


def start(app: Flask) -> None:
    """Send every log through one formatter, and note each request by its route: never its address, which names people."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=structlog.processors.JSONRenderer())
    )
    root = logging.getLogger()
    if not any(isinstance(h.formatter, structlog.stdlib.ProcessorFormatter) for h in root.handlers):
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)

    @app.before_request
    def _note_the_start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _say_what_happened(response: Response) -> Response:
        if response.status_code >= 500 or app.config.get("LOG_REQUESTS", not app.testing):  # noqa: PLR2004
            log.info("request", **_facts(response))
        return response


def _facts(response: Response) -> MutableMapping[str, Any]:
    spent = time.perf_counter() - g.get("started", time.perf_counter())
    return {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else "none",
        "status": response.status_code,
        "ms": round(spent * 1000, 1),
    }
