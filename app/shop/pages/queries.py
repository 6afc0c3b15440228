"""Whether what the site stands on is there, each thing with its reason when it is not."""

import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.base.db import db
from app.base.schema import schema_fault, tables_out_of_reach
from config import HERE

OK = "ok"
FREE_LEAST = 200 * 1024 * 1024
"""Bytes that a disk must have free: a database that cannot write stops in the middle of somebody's booking."""


def database_health() -> str:
    """``ok``, or what is wrong with the database: away, with other tables than this code reads, or shut to our role."""
    try:
        db.session.execute(text("SELECT 1"))
        fault = schema_fault()
        if fault is not None:
            return f"wrong tables: {fault}"
        shut = tables_out_of_reach()
    except SQLAlchemyError:
        db.session.rollback()
        return "down"
    return f"our role may not read and write: {', '.join(shut[:5])}" if shut else OK


@cache
def built_files() -> tuple[str, ...]:
    """The built files that pages ask for, by what the templates say."""
    pages = (HERE / "templates").rglob("*.html")
    return tuple(sorted({name for page in pages for name in _ASSET.findall(page.read_text())}))


_ASSET = re.compile(r"asset\('([^']+)'\)")


def pages_health(folder: Path = HERE / "static") -> str:
    """``ok``, or which built files are missing, and the command that makes them."""
    missing = [name for name in built_files() if not (folder / name).is_file()]
    return f"not built: {', '.join(missing)}: run make assets" if missing else OK


def disk_health(folders: Iterable[str]) -> str:
    """``ok``, or which of these folders has no room, by its name in the settings and not by its place on the machine."""
    full = []
    for folder in folders:
        place = Path(folder)
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if free < FREE_LEAST:
            full.append(f"{free // (1024 * 1024)} MB free where {Path(folder).name} is")
    return "; ".join(dict.fromkeys(full)) or OK


def folders_written(settings: dict[str, object]) -> list[str]:
    """Where this machine's own disk is written: the database when it is a file, the index when it is files, and the rest."""
    found = [str(settings["INSTANCE_DIR"])]
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file and file != ":memory:":
        found.append(str(Path(file).parent))
    if settings["SEARCH_ENGINE"] == "whoosh":
        found.append(str(settings["SEARCH_INDEX_DIR"]))
    return found
