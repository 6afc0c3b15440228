"""The pretend card company refuses what the real one refuses, asked through the real client."""

import http.server
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import stripe
from bs4 import BeautifulSoup

from tests.live import free_port, served
from tests.standins import card_page
from tests.standins.card_page import CardPage
from tests.standins.stripe_books import SESSION_LASTS
from tests.standins.stripe_post import Post

SECRET = "whsec_only_for_tests"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def company(clock: Clock) -> Iterator[CardPage]:
    nobody_there = f"http://127.0.0.1:{free_port()}/hook"
    made = card_page.create(webhook_url=nobody_there, secret=SECRET, pauses=(), now=clock)
    yield made
    made.couriers.close()


@pytest.fixture
def url(company: CardPage) -> Iterator[str]:
    with served(company) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[stripe.StripeClient]:
    line = stripe.RequestsClient(timeout=5)
    yield stripe.StripeClient(card_page.KEY, base_addresses={"api": url}, http_client=line, max_network_retries=0)
    line.close()


def _asked(pence: int = 2000, **changed: Any) -> Any:
    line = {
        "price_data": {"currency": "gbp", "product_data": {"name": "Own money"}, "unit_amount": pence},
        "quantity": 1,
    }
    return {
        "mode": "payment",
        "line_items": [line],
        "success_url": "http://127.0.0.1:9/done?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/back",
        **changed,
    }


def _post(address: str, body: bytes = b"card=4242424242424242") -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, body) as answer:
            return int(answer.status)
    except HTTPError as answer:
        with answer:
            return answer.code


def test_a_session_is_opened_read_listed_and_closed(client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(_asked(client_reference_id="abc", metadata={"a": "b"}))
    assert (made.status, made.payment_status, made.amount_total, made.currency) == ("open", "unpaid", 2000, "gbp")
    assert made.payment_intent is None
    assert client.v1.checkout.sessions.retrieve(made.id).client_reference_id == "abc"
    assert [one.id for one in client.v1.checkout.sessions.list().data] == [made.id]
    assert client.v1.checkout.sessions.expire(made.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        client.v1.checkout.sessions.expire(made.id)
    kinds = [event.type for event in client.v1.events.list().data]
    assert kinds == ["checkout.session.expired"]


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"mode": "paymnet"}, "mode"),
        ({"mode": "subscription"}, "mode"),
        ({"sucess_url": "http://127.0.0.1:9/"}, "sucess_url"),
        ({"success_url": ""}, "success_url"),
        ({"success_url": "/done"}, "success_url"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"cancel_url": "back"}, "cancel_url"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "line_items[0][price]"),
        (
            {"line_items": [{"price_data": {"currency": "gbp", "unit_amount": 100}}]},
            "line_items[0][price_data][product_data]",
        ),
        ({"allowed_payment_method_types": ["crad"]}, "allowed_payment_method_types[0]"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"metadata": {"x" * 41: "y"}}, "metadata"),
        ({"metadata": {"x": "y" * 501}}, "metadata"),
        ({"expires_at": 1_800_000_000 + 60}, "expires_at"),
        ({"expires_at": 1_800_000_000 + SESSION_LASTS + 1}, "expires_at"),
    ],
)
def test_what_stripe_does_not_take_is_refused(
    client: stripe.StripeClient, company: CardPage, changed: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(_asked(**changed))
    assert refused.value.http_status == 400
    assert refused.value.param == param
    assert list(company.books.all_of("checkout.session")) == []


@pytest.mark.parametrize(
    ("pence", "code"), [(29, "amount_too_small"), (0, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_amounts_have_a_least_and_a_most(client: stripe.StripeClient, pence: int, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(_asked(pence))
    assert refused.value.code == code
    assert client.v1.checkout.sessions.create(_asked(30)).amount_total == 30


@pytest.mark.parametrize("pence", ["20.5", "lots", -1])
def test_pence_are_whole(client: stripe.StripeClient, pence: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(_asked(pence))
    assert refused.value.param == "line_items[0][price_data][unit_amount]"


def test_a_wrong_key_opens_nothing(url: str, company: CardPage) -> None:
    line = stripe.RequestsClient(timeout=5)
    stranger = stripe.StripeClient("sk_test_other", base_addresses={"api": url}, http_client=line)
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.checkout.sessions.create(_asked())
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.events.list()
    line.close()
    assert list(company.books.all_of("checkout.session")) == []


def test_an_idempotency_key_stands_for_one_request(client: stripe.StripeClient, company: CardPage) -> None:
    first = client.v1.checkout.sessions.create(_asked(), {"idempotency_key": "k1"})
    assert client.v1.checkout.sessions.create(_asked(), {"idempotency_key": "k1"}).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(_asked(2001), {"idempotency_key": "k1"})
    assert client.v1.checkout.sessions.create(_asked(), {"idempotency_key": "k2"}).id != first.id
    assert len(list(company.books.all_of("checkout.session"))) == 2


def test_what_is_not_there_is_not_found(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve("cs_test_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.list()


def test_refunds_never_come_to_more_than_was_taken(client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(_asked(500))
    assert _post(str(made.url)) == 303
    payment = str(client.v1.checkout.sessions.retrieve(made.id).payment_intent)
    assert client.v1.refunds.create({"payment_intent": payment, "amount": 200}).amount == 200
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": payment, "amount": 301})
    assert client.v1.refunds.create({"payment_intent": payment}).amount == 300
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": payment})
    assert refused.value.code == "charge_already_refunded"
    for wrong in ({}, {"payment_intent": "pi_none"}, {"payment_intent": payment, "reason": "bored"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create(wrong)  # type: ignore[arg-type]


def test_a_declined_card_can_be_followed_by_one_that_works(client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(_asked())
    assert _post(str(made.url), b"card=4000000000000002") == 402
    assert _post(str(made.url), b"card=4000+0000+0000+9995") == 402
    assert _post(str(made.url), b"card=4111111111111111") == 402
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "unpaid"
    assert _post(str(made.url)) == 303
    after = client.v1.checkout.sessions.retrieve(made.id)
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)


def test_a_session_ends_after_a_day(client: stripe.StripeClient, clock: Clock) -> None:
    made = client.v1.checkout.sessions.create(_asked())
    clock.now += SESSION_LASTS
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"
    assert _post(f"{made.url!s}") == 410


def test_the_page_says_that_it_pretends_and_escapes_what_it_is_given(company: CardPage) -> None:
    nasty = "<script>alert(1)</script>"
    line = {"price_data": {"currency": "gbp", "product_data": {"name": nasty}, "unit_amount": 123_456}, "quantity": 1}
    with company.books.lock:
        session = company.books.create_session(_asked(line_items=[line]), "http://127.0.0.1")
    company.books.unsent.clear()
    answer = company.test_client().get(f"/c/pay/{session['id']}")
    page = BeautifulSoup(answer.text, "html.parser")
    assert "no money moves" in page.select_one(".banner").get_text()
    assert "£1,234.56" in page.main.get_text()
    assert page.select("script") == []
    assert nasty in page.main.get_text()
    assert [box["value"] for box in page.select("input[type=radio]")] == list(card_page.CARDS)
    assert page.select("input[type=text], input:not([type])") == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert page.title.get_text().startswith(page.h1.get_text())
    assert company.test_client().get("/c/pay/cs_test_none").status_code == 404


def test_events_are_tried_again_with_a_fresh_signature(clock: Clock) -> None:
    port = free_port()
    company = card_page.create(
        webhook_url=f"http://127.0.0.1:{port}/hook", secret=SECRET, pauses=(0.05, 0.1, 0.2), now=clock
    )
    answers, heard = [500, 302, 204], []

    class Shop(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET).id)
            self.send_response(answers.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = http.server.HTTPServer(("127.0.0.1", port), Shop)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    event = {"id": "evt_1", "object": "event", "type": "x", "data": {"object": {}}, "pending_webhooks": 1}
    company.couriers.send([event])
    company.couriers.join()
    server.shutdown()
    serving.join()
    server.server_close()
    assert company.couriers.tries["evt_1"] == [500, 302, 204]
    assert heard == ["evt_1"] * 3
    assert event["pending_webhooks"] == 0


def test_it_gives_up_in_the_end() -> None:
    couriers = Post(f"http://127.0.0.1:{free_port()}/", SECRET, (0.01, 0.02))
    couriers.send([{"id": "evt_1"}])
    couriers.join()
    assert couriers.tries["evt_1"] == [0, 0, 0]


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "http://shop.example/x", "http://10.0.0.1/x"])
def test_it_only_writes_to_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="only writes to this machine"):
        Post(url, SECRET)


def test_what_is_remembered_outlives_a_restart(tmp_path: Path) -> None:
    kept = tmp_path / "state.json"
    url = f"http://127.0.0.1:{free_port()}/"
    first = card_page.create(webhook_url=url, secret=SECRET, pauses=(), state=kept)
    with served(first) as address:
        line = stripe.RequestsClient(timeout=5)
        client = stripe.StripeClient(card_page.KEY, base_addresses={"api": address}, http_client=line)
        made = client.v1.checkout.sessions.create(_asked(), {"idempotency_key": "k1"})
        line.close()
    again = card_page.create(webhook_url=url, secret=SECRET, pauses=(), state=kept)
    assert again.books.find("checkout.session", made.id)["amount_total"] == 2000
    assert "k1" in again.books.answers
