"""The visitor of this request: who is signed in, read once a request."""

from typing import Any

from flask import g
from flask_login import current_user


def visitor() -> Any:
    """Whoever is signed in, as their own row; nobody for a visitor without an account.

    The proxy of the sign-in library goes back to the request for every attribute, and a page asks for dozens.
    """
    try:
        return g.visitor
    except AttributeError:
        g.visitor = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - unwraps it
        return g.visitor


def forget_visitor() -> None:
    """Forget the visitor read before, when somebody signs in or out in this request."""
    g.pop("visitor", None)
