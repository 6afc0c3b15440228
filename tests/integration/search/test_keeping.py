"""The index may be lost, cut or fought over: the site answers all the same, and it is built again."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from whoosh import index as whoosh_index

from app.catalogue.models import ListingStatus
from app.db import db, transaction
from app.search import actions, index, queries
from app.search.actions.following import _turn
from app.search.rules.asked import Wanted
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
    found = queries.find(Wanted("library", council_id=council.id))
    assert found.is_plain is True
    assert ids(found) == [listing.id for listing in listings]
    assert found.facets.counts == {}
    assert queries.health() == "no index yet: the database answers until it is built"
    assert queries.find(Wanted("LIBRARY 3", kinds=("libraries",), natures=("community",))).total == 1
    assert queries.find(Wanted("library", kinds=("meals",))).total == 0
    assert queries.find(Wanted("100%_")).total == 0
    assert queries.find(Wanted(council_id=council.id, framework=True)).total == 0
    assert queries.find(Wanted(council_id=council.id, framework=False, size=2)).total == 5
    assert actions.catch_up() == 0


@pytest.mark.parametrize("part", [".trm", ".pst", "numbers.col", "_stored.col", ".toc"])
def test_a_damaged_index_is_noticed_and_built_again(app, shop, part):
    actions.rebuild()
    shelf = index.on_disk()
    folder = shelf.folder_of(shelf.manifest())
    (file,) = [file for file in folder.iterdir() if file.name.endswith(part)]
    file.write_bytes(file.read_bytes()[:20])
    os.utime(shelf.root / "manifest.json")
    found = queries.find(Wanted("library"))
    assert (found.is_plain, found.total) == (True, 5)
    assert queries.health() == "damaged: the database answers until the index is built again"
    assert queries.needs_rebuilding() is True
    assert actions.keep_up() == 5
    found = queries.find(Wanted("libraries"))
    assert (found.is_plain, found.total) == (False, 5)
    assert [one.name for one in shelf.root.glob("built-*")] == [shelf.manifest().folder]


def test_a_lost_folder_is_built_again(app, shop):
    actions.rebuild()
    shutil.rmtree(index.on_disk().root)
    assert queries.find(Wanted("library")).is_plain is True
    assert _turn(app) is True
    assert queries.find(Wanted("library")).is_plain is False


def test_an_index_of_another_database_is_built_again(app, shop):
    _, listings = shop
    change(listings[0])
    actions.rebuild()
    with transaction():
        db.session.execute(text("DELETE FROM listing_change"))
    assert queries.needs_rebuilding() is True


def test_the_old_index_answers_while_a_new_one_is_built(app, shop):
    _, listings = shop
    actions.rebuild()
    seen = []

    def progress(chunks):
        for chunk in chunks:
            change(listings[0], title="Quandles")
            assert actions.catch_up() == 1
            seen.append(queries.find(Wanted("quandle")).total)
            change(listings[1], title="Quandles too")
            yield chunk

    assert actions.rebuild(progress) == 5
    assert seen == [1]
    assert queries.find(Wanted("quandle")).total == 2
    assert not queries.differences()


def test_a_check_finds_what_differs_and_mends_it(app, shop):
    _, listings = shop
    actions.rebuild()
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
    assert queries.find(Wanted("secret")).total == 1


def test_the_commands_build_and_catch_up(app, shop):
    _, listings = shop
    runner = app.test_cli_runner()
    assert runner.invoke(args=["search", "check"]).exit_code == 1
    assert "The index holds 5 listings." in runner.invoke(args=["search", "rebuild"]).output
    change(listings[0], title="Quandles")
    assert "Took in 1 listings; ok: 5 listings." in runner.invoke(args=["search", "catch-up"]).output
    shutil.rmtree(index.on_disk().root)
    assert "Built again with 5 listings." in runner.invoke(args=["search", "check", "--fix"]).output


def test_readers_see_a_whole_index_while_another_thread_writes(app, shop):
    _, listings = shop
    actions.rebuild()
    done = threading.Event()
    faults = []

    def read():
        with app.app_context():
            while not done.is_set():
                found = queries.find(Wanted("library"))
                if found.is_plain or found.total != 5:
                    faults.append(found)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(25):
        change(listings[number % 5], summary=f"Round {number}")
        assert actions.catch_up() == 1
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []


WRITE_FOR_EVER = """
import sys, itertools
sys.path.insert(0, ".")
from pathlib import Path
from dataclasses import replace
from tests.factories.search import document
from app.search.index.shelf import Shelf, write
shelf = Shelf(Path(sys.argv[1]))
for number in itertools.count():
    manifest = shelf.manifest()
    folder = shelf.folder_of(manifest)
    generation = write(folder, [document(1 + (number * 7 + i) % 40, f"Library {number}") for i in range(8)])
    shelf.put(replace(manifest, generation=generation))
    print(number, flush=True)
"""


def test_killed_at_any_moment_the_index_can_be_read_and_written(tmp_path):
    from app.search.index.shelf import write
    from app.search.index.snapshot import open_snapshot
    from tests.factories.search import ask, document, shelf_of

    shelf, _ = shelf_of(tmp_path, [document(number, "Library") for number in range(1, 41)])
    for kill in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
        )
        writer.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            writer.wait(0.013 * kill)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        manifest = shelf.manifest()
        snapshot = open_snapshot(shelf.folder_of(manifest), manifest)
        assert (snapshot.count, ask(snapshot, "library").total) == (40, 40)
        assert write(shelf.folder_of(manifest), [document(1, "Library")]) > 0


def test_whoosh_opens_nothing_stale(tmp_path):
    """What the adapter relies on: a fresh reader after an update shows the new words and no deleted document."""
    from app.search.index.shelf import write
    from tests.factories.search import document, shelf_of

    shelf, manifest = shelf_of(tmp_path, [document(number, "zorl") for number in range(1, 301)])
    folder = shelf.folder_of(manifest)
    write(folder, [document(7, "mibbet")], gone=[8])
    with whoosh_index.open_dir(str(folder)).reader() as reader:
        assert reader.doc_count() == 299
        assert reader.doc_frequency("title", "mibbet") == 1
