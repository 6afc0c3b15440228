"""What else must agree with the ledger: rooms above say it, and the check asks them."""

from collections.abc import Callable, Sequence

from flask import Flask, current_app

from app.platform.ledger import queries

Check = Callable[[], list[str]]
_CHECKS = "ownway_ledger_checks"


def keep_checks(app: Flask, checks: Sequence[Check]) -> None:
    """Let the application know what else is checked: the table of contents stands above, and this room knows none of it."""
    app.extensions[_CHECKS] = tuple(checks)


def every_difference() -> list[str]:
    """Whatever does not agree, in the ledger and in what rooms above say of it; nothing when all is well."""
    kept: tuple[Check, ...] = current_app.extensions[_CHECKS]
    return [*queries.ledger_differences(), *(line for check in kept for line in check())]
