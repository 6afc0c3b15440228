"""Reading the regulator's files: which of its formats a header belongs to, and what a row says of one location.

Four formats, told apart by their headers and never by position: the weekly directory, the active locations, the latest
ratings, and the list of care homes a council's data team publishes. The regulator calls one thing by a public name in one
file (``Homecare agencies``) and a legal name in another (``Domiciliary care service``): the public name is kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.market.providers.rules import CqcRating
from app.people.councils.rules.geography import POSTCODE, is_in_uk
from app.platform.tables.rules.row_reading import RowReading
from app.platform.tables.rules.rows import TableRow
from app.platform.tables.rules.shapes import Header, TableShape

LOCATION_ID = re.compile(r"1-\d{6,12}|R[A-Z0-9]{2,8}|V[A-Z0-9]{2,8}")


class Format(StrEnum):
    """The files we can read, in the words an operator knows them by."""

    RATINGS = "latest ratings"
    ACTIVE = "active locations"
    DIRECTORY = "weekly directory"
    CARE_HOMES = "care homes"


SHAPES: Mapping[Format, TableShape] = {
    Format.RATINGS: TableShape(
        frozenset({"location id", "service / population group", "latest rating", "publication date"}),
        {
            "location id": ("cqc location id",),
            "latest rating": ("rating", "overall rating"),
            "publication date": ("date of publication", "published on"),
        },
    ),
    Format.ACTIVE: TableShape(
        frozenset({"location id", "location name", "location postal code", "provider name"}),
        {
            "location id": ("cqc location id",),
            "location postal code": ("location postcode", "location post code"),
            "location telephone number": ("location telephone", "location phone"),
            "location web address": ("location website",),
        },
    ),
    Format.DIRECTORY: TableShape(
        frozenset({"name", "postcode", "service types", "provider name"}),
        {
            "postcode": ("post code", "postal code"),
            "service types": ("service type", "services"),
            "phone number": ("phone", "telephone", "telephone number", "tel"),
            "service's website": ("website", "web address"),
            "date of latest check": ("latest check", "last inspection"),
            "provider name": ("provider",),
        },
    ),
    Format.CARE_HOMES: TableShape(
        frozenset({"name", "cqc_id", "type", "postcode", "provider"}),
        {
            "cqc_id": ("location id",),
            "postcode": ("post code", "postal code"),
            "telephone": ("phone", "phone number", "telephone number", "tel"),
            "website": ("web address", "url"),
            "inspection_date": ("date of inspection", "last inspection"),
            "lon": ("long", "longitude"),
            "lat": ("latitude",),
        },
    ),
}
"""The columns that tell a format, and what else its columns have been called."""


def format_of(header: Header) -> Format:
    """Which of the regulator's formats a header is."""
    return next(one for one, shape in SHAPES.items() if shape is header.shape)


@dataclass(frozen=True, slots=True)
class Location:
    """What one row says of one registered location. What a register leaves empty says nothing, and changes nothing."""

    line: int
    location_id: str
    name: str
    provider_name: str
    provider_id: str | None = None
    service_types: tuple[str, ...] = ()
    specialisms: tuple[str, ...] = ()
    address: str | None = None
    postcode: str | None = None
    """Compact; nothing when the register's is not shaped like one."""
    phone: str | None = None
    website: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    last_checked_on: date | None = None
    rating: CqcRating | None = None
    rated_on: date | None = None
    is_rating_inherited: bool | None = None
    area_code: str | None = None
    area_name: str | None = None
    remarks: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be read at all."""

    line: int
    what: str
    words: str


SERVICE_TYPES = {
    "care home service with nursing": "Nursing homes",
    "care home service without nursing": "Residential homes",
    "domiciliary care service": "Homecare agencies",
    "supported living service": "Supported living",
    "extra care housing services": "Extra care housing",
    "extra care housing": "Extra care housing",
    "shared lives": "Shared lives",
    "community based services for people with a learning disability": "Community services - Learning disabilities",
    "community based services for people with mental health needs": "Community services - Mental Health",
    "community based services for people who misuse substances": "Community services - Substance abuse",
    "rehabilitation services": "Rehabilitation (illness/injury)",
    "specialist college service": "Specialist college services",
    "nursing homes": "Nursing homes",
    "residential homes": "Residential homes",
    "homecare agencies": "Homecare agencies",
    "supported living": "Supported living",
    "supported housing": "Supported housing",
    "hospice services at home": "Hospice services at home",
}
"""Legal and public names, compared in small letters, and the public name kept; a name that is not here is kept as it is."""

SPECIALISMS = {
    "older people": "Caring for adults over 65 yrs",
    "younger adults": "Caring for adults under 65 yrs",
    "children 0-18 years": "Caring for children (0 - 18yrs)",
    "learning disabilities or autistic spectrum disorder": "Learning disabilities",
    "mental health": "Mental health conditions",
    "physical disability": "Physical disabilities",
    "sensory impairment": "Sensory impairments",
    "sensory impairment(s)": "Sensory impairments",
    "people with an eating disorder": "Eating disorders",
    "people who misuse drugs and alcohol": "Substance misuse problems",
    "people detained under the mental health act": (
        "Caring for people whose rights are restricted under the Mental Health Act"
    ),
}
"""Names of the active locations, compared in small letters, and the names of the directory that are kept."""

RATINGS = {
    "outstanding": CqcRating.OUTSTANDING,
    "good": CqcRating.GOOD,
    "requires improvement": CqcRating.REQUIRES_IMPROVEMENT,
    "inadequate": CqcRating.INADEQUATE,
}
"""Every other word the regulator puts there (Not Rated, Not applicable, No published rating...) means not yet rated."""


def rating_of(words: str) -> CqcRating:
    """The rating the regulator's words stand for; not yet rated is never bad, only not known."""
    return RATINGS.get(words.casefold(), CqcRating.NOT_YET_RATED)


def read_location(row: TableRow, kind: Format) -> Location | Fault:
    """What a row of the directory, the active locations or the care homes says."""
    readers = {
        Format.DIRECTORY: _from_directory,
        Format.ACTIVE: _from_active,
        Format.CARE_HOMES: _from_care_homes,
    }
    what = row.get("name", "location name") or "(no name)"
    if row.fault is not None:
        return Fault(row.line, what, row.fault)
    location_id = row.get("cqc location id", "cqc location", "location id", "cqc_id") or ""
    if not LOCATION_ID.fullmatch(location_id):
        words = f"{location_id!r} is not a location number of the regulator's" if location_id else "no location number"
        return Fault(row.line, what, words)
    if what == "(no name)":
        return Fault(row.line, location_id, "no name")
    if row.get("provider name", "provider") is None:
        return Fault(row.line, what, "no provider")
    return readers[kind](row, location_id, what)


def _from_directory(row: TableRow, location_id: str, name: str) -> Location:
    said = RowReading(row)
    postcode = _postcode(said, "postcode")
    return Location(
        line=row.line,
        location_id=location_id,
        name=name[:200],
        provider_name=(row.get("provider name") or "")[:200],
        provider_id=row.get("cqc provider id", "cqc provider"),
        service_types=_listed(row.get("service types"), SERVICE_TYPES),
        specialisms=_listed(row.get("specialisms/services", "specialisms"), SPECIALISMS),
        address=_address(row.get("address")),
        postcode=postcode,
        phone=said.phone("phone number"),
        website=said.website("service's website"),
        last_checked_on=said.day("date of latest check"),
        area_name=row.get("local authority"),
        remarks=tuple(said.remarks),
    )


def _from_care_homes(row: TableRow, location_id: str, name: str) -> Location:
    said = RowReading(row)
    postcode = _postcode(said, "postcode")
    longitude, latitude = _point(said, "lon", "lat")
    return Location(
        line=row.line,
        location_id=location_id,
        name=name[:200],
        provider_name=(row.get("provider") or "")[:200],
        provider_id=None,
        service_types=_listed(row.get("type"), SERVICE_TYPES),
        address=_address(row.get("address")),
        postcode=postcode,
        phone=said.phone("telephone"),
        website=said.website("website"),
        longitude=longitude,
        latitude=latitude,
        last_checked_on=said.day("inspection_date"),
        area_code=row.get("area_code"),
        area_name=row.get("area_name"),
        remarks=tuple(said.remarks),
    )


def _from_active(row: TableRow, location_id: str, name: str) -> Location:
    said = RowReading(row)
    postcode = _postcode(said, "location postal code")
    longitude, latitude = _point(said, "location longitude", "location latitude")
    lines = [
        row.get(column)
        for column in ("location street address", "location address line 2", "location city", "location county")
    ]
    rating = row.get("location latest overall rating")
    inherited = row.get("inherited rating")
    is_dormant = (row.get("dormant") or "").casefold() == "y"
    return Location(
        line=row.line,
        location_id=location_id,
        name=name[:200],
        provider_name=(row.get("provider name") or "")[:200],
        provider_id=row.get("provider id"),
        service_types=_flagged(row.cells, "service type - ", SERVICE_TYPES),
        specialisms=_flagged(row.cells, "service user band - ", SPECIALISMS),
        address=_address(", ".join(line for line in lines if line)),
        postcode=postcode,
        phone=said.phone("location telephone number"),
        website=said.website("location web address"),
        longitude=longitude,
        latitude=latitude,
        rating=rating_of(rating) if rating else None,
        rated_on=said.day("publication date") if rating else None,
        is_rating_inherited=(inherited or "").casefold() == "y" if rating else None,
        area_name=row.get("location local authority"),
        remarks=(*said.remarks, *(["the register says it is dormant"] if is_dormant else [])),
    )


def _postcode(said: RowReading, column: str) -> str | None:
    """A compact postcode; what is to be said about it is remarked on."""
    text = said.row.get(column)
    if text is None:
        said.remarks.append("it has no postcode")
        return None
    compact = re.sub(r"\s+", "", text).upper()
    if POSTCODE.fullmatch(compact):
        return compact
    said.remarks.append(f"its postcode {text} is not shaped like one and was left out")
    return None


def _point(said: RowReading, lon: str, lat: str) -> tuple[float | None, float | None]:
    longitude, latitude = said.number(lon), said.number(lat)
    if longitude is None or latitude is None or not is_in_uk(longitude, latitude):
        return None, None
    return longitude, latitude


def _address(text: str | None) -> str | None:
    """``"2 Ashlands,Sale"`` -> ``"2 Ashlands, Sale"``."""
    if not text:
        return None
    return ", ".join(part.strip() for part in text.split(",") if part.strip())[:300] or None


def _listed(text: str | None, names: Mapping[str, str]) -> tuple[str, ...]:
    """Values separated by bars, each once, by the names we keep."""
    return _kept((text or "").split("|"), names)


def _flagged(cells: Mapping[str, str], beginning: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of this beginning that are ticked, each by the name we keep; headers come in small letters."""
    ticked = (header for header, cell in cells.items() if header.startswith(beginning) and cell.casefold() == "y")
    return _kept((name[:1].upper() + name[1:] for header in ticked if (name := header.removeprefix(beginning))), names)


def _kept(found: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    words = (value.strip() for value in found)
    return tuple(sorted({names.get(value.casefold(), value) for value in words if value}))


@dataclass(frozen=True, slots=True)
class Rated:
    """One location's own rating: the row where both the group and the domain say Overall."""

    line: int
    location_id: str
    name: str
    rating: CqcRating
    rated_on: date
    is_inherited: bool
    area_name: str | None
    postcode: str | None


def read_rating(row: TableRow) -> Rated | Fault | None:
    """A location's overall rating; nothing for a row about a part of it (a population group, one key question)."""
    what = row.get("location name", "location id") or "(no name)"
    if row.fault is not None:
        return Fault(row.line, what, row.fault)
    location_id = row.get("location id") or ""
    if not LOCATION_ID.fullmatch(location_id):
        return Fault(row.line, what, f"{location_id!r} is not a location number of the regulator's")
    domain = row.get("domain", "key question") or ""
    if (row.get("service / population group") or "").casefold() != "overall" or domain.casefold() != "overall":
        return None
    said = RowReading(row)
    rated_on = said.day("publication date")
    rating = row.get("latest rating")
    if rating is None or rated_on is None:
        words = "no rating" if rating is None else "; ".join(["no date of publication that can be read", *said.remarks])
        return Fault(row.line, what, words)
    return Rated(
        line=row.line,
        location_id=location_id,
        name=what,
        rating=rating_of(rating),
        rated_on=rated_on,
        is_inherited=(row.get("inherited rating") or "").casefold() == "y",
        area_name=row.get("location local authority"),
        postcode=_postcode(said, "location post code"),
    )
