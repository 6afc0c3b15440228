"""Turns at one file between processes and threads: whoever has it open and locked goes on, the others queue, for a while."""

import fcntl
import logging
import os
import threading
from queue import SimpleQueue

log = logging.getLogger(__name__)


def acquire(file: str, *, seconds: float) -> int:
    """Wait for the turn at ``file``; closing what is returned lets the next one in, and so does dying.

    The kernel keeps the queue, which knows no limit of time. So where somebody else has the turn, one thread of this
    process waits there for all others, in the order they came, and whoever has waited long enough goes away.

    Raises:
        TimeoutError: when the turn did not come.
    """
    turn = _opened(file)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(turn)
    except BaseException:
        os.close(turn)
        raise
    else:
        return turn
    ticket = _Ticket(file)
    _queue().put(ticket)
    ticket.has_come.wait(seconds)
    return ticket.taken()


def _opened(file: str) -> int:
    """Opened anew each time, so that threads and forks never share a turn."""
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


class _Ticket:
    """Somebody's place in the queue: the turn is theirs until they went away, and then it is let go at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.has_come = threading.Event()
        self._turn: int | None = None
        self._is_given_up = False
        self._one_at_a_time = threading.Lock()

    def taken(self) -> int:
        """The turn, or the end of waiting for it."""
        with self._one_at_a_time:
            if self._turn is None:
                self._is_given_up = True
                raise TimeoutError(self.file)
            return self._turn

    def is_wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return not self._is_given_up

    def serve(self) -> None:
        """Wait for the turn and hand it over; nobody waits for one given up."""
        if not self.is_wanted():
            return
        turn = _opened(self.file)
        fcntl.flock(turn, fcntl.LOCK_EX)
        with self._one_at_a_time:
            if self.is_wanted():
                self._turn = turn
            else:
                os.close(turn)
        self.has_come.set()


_queues: dict[int, "SimpleQueue[_Ticket]"] = {}


def _queue() -> "SimpleQueue[_Ticket]":
    """The queue of this process; one that was forked starts its own."""
    queue = _queues.get(os.getpid())
    if queue is None:
        mine: SimpleQueue[_Ticket] = SimpleQueue()
        queue = _queues.setdefault(os.getpid(), mine)
        if queue is mine:
            threading.Thread(target=_serve, args=(mine,), name="turns", daemon=True).start()
    return queue


def _serve(queue: "SimpleQueue[_Ticket]") -> None:
    while True:
        try:
            queue.get().serve()
        except OSError:
            # Whoever waits is told that the site is busy; the next ticket may do better.
            log.exception("a turn could not be waited for")
