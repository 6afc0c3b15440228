"""The engine in PostgreSQL: right against a plain reckoning, clear about what it needs, and the same in its answers."""

import os
import random

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import create_app
from app.market.search_index.index.manifest import Manifest
from app.market.search_index.index.tables.lookup import OFTEN_MOST, _as_often, _ranks, open_tables
from app.market.search_index.index.tables.store import TableIndexStore
from config import UnsafeSettings
from tests.conftest import database_of_kind, settings_for
from tests.factories.search import ask, document, ids, snapshot_of
from tests.unit.search_index.test_model import QUESTIONS, Reckoning, check, invented

ROUNDS = int(os.environ.get("ROUNDS", "6"))
LONG = 8
"""ROUNDS=1000 is the long run, of as many states as with files; in so many parts, ``-k 'reckoning and 3'`` is one of them."""
PARTS = LONG if ROUNDS > LONG else 1


@pytest.fixture
def database_url(request, tmp_path):
    yield from database_of_kind("postgresql", request, tmp_path)


@pytest.fixture
def store(database_url):
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    yield TableIndexStore(engine)
    engine.dispose()


def built(store, documents):
    held = list(documents)
    name, generation, count = store.build(held)
    assert count == len(held)
    return store.put(Manifest(name, generation, count, 0, "2026-01-01"))


@pytest.mark.parametrize("part", range(PARTS))
def test_the_tables_agree_with_a_plain_reckoning_after_any_changes(part, store):
    rand = random.Random(20261122 + part)
    held = {number: invented(rand, number) for number in range(1, 60)}
    manifest = built(store, held.values())
    snapshot = open_tables(store, manifest)
    for _ in range(ROUNDS // PARTS):
        changed = [invented(rand, number) for number in rand.sample(range(1, 90), rand.choice([1, 3, 20]))]
        gone = set(rand.sample(sorted(held), rand.choice([0, 1, 5]))) - {one.listing_id for one in changed}
        held = {n: one for n, one in held.items() if n not in gone} | {one.listing_id: one for one in changed}
        manifest = store.put(store.take_in(manifest, changed, gone))
        if rand.random() < 0.2:
            manifest = built(store, held.values())
            store.clear_away([manifest.folder])
        snapshot = open_tables(store, manifest, snapshot)
        assert snapshot.count == manifest.documents == len(held)
        assert all(snapshot.holds(number, held[listing]) for listing, number in snapshot.contents().items())
        reckoning = Reckoning(held)
        for _ in range(QUESTIONS if PARTS > 1 else 6):
            check(snapshot, reckoning, rand)


WORDS = [
    "library",
    "libary",
    "libraries near fernley",
    '"care plan"',
    "physiotherapy",
    "physiotheropy",
    "somone to wash mum",
    "acme",
    "acme meals",
    "gard",
    "day centre",
    "O'Brien café",
    "'; DROP TABLE listing; --",
    "a & b | !c <-> d:*",
    "\\ ' \" %  _ *",
    "\x00\x01",
    "здравствуйте 漢字 🙂",
    "x" * 10_000,
]


def test_both_engines_answer_alike_to_any_words_at_all(store, tmp_path):
    documents = [
        document(1, "Library", "libraries", provider="The council", address="Hall Fernley M31 4FA"),
        document(2, "Physiotherapy at home", provider="Acme Meals Ltd", description="A care plan for you"),
        document(
            3, "Gardening for older people", "companionship", provider="O'Brien & Café", description="Plan your care"
        ),
        document(4, "Help to wash and dress", "care-at-home", provider="Acme Care", summary="Personal care"),
        document(5, "Lunch club", "clubs", provider="Somebody", summary="A day centre with lunch", pence=900),
    ]
    files, tables = snapshot_of(tmp_path, documents), open_tables(store, built(store, documents))
    for words in WORDS:
        one, other = ask(files, words, council_id=1), ask(tables, words, council_id=1)
        assert (ids(one), one.total, one.facets, one.understood) == (
            ids(other),
            other.total,
            other.facets,
            other.understood,
        )
        assert one.hits == other.hits
    assert ask(tables, "libary").understood.corrected == "library"


def test_how_often_a_word_stands_is_read_from_its_rank(store):
    manifest = built(store, [document(often, "Title", description="zorl " * often) for often in range(1, 120)])
    numbers, often = open_tables(store, manifest).postings("words", "zorl")
    assert often.tolist() == [one + 1 for one in numbers.tolist()]
    assert _as_often(_ranks()[1:]).tolist() == list(range(1, OFTEN_MOST + 1))


def test_it_refuses_to_start_where_it_cannot_work(database_url, tmp_path):
    with pytest.raises(UnsafeSettings, match="needs DATABASE_URL to be a postgresql:// address"):
        create_app({**settings_for(f"sqlite:///{tmp_path / 'a.sqlite'}", tmp_path), "SEARCH_ENGINE": "postgres"})
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    name = f"lowly_{os.getpid()}"
    database = make_url(database_url).database
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        try:
            lowly = make_url(database_url).set(username=name).render_as_string(hide_password=False)
            settings = {**settings_for(lowly, tmp_path), "SEARCH_ENGINE": "postgres"}
            with pytest.raises(UnsafeSettings, match="run CREATE EXTENSION pg_trgm, or leave SEARCH_ENGINE out"):
                create_app(settings)
            connection.execute(text("CREATE EXTENSION pg_trgm"))
            with pytest.raises(UnsafeSettings, match="schema named search_index, which could not be made"):
                create_app(settings)
            connection.execute(text(f'GRANT CREATE ON DATABASE "{database}" TO {name}'))
            create_app(settings)
        finally:
            connection.execute(text("DROP SCHEMA IF EXISTS search_index CASCADE"))
            connection.execute(text(f'REVOKE ALL ON DATABASE "{database}" FROM {name}'))
            connection.execute(text(f"DROP ROLE {name}"))
    engine.dispose()
