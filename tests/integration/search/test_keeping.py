"""The index may be lost, cut or fought over: the site answers all the same, and it is built again."""

import os
import shutil

import pytest
from sqlalchemy import text
from whoosh import index as whoosh_index

from app.base.db import db, transaction
from app.market.catalogue.models import ListingStatus
from app.market.search import queries as search_queries
from app.market.search.actions import building
from app.market.search.actions.following import _turn
from app.market.search_index.index import current_snapshot
from app.market.search_index.index.tables.store import TableIndexStore
from app.market.search_index.rules.questions import SearchQuery
from tests.factories import catalogue, councils, providers
from tests.integration.search.test_finding import change, ids


@pytest.fixture
def shop(app):
    council = councils.council("millbrook", "Millbrook")
    seller = providers.provider("The council")
    return council, [
        catalogue.listing(seller, title=f"Library {number}", kind="libraries", council=council) for number in range(5)
    ]


def test_without_an_index_the_database_answers_and_health_says_so(app, shop):
    council, listings = shop
    found = search_queries.find(SearchQuery("library", council_id=council.id))
    assert found.is_plain is True
    assert ids(found) == [listing.id for listing in listings]
    assert found.facets.counts == {}
    assert search_queries.health() == "no index yet: the database answers until it is built"
    assert search_queries.find(SearchQuery("LIBRARY 3", kinds=("libraries",), natures=("community",))).total == 1
    assert search_queries.find(SearchQuery("library", kinds=("meals",))).total == 0
    assert search_queries.find(SearchQuery("100%_")).total == 0
    assert search_queries.find(SearchQuery(council_id=council.id, framework=True)).total == 0
    assert search_queries.find(SearchQuery(council_id=council.id, framework=False, size=2)).total == 5
    assert building.catch_up() == 0


DAMAGES = {
    "whoosh": (".toc", ".flat"),
    "postgres": (
        "DROP TABLE {}",
        "DROP TABLE {}_term",
        "DELETE FROM {} WHERE listing_id = (SELECT min(listing_id) FROM {})",
        "UPDATE {} SET numbers = substr(numbers, 2)",
        "ALTER TABLE {} DROP COLUMN facts",
    ),
}


def lose():
    """Take the whole index away."""
    store = current_snapshot.index_store()
    if isinstance(store, TableIndexStore):
        with transaction():
            db.session.execute(text("DROP SCHEMA search_index CASCADE"))
    else:
        shutil.rmtree(store.root)


def forget():
    """Be another process, which opens the index for the first time."""
    from app.market.search_index.index import current_snapshot as current

    current._holders.clear()


def indexes():
    """The names of all that were built."""
    store = current_snapshot.index_store()
    if isinstance(store, TableIndexStore):
        names = db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'search_index'"))
        return {name for name in names if name.startswith("built_") and not name.endswith("_term")}
    return {one.name for one in store.root.glob("built-*")}


def damage(store, part, *, is_new_process):
    if isinstance(store, TableIndexStore):
        with transaction():
            db.session.execute(text(part.replace("{}", f"search_index.{store.manifest().folder}")))
        forget()
        return
    folder = store.folder_of(store.manifest())
    (file,) = [file for file in folder.iterdir() if file.name.endswith(part)]
    whole = file.read_bytes()
    if is_new_process:
        # Not cut, only not as it was written: what a disk does when the power goes.
        file.write_bytes(whole[:-9] + bytes(8) + bytes([whole[-1] ^ 255]))
        forget()
    else:
        file.write_bytes(whole[:20])
        os.utime(store.root / "manifest.json")


def test_a_damaged_index_is_noticed_and_built_again(app, shop, stand, caplog):
    engine = stand[1]
    building.rebuild()
    for part in DAMAGES[engine]:
        for is_new_process in [False, True] if engine == "whoosh" else [True]:
            caplog.clear()
            damage(current_snapshot.index_store(), part, is_new_process=is_new_process)
            found = search_queries.find(SearchQuery("library"))
            assert (found.is_plain, found.total) == (True, 5), part
            assert search_queries.health() == "damaged: the database answers until the index is built again"
            assert "the search index is damaged; the database answers until it is built again" in caplog.text
            assert search_queries.needs_rebuilding() is True
            assert building.keep_up() == 5
            found = search_queries.find(SearchQuery("libraries"))
            assert (found.is_plain, found.total) == (False, 5)
            assert indexes() == {current_snapshot.index_store().manifest().folder}
            assert not search_queries.index_differences()


def test_a_lost_index_is_built_again(app, shop):
    building.rebuild()
    lose()
    assert search_queries.find(SearchQuery("library")).is_plain is True
    assert _turn(app) is True
    assert search_queries.find(SearchQuery("library")).is_plain is False


def test_an_index_of_another_database_is_built_again(app, shop):
    _, listings = shop
    change(listings[0])
    building.rebuild()
    with transaction():
        db.session.execute(text("DELETE FROM listing_change"))
    assert search_queries.needs_rebuilding() is True


def test_the_old_index_answers_while_a_new_one_is_built(app, shop):
    _, listings = shop
    building.rebuild()
    seen = []

    def progress(chunks):
        for chunk in chunks:
            change(listings[0], title="Quandles")
            assert building.catch_up() == 1
            seen.append(search_queries.find(SearchQuery("quandle")).total)
            change(listings[1], title="Quandles too")
            yield chunk

    assert building.rebuild(progress) == 5
    assert seen == [1]
    assert search_queries.find(SearchQuery("quandle")).total == 2
    assert not search_queries.index_differences()


def test_a_check_finds_what_differs_and_mends_it(app, shop):
    _, listings = shop
    building.rebuild()
    with transaction():
        listings[0].title = "Changed in secret"
        listings[1].status = ListingStatus.WITHDRAWN
    new = catalogue.listing(title="Never told")
    runner = app.test_cli_runner()
    told = runner.invoke(args=["search", "check"])
    assert told.exit_code == 1
    assert f"1 lacking: {new.id}" in told.output
    assert f"1 left over: {listings[1].id}" in told.output
    assert f"1 not as in the database: {listings[0].id}" in told.output
    assert "Put right: 3 listings." in runner.invoke(args=["search", "check", "--fix"]).output
    assert "agree (ok: 5 listings)" in runner.invoke(args=["search", "check"]).output
    assert search_queries.find(SearchQuery("secret")).total == 1


def test_the_commands_build_and_catch_up(app, shop):
    _, listings = shop
    runner = app.test_cli_runner()
    assert runner.invoke(args=["search", "check"]).exit_code == 1
    assert "The index holds 5 listings." in runner.invoke(args=["search", "rebuild"]).output
    change(listings[0], title="Quandles")
    assert "Took in 1 listings; ok: 5 listings." in runner.invoke(args=["search", "catch-up"]).output
    lose()
    assert "Built again with 5 listings." in runner.invoke(args=["search", "check", "--fix"]).output


def test_whoosh_opens_nothing_stale(tmp_path):
    """What the adapter relies on: a fresh reader after an update shows the new words and no deleted document."""
    from tests.factories.search import document, store_of

    store, manifest = store_of(tmp_path, [document(number, "zorl") for number in range(1, 301)])
    folder = store.folder_of(manifest)
    store.take_in(manifest, [document(7, "mibbet")], gone=[8])
    with whoosh_index.open_dir(str(folder)).reader() as reader:
        assert reader.doc_count() == 299
        assert reader.doc_frequency("title", "mibbet") == 1
