"""Files are kept alike in a folder and in a bucket: whole, private, under a name that says nothing, and swept when lost."""

import logging
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.platform.files import actions, queries
from app.platform.files.actions import MOST_WAITING, SWEPT_AFTER, WAITS
from app.platform.files.gateway import STORE, BucketStore, FolderStore, OutOfReach, Store, store
from app.platform.files.models import StoredFile
from app.platform.files.rules.photos import Fit
from app.platform.files.rules.places import FilesPlace
from tests.factories import accounts, files
from tests.factories.at_once import at_once

ROUNDS = int(os.environ.get("ROUNDS", "1"))
PDF = Fit(files.PDF, "application/pdf")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 on loopback, with a bucket of ours."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="eu-west-2", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket="ownway-files", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    yield address
    server.stop()


def _bucket(address: str, **other: str) -> BucketStore:
    facts: dict[str, Any] = {
        "bucket": "ownway-files", "prefix": "live", "region": "eu-west-2", "endpoint": address, "access_key": "key",
        "secret_key": "secret", **other,
    }  # fmt: skip
    return BucketStore(FilesPlace(**facts))


@pytest.fixture(params=["folder", "bucket"])
def kept_in(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return FolderStore(FilesPlace(folder=str(tmp_path / "files")))
    return _bucket(request.getfixturevalue("s3"))


def test_what_is_put_is_got_and_can_be_taken_away(kept_in: Store) -> None:
    first, second = kept_in.put(b"one", "application/pdf"), kept_in.put(b"one", "application/pdf")
    assert first != second
    assert (kept_in.get(first), kept_in.get(second)) == (b"one", b"one")
    later = datetime.now(UTC) + timedelta(seconds=5)
    assert {first, second} <= set(kept_in.all_before(later))
    assert not {first, second} & set(kept_in.all_before(later - timedelta(days=1)))
    kept_in.take_away(first)
    kept_in.take_away(first)
    with pytest.raises(OutOfReach, match="cannot open this file"):
        kept_in.get(first)
    assert kept_in.get(second) == b"one"
    kept_in.take_away(second)


def test_a_long_list_is_told_whole(kept_in: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put = {kept_in.put(b"x", "text/plain") for _ in range(5)}
    if isinstance(kept_in, BucketStore):
        ask = kept_in._client.list_objects_v2
        monkeypatch.setattr(kept_in._client, "list_objects_v2", lambda **asked: ask(**asked, MaxKeys=2))
    found = set(kept_in.all_before(datetime.now(UTC) + timedelta(seconds=5)))
    assert put <= found
    for key in found:
        kept_in.take_away(key)


def test_a_folder_is_private_and_holds_nothing_half(tmp_path: Path) -> None:
    folder = FolderStore(FilesPlace(folder=str(tmp_path / "files")))
    key = folder.put(b"one", "image/png")
    file = tmp_path / "files" / key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.suffix for one in (tmp_path / "files").rglob("*") if one.is_file()] == [""]


def test_a_store_that_cannot_be_reached_says_so(tmp_path: Path, s3: str) -> None:
    (tmp_path / "file").write_text("no folder")
    for kept_in in (
        FolderStore(FilesPlace(folder=str(tmp_path / "file"))),
        _bucket(s3, bucket="somebody-elses"),
        _bucket("http://127.0.0.1:9"),
    ):
        with pytest.raises(OutOfReach, match="cannot keep files just now"):
            kept_in.put(b"one", "text/plain")


def _waiting(person: Person) -> list[str | None]:
    return [one.waits_for for one in queries.lock_waiting(person.id)]


def _on_disk() -> int:
    return len(list(store().all_before(datetime.now(UTC) + timedelta(days=1))))


def test_a_file_waits_with_its_form_alone_and_is_replaced_there(app: Flask) -> None:
    person, other = accounts.person(), accounts.person()
    for name, form in (("first.pdf", "receipt:one"), ("second.pdf", "receipt:one"), ("third.pdf", "receipt:two")):
        actions.hold_file(person_id=person.id, waits_for=form, name=name, fit=PDF)
    found = queries.file_waiting(person.id, "receipt:one", clock.now())
    assert found is not None
    assert found.name == "second.pdf"
    assert actions.file_content(found) == PDF.content
    assert queries.file_waiting(other.id, "receipt:one", clock.now()) is None
    assert (_waiting(person), _on_disk()) == (["receipt:two", "receipt:one"], 2)
    actions.let_go(person_id=other.id, waits_for="receipt:one")
    actions.let_go(person_id=person.id, waits_for="receipt:one")
    assert (_waiting(person), _on_disk()) == (["receipt:two"], 1)


def test_of_many_files_that_wait_the_oldest_makes_room(app: Flask) -> None:
    person = accounts.person()
    for number in range(MOST_WAITING + 3):
        actions.hold_file(person_id=person.id, waits_for=f"receipt:{number}", name="x.pdf", fit=PDF)
    assert _waiting(person) == [f"receipt:{number}" for number in reversed(range(3, MOST_WAITING + 3))]
    assert _on_disk() == MOST_WAITING


def test_what_waited_in_vain_and_what_a_crash_left_are_swept(app: Flask) -> None:
    person = accounts.person()
    actions.hold_file(person_id=person.id, waits_for="receipt:one", name="x.pdf", fit=PDF)
    actions.hold_file(person_id=person.id, waits_for="receipt:two", name="y.pdf", fit=PDF)
    with transaction():
        kept = actions.settle_file(person_id=person.id, waits_for="receipt:two")
    store().put(b"put before a crash", "text/plain")
    run = app.test_cli_runner().invoke
    assert run(args=["files", "sweep"]).output == "0 files waited in vain and went, 0 that nobody knew of\n"
    with clock.set_to(clock.now() + WAITS + timedelta(seconds=1)):
        assert queries.file_waiting(person.id, "receipt:one", clock.now()) is None
        with pytest.raises(Conflict, match="waited too long"), transaction():
            actions.settle_file(person_id=person.id, waits_for="receipt:one")
        assert run(args=["files", "sweep"]).output == "1 file waited in vain and went, 0 that nobody knew of\n"
    with clock.set_to(clock.now() + SWEPT_AFTER + timedelta(seconds=1)):
        assert run(args=["files", "sweep"]).output == "0 files waited in vain and went, 1 that nobody knew of\n"
    assert actions.file_content(db.session.get_one(StoredFile, kept.id)) == PDF.content
    assert _on_disk() == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_what_several_choose_and_send_at_once_is_kept_once_and_used_once(app: Flask, turn: int) -> None:
    number = accounts.person().id

    def hold_file(which: int) -> None:
        actions.hold_file(person_id=number, waits_for="receipt:one", name=f"{which}.pdf", fit=PDF)

    def settle_file(_which: int) -> None:
        in_transaction(lambda: actions.settle_file(person_id=number, waits_for="receipt:one"))

    assert at_once(app, settle_file, 2) == ["Conflict", "Conflict"]
    assert at_once(app, hold_file, 3) == ["done"] * 3
    assert (db.session.scalar(select(func.count()).select_from(StoredFile)), _on_disk()) == (1, 1)
    assert sorted(at_once(app, settle_file, 3)) == ["Conflict", "Conflict", "done"]
    assert _on_disk() == 1


def test_one_form_holds_one_file_in_the_database_itself(app: Flask) -> None:
    person = accounts.person()
    actions.hold_file(person_id=person.id, waits_for="receipt:one", name="x.pdf", fit=PDF)
    first = queries.lock_waiting(person.id)[0]
    again = {name: getattr(first, name) for name in ("name", "media_type", "size", "digest", "person_id", "at")}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(StoredFile(**again, key="other", waits_for=first.waits_for, waits_until=first.waits_until))


def test_a_damaged_file_is_not_shown(app: Flask) -> None:
    person = accounts.person()
    actions.hold_file(person_id=person.id, waits_for="receipt:one", name="x.pdf", fit=PDF)
    found = queries.lock_waiting(person.id)[0]
    Path(app.config["INSTANCE_DIR"], "files", found.key).write_bytes(b"%PDF-something else")
    with pytest.raises(Conflict, match="damaged"):
        actions.file_content(found)


def test_an_operator_can_see_whether_files_can_be_kept(app: Flask, s3: str, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["files", "check"]).output == "Files can be kept, read and taken away.\n"
    app.extensions[STORE] = _bucket(s3)
    assert run(args=["files", "check"]).exit_code == 0
    app.extensions[STORE] = _bucket(s3, bucket="somebody-elses")
    told = run(args=["files", "check"])
    assert (told.exit_code, "Files cannot be kept" in told.output, "NoSuchBucket" in told.output) == (1, True, True)


def test_the_settings_choose_the_store(app: Flask) -> None:
    assert isinstance(store(), FolderStore)
    app.extensions.pop(STORE)
    app.config.update(FILES_URL="s3://b/c?region=eu-west-2", FILES_ACCESS_KEY="k", FILES_SECRET_KEY="s")
    assert isinstance(store(), BucketStore)
