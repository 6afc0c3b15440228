"""PostgreSQL's own text search: a GIN index, ts_rank, ts_headline, trigrams for misspelt words, facets in one statement."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from app.market.search_index.rules.questions import Document, Sort
from benchmarks.search.engines.answers import (
    FACETS,
    Answer,
    all_words,
    filters_of,
    is_framework,
    localities_of,
    own_cpu,
    shown,
    words_asked,
)
from benchmarks.search.questions import Asked
from tests import postgres

TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DROP TABLE IF EXISTS listing, term;
CREATE TABLE listing (
  id integer PRIMARY KEY, kind text, nature text, framework boolean, reach integer,
  pence integer, rating integer, published integer, facts text, words text, vector tsvector);
CREATE TABLE term (word text PRIMARY KEY, often integer);
"""
INDEXES = """
CREATE INDEX ON listing USING gin (vector) WITH (fastupdate = off);
CREATE INDEX ON listing (kind);
CREATE INDEX ON listing (pence, id);
CREATE INDEX ON listing (rating DESC, id);
CREATE INDEX ON listing (published DESC, id);
INSERT INTO term SELECT word, ndoc FROM ts_stat('SELECT to_tsvector(''simple'', words) FROM listing')
  WHERE length(word) > 3;
CREATE INDEX ON term USING gin (word gin_trgm_ops);
"""
NEVER = 2**31 - 1
PASSES = {
    "kind": "kind = %(kind)s",
    "nature": "nature = %(nature)s",
    "framework": "framework = %(framework)s",
    "locality": "(reach >> %(locality)s) & 1 = 1",
}
ORDERS = {
    Sort.PRICE: "pence, rank DESC",
    Sort.RATING: "rating DESC, rank DESC",
    Sort.NEWEST: "published DESC, rank DESC",
}


class Postgres:
    """A throw-away server on a unix socket, one connection; its backend's CPU is counted with ours."""

    name = "postgres"

    def __init__(self) -> None:
        self._ends = contextlib.ExitStack()
        self._server: list[int] = []

    def build(self, folder: Path, documents: Sequence[Document]) -> None:  # noqa: ARG002 - as every engine's
        """Copied in, then indexed and analysed. The folder is the server's own."""
        address = make_url(self._ends.enter_context(postgres.server()))
        self.address = f"host={address.query['host']} user={address.username} dbname={address.database}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            server = connection.info.backend_pid
            connection.execute(TABLES)
            with (
                connection.cursor() as cursor,
                cursor.copy(
                    "COPY listing (id, kind, nature, framework, reach, pence, rating, published, facts, words) FROM STDIN"
                ) as copy,
            ):
                for document in documents:
                    copy.write_row(_row(document))
            connection.execute("UPDATE listing SET vector = to_tsvector('english', words)")
            connection.execute(INDEXES)
            connection.execute("VACUUM FULL ANALYZE listing")
            connection.execute("VACUUM ANALYZE term")
            self.built_cpu = _on_cpu(server)

    def open(self) -> None:
        """One connection, statements prepared after their fifth use."""
        self.connection = psycopg.connect(self.address, autocommit=True)
        for setting in ("work_mem = '64MB'", "jit = off", "max_parallel_workers_per_gather = 0"):
            self.connection.execute(f"SET {setting}")
        self._server = [self.connection.info.backend_pid]

    def ask(self, asked: Asked) -> Answer:
        """One statement: matches gathered once, then the page with its headlines, the count and the facets."""
        wanted = asked.wanted
        filters = filters_of(wanted)
        passes = {name: PASSES[name] for name in filters}
        everything = " AND ".join(passes.values()) or "true"
        values: dict[str, object] = {**filters, "size": wanted.size}
        if wanted.words:
            match, values["words"] = self._match(asked)
            gathered = f"SELECT *, ts_rank(vector, q.q) AS rank FROM listing, {match} AS q(q) WHERE vector @@ q.q"
            said = f"ts_headline('english', words, {match}, 'MaxWords=30, MinWords=20')"
        else:
            gathered, said = "SELECT *, 0 AS rank FROM listing", "''"
        columns = "id, kind, nature, framework, reach, pence, rating, published, rank"
        order = ORDERS.get(wanted.sort, "rank DESC")
        facets = self._facets(passes)
        statement = f"""WITH matched AS MATERIALIZED (SELECT {columns} FROM ({gathered}) AS g),
            page AS MATERIALIZED (
                SELECT id, row_number() OVER (ORDER BY {order}, id) AS place FROM matched WHERE {everything}
                ORDER BY {order}, id LIMIT %(size)s)
            SELECT 'page' AS what, page.id::text AS one, page.place::integer AS many, listing.facts, {said} AS said
              FROM page JOIN listing USING (id)
            UNION ALL SELECT 'total', '', count(*)::integer, '', '' FROM matched WHERE {everything}
            {" ".join(facets)}"""
        rows = self.connection.execute(statement, values).fetchall()
        page = sorted((row for row in rows if row[0] == "page"), key=lambda row: row[2])
        counted: dict[str, dict[object, int]] = {name: {} for name in FACETS}
        total = 0
        for what, one, many, _, _ in rows:
            if what == "total":
                total = many
            elif what != "page":
                counted[what][one] = many
        return Answer(total, [int(row[1]) for row in page], counted, [row[4] for row in page])

    def _facets(self, passes: dict[str, str]) -> list[str]:
        found = []
        for name in FACETS:
            where = " AND ".join(text for other, text in passes.items() if other != name) or "true"
            if name == "locality":
                sums = ", ".join(f"sum((reach >> {place}) & 1)" for place in range(1, 13))
                found.append(
                    f"""UNION ALL SELECT 'locality', (ordinality)::text, coalesce(many, 0)::integer, '', '' FROM
                    (SELECT ARRAY[{sums}] AS sums FROM matched WHERE {where}) AS s,
                    unnest(s.sums) WITH ORDINALITY AS u(many, ordinality)"""
                )
            else:
                found.append(
                    f"""UNION ALL SELECT '{name}', {name}::text, count(*)::integer, '', ''
                    FROM matched WHERE {where} GROUP BY {name}"""
                )
        return found

    def _match(self, asked: Asked) -> tuple[str, str]:
        words = words_asked(asked.wanted)
        if asked.kind == "phrase":
            return "phraseto_tsquery('english', %(words)s)", asked.wanted.words.replace('"', "")
        if asked.kind == "misspelt":
            words[-1] = self._nearest(words[-1])
        said = [*words[:-1], f"{words[-1]}:*"] if asked.kind == "prefix" else words
        return "to_tsquery('english', %(words)s)", " & ".join(said)

    def _nearest(self, word: str) -> str:
        known = self.connection.execute("SELECT 1 FROM term WHERE word = %s", (word,)).fetchone()
        if known:
            return word
        near = "SELECT word FROM term WHERE word %% %s ORDER BY similarity(word, %s) DESC, often DESC LIMIT 1"
        found = self.connection.execute(near, (word, word)).fetchone()
        return str(found[0]) if found else word

    def change(self, document: Document) -> None:
        """One statement, committed."""
        names = "id, kind, nature, framework, reach, pence, rating, published, facts, words"
        sets = ", ".join(f"{name} = excluded.{name}" for name in [*names.split(", ")[1:], "vector"])
        holes = ", ".join(["%s"] * 10)
        self.connection.execute(
            f"""INSERT INTO listing ({names}, vector) VALUES ({holes}, to_tsvector('english', %s))
            ON CONFLICT (id) DO UPDATE SET {sets}""",
            (*_row(document), all_words(document)),
        )

    def cpu(self) -> float:
        """Of this process and of the backend."""
        return own_cpu() + sum(_on_cpu(number) for number in self._server)

    def size(self) -> int:
        """Bytes of the tables and their indexes."""
        sizes = "SELECT pg_total_relation_size('listing') + pg_total_relation_size('term')"
        row = self.connection.execute(sizes).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Stop the server."""
        self._server = []
        self.connection.close()
        self._ends.close()


def _row(document: Document) -> tuple[object, ...]:
    facts = document.facts
    return (
        document.listing_id,
        facts.kind,
        facts.nature,
        is_framework(document),
        sum(1 << place for place in localities_of(document)),
        NEVER if document.pence is None else document.pence,
        round((facts.rating or 0) * 100),
        document.published_on.toordinal(),
        shown(document),
        all_words(document),
    )


def _on_cpu(process: int) -> float:
    """CPU seconds of a backend, to the nanosecond."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
