"""What every answer carries against attack: a strict content policy, tokens in every form, and no caching of pages."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

csrf = CSRFProtect()

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def nonce() -> str:
    """One random word for each answer: a script without it does not run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def trust_proxies(app: Flask) -> None:
    """Believe what so many servers of ours say about who is asking, and nobody else.

    Tries at signing in are counted by network address: without this all the world would share that of the proxy.
    """
    proxies = app.config.get("PROXIES", 0)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def protect(app: Flask) -> None:
    """Check the token of every form sent, and put the security headers on every answer."""
    csrf.init_app(app)
    trust_proxies(app)
    app.add_template_global(nonce, "nonce")
    pays_at = "https://checkout.stripe.com"
    base = urlsplit(app.config["STRIPE_API_BASE"])
    if base.hostname in {"127.0.0.1", "localhost"}:
        pays_at = f"{base.scheme}://{base.netloc}"

    @app.before_request
    def _refuse_what_no_database_keeps() -> None:
        # PostgreSQL refuses a NUL in any text, so an address with one would be a fault instead of an answer.
        if "\0" in request.path:
            abort(404)
        # Reading a body that is no form would take it from whoever must check its signature or its size.
        sent = [value for _, value in request.form.items(multi=True)] if request.mimetype in FORMS else []
        sent += [file.filename or "" for file in request.files.values()] if request.mimetype in FORMS else []
        searched = request.endpoint == "storefront.results"  # it answers anything that can be typed
        # A name may be given several times: every value counts, not the first alone.
        asked = [] if searched else [value for _, value in request.args.items(multi=True)]
        if any("\0" in value for value in (*asked, *sent)):
            abort(400)

    # Chromium applies form-action to the redirect after a form too, so the card page must be named here.
    policy = (
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; "
        f"form-action 'self' {pays_at}; base-uri 'none'; frame-ancestors 'none'"
    )

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy.format(nonce=nonce())
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cache-Control", "no-store")
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
