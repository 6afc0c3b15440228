"""Tables to keep: every CSV the site gives is made here, so that all of them are read alike."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from app.platform.tables.rules.writing import as_csv, described


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A table as a file to keep, called ``name``."""
    return _file(name, as_csv(columns, rows))


def columns_file(name: str, meanings: Iterable[tuple[str, str]]) -> Response:
    """What the columns of a table mean, as the file beside it."""
    return _file(name, described(meanings))


def _file(name: str, content: bytes) -> Response:
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})
