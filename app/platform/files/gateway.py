"""The one way to where files are kept: a folder of this machine, or a bucket that speaks S3.

What is put there is called by chance, never by a person or a name, and is never changed: another file is put, and the old one
taken away.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from app.base.refusals import Conflict
from app.platform.files.rules.places import FilesPlace, place_told

STORE = "file_store"
PATIENCE_SECONDS = 10


class OutOfReach(Conflict):
    """The place where files are kept cannot be reached."""


class Store(Protocol):
    """Where files are kept."""

    def put(self, content: bytes, media_type: str) -> str:
        """Keep a file for good, on disk or in the bucket when this returns; gives what it is called there."""

    def get(self, key: str) -> bytes:
        """The file.

        Raises:
            OutOfReach: when it cannot be read.
        """

    def take_away(self, key: str) -> None:
        """Remove a file; one that is gone already is no matter."""

    def all_before(self, moment: datetime) -> Iterator[str]:
        """What the files put before a moment are called."""


def _new_key() -> str:
    name = secrets.token_hex(24)
    return f"{name[:2]}/{name}"


class FolderStore:
    """A folder only this program may read. A file appears there whole or not at all."""

    def __init__(self, place: FilesPlace) -> None:
        self._root = Path(place.folder)

    def put(self, content: bytes, media_type: str) -> str:
        """Write beside, then give the name: a crash between leaves nothing half."""
        del media_type
        key = _new_key()
        file = self._root / key
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = file.with_suffix(".part")
            with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
                new.write(content)
                new.flush()
                os.fsync(new.fileno())
            beside.replace(file)
        except OSError as no:
            raise OutOfReach(CANNOT_KEEP) from no
        return key

    def get(self, key: str) -> bytes:
        """Read it whole: files are small."""
        try:
            return (self._root / key).read_bytes()
        except OSError as no:
            raise OutOfReach(CANNOT_READ) from no

    def take_away(self, key: str) -> None:
        """Remove it."""
        (self._root / key).unlink(missing_ok=True)

    def all_before(self, moment: datetime) -> Iterator[str]:
        """By the time each was written, the half-written ones among them."""
        for file in self._root.glob("??/*"):
            if file.stat().st_mtime < moment.timestamp():
                yield file.relative_to(self._root).as_posix()


class BucketStore:
    """A bucket of an S3, Amazon's or another's."""

    def __init__(self, place: FilesPlace) -> None:
        self._place = place

    @cached_property
    def _client(self) -> Any:
        # Half a second to import, and a folder needs none of it.
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            region_name=self._place.region,
            endpoint_url=self._place.endpoint or None,
            aws_access_key_id=self._place.access_key,
            aws_secret_access_key=self._place.secret_key,
            config=Config(connect_timeout=PATIENCE_SECONDS, read_timeout=PATIENCE_SECONDS, retries={"max_attempts": 3}),
        )

    def put(self, content: bytes, media_type: str) -> str:
        """Send it whole: when the store has answered, it has it."""
        key = _new_key()
        self._ask(CANNOT_KEEP, "put_object", Key=self._called(key), Body=content, ContentType=media_type)
        return key

    def get(self, key: str) -> bytes:
        """Fetch it whole."""
        answer = self._ask(CANNOT_READ, "get_object", Key=self._called(key))
        content: bytes = answer["Body"].read()
        return content

    def take_away(self, key: str) -> None:
        """Ask for its removal."""
        self._ask(CANNOT_KEEP, "delete_object", Key=self._called(key))

    def all_before(self, moment: datetime) -> Iterator[str]:
        """By the time the store noted, page by page."""
        asked: dict[str, Any] = {"Prefix": self._called("")}
        while True:
            answer = self._ask(CANNOT_READ, "list_objects_v2", **asked)
            for one in answer.get("Contents", []):
                if one["LastModified"] < moment:
                    yield one["Key"].removeprefix(self._called(""))
            if not answer.get("IsTruncated"):
                return
            asked["ContinuationToken"] = answer["NextContinuationToken"]

    def _called(self, key: str) -> str:
        return f"{self._place.prefix}/{key}" if self._place.prefix else key

    def _ask(self, words: str, act: str, **asked: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, act)(Bucket=self._place.bucket, **asked)
        except (BotoCoreError, ClientError, OSError) as no:
            raise OutOfReach(words) from no


CANNOT_KEEP = "We cannot keep files just now. Leave the file out, or try again in a while. Nothing was changed."
CANNOT_READ = "We cannot open this file just now. Try again in a while."


def store() -> Store:
    """Where this site keeps its files."""
    found: Store | None = current_app.extensions.get(STORE)
    if found is None:
        place = place_told(current_app.config, str(Path(current_app.config["INSTANCE_DIR"]) / "files"))
        found = BucketStore(place) if place.bucket else FolderStore(place)
        current_app.extensions[STORE] = found
    return found
