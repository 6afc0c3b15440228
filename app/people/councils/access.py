"""Whose council a visitor is shopping in: from the address, from who they are, or from what they chose before."""

from urllib.parse import urlsplit

import click
from flask import flash, request, session

from app.base import clock
from app.base.db import db, number_of
from app.people.councils import queries
from app.people.councils.models import Council
from app.people.councils.queries import all_councils, council_by_code
from app.platform.web.visitor import visitor

REMEMBERED = "council"
_FOUND = "ownway.visitor_council"


def visitor_council() -> Council | None:
    """The council whose shop this visitor stands in, or nothing while that is not known. Asked once for each request.

    ``?council=CODE`` in the address wins and is remembered in the cookie (never in the database); an unknown code is
    ignored with a notice. Else what this person chose since signing in, else the council they live in, else what was
    remembered.
    """
    if _FOUND not in request.environ:
        request.environ[_FOUND] = _find()
    council: Council | None = request.environ[_FOUND]
    # After a refusal the page that says so stands in a new session, which must read it again.
    return council if council is None or council in db.session else queries.council_by_id(number_of(council))


def remember(council: Council) -> None:
    """Keep a visitor's choice in the cookie, and whose choice it was."""
    kept = [council.code, _who()]
    # Said again with every page of results: an unchanged cookie is not signed and sent anew.
    if session.get(REMEMBERED) != kept:
        session[REMEMBERED] = kept
    request.environ[_FOUND] = council


def place_to_return(asked: str | None) -> str:
    """A path of this site to go back to; the start page for anything that leads elsewhere."""
    if not asked or not asked.startswith("/") or asked.startswith("//") or "\\" in asked or not asked.isprintable():
        return "/"
    parts = urlsplit(asked)
    return "/" if parts.scheme or parts.netloc else asked


def _find() -> Council | None:
    code = request.args.get("council", "")
    if code:
        # An error page asks too, also the one that refuses an address with a NUL in it.
        council = queries.council_by_code(code.replace("\0", "").strip().lower()[:40])
        if council is not None:
            remember(council)
            return council
        flash("We do not know that council, so we left the council as it was.")
    kept = session.get(REMEMBERED)
    remembered, chosen_by = kept if isinstance(kept, list) and len(kept) == 2 else ("", "")  # noqa: PLR2004 - a pair
    looking = visitor()
    if looking is not None and looking.council_id is not None and chosen_by != looking.public_id:
        return queries.council_by_id(looking.council_id)
    return queries.council_by_code(str(remembered)) if remembered else None


def _who() -> str:
    looking = visitor()
    return "" if looking is None else str(looking.public_id)


def advised_hours(council_id: int | None) -> int:
    """How many hours' word a council advises today before a visit is changed; 0 where it advises none or there is none."""
    return 0 if council_id is None else queries.advised_notice_hours(council_id, clock.today())


def council_named(code: str) -> Council:
    """The council a command names.

    Raises:
        click.ClickException: when there is none, naming those there are.
    """
    council = council_by_code(code)
    if council is None:
        there = ", ".join(one.code for one in all_councils()) or "none yet: flask councils add"
        raise click.ClickException(f"There is no council {code}. There is: {there}.")
    return council
