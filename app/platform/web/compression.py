"""Compression of pages for visitors who are not signed in: those hold nothing secret."""

import gzip

from flask import Flask, Response, g, request

SMALLEST = 2_000
"""Bytes. Below this nothing is gained."""
EFFORT = 1
"""The least: more of it costs more time than the few bytes it saves are worth."""


def add_compression(app: Flask) -> None:
    """Compress pages that hold nothing secret.

    A compressed page beside words a stranger may choose gives away, guess by guess, what else it holds. So whatever
    knows somebody, or carries the token of a form, goes as it is.
    """

    @app.after_request
    def _squeeze(response: Response) -> Response:
        if response.mimetype != "text/html" or response.direct_passthrough or response.is_streamed:
            return response
        response.headers.add("Vary", "Accept-Encoding")
        knows_somebody = g.get("visitor") is not None or "csrf_token" in g
        if knows_somebody or response.status_code != 200 or not request.accept_encodings["gzip"]:  # noqa: PLR2004
            return response
        page = response.get_data()
        if len(page) >= SMALLEST:
            response.set_data(gzip.compress(page, EFFORT, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
