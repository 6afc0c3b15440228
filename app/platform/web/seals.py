"""The seals of this site, for pages and commands."""

from functools import lru_cache

from flask import current_app

from app.base.sealing import Seal


def seal_for(purpose: str) -> Seal:
    """The seal for one purpose, made from this site's secret and from those it had before."""
    older = tuple(current_app.config.get("OLD_SECRET_KEYS", ()))
    return _seal(purpose, str(current_app.config["SECRET_KEY"]), older)


@lru_cache(maxsize=8)
def _seal(purpose: str, secret: str, older: tuple[str, ...]) -> Seal:
    return Seal(purpose, secret, older)
