"""At the door: a refused form comes back by a redirect, and what could not be sent waits until its writer is back.

The browser asks for every page it shows with GET, so going back and loading again send nothing. A page of a refused form
is kept as it was drawn, errors and words and all, and shown under the form's own address with ``?refused=NAME``. What was
sent after a sign-in had ended is kept as words, and comes back in its form with ``?kept=NAME``. A name opens nothing: both
are sealed with a key that stands in the cookie of the browser they came from.
"""

import logging
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.base.db import db, in_transaction
from app.base.refusals import Refusal
from app.platform.unsent import actions
from app.platform.unsent.queries import kept_thing
from app.platform.unsent.rules.filling import filled
from app.platform.unsent.rules.sealing import LARGEST, RefusedPage, UnsentWords, is_kept, new_seal
from app.platform.web.errors import error_page
from app.platform.web.guards import ANYONE
from app.platform.web.security import nonce
from app.platform.web.visitor import visitor

log = logging.getLogger(__name__)

SEAL = "seal"
"""Where the session keeps the key of this browser."""
REFUSED, KEPT = "refused", "kept"
ACTING_FOR = "shopping_for"
"""Where the session keeps for whom somebody acts, as every form says it."""
ADDRESS_LONGEST = 400
NAME_LONGEST = 20
A_PAGE = "<!DOCTYPE html>"
NO_LONGER = "This form has expired. Go back, load the page again and send it once more."
ENDED = "Your sign-in ended, so this was not sent. "
WORDS_WAIT = "Every word you wrote is kept. Sign in, and it is back in its form."
TRY_AGAIN = "Sign in and try again."


def stand_at_every_door(app: Flask) -> None:
    """Stand at every door, behind those who ask who comes in."""
    app.register_error_handler(CSRFError, _expired)
    app.before_request(_show_refused)
    app.after_request(_keep_or_fill)


def to_sign_in() -> ResponseReturnValue:
    """Keep what was sent by somebody whose sign-in has ended, and bring them to the sign-in page and back to their form."""
    page, name = _kept_words()
    flash(ENDED + (WORDS_WAIT if name else TRY_AGAIN))
    return redirect(f"{url_for('accounts.sign_in')}?{urlencode({'next': _with(page, KEPT, name)})}", 303)


def _expired(error: CSRFError) -> ResponseReturnValue:
    """A form whose token is no longer good: of a sign-in that has ended, or from somebody else's page."""
    del error
    if not request.form.get("csrf_token") or _is_from_elsewhere():
        return error_page(400, NO_LONGER)
    view = current_app.view_functions.get(request.endpoint or "")
    if visitor() is None and (request.form.get("opened_by") or ANYONE not in getattr(view, "open_to", {ANYONE})):
        return to_sign_in()
    page, name = _kept_words()
    return redirect(_with(page, KEPT, name), 303) if name else error_page(400, NO_LONGER)


def _is_from_elsewhere() -> bool:
    """Whether the browser says that another site sent this: its words are nobody's here."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    said = request.headers.get("Origin") or request.referrer
    return said is not None and urlsplit(said).netloc != request.host


def _kept_words() -> tuple[str, str]:
    """The page of the form that was sent, and the name under which its words are kept; empty when there are none."""
    words = {
        name: values for name, values in request.form.lists() if is_kept(name) and any(one.strip() for one in values)
    }
    files = [file.filename for file in request.files.values() if file.filename]
    page = _page_of_form()
    if not words or sum(len(one) for several in words.values() for one in several) > LARGEST:
        return page, ""
    opened_by, acting_for = request.form.get("opened_by", ""), request.form.get("acting_for", "")
    return page, _keep(UnsentWords(words, request.path, opened_by, acting_for, files))


def _keep(what: RefusedPage | UnsentWords) -> str:
    """Keep it; empty when the database cannot, and then everything is as it would be without."""
    seal = session.setdefault(SEAL, new_seal())
    try:
        db.session.rollback()
        return in_transaction(lambda: actions.keep_unsent(what, seal))
    except (SQLAlchemyError, Refusal) as fault:
        log.warning("what could not be sent could not be kept either: %s", type(fault).__name__)
        db.session.rollback()
        return ""


def _page_of_form() -> str:
    """The address of the page that the form stood on, as far as it can be opened again."""
    came_from = urlsplit(request.referrer or "")
    asked = [(name, value) for name, value in parse_qsl(came_from.query) if name not in {REFUSED, KEPT}]
    for path, query in (
        (came_from.path if came_from.netloc == request.host else "", urlencode(asked)),
        (request.path, urlencode(list(request.args.items(multi=True)))),
    ):
        if path and _opens(path):
            address = f"{path}?{query}" if query else path
            return address if len(address) <= ADDRESS_LONGEST else path
    return url_for("pages.home")


def _opens(path: str) -> bool:
    try:
        current_app.url_map.bind_to_environ(request.environ).match(path, method="GET")
    except HTTPException:
        return False
    return True


def _with(address: str, name: str, value: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({name: value})}" if value else address


def _show_refused() -> ResponseReturnValue | None:
    """Show the page that refused a form, to whom it was drawn for; take both names out of what views see of the address."""
    names = {name: request.args[name][:NAME_LONGEST] for name in (REFUSED, KEPT) if name in request.args}
    if not names:
        return None
    request.args = ImmutableMultiDict([pair for pair in request.args.items(multi=True) if pair[0] not in names])
    g.unsent = names
    if request.method != "GET" or REFUSED not in names:
        return None
    found = _found(names[REFUSED])
    if isinstance(found, RefusedPage) and (found.person, found.acting_for) == _who():
        g.nonce = found.nonce
        return make_response(found.html, found.status)
    # It was forgotten, or is somebody else's: the form as it is for everybody.
    plain = urlencode(list(request.args.items(multi=True)))
    return redirect(
        f"{request.path}?{plain}" if plain else request.path if _opens(request.path) else url_for("pages.home")
    )


def _found(name: str) -> RefusedPage | UnsentWords | None:
    return kept_thing(name, session[SEAL]) if SEAL in session else None


def _who() -> tuple[str, str]:
    looking = visitor()
    return ("" if looking is None else str(looking.public_id)), str(session.get(ACTING_FOR, ""))


def _keep_or_fill(response: Response) -> Response | AnyResponse:
    names: Mapping[str, str] = g.get("unsent", {})
    is_page = response.mimetype == "text/html" and not response.direct_passthrough
    if request.method == "POST":
        if is_page and _is_of_form(response):
            return _by_redirect(response)
        if KEPT in names and 300 <= response.status_code < 400 and SEAL in session:  # noqa: PLR2004 - it went through
            _forget(names[KEPT])
    elif request.method == "GET" and KEPT in names and is_page and response.status_code == 200:  # noqa: PLR2004
        _fill(response, _found(names[KEPT]))
    return response


def _is_of_form(response: Response) -> bool:
    """Whether a page was drawn for a form that was sent by a browser going there: a script asks for pieces, not pages."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    html = response.get_data(as_text=True)
    if not (A_PAGE in html[:100] and len(html) <= LARGEST):
        return False
    return response.status_code == 200 or (400 <= response.status_code < 500 and "govuk-error-summary" in html)  # noqa: PLR2004


def _by_redirect(response: Response) -> Response | AnyResponse:
    person, acting_for = _who()
    status = 200 if response.status_code == 400 else response.status_code  # noqa: PLR2004 - a form to be mended
    name = _keep(RefusedPage(response.get_data(as_text=True), nonce(), person, acting_for, status))
    if not name:
        return response
    plain = urlencode(list(request.args.items(multi=True)))
    answer = redirect(_with(f"{request.path}?{plain}" if plain else request.path, REFUSED, name), 303)
    for cookie in response.headers.getlist("Set-Cookie"):
        answer.headers.add("Set-Cookie", cookie)
    return answer


def _forget(name: str) -> None:
    try:
        in_transaction(lambda: actions.forget_unsent(name, session[SEAL]))
    except (SQLAlchemyError, Refusal) as fault:
        log.warning("what has been sent could not be forgotten: %s", type(fault).__name__)
        db.session.rollback()


def _fill(response: Response, found: RefusedPage | UnsentWords | None) -> None:
    """Put the words back where they were written, and say so; those without a box stand above the form."""
    person, acting_for = _who()
    if not isinstance(found, UnsentWords) or found.person not in {"", person}:
        return
    html = response.get_data(as_text=True)
    left: list[str] = []
    is_for_other = found.acting_for != acting_for
    if not is_for_other:
        html, left = filled(html, found.words, sent_to=found.sent_to, page=request.path)
    notice = render_template("components/unsent.html", left=left, files=found.files, is_for_other=is_for_other)
    before, main, after = html.partition('id="main">')
    response.set_data(before + main + notice + after if main else html)
