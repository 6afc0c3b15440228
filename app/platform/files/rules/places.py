"""Where the operator says that files are kept: a folder of this machine, or a bucket that speaks S3."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

FILES_SETTINGS = ("FILES_URL", "FILES_ACCESS_KEY", "FILES_SECRET_KEY")
_ASKED = frozenset({"region", "endpoint"})


@dataclass(frozen=True, slots=True)
class FilesPlace:
    """Where files are kept. ``folder`` alone is a folder; a ``bucket`` is elsewhere, reached with a key and its secret."""

    folder: str = ""
    bucket: str = ""
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    """The address of a store that is not Amazon's own."""
    access_key: str = ""
    secret_key: str = ""


def place_told(environment: Mapping[str, str], at_home: str) -> FilesPlace:
    """The place the settings name: ``file:/var/lib/ownway/files``, ``s3://BUCKET/beginning?region=eu-west-2``.

    Args:
        environment: the settings.
        at_home: the folder when none says where.

    Raises:
        ValueError: naming everything that is missing or wrong.
    """
    address = environment.get("FILES_URL", "").strip()
    if not address:
        return FilesPlace(folder=at_home)
    parts = urlsplit(address)
    if parts.scheme == "file":
        folder = unquote(parts.path)
        if not folder or parts.netloc:
            raise ValueError("FILES_URL: name a folder, file:/var/lib/ownway/files")
        return FilesPlace(folder=folder)
    if parts.scheme != "s3":
        raise ValueError("FILES_URL: give file:/a/folder, or s3://BUCKET?region=REGION")
    asked = dict(parse_qsl(parts.query))
    place = FilesPlace(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        region=asked.get("region", ""),
        endpoint=asked.get("endpoint", ""),
        access_key=environment.get("FILES_ACCESS_KEY", ""),
        secret_key=environment.get("FILES_SECRET_KEY", ""),
    )
    wrong = list(_lacking(place, asked))
    if wrong:
        raise ValueError("\n  ".join(wrong))
    return place


def _lacking(place: FilesPlace, asked: Mapping[str, str]) -> list[str]:
    wrong = []
    if not place.bucket:
        wrong.append("FILES_URL: name the bucket, s3://BUCKET?region=REGION")
    if not place.region:
        wrong.append("FILES_URL: name the bucket's region, ?region=eu-west-2")
    if set(asked) - _ASKED:
        wrong.append(f"FILES_URL: {', '.join(sorted(set(asked) - _ASKED))} is not known; region and endpoint are")
    if place.endpoint and urlsplit(place.endpoint).scheme not in {"http", "https"}:
        wrong.append("FILES_URL: the endpoint must be an address, endpoint=https://...")
    if not place.access_key:
        wrong.append("FILES_ACCESS_KEY: give the key's id")
    if not place.secret_key:
        wrong.append("FILES_SECRET_KEY: give the key's secret")
    return wrong
