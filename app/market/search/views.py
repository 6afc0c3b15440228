"""The search room has no pages of its own: it only sees to it that every web worker follows the changes."""

from typing import cast

from flask import Blueprint, Flask, current_app
from werkzeug.local import LocalProxy

from app.market.search.actions.following import follow

blueprint = Blueprint("search", __name__)


@blueprint.before_app_request
def _follow() -> None:
    """Start at the first request, not before: a process that never serves has nothing to follow, and forks come first."""
    if current_app.config.get("WORKS_BESIDE", not current_app.testing):
        follow(cast("LocalProxy[Flask]", current_app)._get_current_object())  # noqa: SLF001 - unwraps the proxy
