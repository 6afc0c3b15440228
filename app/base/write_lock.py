"""A fair write lock for processes and threads: one lock file, a queue in order, and a longest wait."""

import fcntl
import logging
import os
import threading
from queue import SimpleQueue

log = logging.getLogger(__name__)


def acquire(file: str, *, seconds: float) -> int:
    """Take the lock of ``file``, waiting for it; answer a file descriptor. Closing it frees the lock, and so does dying.

    The kernel keeps the queue, which knows no limit of time. So where somebody else has the lock, one thread of this
    process waits there for all others, in the order they came, and whoever has waited long enough goes away.

    Raises:
        TimeoutError: when the lock was not free in time.
    """
    descriptor = _opened(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    else:
        return descriptor
    ticket = _Ticket(file)
    _queue().put(ticket)
    ticket.has_come.wait(seconds)
    return ticket.taken()


def _opened(file: str) -> int:
    """Open the lock file anew each time, so that threads and forks never share a lock."""
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


class _Ticket:
    """One waiter's place in the queue; where the waiter gave up, the lock is freed as soon as it comes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.has_come = threading.Event()
        self._descriptor: int | None = None
        self._is_given_up = False
        self._one_at_a_time = threading.Lock()

    def taken(self) -> int:
        """The lock's file descriptor; TimeoutError when it did not come."""
        with self._one_at_a_time:
            if self._descriptor is None:
                self._is_given_up = True
                raise TimeoutError(self.file)
            return self._descriptor

    def is_wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return not self._is_given_up

    def serve(self) -> None:
        """Wait for the lock and hand it to the waiter, unless the waiter gave up."""
        if not self.is_wanted():
            return
        descriptor = _opened(self.file)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with self._one_at_a_time:
            if self.is_wanted():
                self._descriptor = descriptor
            else:
                os.close(descriptor)
        self.has_come.set()


_queues: dict[int, "SimpleQueue[_Ticket]"] = {}


def _queue() -> "SimpleQueue[_Ticket]":
    """The queue of this process; one that was forked starts its own."""
    queue = _queues.get(os.getpid())
    if queue is None:
        mine: SimpleQueue[_Ticket] = SimpleQueue()
        queue = _queues.setdefault(os.getpid(), mine)
        if queue is mine:
            threading.Thread(target=_serve, args=(mine,), name="write-lock", daemon=True).start()
    return queue


def _serve(queue: "SimpleQueue[_Ticket]") -> None:
    while True:
        try:
            queue.get().serve()
        except OSError:
            # Whoever waits is told that the site is busy; the next ticket may do better.
            log.exception("the write lock could not be waited for")
