"""The ``flask audit`` commands."""

from flask.cli import AppGroup

from app.platform.audit import queries
from app.platform.audit.rules.growth_guards import SQLITE_GUARDS

group = AppGroup("audit", help="Commands of the audit room.")


@group.command("check")
def check() -> None:
    """Look whether the database itself still keeps every table that only grows: the record, the history of budgets.

    Exits 1 with the first guard that is gone or was written otherwise. ``flask ledger check`` looks at the ledger's own.
    """
    found = queries.growth_guards_missing()
    for line in found:
        print(line)
    if found:
        raise SystemExit(1)
    print(f"Nothing can be changed in what only grows: {', '.join(sorted(SQLITE_GUARDS))}.")
