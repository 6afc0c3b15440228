"""Whether the database is the one this code was written for: its migrations, and what our role there may do."""

import os
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, text

from app.base.columns import Base
from app.base.db import alembic, db

UPGRADE = "flask --app wsgi db upgrade"


class UnknownSchema(RuntimeError):  # noqa: N818 - it names the state of things, and operators read it
    """The tables are not those this code reads; the words name the command that mends it."""


def schema_fault() -> str | None:
    """What is wrong with the tables, and the command that mends it; nothing when they are those this code reads.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: when the database does not answer.
    """
    scripts: ScriptDirectory = alembic.script_directory
    needed = scripts.get_current_head()
    found = MigrationContext.configure(db.session.connection()).get_current_heads()
    if found == (needed,):
        return None
    if not found:
        return f"the database has no tables yet, and this code needs {needed}: run {UPGRADE}"
    there = " and ".join(found)
    known = {script.revision for script in scripts.walk_revisions()}
    if known.issuperset(found):
        return f"the database is at {there}, and this code needs {needed}: run {UPGRADE}"
    return f"the database is at {there}, which this code does not know (it knows {needed}): start the newer code"


def refuse_unknown_schema() -> None:
    """Stop here unless the tables are those this code reads.

    Raises:
        UnknownSchema: naming the command that mends it.
    """
    fault = schema_fault()
    db.session.rollback()
    if fault is not None:
        raise UnknownSchema(fault)


def tables_out_of_reach() -> list[str]:
    """Our tables that our role may not read or write, by name; the file itself where there is but one."""
    names = sorted(Base.metadata.tables)
    if db.engine.dialect.name == "postgresql":
        return list(db.session.execute(_OUT_OF_REACH, {"names": names}).scalars())
    file: Any = db.engine.url.database
    is_file = bool(file) and file != ":memory:"
    return [] if not is_file or os.access(file, os.R_OK | os.W_OK) else ["the file of the database"]


_OUT_OF_REACH = text(
    "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relname IN :names"
    " AND c.relnamespace = current_schema()::regnamespace"
    " AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')) ORDER BY c.relname"
).bindparams(bindparam("names", expanding=True))
