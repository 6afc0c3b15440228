"""Counting what a request leaves in circles: such objects stay until a collection walks through all there are, and stall a page."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime
from typing import Any

from werkzeug.test import EnvironBuilder

from app.base import clock


@contextmanager
def _kept() -> Iterator[None]:
    """Collect nothing by itself inside, and keep what a collection finds."""
    gc.collect()
    # What was there before is not walked through again.
    gc.freeze()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
        gc.unfreeze()


def ask(application: Callable[..., Any], address: str, **headers: str) -> str:
    """Ask for a page as a server does, keep nothing of it, and give its status."""
    path, _, query = address.partition("?")
    said: list[str] = []
    answer = application(
        EnvironBuilder(path=path, query_string=query, headers=headers).get_environ(),
        lambda status, *_rest: said.append(status),
    )
    for _part in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    return said[0]


def _at(moment: datetime, call: Callable[..., str], *words: Any, **more: str) -> str:
    with clock.set_to(moment):
        return call(*words, **more)


def left_in_circles(application: Callable[..., Any], address: str, **headers: str) -> Counter[str]:
    """The types of the objects that one request leaves in circles, with how many of each; asked thrice before, to be warm."""
    now = clock.now()

    def alone() -> str:
        # In a context of its own, as a server's: under a test's, the last visitor and the open session would be there still.
        return Context().run(_at, now, ask, application, address, **headers)

    for _ in range(3):
        assert alone() == "200 OK", address
    with _kept():
        alone()
        gc.collect()
        return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.garbage)
