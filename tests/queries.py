"""Counting queries: a page that asks more of the database when there are more rows has a query in a loop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.base.db import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement this thread sends to the database inside; transaction control is not counted."""
    statements: list[str] = []
    asking = threading.get_ident()

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() == asking and not statement.startswith(
            ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")
        ):
            statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
