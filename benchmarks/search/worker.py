"""A process that searches, as a web worker does: ``python -m benchmarks.search.worker WHAT FOLDER``.

``cold`` answers one question and says what that took; ``memory`` answers all of them and says what it holds; ``serve``
answers until its input is closed and says when each change of the watched listing could be seen.
"""

import sys
import time
from pathlib import Path

from flask import Flask

from app.market.search_index.index import current_snapshot
from app.market.search_index.index.answering import answer
from app.market.search_index.index.question_reading import read, runs_naming_places
from app.market.search_index.rules.questions import SearchQuery
from benchmarks.search import corpus

WATCHED = 1
FIRST = SearchQuery("dementia care", council_id=corpus.COUNCIL)


def ask(wanted: SearchQuery) -> None:
    """One question, from the newest index."""
    snapshot = current_snapshot.snapshot()
    assert snapshot is not None
    reading = read(snapshot, wanted.words, is_exact=wanted.is_exact)
    runs_naming_places(snapshot, reading)
    answer(snapshot, wanted, reading, None)


def anonymous() -> int:
    """Bytes of memory that no file stands behind, of this process alone."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    return 0


def cold() -> None:
    """Print seconds from the first look at the index to the first answer (wall, CPU), and CPU since the process began."""
    wall, cpu = time.perf_counter(), time.process_time()
    ask(FIRST)
    print(time.perf_counter() - wall, time.process_time() - cpu, time.process_time())


def memory() -> None:
    """Print the bytes held above what the process had before it opened the index."""
    from benchmarks.search import questions

    asked = [*questions.standard(), *questions.unseen(1000)]
    before = anonymous()
    for one in asked:
        ask(one.wanted)
    print(anonymous() - before)


def serve() -> None:
    """Print ``pence moment`` for each new state of the watched listing; at the end ``asked CPU-seconds``."""
    from benchmarks.search import questions

    asked = questions.standard()
    for one in asked:
        ask(one.wanted)
    print("ready", flush=True)
    count, cpu, seen = 0, time.process_time(), None
    ending = Path(sys.argv[3])
    while not ending.exists():
        for one in asked:
            ask(one.wanted)
            count += 1
            snapshot = current_snapshot.snapshot()
            if snapshot is not None and snapshot is not seen:
                seen = snapshot
                (place,) = (snapshot.live & (snapshot.column("listing") == WATCHED)).nonzero()[0]
                print(int(snapshot.column("pence")[place]), time.monotonic(), flush=True)
    print(count, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    app = Flask("worker")
    app.config["SEARCH_INDEX_DIR"] = sys.argv[2]
    app.config["SEARCH_ENGINE"] = "whoosh"
    with app.app_context():
        {"cold": cold, "memory": memory, "serve": serve}[sys.argv[1]]()
