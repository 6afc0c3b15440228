"""Pages that stay open and are told of a change: server-sent events that keep no worker thread waiting.

A worker answers the first request and then gives the connection away: one thread of the process holds every open page.
Twice a second it asks the database whether anything at all was committed; only then does it read, once for all pages
together, and write to those whose number changed. So two hundred open pages cost next to nothing, and no other page
waits for them. What it takes from gunicorn for this are two things, both in :class:`_Handed`, and decision 24 says why.
Where the connection cannot be given away (another server than gunicorn, or TLS in the worker itself) the stream ends
after its first word, and the browser, which connects again by itself, asks every few seconds instead.
"""

import heapq
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
from typing import Any, Self

from flask import Flask, Response, current_app

from app.base.commits import Commits
from app.base.db import db

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
ASKED_A_TURN = 10
"""Pages of which is asked, in one turn after a commit, whether they may still be told: a busy site must not ask for all
of them twice a second. A hundred pages are through in five seconds, and none is told anything without being asked for."""

Read = Callable[[Collection[int]], Mapping[int, str]]
"""What is said of each subject now, all in one query; a subject that is not in the answer has nothing to be said of it.
It follows from the database alone and not from the time: while nothing is committed it is not asked."""


@dataclass(eq=False, slots=True)
class LivePage:
    """One open page: where to write, what about, what it was last told, and whether it may still be told."""

    line: socket.socket
    subject: int
    told: str
    may_see: Callable[[], bool]
    until: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)
    beat_at: float = field(default_factory=lambda: time.monotonic() + BEAT_SECONDS)
    read_at: int = -1
    """The turn with a commit after which it was last compared; a new page may have missed one on its way here."""
    asked_at: int = -1
    """The same for whether it may be told."""

    def say(self, words: bytes) -> None:
        """Write on the line; one that does not take all of it has ended."""
        self.beat_at = time.monotonic() + BEAT_SECONDS
        if not _write(self.line, words):
            self.end()

    def end(self) -> None:
        """Say that it is told nothing more: the next turn closes the line, if this one comes to grief."""
        self.until = 0.0


class Channel:
    """One thing that open pages are told about; each worker process has a thread of its own for it while any is open."""

    def __init__(self, name: str, read: Read) -> None:
        self._name = name
        self._read = read
        self._pages: set[LivePage] = set()
        self._lock = threading.Lock()
        self._running_in: int | None = None

    def answer(self, subject: int, may_see: Callable[[], bool]) -> Response:
        """The answer to a page that wants to be told: what is so now, and every change of it from then on.

        Args:
            subject: number of what is looked at, known to ``read``.
            may_see: asked again, outside any request, before anything is told and soon after any commit; the line is
                closed on False. It follows from the database alone, as ``read`` does.
        """
        told = self._read([subject]).get(subject, "")
        return _Handed(_event(told), self, subject, told, may_see)

    @property
    def is_full(self) -> bool:
        """Whether as many pages are open in this process as it should hold."""
        return len(self._pages) >= MOST

    def take(self, app: Flask, page: LivePage) -> None:
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
        with app.app_context():
            commits = Commits(db.engine)
        with Lines(app, self._read, commits) as lines:
            while True:
                rest.wait(TURN_SECONDS)
                with self._lock:
                    if not self._pages:
                        self._running_in = None
                        return
                    pages = list(self._pages)
                try:
                    gone = lines.turn(pages)
                except Exception:
                    # A thread that dies is not noticed; one that goes on is, in the log.
                    log.exception("open pages could not be told")
                    continue
                with self._lock:
                    self._pages -= gone


class Lines:
    """What the thread of a channel keeps from turn to turn: nobody else touches it."""

    def __init__(self, app: Flask, read: Read, commits: Commits) -> None:
        self._app = app
        self._read = read
        self._commits = commits
        self._watch = selectors.DefaultSelector()
        self._watched: set[LivePage] = set()
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._watch.close()
        self._commits.close()

    def turn(self, pages: Collection[LivePage]) -> set[LivePage]:
        """Tell these pages what there is to tell, and close those that are gone, which it answers."""
        for page in pages:
            if page not in self._watched:
                self._watch.register(page.line, selectors.EVENT_READ, page)
                self._watched.add(page)
        now = time.monotonic()
        self._notice_who_hung_up()
        if self._commits.any_since():
            self._number += 1
        late = [page for page in pages if page.asked_at < self._number or page.read_at < self._number]
        if late:
            # One context, and so one transaction, for all of them.
            with self._app.app_context():
                self._tell([page for page in late if page.read_at < self._number and page.until > now])
                self._ask([page for page in late if page.asked_at < self._number and page.until > now])
        for page in pages:
            if page.beat_at < now < page.until:
                page.say(b":\n\n")
        gone = {page for page in pages if page.until <= now}
        for page in gone:
            self._watch.unregister(page.line)
            self._watched.discard(page)
            page.line.close()
        return gone

    def _notice_who_hung_up(self) -> None:
        """A browser never writes on its line: where there is something to read, it has closed it."""
        for key, _ in self._watch.select(timeout=0):
            if not _is_open(key.data.line):
                key.data.end()

    def _tell(self, pages: Collection[LivePage]) -> None:
        """Write to those for whom another thing is so now, after asking at that very moment whether they may know."""
        says = self._read({page.subject for page in pages}) if pages else {}
        for page in pages:
            said = says.get(page.subject, "")
            if said != page.told and self._may_see(page):
                page.say(_event(said))
            page.told, page.read_at = said, self._number

    def _ask(self, pages: Collection[LivePage]) -> None:
        """Ask of some, those for whom it was asked longest ago first, whether they may still be told."""
        for page in heapq.nsmallest(ASKED_A_TURN, pages, key=lambda page: page.asked_at):
            self._may_see(page)

    def _may_see(self, page: LivePage) -> bool:
        may_see = page.may_see()
        page.asked_at = self._number
        if not may_see:
            page.end()
        return may_see


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
        page = LivePage(mine, self._subject, self._told, self._may_see)
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


def _is_open(line: socket.socket) -> bool:
    try:
        return bool(line.recv(1024))
    except BlockingIOError:
        return True
    except OSError:
        return False
