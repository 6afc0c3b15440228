"""Pages that stay open and are told of a change: server-sent events that keep no worker thread waiting.

A worker answers the first request and then gives the connection away: one thread of the process holds every open page,
asks the database once a turn for all of them together, and writes to those whose number changed. So two hundred open
pages cost one small query every half second, and no other page waits for them. Where the connection cannot be given away
(another server than gunicorn, or TLS in the worker itself) the stream ends after its first word, and the browser, which
connects again by itself, asks every few seconds instead.
"""

import json
import logging
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app

log = logging.getLogger(__name__)

TURN_SECONDS = 0.5
"""How often the database is asked while a page is open: with the writing, within a second of the change."""
BEAT_SECONDS = 15.0
"""A word that says nothing, so that proxies keep the line open and a browser that has gone is noticed."""
LONGEST_SECONDS = 600.0
"""A page connects anew after this: whatever has changed about who may see it is then asked from the beginning."""
ASK_AGAIN_MS = 5_000
"""What the browser waits before it connects again where the line could not be kept."""
CONNECT_AGAIN_MS = 1_000
MOST = 2_000
"""Open pages in one process; those beyond ask every few seconds."""

Read = Callable[[Collection[int]], Mapping[int, str]]
"""What is said of each subject now, all in one query; a subject that is not in the answer has nothing to be said of it."""


@dataclass(eq=False, slots=True)
class _Page:
    """One open page: where to write, what about, what it was last told, and whether it may still be told."""

    line: socket.socket
    subject: int
    told: str
    may_see: Callable[[], bool]
    until: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)
    beat_at: float = field(default_factory=lambda: time.monotonic() + BEAT_SECONDS)


class Channel:
    """One thing that open pages are told about; each worker process has a thread of its own for it while any is open."""

    def __init__(self, name: str, read: Read) -> None:
        self._name = name
        self._read = read
        self._pages: set[_Page] = set()
        self._lock = threading.Lock()
        self._running_in: int | None = None

    def answer(self, subject: int, may_see: Callable[[], bool]) -> Response:
        """The answer to a page that wants to be told: what is so now, and every change of it from then on.

        Args:
            subject: number of what is looked at, known to ``read``.
            may_see: asked again, in a fresh application context, before anything is told; the line is closed on False.
        """
        told = self._read([subject]).get(subject, "")
        return _Handed(_event(told), self, subject, told, may_see)

    @property
    def is_full(self) -> bool:
        """Whether as many pages are open in this process as it should hold."""
        return len(self._pages) >= MOST

    def take(self, app: Flask, page: _Page) -> None:
        """Hold this page from now on."""
        with self._lock:
            if self._running_in != os.getpid():
                # A worker that was forked has none of its parent's lines, nor its thread.
                self._pages, self._running_in = set(), None
            self._pages.add(page)
            if self._running_in is None:
                self._running_in = os.getpid()
                threading.Thread(target=self._run, args=(app,), name=f"live-{self._name}", daemon=True).start()

    def _run(self, app: Flask) -> None:
        rest = threading.Event()
        while True:
            rest.wait(TURN_SECONDS)
            try:
                if self._turn(app):
                    return
            except Exception:
                # A thread that dies is not noticed; one that goes on is, in the log.
                log.exception("open pages could not be told")

    def _turn(self, app: Flask) -> bool:
        """One look for all open pages; True when there are none left and the thread may end."""
        with self._lock:
            if not self._pages:
                self._running_in = None
                return True
            pages = list(self._pages)
        now = time.monotonic()
        gone = {page for page in _hung_up(pages) if not _is_open(page.line)} | {p for p in pages if p.until < now}
        here = [page for page in pages if page not in gone]
        with app.app_context():
            says = self._read({page.subject for page in here}) if here else {}
        for page in here:
            said = says.get(page.subject, "")
            if said != page.told:
                # Asked only when there is something to tell, so it is asked at the very moment it matters.
                with app.app_context():
                    may_see = page.may_see()
                if not (may_see and _write(page.line, _event(said))):
                    gone.add(page)
                page.told, page.beat_at = said, now + BEAT_SECONDS
            elif page.beat_at < now:
                page.beat_at = now + BEAT_SECONDS
                if not _write(page.line, b":\n\n"):
                    gone.add(page)
        for page in gone:
            page.line.close()
        with self._lock:
            self._pages -= gone
        return False


class _Handed(Response):
    """An answer that takes its connection along: the worker that made it is free at once."""

    def __init__(self, first: bytes, channel: Channel, subject: int, told: str, may_see: Callable[[], bool]) -> None:
        super().__init__(f"retry: {ASK_AGAIN_MS}\n".encode() + first, mimetype="text/event-stream")
        self.headers["Cache-Control"] = "no-store"
        # nginx would otherwise keep the words until it has a pageful.
        self.headers["X-Accel-Buffering"] = "no"
        self._first, self._channel, self._subject, self._told, self._may_see = first, channel, subject, told, may_see
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a thread needs the app itself

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        line = environ.get("gunicorn.socket")
        can_be_given = isinstance(line, socket.socket) and not isinstance(line, ssl.SSLSocket)
        asks_for_less = environ.get("HTTP_VERSION") == "2" or environ["REQUEST_METHOD"] != "GET"
        if not can_be_given or asks_for_less or self._channel.is_full:
            return super().__call__(environ, start_response)
        mine = _taken_from(line)
        page = _Page(mine, self._subject, self._told, self._may_see)
        mine.setblocking(False)
        if _write(mine, self._head() + f"retry: {CONNECT_AGAIN_MS}\n".encode() + self._first):
            self._channel.take(self._app, page)
        else:
            mine.close()
        # Gunicorn's own way to say that a connection is finished with: it answers nothing more and closes what it has.
        raise StopIteration

    def _head(self) -> bytes:
        kept = [(name, value) for name, value in self.headers if name.lower() not in {"content-length", "connection"}]
        lines = ["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in kept), "Connection: close", "", ""]
        return "\r\n".join(lines).encode("latin-1")


def _taken_from(line: socket.socket) -> socket.socket:
    """The connection itself; what gunicorn holds is one that has ended, so that closing it hurts nobody and takes no time.

    It would otherwise say goodbye on this line and wait for the browser to answer.
    """
    mine = socket.socket(fileno=os.dup(line.fileno()))
    ended, other = socket.socketpair()
    other.close()
    os.dup2(ended.fileno(), line.fileno())
    ended.close()
    return mine


def _event(said: str) -> bytes:
    return f"data: {json.dumps(said)}\n\n".encode()


def _write(line: socket.socket, words: bytes) -> bool:
    """Whether all of it went; a line that takes no more is one nobody reads."""
    try:
        return line.send(words) == len(words)
    except OSError:
        return False


def _hung_up(pages: Collection[_Page]) -> list[_Page]:
    """Pages whose line has something to read: a browser never writes on it, so it has closed."""
    with selectors.DefaultSelector() as watch:
        for page in pages:
            watch.register(page.line, selectors.EVENT_READ, page)
        return [key.data for key, _ in watch.select(timeout=0)]


def _is_open(line: socket.socket) -> bool:
    try:
        return bool(line.recv(1024))
    except BlockingIOError:
        return True
    except OSError:
        return False
