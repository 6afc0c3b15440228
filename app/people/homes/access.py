"""The seal of this site, for pages and commands."""

from functools import lru_cache

from flask import current_app

from app.people.homes.rules import HomeSeal


def seal_here() -> HomeSeal:
    """The seal made from this site's secret, and from those it had before."""
    return _seal(str(current_app.config["SECRET_KEY"]), tuple(current_app.config.get("OLD_SECRET_KEYS", ())))


@lru_cache(maxsize=4)
def _seal(secret: str, older: tuple[str, ...]) -> HomeSeal:
    return HomeSeal(secret, older)
