"""How well search answers the judged questions: ``make bench-relevance``.

Builds the demonstration council and the real one of ``trafford/`` in a database of its own, asks every question of
``judgements.txt`` and ``tuning.txt``, and of the files that search was never tuned to, and prints NDCG@10, recall@20 and how
many came back empty. ``DATA=FOLDER`` takes the full open data instead of the extract, ``SEARCH_ENGINE=postgres`` with
``BENCH_DATABASE_URL`` the other engine; ``VERBOSE=1`` shows the questions answered worst, of those that search may be tuned
to. Fails under the targets.
"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from flask import Flask

from app import create_app
from app.base import clock
from app.base.db import migrate, transaction
from app.demo.actions import leftovers, town
from app.demo.actions.world import FULL, World
from app.market.search import queries as search_queries
from app.market.search.actions import building
from app.market.search.queries import documents as documents_queries
from app.market.search_index.rules.questions import SearchQuery
from app.people.councils.queries import council_by_code
from benchmarks._table import show, verdict
from benchmarks.relevance.judging import (
    FILE,
    FOUND_BY,
    TUNED_TO,
    UNTUNED,
    Measured,
    grade,
    measure,
    read_judgements,
    text_of,
)
from config import settings

NDCG_TARGET = 0.85
SHOWN_WORST = 40
EXTRACT = Path(__file__).parent / "trafford"
COMMUNITY = {
    "libraries": "libraries",
    "food_banks": "food-banks",
    "sports_clubs": "sports-clubs",
    "mental_health_services": "mental-health",
    "charities": "charities",
}


def load(app: Flask, folder: Path = EXTRACT) -> None:
    """Fill an empty, migrated database with both councils and what is on offer there, and index it."""
    world = World(FULL, clock.now())
    for step in (town.found, leftovers.found_next_door, town.open_shops, town.fill_shelves):
        with transaction():
            step(world)
    _run(app, "councils", "add", "trafford", "Trafford Council", "--area-code", "E08000009")
    _run(app, "councils", "import-postcodes", str(folder / "postcodes.csv"), "--council", "trafford")
    _run(app, "providers", "import-register", str(folder / "care_homes.csv"), "--council", "trafford")
    for name, kind in COMMUNITY.items():
        file = str(folder / f"{name}.csv")
        _run(app, "catalogue", "import-community", file, "--kind", kind, "--council", "trafford")
    building.rebuild()


def _run(app: Flask, *command: str) -> None:
    done = app.test_cli_runner().invoke(args=list(command))
    if done.exit_code:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.output}") from done.exception


def ask_all(file: Path = FILE) -> list[Measured]:
    """Ask every judged question of a file of the councils that are loaded."""
    documents = documents_queries.documents_of(documents_queries.published_ids())
    texts = {one.listing_id: text_of(one) for one in documents}
    councils = {code: council_by_code(code) for code in ("quaybridge", "trafford")}
    found = []
    for question in read_judgements(file.read_text(encoding="utf-8")):
        council = councils[question.council]
        if council is None:
            raise SystemExit(f"{question.council} is not loaded")
        there = [one.listing_id for one in documents if f"area:{council.id}" in one.marks]
        grades = {one: grade(texts[one], question.rules) for one in there}
        answer = search_queries.find(SearchQuery(question.words, council_id=council.id, size=FOUND_BY))
        found.append(measure(question, grades, [hit.listing_id for hit in answer.hits]))
    return found


def report(found: Sequence[Measured], tuned: Sequence[Measured], untuned: dict[str, list[Measured]]) -> int:
    """Print the table; the exit status. No question that has an answer may come back empty, tuned to or not."""
    sorts: dict[str, list[Measured]] = defaultdict(list)
    for one in found:
        sorts[one.question.sort].append(one)
    rows = [_row(sort, ones) for sort, ones in sorts.items()] + [_row("all", found), _row("newer, tuned to", tuned)]
    rows += [_row(f"never tuned to: {name}", ones) for name, ones in untuned.items()]
    show("Relevance", ("questions", "number", "NDCG@10", "recall@20", "came back empty"), rows)
    if os.environ.get("VERBOSE"):
        worst = sorted([*found, *tuned], key=lambda one: one.ndcg)[:SHOWN_WORST]
        show(
            "Answered worst",
            ("question", "council", "NDCG@10", "recall@20", "answers"),
            [
                (one.question.words, one.question.council, f"{one.ndcg:.2f}", f"{one.recall:.2f}", one.answers)
                for one in worst
            ],
        )
    asked = [*found, *tuned, *(one for ones in untuned.values() for one in ones)]
    missed = [f"{one.question.words!r} has {one.answers} answers and found none" for one in asked if one.is_empty]
    missed += [f"{one.question.words!r} is judged, but nothing listed answers it" for one in asked if not one.answers]
    ndcg = _mean([one.ndcg for one in found])
    if ndcg < NDCG_TARGET:
        missed.append(f"NDCG@10 is {ndcg:.3f}, under {NDCG_TARGET}")
    return verdict(missed)


def _row(name: str, ones: Sequence[Measured]) -> tuple[str, int, str, str, str]:
    return (
        name,
        len(ones),
        f"{_mean([one.ndcg for one in ones]):.3f}",
        f"{_mean([one.recall for one in ones]):.3f}",
        f"{sum(one.is_empty for one in ones)} ({sum(one.is_empty for one in ones) / len(ones):.1%})",
    )


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def main() -> int:
    """Load, ask, print."""
    with tempfile.TemporaryDirectory() as name:
        environment = {"INSTANCE_DIR": name, "SEARCH_INDEX_DIR": f"{name}/si"}
        kept = {key: value for key, value in os.environ.items() if key == "SEARCH_ENGINE"}
        if "BENCH_DATABASE_URL" in os.environ:
            kept["DATABASE_URL"] = os.environ["BENCH_DATABASE_URL"]
        app = create_app({**settings({**environment, **kept}), "LOG_REQUESTS": False})
        with app.app_context():
            migrate()
            load(app, Path(os.environ.get("DATA", EXTRACT)))
            untuned = {file.stem.replace("_", " "): ask_all(file) for file in UNTUNED}
            return report(ask_all(), ask_all(TUNED_TO), untuned)


if __name__ == "__main__":
    sys.exit(main())
