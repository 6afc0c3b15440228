"""Carries the pretend card company's signed events to the shop, and tries again when nobody answers properly."""

import http.client
import json
import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import stripe

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds before each further try. The real one goes on for three days; this one for about twenty minutes."""
PATIENCE = 10.0
GOOD = range(200, 300)


class Post:
    """Delivers to one address on this machine. ``tries`` tells, by event, what each try was answered (0: nobody)."""

    def __init__(self, url: str, secret: str, pauses: Sequence[float] = PAUSES) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise ValueError("the stand-in only writes to this machine")
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path or "/"
        self._secret = secret
        self._pauses = tuple(pauses)
        self._closed = threading.Event()
        self._changed = threading.Condition()
        self._carriers: list[threading.Thread] = []
        self.tries: dict[str, list[int]] = defaultdict(list)

    def send(self, events: Sequence[dict[str, Any]], *, wait: bool = False) -> None:
        """Deliver events in order; the first try of each before returning when ``wait``, the rest behind."""
        left = [event for event in events if not self._try(event)] if wait else list(events)
        if left:
            carrier = threading.Thread(target=self._carry, args=(left, not wait), daemon=True)
            self._carriers = [one for one in self._carriers if one.is_alive()] + [carrier]
            carrier.start()

    def close(self) -> None:
        """Stop trying."""
        self._closed.set()
        self.join()

    def wait_for_tries(self, event: str, count: int, seconds: float = 20.0) -> list[int]:
        """The answers to an event once there have been ``count`` of them."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.tries[event]) >= count, seconds)
            return list(self.tries[event])

    def join(self) -> None:
        """Wait until everything under way was delivered or given up."""
        for carrier in self._carriers:
            carrier.join()

    def _carry(self, events: list[dict[str, Any]], at_once: bool) -> None:
        for pause in (0.0, *self._pauses) if at_once else self._pauses:
            if self._closed.wait(pause):
                return
            events = [event for event in events if not self._try(event)]
            if not events:
                return

    def _try(self, event: dict[str, Any]) -> bool:
        """Deliver once, freshly signed; a redirect is not an answer."""
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, self._secret)
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        connection = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE)
        try:
            connection.request("POST", self._path, body.encode(), headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        with self._changed:
            self.tries[event["id"]].append(status)
            self._changed.notify_all()
        if status in GOOD:
            event["pending_webhooks"] = 0
        return status in GOOD
