"""The engines measured: each builds an index of the same documents and answers the same questions in full.

In full means: the exact count, the first twenty with what a result says of each and a piece of its text with the words
marked, and counts for the filters (kind, nature, framework, locality), each as if its own filter were not set.
"""

from collections.abc import Callable

from benchmarks.search.engines.answers import Engine
from benchmarks.search.engines.fts5 import Fts5
from benchmarks.search.engines.ours import Ours
from benchmarks.search.engines.postgres import Postgres
from benchmarks.search.engines.tantivy import Tantivy

ENGINES: dict[str, Callable[[], Engine]] = {"ours": Ours, "tantivy": Tantivy, "fts5": Fts5, "postgres": Postgres}
