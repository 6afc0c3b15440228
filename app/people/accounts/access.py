"""Who may come in: every view says so with ``@open_to(...)``, and a view that says nothing is shut."""

from urllib.parse import urlencode

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from app.people.accounts import queries
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.unsent.access import to_sign_in
from app.platform.web.guards import ANYONE, SIGNED_IN
from app.platform.web.visitor import visitor

sign_in_session = LoginManager()


def actor() -> Person:
    """Whoever is signed in.

    Raises:
        RuntimeError: when nobody is; the guard should have stopped them.
    """
    looking = visitor()
    if looking is None:
        msg = "nobody is signed in"
        raise RuntimeError(msg)
    return looking  # type: ignore[no-any-return]


def sign_in_cookie() -> str:
    """What this sign-in's cookie says, for :func:`app.people.accounts.queries.person_signed_in` to look at again later."""
    cookie: str = session["_user_id"]
    return cookie


def guard(app: Flask) -> None:
    """Stand at every door."""
    # Templates have signed_in(), which asks nothing until it is looked at; an error page must be able to ask nothing.
    sign_in_session.init_app(app, add_context_processor=False)

    @sign_in_session.user_loader  # type: ignore[untyped-decorator] # flask_login has no types
    def _load(cookie: str) -> Person | None:
        person = queries.person_signed_in(cookie)
        if person is None:
            # Else a copy of an ended sign-in's cookie could be signed anew until nobody remembers that it was ended.
            session.pop("_user_id", None)
        return person

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        who: frozenset[str] = getattr(current_app.view_functions[request.endpoint], "open_to", frozenset())
        if ANYONE in who:
            return None
        if not who:
            abort(403)
        looking = visitor()
        if looking is None:
            return _to_sign_in()
        if SIGNED_IN not in who and not any(looking.has_role(Role(role)) for role in who):
            abort(403)
        return None


def _to_sign_in() -> ResponseReturnValue:
    """Bring a reader to the sign-in page and back, and a writer too: what they sent is kept for them."""
    if request.method == "POST":
        return to_sign_in()
    if request.method != "GET":
        abort(401)
    target = request.full_path if request.query_string else request.path
    return redirect(f"{url_for('accounts.sign_in')}?{urlencode({'next': target})}")
