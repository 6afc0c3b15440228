"""Whose a row is: matching the area a register writes with the council it is imported for, slips of the keyboard included."""

import re
from dataclasses import dataclass

from app.people.councils.rules.geography import AREA_CODE, POSTCODE, is_in_uk, words_of
from app.platform.tables.rules.outcomes import ELSEWHERE, Outcome, RowOutcome
from app.platform.tables.rules.row_reading import RowReading
from app.platform.tables.rules.rows import TableRow
from app.platform.tables.rules.shapes import TableShape


@dataclass(frozen=True, slots=True)
class AreaMatch:
    """Whether a row is ours, and what to say about how that was known."""

    is_ours: bool
    words: str = ""


def whose(
    *, code: str | None, name: str | None, has_our_postcode: bool, council_code: str, council_name: str
) -> AreaMatch:
    """Decide whether a row belongs to a council: by area code, else by the authority's name, else by postcode.

    A code that is not even shaped like one (``E0800009``) cannot speak against the name.
    """
    mistyped = code is not None and not AREA_CODE.fullmatch(code)
    if code is not None and not mistyped:
        return AreaMatch(code == council_code, "" if code == council_code else f"{ELSEWHERE} ({code})")
    remark = f"area code {code} is mistyped, so it was matched by " if mistyped else ""
    if name is not None:
        if council_words(name) == council_words(council_name):
            return AreaMatch(is_ours=True, words=remark and remark + "the name of the area")
        return AreaMatch(is_ours=False, words=f"{ELSEWHERE} ({name})")
    if has_our_postcode:
        return AreaMatch(is_ours=True, words=remark and remark + "its postcode")
    return AreaMatch(is_ours=False, words=f"{ELSEWHERE}, or its postcode is not known")


_TITLES = r"\b(council|metropolitan|borough|city|county|district|royal|london|of|the|mbc|bc|cc|dc)\b"


def council_words(name: str) -> str:
    """A council's name without its titles: ``"Trafford Metropolitan Borough Council"`` -> ``"trafford"``."""
    return " ".join(re.sub(_TITLES, " ", words_of(name)).split()) or words_of(name)


POSTCODE_COLUMNS = {
    "postcode": "Like M31 4FA",
    "ward_code": "The ONS code of its ward, like E05015240",
    "ward_name": "The name of its ward",
    "locality": "The area of your council by which you let support, in your own words",
    "lon": "Longitude in degrees, like -2.31",
    "lat": "Latitude in degrees, like 53.43",
    "la_code": "The ONS code of the council it is in; rows of another one are refused. It may be left out",
    "msoa_hcl_name": "What people call the part of town. It may be left out",
}
"""The columns of a file of postcodes, and what each means."""


@dataclass(frozen=True, slots=True)
class PostcodeRow:
    """One postcode of a council, checked. ``line`` and ``remark`` go into its fate."""

    compact: str
    ward_code: str
    ward_name: str
    locality: str
    longitude: float
    latitude: float
    neighbourhood: str = ""
    line: int = 0
    remark: str = ""


POSTCODES = TableShape(
    needed=frozenset({"postcode", "ward_code", "ward_name", "locality", "lon", "lat"}),
    known_as={
        "postcode": ("post code", "pcd", "pcds"),
        "ward_name": ("ward",),
        "locality": ("town", "area", "place"),
        "lon": ("long", "longitude"),
        "lat": ("latitude",),
        "la_code": ("local authority code", "lad code", "council code"),
        "la_name": ("local authority", "local authority name", "lad name", "council"),
        "msoa_hcl_name": ("part of town", "neighbourhood"),
    },
)
"""What a file of postcodes must have; ``la_code``, ``la_name`` and ``msoa_hcl_name`` (part of town) are used when there."""


def read_postcode(row: TableRow, *, council_code: str, council_name: str) -> PostcodeRow | RowOutcome:
    """One row of a file of postcodes, or why it is refused."""
    what = row.cells.get("postcode", "(no postcode)")
    ours = whose(
        code=row.get("la_code"),
        name=row.get("la_name"),
        # A file without these columns is taken at its word: the operator said whose it is.
        has_our_postcode=True,
        council_code=council_code,
        council_name=council_name,
    )
    compact = what.replace(" ", "").upper()
    said = RowReading(row)
    lon, lat = said.number("lon"), said.number("lat")
    missing = [name for name in ("ward_code", "ward_name", "locality") if row.get(name) is None]
    fault = row.fault or _postcode_fault(compact, lon, lat)
    if fault is None and missing:
        fault = f"{' and '.join(missing)} missing"
    if fault is None and not ours.is_ours:
        fault = ours.words
    elif fault is not None and said.remarks:
        fault = "; ".join([fault, *said.remarks])
    if fault is not None or lon is None or lat is None:
        return RowOutcome(row.line, what, Outcome.REFUSED, fault or "")
    return PostcodeRow(
        compact=compact,
        ward_code=row.cells["ward_code"][:9],
        ward_name=row.cells["ward_name"][:80],
        locality=row.cells["locality"][:80],
        longitude=lon,
        latitude=lat,
        neighbourhood=row.cells.get("msoa_hcl_name", "")[:80],
        line=row.line,
        remark=ours.words,
    )


def _postcode_fault(compact: str, lon: float | None, lat: float | None) -> str | None:
    if not POSTCODE.fullmatch(compact):
        return "the postcode is not shaped like one"
    if lon is None or lat is None:
        return "longitude or latitude is missing"
    return None if is_in_uk(lon, lat) else "it is said to lie outside the United Kingdom"
