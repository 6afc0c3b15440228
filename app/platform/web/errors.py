"""Error pages: what happened, what was kept, and whom to ask. Never a bare code, never a trace."""

import logging

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from gunicorn.http.errors import NoMoreData, ParseException
from markupsafe import escape
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from app.base.db import db
from app.base.refusals import Refusal
from app.base.sizes import FILE_MOST_WORDS
from app.platform.web.logs import fault_words

log = logging.getLogger(__name__)

EXPLAINED = {
    400: ("We could not read what was sent", "Go back, check what you typed and try again."),
    401: ("Sign in to see this page", "Sign in, and we will bring you back."),
    403: ("This page is not open to you", "It may belong to somebody else, or need a different account."),
    404: ("Page not found", "If you typed the address, check it. If you followed a link, it may be out of date."),
    405: ("That cannot be done here", "Go back and use the buttons on the page."),
    409: ("That cannot be done as things stand", "Something changed while you were looking. Go back and look again."),
    410: ("This is no longer here", "It was taken down."),
    413: ("That file is too big", f"Send a smaller one, at most {FILE_MOST_WORDS}."),
    414: ("That address is too long", "Make the search shorter and try again."),
    415: ("We cannot read that kind of file", "Send it in the form the page asks for."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
    500: (
        "Sorry, something went wrong",
        "It is our fault. Nothing you did was lost if you saw a confirmation. Try again.",
    ),
    503: ("Sorry, we are busy", "Nothing was changed. Wait a moment, then try again."),
}
"""For each status: the heading, and what to do."""


def explain(app: Flask) -> None:
    """Answer every refusal and every fault with a page in plain words."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004 - redirects
            return error
        return error_page(error.code)

    @app.errorhandler(NoMoreData)
    @app.errorhandler(ParseException)
    def _garbled(error: Exception) -> ResponseReturnValue:
        # A body in pieces that do not fit, or that ends before its end: the server meets it only when a form is read.
        del error
        return error_page(400)

    @app.errorhandler(Refusal)
    def _refusal(error: Refusal) -> ResponseReturnValue:
        return error_page(error.status, str(error))

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> ResponseReturnValue:
        db.session.rollback()
        log.error("the database could not answer at %s: %s", _where(), fault_words(error))
        return error_page(503)

    @app.errorhandler(DataError)
    def _not_kept(error: DataError) -> ResponseReturnValue:
        # A number, date or character that passed the form but that no column holds. Logged without the value.
        db.session.rollback()
        log.error("the database could not keep what was sent to %s: %s", _where(), fault_words(error))
        return error_page(400)

    @app.errorhandler(Exception)
    def _fault(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        log.error("a fault of ours", exc_info=error)
        if app.config.get("PROPAGATE_FAULTS"):
            raise error
        return error_page(500)


def error_page(status: int, words: str | None = None) -> tuple[str, int]:
    """The page for a status, with its own words or those given."""
    try:
        return _drawn(status, words), status
    except Exception as fault:
        # Whatever is missing (styles that were not built, templates, the disk), whoever reads this still learns what to do.
        log.exception("the error page could not be drawn", exc_info=fault)
        heading, what_to_do = _said(status)
        return _PLAIN.format(heading=escape(heading), words=escape(words or what_to_do)), status


def _where() -> str:
    return str(request.endpoint or "no page")


def _said(status: int) -> tuple[str, str]:
    return EXPLAINED.get(status, EXPLAINED[400 if status < 500 else 500])  # noqa: PLR2004


_PLAIN = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{heading} – Ownway</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>{heading}</h1>'
    '<p>{words}</p><p><a href="/">Go to the home page</a></p></main></body></html>\n'
)
"""Needs nothing at all: no template, no built file, no database."""


def _drawn(status: int, words: str | None) -> str:
    heading, what_to_do = _said(status)
    # When it is our fault, the database may be too: such a page asks it nothing, not even who is signed in.
    about = {"is_bare": True} if status >= 500 else {}  # noqa: PLR2004
    g.is_bare = bool(about)
    return render_template("errors/error.html", heading=heading, words=words or what_to_do, status=status, **about)
