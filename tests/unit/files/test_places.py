"""Where files are kept is said in one line; half of it is refused, naming what is missing."""

import pytest

from app.platform.files.rules.places import FilesPlace, place_told
from config import UnsafeSettings, settings

KEYS = {"FILES_ACCESS_KEY": "key", "FILES_SECRET_KEY": "secret"}
FULL = {"FILES_URL": "s3://ownway/live?region=eu-west-2", **KEYS}


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({}, FilesPlace(folder="/home")),
        ({"FILES_URL": "file:/var/lib/ownway%20files"}, FilesPlace(folder="/var/lib/ownway files")),
        (FULL, FilesPlace(bucket="ownway", prefix="live", region="eu-west-2", access_key="key", secret_key="secret")),
        (
            {"FILES_URL": "s3://ownway?region=gra&endpoint=https://s3.example", **KEYS},
            FilesPlace(
                bucket="ownway", region="gra", endpoint="https://s3.example", access_key="key", secret_key="secret"
            ),
        ),
    ],
)
def test_a_place_is_told_in_one_line(told: dict[str, str], place: FilesPlace) -> None:
    assert place_told(told, "/home") == place


WRONG = [
    ({"FILES_URL": "/var/lib/files"}, ["FILES_URL: give file:/a/folder, or s3://"]),
    ({"FILES_URL": "file:"}, ["FILES_URL: name a folder"]),
    ({"FILES_URL": "https://bucket.example"}, ["FILES_URL: give file:/a/folder, or s3://"]),
    ({"FILES_URL": "s3://ownway"}, ["region", "FILES_ACCESS_KEY", "FILES_SECRET_KEY"]),
    ({"FILES_URL": "s3://?region=x", **KEYS}, ["name the bucket"]),
    ({**FULL, "FILES_SECRET_KEY": ""}, ["FILES_SECRET_KEY"]),
    ({**FULL, "FILES_URL": "s3://ownway?region=x&secret=y"}, ["secret is not known"]),
    ({**FULL, "FILES_URL": "s3://ownway?region=x&endpoint=s3.example"}, ["the endpoint must be an address"]),
]


@pytest.mark.parametrize(("told", "words"), WRONG)
def test_half_a_place_is_refused_at_home_and_in_production(told: dict[str, str], words: list[str]) -> None:
    for environment in (told, {"OWNWAY_MODE": "production", **told}):
        with pytest.raises(UnsafeSettings) as refusal:
            settings(environment)
        assert [word for word in words if word not in str(refusal.value)] == []


def test_production_wants_to_be_told_and_its_store_to_be_reached_in_private() -> None:
    for told, words in (
        ({}, "FILES_URL: name a folder that is backed up"),
        ({"FILES_URL": "file:files"}, "FILES_URL: give the whole path"),
        (
            {**FULL, "FILES_URL": "s3://o?region=x&endpoint=http://s3.example"},
            "FILES_URL: the endpoint must be an https",
        ),
    ):
        with pytest.raises(UnsafeSettings) as refusal:
            settings({"OWNWAY_MODE": "production", **told})
        assert words in str(refusal.value)
    with pytest.raises(UnsafeSettings) as refusal:
        settings({"OWNWAY_MODE": "production", **FULL})
    assert "FILES" not in str(refusal.value)
