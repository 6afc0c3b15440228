"""The follower: a small thread in each web worker that takes in changes, or notices that another worker has."""

import logging
import os
import threading
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from app.market.search.actions.building import keep_up
from app.market.search.actions.unmet import write_down_when_due
from app.market.search_index.index import current_snapshot

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.1
AFTER_TROUBLE_SECONDS = 0.2
TROUBLE_MOST_SECONDS = 5.0
"""Trouble is often over in a moment: the follower looks again soon, and half as often each time it lasts."""

_following: set[int] = set()
_starting = threading.Lock()


def follow(app: "Flask") -> None:
    """Start the follower of this process, once; a worker that was forked starts its own."""
    if os.getpid() in _following:
        return
    with _starting:
        if os.getpid() not in _following:
            _following.add(os.getpid())
            threading.Thread(target=_run, args=(app,), name="search-follower", daemon=True).start()


def _run(app: "Flask") -> None:
    rest = threading.Event()
    trouble = AFTER_TROUBLE_SECONDS
    while True:
        if _turn(app):
            trouble = AFTER_TROUBLE_SECONDS
            rest.wait(EVERY_SECONDS)
        else:
            rest.wait(trouble)
            trouble = min(2 * trouble, TROUBLE_MOST_SECONDS)


def _turn(app: "Flask") -> bool:
    """One look: whether it went well."""
    try:
        with app.app_context():
            keep_up()
            current_snapshot.snapshot()
            write_down_when_due()
    except SQLAlchemyError as error:
        log.warning("the search index could not follow: %s", type(error).__name__)
        return False
    except Exception:
        # A thread that dies is not noticed; one that goes on is, in the log.
        log.exception("the search index could not follow")
        return False
    return True
