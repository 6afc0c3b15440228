"""A snapshot whose numbers lie in this process and whose words are looked up in PostgreSQL."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.market.search_index.index.facet_counting import Mask
from app.market.search_index.index.layout import ROW, Numbers, to_facts
from app.market.search_index.index.manifest import Damaged, Manifest
from app.market.search_index.index.segment_file import Ids, Weights
from app.market.search_index.index.snapshot import Snapshot, documents_in_all
from app.market.search_index.index.spelling_table import least_often
from app.market.search_index.index.tables.store import SCHEMA, TableIndexStore
from app.market.search_index.index.tables.terms import facts_of, field_term, lexeme, phrase_query
from app.market.search_index.rules.questions import ResultFacts
from app.market.search_index.rules.spelling import Spelling
from app.market.search_index.rules.vocabulary import meanings

LIKE_ENOUGH = 0.15
"""How many of the groups of three letters two words must share to be worth comparing letter by letter."""
COMPARED_MOST = 400
OFTEN_MOST = 256

Found = tuple[Ids, Weights]


@cache
def _ranks() -> NDArray[np.float32]:
    """What ``ts_rank`` says of a word that stands once, twice...: the sum of 1, 1/4, 1/9... over its limit."""
    found: NDArray[np.float32] = np.zeros(OFTEN_MOST + 1, np.float32)
    total = np.float32(0)
    for often in range(1, OFTEN_MOST + 1):
        total = np.float32(total + np.float32(1) / np.float32(often * often))
        found[often] = np.float32(float(total) / 1.64493406685)
    return found


def _as_often(ranks: NDArray[np.float32]) -> Weights:
    """How often a word stands in each document, from what ``ts_rank`` says with all places weighing the same."""
    table = _ranks()
    after = np.clip(np.searchsorted(table, ranks), 1, OFTEN_MOST)
    nearer = np.abs(table[after - 1] - ranks) < np.abs(table[after] - ranks)
    often: Weights = np.maximum(1, after - nearer).astype(np.float32)
    return often


class TableSnapshot(Snapshot):
    """The tables as one generation left them. Made by :func:`open_tables`."""

    def __init__(self, store: TableIndexStore, manifest: Manifest, numbers: Numbers) -> None:
        """Hold the numbers, in the order of the listings; words are asked for when they are needed."""
        self.folder = manifest.folder
        self.generation = manifest.generation
        self.segments = {}
        self._parts = []
        self.size = self.count = len(numbers)
        self.live: Mask = np.ones(self.size, np.bool_)
        self._store = store
        self._found: dict[tuple[str, str], Found] = {}
        self._facts: dict[int, ResultFacts] = {}
        self._has_marks = False
        self._begin_caches()
        self.numbers = numbers

    def _column(self, name: str) -> Any:
        return np.ascontiguousarray(self.numbers[name])

    def row(self, number: int) -> bytes:
        """All numbers of a document, as they lie in the table."""
        return bytes(self.numbers[number].tobytes())

    def foresee(self, terms: Iterable[tuple[str, str]] = (), numbers: Iterable[int] = ()) -> None:
        """Look up, in one question each, terms and documents that will be asked for next."""
        wanted = list(terms)
        if not self._has_marks and any(field == "marks" for field, _ in wanted):
            self._read_marks()
        lacking = [pair for pair in dict.fromkeys(wanted) if pair[0] != "marks"]
        lacking = [pair for pair in lacking if pair not in self._found and pair[1]]
        if lacking:
            self._look_up(lacking)
        documents = [number for number in numbers if number not in self._facts]
        if documents:
            listings = [int(one) for one in self.column("listing")[documents]]
            rows = self._ask(
                f"SELECT listing_id, facts FROM {SCHEMA}.{self.folder} WHERE listing_id = ANY(:ids)", ids=listings
            )
            kept = {row.listing_id: to_facts({"facts": facts_of(row.facts)}) for row in rows}
            for number, listing in zip(documents, listings, strict=True):
                if listing not in kept:
                    msg = f"listing {listing} is not in the tables"
                    raise Damaged(msg)
                self._facts[number] = kept[listing]

    def _read_marks(self) -> None:
        """All marks of all documents, in one question: counts beside filters look at every one of them."""
        rows = self._ask(
            "SELECT lexeme, string_agg(int8send(listing_id), '') AS ids"
            f" FROM {SCHEMA}.{self.folder}, unnest(terms) WHERE lexeme LIKE 'marks:%' GROUP BY lexeme"
        )
        for row in rows:
            places = np.sort(self._places(row.ids)[0])
            self._found["marks", row.lexeme[6:]] = places, np.ones(len(places), np.float32)
        self._has_marks = True

    def postings(self, field: str, term: str) -> Found:
        """The documents with a term in a field, and how often each has it."""
        if (field, term) not in self._found:
            self.foresee([(field, term)])
        return self._found.get((field, term)) or (np.empty(0, np.int32), np.empty(0, np.float32))

    def ids(self, field: str, term: str) -> Ids:
        """The documents with a term in a field."""
        return self.postings(field, term)[0]

    def _together(self, terms: Sequence[str]) -> Ids:
        if not len(documents_in_all([self.ids("words", term) for term in terms])):
            return np.empty(0, np.int32)
        rows = self._ask(
            "SELECT string_agg(int8send(listing_id), '') AS ids"
            f" FROM {SCHEMA}.{self.folder} WHERE words @@ CAST(:asked AS tsquery)",
            asked=phrase_query(terms),
        )
        return np.sort(self._places(rows[0].ids)[0])

    def is_known(self, stem: str) -> bool:
        """Whether a stem stands anywhere among the words."""
        return bool(len(self.postings("words", stem)[0]))

    def is_written(self, word: str) -> bool:
        """Whether a word stands anywhere just as it is."""
        return bool(len(self.postings("surface", word)[0]))

    def beginning(self, start: str, most: int) -> list[str]:
        """The words that begin so, those in the most documents first."""
        return self._terms_beginning("surface", start, most)

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so; for listing the localities of a council."""
        self.foresee([("marks", start)])
        return sorted(term for field, term in self._found if field == "marks" and term.startswith(start))

    def facts(self, number: int) -> ResultFacts:
        """What was stored of a document."""
        if number not in self._facts:
            self.foresee(numbers=[number])
        return self._facts[number]

    def spell(self) -> "Nearest":  # type: ignore[override] # it has the one method that is asked for
        """What mends spelling: trigrams bring words that look alike, the letters decide."""
        return Nearest(self)

    def looking_like(self, word: str) -> dict[str, int]:
        """Words as written that share groups of letters with this one, and in how many documents each stands."""
        rows = self._ask(
            f"SELECT substr(term, 9) AS word, often FROM {SCHEMA}.{self.folder}_term WHERE term LIKE 'surface:%'"
            " AND substr(term, 9) % CAST(:word AS text) AND often >= :least"
            " AND length(term) BETWEEN length(:word) + 6 AND length(:word) + 10"
            " ORDER BY similarity(substr(term, 9), :word) DESC, term LIMIT :most",
            first=f"SET pg_trgm.similarity_threshold = {LIKE_ENOUGH}",
            word=word,
            least=least_often(self.count),
            most=COMPARED_MOST,
        )
        return {row.word: row.often for row in rows}

    def _terms_beginning(self, field: str, start: str, most: int | None = None) -> list[str]:
        escaped = start.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._ask(
            f"SELECT term FROM {SCHEMA}.{self.folder}_term WHERE term LIKE :start AND often > 0"
            " ORDER BY often DESC, term LIMIT :most",
            start=field_term(field, escaped) + "%",
            most=most,
        )
        return [row.term[len(field) + 1 :] for row in rows]

    def _look_up(self, pairs: list[tuple[str, str]]) -> None:
        """One question for all of them: which listings have each, and for words how often."""
        in_words = [(number, lexeme(term)) for number, (field, term) in enumerate(pairs) if field == "words"]
        elsewhere = [
            (number, lexeme(field_term(field, term))) for number, (field, term) in enumerate(pairs) if field != "words"
        ]
        table = f"{SCHEMA}.{self.folder}"
        rows = self._ask(
            "SELECT asked.number, string_agg(int8send(listing_id), '') AS ids,"
            " string_agg(float4send(ts_rank('{1,1,1,1}', words, asked.question)), '') AS ranks"
            " FROM unnest(CAST(:word_numbers AS int[]), CAST(:words AS tsquery[])) AS asked(number, question)"
            f" JOIN {table} ON words @@ asked.question GROUP BY asked.number"
            " UNION ALL"
            " SELECT asked.number, string_agg(int8send(listing_id), '') AS ids, NULL"
            " FROM unnest(CAST(:term_numbers AS int[]), CAST(:terms AS tsquery[])) AS asked(number, question)"
            f" JOIN {table} ON terms @@ asked.question GROUP BY asked.number",
            word_numbers=[number for number, _ in in_words],
            words=[question for _, question in in_words],
            term_numbers=[number for number, _ in elsewhere],
            terms=[question for _, question in elsewhere],
        )
        found = {row.number: row for row in rows}
        for number, pair in enumerate(pairs):
            row = found.get(number)
            places, are_here = self._places(row.ids if row is not None else None)
            if row is not None and row.ranks is not None:
                often = _as_often(np.frombuffer(row.ranks, ">f4").astype(np.float32))[are_here]
            else:
                often = np.ones(len(places), np.float32)
            order = np.argsort(places, kind="stable")
            self._found[pair] = places[order], often[order]

    def _places(self, ids: bytes | None) -> tuple[Ids, Mask]:
        """Where these listings stand, and which of them do: one may have come or gone since this generation."""
        listings = np.frombuffer(ids or b"", ">i8").astype(np.int64)
        own = self.numbers["listing"]
        places = np.searchsorted(own, listings)
        are_here = places < len(own)
        are_here[are_here] = own[places[are_here]] == listings[are_here]
        return places[are_here].astype(np.int32), are_here

    def _ask(self, question: str, first: str | None = None, **asked: Any) -> Sequence[Any]:
        try:
            with self._store.at_once() as connection:
                if first is not None:
                    connection.exec_driver_sql(first)
                return connection.execute(text(question), asked).all()
        except OperationalError:
            raise
        except DBAPIError as error:
            msg = f"the tables of the index cannot be read: {error!r}"
            raise Damaged(msg) from error


class Nearest:
    """Mends spelling as :class:`Spelling` does, out of the words that PostgreSQL finds alike."""

    def __init__(self, snapshot: TableSnapshot) -> None:
        """Look among the words of this snapshot, and those of the vocabulary."""
        self._snapshot = snapshot

    def nearest(self, word: str, *, but: str = "") -> str | None:
        """The known word the fewest letters away, ``but`` never; nothing when none is near enough."""
        alike = dict(self._snapshot.looking_like(word))
        spoken = _spoken().nearest(word, but=but)
        if spoken is not None:
            alike.setdefault(spoken, 1)
        return Spelling(alike).nearest(word, but=but)


@cache
def _spoken() -> Spelling:
    return Spelling({word: 1 for meaning in meanings() for phrase in meaning.phrases for word in phrase})


def open_tables(store: TableIndexStore, manifest: Manifest, before: TableSnapshot | None = None) -> TableSnapshot:
    """An index as its manifest tells; of one already held, only what changed since is read.

    Raises:
        Damaged: when it cannot be read, or holds fewer documents than the manifest says.
    """
    is_newer = before is not None and before.folder == manifest.folder and before.generation <= manifest.generation
    since = before.generation if before is not None and is_newer else -1
    try:
        with store.at_once() as connection:
            rows = connection.execute(
                text(
                    "SELECT string_agg(int8send(listing_id), '' ORDER BY listing_id) AS ids,"
                    " string_agg(numbers, '' ORDER BY listing_id) AS numbers,"
                    f" to_regclass('{SCHEMA}.{manifest.folder}_term') AS terms"
                    f" FROM {SCHEMA}.{manifest.folder} WHERE version > :since"
                ),
                {"since": since},
            ).one()
        changed = np.frombuffer(rows.ids or b"", ">i8").astype(np.int64)
        numbers: Numbers = np.frombuffer(rows.numbers or b"", ROW)
        if before is not None and is_newer:
            kept = before.numbers[~np.isin(before.numbers["listing"], changed)]
            numbers = np.concatenate([kept, numbers])
            numbers = numbers[np.argsort(numbers["listing"], kind="stable")]
    except OperationalError:
        raise
    except (DBAPIError, ValueError) as error:
        msg = f"the tables of the index cannot be opened: {error!r}"
        raise Damaged(msg) from error
    if rows.terms is None:
        msg = "the table of terms is missing"
        raise Damaged(msg)
    table_snapshot = TableSnapshot(store, manifest, numbers)
    if table_snapshot.count != manifest.documents and store.manifest() == manifest:
        msg = f"the tables hold {table_snapshot.count} listings where {manifest.documents} were written"
        raise Damaged(msg)
    return table_snapshot
