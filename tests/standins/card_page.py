"""A pretend card company on this machine: Checkout Sessions, its hosted card page, refunds, events, signed webhooks.

It behaves as Stripe does where we meet it, refuses what Stripe refuses, and moves no money. Run it beside the shop:
``python -m tests.standins.card_page --port 5001 --webhook-url http://127.0.0.1:5000/webhooks/stripe --secret whsec_...``
"""

import argparse
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template_string, request
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams, SessionExpireParams
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

from tests.standins.stripe_books import DECLINED, NO_MONEY, WORKS, Books, Problem, Thing
from tests.standins.stripe_params import Refused, read
from tests.standins.stripe_post import PAUSES, Post

KEY = "sk_test_pretend"
CARDS = {
    WORKS: ("4242 4242 4242 4242", "The payment works"),
    DECLINED: ("4000 0000 0000 0002", "The card is declined"),
    NO_MONEY: ("4000 0000 0000 9995", "The card has no money on it"),
}
PAGE_SIZE, PAGE_LARGEST = 10, 100


class CardPage(Flask):
    """The pretend card company. ``faults`` are lived through one by one: ``busy`` or ``lose_answer``."""

    books: Books
    couriers: Post
    faults: list[str]


def create(
    *,
    webhook_url: str,
    secret: str,
    key: str = KEY,
    pauses: Sequence[float] = PAUSES,
    now: Callable[[], float] = time.time,
    state: Path | None = None,
) -> CardPage:
    """Build it: events go to ``webhook_url`` signed with ``secret``; only the API key ``key`` is known."""
    app = CardPage(__name__)
    app.books, app.couriers, app.faults = Books(now=now, file=state), Post(webhook_url, secret, pauses), []

    @app.before_request
    def _let_time_pass() -> None:
        with app.books.lock:
            app.books.expire_what_is_due()

    @app.after_request
    def _keep_and_tell(response: Response) -> Response:
        with app.books.lock:
            told, app.books.unsent = app.books.unsent, []
            app.books.keep()
        # The real page waits for the shop to hear of a payment before it sends the person back.
        app.couriers.send(told, wait=request.path.startswith("/c/pay/"))
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.errorhandler(Problem)
    def _problem(problem: Problem) -> AnyResponse:
        return _json(problem.body, problem.status)

    @app.errorhandler(404)
    def _no_such_address(error: Exception) -> AnyResponse:
        words = f"Unrecognized request URL ({request.method}: {request.path})."
        return _json(Problem(words, status=404).body, 404)

    _add_acts(app, key)
    _add_reading(app, key)
    _add_pages(app)
    return app


def _check(key: str) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), key.encode()):
        shown = f"{given[:8]}****" if given else "none"
        raise Problem(f"Invalid API Key provided: {shown}", status=401)


def _add_acts(app: CardPage, key: str) -> None:
    books = app.books

    def act(params: type, do: Callable[[Thing], Thing]) -> AnyResponse:
        _check(key)
        with books.lock:
            fault = app.faults.pop(0) if app.faults else None
            if fault == "busy":
                raise Problem("Something is wrong on our end.", status=500, kind="api_error")
            answer = _once(books, params, do)
        if fault == "lose_answer":
            raise Problem("The answer was lost on its way.", status=502, kind="api_error")
        return answer

    @app.post("/v1/checkout/sessions")
    def create_session() -> AnyResponse:
        pages = request.host_url.rstrip("/")
        return act(SessionCreateParams, lambda asked: books.create_session(asked, pages))

    @app.post("/v1/checkout/sessions/<name>/expire")
    def expire_session(name: str) -> AnyResponse:
        return act(SessionExpireParams, lambda _: books.expire(books.find("checkout.session", name)))

    @app.post("/v1/refunds")
    def create_refund() -> AnyResponse:
        return act(RefundCreateParams, books.refund)


def _add_reading(app: CardPage, key: str) -> None:
    books = app.books

    def add(where: str, kind: str) -> None:
        def retrieve(name: str) -> AnyResponse:
            _check(key)
            with books.lock:
                return _json(books.find(kind, name))

        def listed() -> AnyResponse:
            _check(key)
            with books.lock:
                return _json(_list_of(books, kind, where))

        app.add_url_rule(f"/v1/{where}/<name>", f"retrieve {where}", retrieve)
        app.add_url_rule(f"/v1/{where}", f"list {where}", listed)

    add("checkout/sessions", "checkout.session")
    add("payment_intents", "payment_intent")
    add("refunds", "refund")
    add("charges", "charge")
    add("disputes", "dispute")
    add("events", "event")


def _once(books: Books, params: type, do: Callable[[Thing], Thing]) -> AnyResponse:
    """Act once for each idempotency key: the same again is answered the same, anything else is refused."""
    fields = list(request.form.items(multi=True))
    asked = hashlib.sha256(json.dumps([request.path, sorted(fields)]).encode()).hexdigest()
    key = request.headers.get("Idempotency-Key")
    seen = books.answers.get(key) if key else None
    if seen is not None:
        if seen["asked"] != asked:
            words = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise Problem(words, kind="idempotency_error")
        replay = _json(seen["answer"])
        replay.headers["Idempotent-Replayed"] = "true"
        return replay
    try:
        made = do(read(params, fields))
    except Refused as wrong:
        raise Problem(str(wrong), code=wrong.code, param=wrong.name) from None
    if key:
        books.answers[key] = {"asked": asked, "answer": json.loads(json.dumps(made))}
    return _json(made)


def _list_of(books: Books, kind: str, where: str) -> Thing:
    asked = request.args
    unknown = set(asked) - {"limit", "starting_after", "type", "payment_intent"}
    if unknown:
        raise Problem(f"Received unknown parameter: {min(unknown)}", code="parameter_unknown", param=min(unknown))
    limit = asked.get("limit", str(PAGE_SIZE))
    if not (limit.isdigit() and 1 <= int(limit) <= PAGE_LARGEST):
        raise Problem("This value must be between 1 and 100", param="limit")
    found = list(books.all_of(kind))
    for name in ("type", "payment_intent"):
        if name in asked:
            found = [thing for thing in found if thing.get(name) == asked[name]]
    if "starting_after" in asked:
        books.find(kind, asked["starting_after"], "starting_after")
        ids = [thing["id"] for thing in found]
        found = found[ids.index(asked["starting_after"]) + 1 :]
    page = found[: int(limit)]
    return {"object": "list", "url": f"/v1/{where}", "has_more": len(found) > len(page), "data": page}


def _add_pages(app: CardPage) -> None:
    books = app.books

    def show(status: int, **facts: Any) -> AnyResponse:
        nonce = secrets.token_urlsafe(12)
        answer = Response(render_template_string(PAGE, nonce=nonce, cards=CARDS, **facts), status)
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'"
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    @app.get("/")
    def home() -> AnyResponse:
        return show(200, session=None, says="This is where a card would be asked for. Start from the shop.", error=None)

    @app.get("/c/pay/<name>")
    def page(name: str) -> AnyResponse:
        with books.lock:
            session = books.things.get(name)
            if session is None or session["object"] != "checkout.session":
                return show(404, session=None, says="There is no such payment.", error=None)
            says = {"complete": "This has been paid already.", "expired": "This page has expired. Start again."}
            return show(200, session=session, says=says.get(session["status"]), error=None)

    @app.post("/c/pay/<name>")
    def pay(name: str) -> AnyResponse:
        with books.lock:
            session = books.things.get(name)
            if session is None or session["object"] != "checkout.session":
                return show(404, session=None, says="There is no such payment.", error=None)
            if session["status"] == "expired":
                return show(410, session=session, says="This page has expired. Start again.", error=None)
            if session["status"] == "open":
                error = books.pay(session, request.form.get("card", "").replace(" ", ""))
                if error:
                    return show(402, session=session, says=None, error=error)
            return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)


PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{% if error %}Error: {% endif %}Pretend card page – no money moves</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="{{ nonce }}">
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 1.1875rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #f1eefb; }
.banner { background: #ffdd00; border-bottom: 6px dashed #1b1b1b; padding: 1rem; text-align: center; font-weight: 700; }
main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border-radius: 12px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
.amount { font-size: 2.5rem; font-weight: 700; margin: 0; font-variant-numeric: tabular-nums; }
.for { margin: 0 0 1.5rem; color: #505a5f; }
fieldset { border: 0; margin: 0 0 1.5rem; padding: 0; }
legend { font-weight: 700; padding: 0; margin-bottom: .5rem; }
.card { display: flex; gap: .75rem; align-items: center; border: 2px solid #b1b4b6; border-radius: 8px; padding: .75rem; margin-bottom: .5rem; }
.card:has(input:checked) { border-color: #5b3fa8; background: #f7f5fd; }
.card input { width: 1.5rem; height: 1.5rem; flex: none; }
.card b { display: block; font-variant-numeric: tabular-nums; }
button { font: inherit; font-weight: 700; width: 100%; padding: .75rem; border: 0; border-radius: 8px; background: #5b3fa8; color: #fff; cursor: pointer; }
a { color: #4a2f96; }
:focus-visible { outline: 4px solid #1b1b1b; outline-offset: 2px; }
.error { border: 4px solid #c51a1a; padding: 1rem; margin-bottom: 1.5rem; font-weight: 700; }
</style>
</head>
<body>
<div class="banner" role="region" aria-label="About this page">Pretend card page – no money moves. Never type a real card number: there is nowhere to type one.</div>
<main>
<h1>Pretend card page</h1>
{% if error %}<div class="error" role="alert">{{ error }} Nothing was taken. Choose another card, or go back.</div>{% endif %}
{% if session %}
<p class="amount">£{{ '{:,.2f}'.format(session.amount_total / 100) }}</p>
<p class="for">{{ session.pretend_lines | join(', ') }}</p>
{% endif %}
{% if says %}<p>{{ says }}</p>{% elif session %}
<form method="post">
<fieldset>
<legend>Choose a pretend card</legend>
{% for number, words in cards.items() %}
<label class="card"><input type="radio" name="card" value="{{ number }}"{% if loop.first %} checked{% endif %}><span><b>{{ words[0] }}</b>{{ words[1] }}</span></label>
{% endfor %}
</fieldset>
<button>Pay £{{ '{:,.2f}'.format(session.amount_total / 100) }} (pretend)</button>
</form>
{% if session.cancel_url %}<p><a href="{{ session.cancel_url }}">Go back without paying</a></p>{% endif %}
{% endif %}
</main>
</body>
</html>
"""


def _json(body: Thing, status: int = 200) -> AnyResponse:
    answer = Response(json.dumps(body), status, content_type="application/json")
    answer.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
    return answer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve on 127.0.0.1 until interrupted."""
    options = argparse.ArgumentParser(description="A pretend card company. No money moves.")
    options.add_argument("--port", type=int, default=5001)
    options.add_argument("--webhook-url", default="http://127.0.0.1:5000/webhooks/stripe")
    # Whoever starts us may hand the secret over where a list of running programs does not show it.
    options.add_argument("--secret", default=os.environ.get("STANDIN_WEBHOOK_SECRET", "whsec_pretend"))
    options.add_argument("--key", default=KEY)
    options.add_argument("--state", type=Path, default=None, help="keep what is remembered in this file")
    chosen = options.parse_args(arguments)
    app = create(webhook_url=chosen.webhook_url, secret=chosen.secret, key=chosen.key, state=chosen.state)
    server = make_server("127.0.0.1", chosen.port, app, threaded=True)
    print(f"Pretend card page (no money moves) on http://127.0.0.1:{server.port}", flush=True)  # noqa: T201
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        app.couriers.close()


if __name__ == "__main__":
    main()
