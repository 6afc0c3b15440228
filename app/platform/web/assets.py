"""Static files: built once, named by their content so that browsers may keep them for ever."""

import hashlib
from functools import cache
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from config import HERE

STATIC = HERE / "static"
KEPT_FOR_EVER = 31536000


@cache
def asset(name: str) -> str:
    """The address of a file in ``static/``: ``asset("built/app.css")`` -> ``/static/built/app.css?v=1a2b3c4d5e``.

    Read once for the life of a worker, as whitenoise reads the folder: what is built anew needs a restart.

    Raises:
        FileNotFoundError: when the file has not been built; ``make assets`` builds it.
    """
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def _guard(headers: Headers, _path: str, _url: str) -> None:
    """A file opened by itself runs nothing and is framed by nobody: static answers never pass the application's own guard."""
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"


def serve(app: Flask) -> None:
    """Serve ``static/`` from the same process, with the compressed twin beside a file when there is one."""
    app.add_template_global(asset, "asset")
    files = WhiteNoise(
        app.wsgi_app,
        root=str(STATIC),
        prefix="static/",
        max_age=KEPT_FOR_EVER,
        allow_all_origins=False,
        autorefresh=False,
        add_headers_function=_guard,
    )
    app.wsgi_app = files  # type: ignore[method-assign]
