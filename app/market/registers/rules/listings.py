"""What imported rows become: the kind of support a registered location sells, and what community files say."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.catalogue.rules.names import as_title, shortened
from app.market.catalogue.rules.suitability import times_in
from app.people.councils.rules.geography import POSTCODE, is_in_uk, words_of
from app.platform.tables.rules.row_reading import RowReading
from app.platform.tables.rules.rows import TableRow
from app.platform.tables.rules.shapes import TableShape

TITLE_LONGEST = 150
SUMMARY_LONGEST = 300


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """What a register says of one listing; empty says nothing. ``goes_everywhere``: it reaches the whole council."""

    kind: str
    nature: Nature
    title: str
    summary: str = ""
    description: str = ""
    is_free: bool = False
    opening_times: str = ""
    how_to_join: str = ""
    days: tuple[int, ...] = ()
    times: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    address: str | None = None
    postcode: str | None = None
    """Compact; nothing when the file's is not shaped like one."""
    longitude: float | None = None
    latitude: float | None = None
    goes_everywhere: bool = False


# Registered locations.

KIND_OF_SERVICE: Mapping[str, str] = {
    "Nursing homes": "care-home",
    "Residential homes": "care-home",
    "Homecare agencies": "care-at-home",
    "Supported living": "supported-living",
    "Supported housing": "supported-living",
    "Extra care housing": "extra-care",
    "Shared lives": "extra-care",
    "Hospice services at home": "care-at-home",
    "Specialist college services": "work-and-learning",
}
"""The regulator's public names; of several at one location the first here gives the kind. Others are not sold here."""

ONE_OF = {
    "Nursing homes": "nursing home",
    "Residential homes": "residential home",
    "Homecare agencies": "homecare agency",
}
NEED_OF_SPECIALISM: Mapping[str, str] = {
    "Caring for adults over 65 yrs": "Older people",
    "Caring for adults under 65 yrs": "Adults under 65",
    "Caring for children (0 - 18yrs)": "Children",
    "Dementia": "Dementia",
    "Learning disabilities": "Learning disability",
    "Mental health conditions": "Mental health",
    "Physical disabilities": "Physical disability",
    "Sensory impairments": "Sensory impairment",
    "Eating disorders": "Eating disorder",
    "Substance misuse problems": "Drugs and alcohol",
    "Caring for people whose rights are restricted under the Mental Health Act": "Held under the Mental Health Act",
    "Whole Population": "Everybody",
}
AT_A_PLACE = frozenset({"care-home", "extra-care", "work-and-learning"})
"""Kinds people come to; the others come to people, and a register does not say how far."""


def kind_of_services(service_types: Sequence[str]) -> str | None:
    """The kind of support a location sells, or nothing when none of its services is support people shop for here."""
    return next((kind for name, kind in KIND_OF_SERVICE.items() if name in service_types), None)


def facts_of_location(
    *,
    kind: str,
    name: str,
    provider_name: str,
    service_types: Sequence[str],
    specialisms: Sequence[str],
    address: str | None,
    postcode: str | None,
    longitude: float | None,
    latitude: float | None,
) -> ListingFacts:
    """The listing of a registered location, in words that say no more than the register does."""
    services = _joined([ONE_OF.get(name, name[:1].lower() + name[1:]) for name in service_types])
    needs = tuple(NEED_OF_SPECIALISM.get(name, name) for name in specialisms)
    looks_after = f" The register lists it for: {', '.join(needs)}." if needs else ""
    return ListingFacts(
        kind=kind,
        nature=KINDS[kind].nature,
        title=shortened(name, TITLE_LONGEST),
        summary=shortened(f"{services[:1].upper()}{services[1:]} run by {provider_name}.", SUMMARY_LONGEST),
        description=f"Registered with the Care Quality Commission as {services}.{looks_after}",
        needs=needs,
        address=address,
        postcode=postcode,
        longitude=longitude,
        latitude=latitude,
        goes_everywhere=kind not in AT_A_PLACE,
    )


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# Community files.


class CommunityKind(StrEnum):
    """The community files we can read."""

    LIBRARIES = "libraries"
    FOOD_BANKS = "food-banks"
    SPORTS_CLUBS = "sports-clubs"
    MENTAL_HEALTH = "mental-health"
    CHARITIES = "charities"


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One row of a community file: the organisation, its listing, and what names both in that file."""

    line: int
    source_key: str
    organisation: str
    organisation_key: str
    is_charity: bool
    facts: ListingFacts
    charity_number: str | None = None
    contact: Mapping[str, str | None] = field(default_factory=dict)
    """Columns of the organisation; where rows of one organisation differ, neither is taken."""
    area_code: str | None = None
    area_name: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a row cannot become a listing."""

    line: int
    what: str
    words: str


NEEDED: Mapping[CommunityKind, frozenset[str]] = {
    CommunityKind.LIBRARIES: frozenset({"name", "address", "postcode", "type"}),
    CommunityKind.FOOD_BANKS: frozenset({"name", "referral method", "opening times", "address", "postcode"}),
    CommunityKind.SPORTS_CLUBS: frozenset({"name", "category", "address", "postcode"}),
    CommunityKind.MENTAL_HEALTH: frozenset({"name", "description", "address", "postcode"}),
    CommunityKind.CHARITIES: frozenset(
        {"registered_charity_number", "charity_name", "charity_activities", "charity_contact_postcode"}
    ),
}


_KNOWN_AS: Mapping[str, Sequence[str]] = {
    "name": ("organisation", "organisation name", "title"),
    "postcode": ("post code", "postal code"),
    "address": ("full address", "location"),
    "telephone": ("phone", "phone number", "telephone number", "tel"),
    "website": ("web address", "url", "web site"),
    "email": ("email address", "e-mail"),
    "lon": ("long", "longitude"),
    "lat": ("latitude",),
}


def shape_of(kind: CommunityKind) -> TableShape:
    """The columns of one kind of community file, and what else people call them."""
    return TableShape(NEEDED[kind], {} if kind == CommunityKind.CHARITIES else _KNOWN_AS)


def read_community(rows: Sequence[TableRow], kind: CommunityKind) -> list[CommunityRow | Unusable]:
    """Every row of a community file, in order: what it becomes, or why it cannot.

    Two places of one organisation are two listings, told apart in their titles by where they are; a row that says the
    same place again is refused.
    """
    read = [_read(row, kind) for row in rows]
    often = Counter(one.organisation_key for one in read if isinstance(one, CommunityRow))
    seen: dict[str, int] = {}
    community_rows: list[CommunityRow | Unusable] = []
    for one in read:
        if isinstance(one, Unusable):
            community_rows.append(one)
        elif one.source_key in seen:
            community_rows.append(Unusable(one.line, one.organisation, f"repeats line {seen[one.source_key]}"))
        else:
            seen[one.source_key] = one.line
            community_rows.append(_told_apart(one) if often[one.organisation_key] > 1 and kind != "charities" else one)
    return community_rows


def _told_apart(row: CommunityRow) -> CommunityRow:
    where = (row.facts.address or "").split(",")[0].strip()
    title = f"{row.facts.title}, {where}" if where else row.facts.title
    return replace(row, facts=replace(row.facts, title=shortened(title, TITLE_LONGEST)))


def _read(row: TableRow, kind: CommunityKind) -> CommunityRow | Unusable:
    name = row.get("name", "charity_name")
    if row.fault is not None:
        return Unusable(row.line, name or "(unreadable)", row.fault)
    if name is None:
        return Unusable(row.line, "(no name)", "no name")
    return READERS[kind](row, name)


def _place(row: TableRow) -> tuple[str | None, tuple[str, ...]]:
    text = row.get("postcode", "charity_contact_postcode")
    if text is None:
        return None, ("it has no postcode",)
    compact = re.sub(r"\s+", "", text).upper()
    if POSTCODE.fullmatch(compact):
        return compact, ()
    return None, (f"its postcode {text} is not shaped like one and was left out",)


def _community(
    row: TableRow,
    name: str,
    kind: str,
    *,
    summary: str,
    description: str = "",
    is_free: bool = False,
    is_charity: bool = False,
    **more: str | tuple[int, ...] | tuple[str, ...],
) -> CommunityRow:
    """What libraries, food banks, clubs and services have in common."""
    said = RowReading(row)
    postcode, remarks = _place(row)
    longitude, latitude = said.number("lon"), said.number("lat")
    if longitude is None or latitude is None or not is_in_uk(longitude, latitude):
        longitude = latitude = None
    address = _address(row.get("address"))
    email = row.get("email", "contact")
    title = as_title(name)[:200]
    phone, website = said.phone("telephone"), said.website("website")
    facts = ListingFacts(
        kind=kind,
        nature=Nature.COMMUNITY,
        title=shortened(title, TITLE_LONGEST),
        summary=shortened(summary, SUMMARY_LONGEST),
        description=description,
        is_free=is_free,
        address=address,
        postcode=postcode,
        longitude=longitude,
        latitude=latitude,
    )
    return CommunityRow(
        line=row.line,
        source_key=f"{words_of(name)[:120]}|{postcode or words_of(address or '')[:100]}",
        organisation=title,
        organisation_key=words_of(name)[:240],
        is_charity=is_charity,
        facts=replace(facts, **more),  # type: ignore[arg-type] # names of its own columns
        contact={
            "address": address,
            "postcode": postcode,
            "phone": phone,
            "email": email if email and "@" in email else None,
            "website": website,
        },
        area_code=row.get("area_code", "area code"),
        area_name=row.get("area_name", "area name"),
        remarks=(*remarks, *said.remarks),
    )


def _library(row: TableRow, name: str) -> CommunityRow:
    return _community(row, name, "libraries", summary=_sentence(row.get("type") or "Library"), is_free=True)


def _club(row: TableRow, name: str) -> CommunityRow:
    category = row.get("category")
    return _community(row, name, "sport", summary=f"Sports club: {category}." if category else "Sports club.")


def _mental_health(row: TableRow, name: str) -> CommunityRow:
    words = row.get("description") or ""
    is_charity = re.search(r"\bcharit(y|able)\b", words, re.IGNORECASE) is not None
    return _community(row, name, "mental-health", summary=words, description=words, is_charity=is_charity)


DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}


def _food_bank(row: TableRow, name: str) -> CommunityRow:
    opening, referral, contact = row.get("opening times") or "", row.get("referral method"), row.get("contact")
    how = [f"How to be referred: {referral}."] if referral else []
    how += [f"Ask at {contact}."] if contact else []
    days = {DAYS[day[:3]] for day in re.findall(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*", opening.casefold())}
    return _community(
        row,
        name,
        "food-banks",
        summary=f"Food bank. Open {opening}." if opening else "Food bank.",
        is_free=True,
        opening_times=opening[:SUMMARY_LONGEST],
        how_to_join=" ".join(how)[:SUMMARY_LONGEST],
        days=tuple(sorted(days)),
        times=tuple(time.value for time in times_in(opening)),
    )


def _charity(row: TableRow, name: str) -> CommunityRow | Unusable:
    number = row.get("registered_charity_number") or ""
    if not re.fullmatch(r"[0-9]{5,8}(-[0-9]{1,3})?", number):
        return Unusable(row.line, name, f"{number!r} is not a charity number" if number else "no charity number")
    said = RowReading(row)
    postcode, remarks = _place(row)
    website = said.website("charity_contact_web")
    activities = row.get("charity_activities")
    title = as_title(name)[:200]
    registered = f"Registered charity {number}, registered as {name}."
    return CommunityRow(
        line=row.line,
        source_key=number,
        organisation=title,
        organisation_key=f"{number} {name}"[:250],
        is_charity=True,
        charity_number=number,
        facts=ListingFacts(
            kind="charities",
            nature=Nature.COMMUNITY,
            title=shortened(title, TITLE_LONGEST),
            summary=shortened(activities or "The charity register does not say what it does.", SUMMARY_LONGEST),
            description=f"{activities}\n\n{registered}" if activities else registered,
            postcode=postcode,
            goes_everywhere=True,
        ),
        contact={"postcode": postcode, "website": website},
        remarks=(*remarks, *said.remarks),
    )


READERS: Mapping[CommunityKind, Callable[[TableRow, str], CommunityRow | Unusable]] = {
    CommunityKind.LIBRARIES: _library,
    CommunityKind.FOOD_BANKS: _food_bank,
    CommunityKind.SPORTS_CLUBS: _club,
    CommunityKind.MENTAL_HEALTH: _mental_health,
    CommunityKind.CHARITIES: _charity,
}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _address(text: str | None) -> str | None:
    if not text:
        return None
    return ", ".join(part.strip() for part in text.split(",") if part.strip())[:300] or None


def agreed_contacts(rows: Sequence[CommunityRow]) -> dict[str, dict[str, str | None]]:
    """For each organisation, what all of its rows say alike: six food banks of one name have six addresses, not one."""
    found: dict[str, dict[str, str | None]] = {}
    for row in rows:
        if row.organisation_key not in found:
            found[row.organisation_key] = dict(row.contact)
            continue
        agreed = found[row.organisation_key]
        for name, value in row.contact.items():
            if agreed.get(name) != value:
                agreed[name] = None
    return found
