"""Whose council a visitor is shopping in: from the address, from who they are, or from what they chose before."""

from collections.abc import Callable
from urllib.parse import urlsplit

import click
from flask import Flask, current_app, flash, request, session

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import NotFound
from app.base.text import clean_code
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils import queries
from app.people.councils.models import Council
from app.people.councils.queries import all_councils, council_by_code
from app.platform.web.visitor import visitor

REMEMBERED = "council"
_FOUND = "ownway.visitor_council"


def visitor_council() -> Council | None:
    """The council whose shop this visitor stands in, or nothing while that is not known. Asked once for each request.

    ``?council=CODE`` in the address wins and is remembered in the cookie (never in the database); an unknown code is
    ignored with a notice. Else what was chosen for whoever is shopped for since then, else the council their postcode
    lies in, else the one that pays for them, else what was remembered.
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
        council = queries.council_by_code(clean_code(code.replace("\0", "")).lower()[:40])
        if council is not None:
            remember(council)
            return council
        flash("We do not know that council, so we left the council as it was.")
    kept = session.get(REMEMBERED)
    remembered, chosen_by = kept if isinstance(kept, list) and len(kept) == 2 else ("", "")  # noqa: PLR2004 - a pair
    lives_here = _shopped_for() or visitor()
    shops_in = None if lives_here is None else lives_here.shops_in_id or lives_here.council_id
    if shops_in is not None and chosen_by != _who():
        return queries.council_by_id(shops_in)
    return queries.council_by_code(str(remembered)) if remembered else None


def _who() -> str:
    """For whom a choice was made: it holds neither for whoever signs in next, nor for another who is shopped for."""
    whose = _shopped_for() or visitor()
    return "" if whose is None else str(whose.public_id)


ShoppedFor = Callable[[], Person | None]
"""The other person that this request is for; nobody when somebody acts for themselves."""

_SHOPPED_FOR = "who_is_shopped_for"


def ask_who_is_shopped_for(app: Flask, shopped_for: ShoppedFor) -> None:
    """Have this asked where it matters whose council counts: whoever acts for somebody stands in that person's shop."""
    app.extensions[_SHOPPED_FOR] = shopped_for


def _shopped_for() -> Person | None:
    asked: ShoppedFor | None = current_app.extensions.get(_SHOPPED_FOR)
    return None if asked is None else asked()


def advised_hours(council_id: int | None) -> int:
    """How many hours' word a council advises today before a visit is changed; 0 where it advises none or there is none."""
    return 0 if council_id is None else queries.advised_notice_hours(council_id, clock.today())


def council_of_staff(code: str, *roles: Role) -> Council:
    """The council of an address, for whoever holds one of these roles there now.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    council = council_by_code(code.replace("\0", "").lower()[:40])
    if council is None or council.id not in actor().council_ids_as(*roles):
        raise NotFound("There is no such page, or not for you.")
    return council


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
