"""Listings from public registers and community files: added, brought up to date, and never over a claimed provider's words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.db import db
from app.market.catalogue.actions.changes import mark_changed, mark_provider_changed
from app.market.catalogue.models import Listing, ListingArea, ListingStatus
from app.market.providers.models import Provider, Registration
from app.market.providers.queries import REGULATOR, known_register, providers_by_charity_number, providers_from
from app.market.providers.rules import ProviderKind
from app.market.registers.actions.providers import community_provider, provider_from_register, rate_location
from app.market.registers.rules.listings import (
    CommunityKind,
    CommunityRow,
    ListingFacts,
    Unusable,
    agreed_contacts,
    facts_of_location,
    kind_of_services,
)
from app.market.registers.rules.providers import Fault, Location, Rated
from app.people.councils.models import Council, Postcode
from app.people.councils.queries import postcodes_of
from app.people.councils.rules.areas import council_words, whose
from app.people.councils.rules.geography import show_postcode
from app.platform.audit.actions import record
from app.platform.tables.rules.outcomes import ELSEWHERE, Outcome, RowOutcome, totals

T = TypeVar("T")
Progress = Callable[[Sequence[Any]], Iterator[Any]]


@dataclass(slots=True)
class _Import:
    """What one import compares with, and what it has changed so far."""

    council: Council
    source: str
    listings: dict[str, Listing]
    postcodes: dict[str, Postcode]
    changed: list[Listing] = field(default_factory=list)
    renamed: list[Provider] = field(default_factory=list)
    fates: list[RowOutcome] = field(default_factory=list)

    def tell(self, line: int, what: str, fate: Outcome, *words: str) -> None:
        """Note a row's fate."""
        self.fates.append(RowOutcome(line, what, fate, "; ".join(word for word in words if word)))

    def finish(self) -> list[RowOutcome]:
        """Tell the search index and the record, once everything has its number."""
        db.session.flush()
        for listing_id in dict.fromkeys([*(listing.id for listing in self.changed), *self._beside()]):
            mark_changed(listing_id)
        for provider_id in dict.fromkeys(provider.id for provider in self.renamed):
            mark_provider_changed(provider_id)
        counted = totals(self.fates)
        if counted[Outcome.ADDED] or counted[Outcome.UPDATED]:
            record(
                action="register_imported",
                actor_id=None,
                subject_kind="council",
                subject_id=self.council.id,
                council_id=self.council.id,
                source=self.source,
                **{str(fate): number for fate, number in counted.items()},
            )
        db.session.flush()
        return self.fates

    def _beside(self) -> Sequence[int]:
        """What providers wrote themselves of a location that changed: it shows the same rating and specialisms."""
        locations = {listing.registration_id for listing in self.changed} - {None}
        return db.session.scalars(
            select(Listing.id).where(Listing.registration_id.in_(locations)).order_by(Listing.id)
        ).all()


def _begin(council: Council, source: str) -> _Import:
    rows = db.session.scalars(select(Listing).where(Listing.source == source).options(selectinload(Listing.areas)))
    listings = {listing.source_key: listing for listing in rows if listing.source_key is not None}
    return _Import(council, source, listings, postcodes_of(council.id))


def import_locations(
    *, council: Council, rows: Sequence[Location | Fault], progress: Progress = iter
) -> list[RowOutcome]:
    """Bring in the regulator's locations of one council: providers, registrations, one listing each.

    Gives the fate of every row in order. A second run changes nothing. Run by commands only.
    """
    work = _begin(council, REGULATOR)
    known = known_register()
    seen: dict[str, int] = {}
    for row in progress(rows):
        if isinstance(row, Fault):
            work.tell(row.line, row.what, Outcome.REFUSED, row.words)
            continue
        ours = whose(
            code=row.area_code,
            name=row.area_name,
            has_our_postcode=row.postcode in work.postcodes,
            council_code=council.area_code,
            council_name=council.name,
        )
        what = f"{row.name} ({row.location_id})"
        if not ours.is_ours:
            work.tell(row.line, what, Outcome.REFUSED, ours.words)
            continue
        if row.location_id in seen:
            work.tell(row.line, what, Outcome.REFUSED, f"repeats line {seen[row.location_id]}")
            continue
        seen[row.location_id] = row.line
        kind = kind_of_services(row.service_types)
        if kind is None:
            services = ", ".join(row.service_types) or "the register names no service"
            work.tell(row.line, what, Outcome.REFUSED, f"not support that is sold here ({services})")
            continue
        provider = provider_from_register(
            location=row,
            known=known,
            is_own_council=council_words(row.provider_name) == council_words(council.name)
            and "council" in row.provider_name.casefold(),
        )
        if provider.is_renamed:
            work.renamed.append(provider.provider)
        registration = provider.registration
        facts = facts_of_location(
            kind=kind,
            name=row.name,
            provider_name=provider.provider.name,
            service_types=row.service_types,
            # An earlier file may have said what this one leaves out.
            specialisms=[one for one in (registration.specialisms or "").split("|") if one],
            address=row.address,
            postcode=row.postcode,
            longitude=row.longitude,
            latitude=row.latitude,
        )
        _keep(
            work,
            row.line,
            what,
            row.location_id,
            provider.provider,
            registration,
            facts,
            provider.changes,
            (ours.words, *row.remarks),
        )
    return work.finish()


def _keep(
    work: _Import,
    line: int,
    what: str,
    source_key: str,
    provider: Provider,
    registration: Registration | None,
    facts: ListingFacts,
    changes: list[str],
    remarks: Sequence[str],
) -> None:
    """Keep one listing, note its row's fate and whether the search index must know."""
    listing, fate, words = listing_from_register(
        council=work.council,
        source=work.source,
        source_key=source_key,
        provider=provider,
        registration=registration,
        facts=facts,
        listing=work.listings.get(source_key),
        postcode=work.postcodes.get(facts.postcode or ""),
    )
    work.listings[source_key] = listing
    if fate == Outcome.UNCHANGED and changes:
        fate = Outcome.UPDATED
    if fate in {Outcome.ADDED, Outcome.UPDATED}:
        work.changed.append(listing)
    changed = ", ".join([*changes, *words]) if fate == Outcome.UPDATED else "; ".join(words)
    work.tell(line, what, fate, *remarks, _reach(work, facts), changed)


def _reach(work: _Import, facts: ListingFacts) -> str:
    """What is to be said about where a listing reaches."""
    if facts.goes_everywhere or facts.postcode in work.postcodes:
        return ""
    where = (
        f"{show_postcode(facts.postcode)} is outside {work.council.name}"
        if facts.postcode
        else "where it is, is not known"
    )
    return f"{where}: shown to the whole council"


def listing_from_register(
    *,
    council: Council,
    source: str,
    source_key: str,
    provider: Provider,
    registration: Registration | None,
    facts: ListingFacts,
    listing: Listing | None,
    postcode: Postcode | None,
) -> tuple[Listing, Outcome, list[str]]:
    """Add or bring up to date one listing; gives it, its fate and what changed. It never gets a rate.

    A claimed provider's listing is left as its provider wrote it, and a new one of such a provider begins as a draft.

    Args:
        council: for whom it is imported: the listing reaches it, or the locality of its postcode.
        source: which register.
        source_key: what names it there.
        provider: who sells it.
        registration: the registered location, for the regulator's.
        facts: what the register says.
        listing: the one an earlier import made.
        postcode: the council's own postcode it lies at, when it does.
    """
    said = _said(facts, postcode)
    locality_id = None if facts.goes_everywhere or postcode is None else postcode.locality_id
    if listing is None:
        now = clock.now()
        status = ListingStatus.DRAFT if provider.is_claimed else ListingStatus.PUBLISHED
        listing = Listing(
            provider=provider,
            registration=registration,
            source=source,
            source_key=source_key,
            status=status,
            created_at=now,
            updated_at=now,
            published_at=None if provider.is_claimed else now,
            areas=[ListingArea(council_id=council.id, locality_id=locality_id)],
            **said,
        )
        db.session.add(listing)
        return listing, Outcome.ADDED, ["a draft, for its provider to finish"] if provider.is_claimed else []
    if provider.is_claimed:
        return listing, Outcome.UNCHANGED, ["its provider looks after this page"]
    changes = [name for name, value in said.items() if getattr(listing, name) != value]
    for name in changes:
        setattr(listing, name, said[name])
    if listing.provider is not provider:
        listing.provider = provider
    if _reaches_otherwise(listing, council, locality_id):
        changes.append("where it reaches")
    if not changes:
        return listing, Outcome.UNCHANGED, []
    listing.updated_at = clock.now()
    return listing, Outcome.UPDATED, [WORDS_FOR.get(name, name) for name in changes]


WORDS_FOR = {"is_free": "whether it is free", "opening_times": "opening times", "how_to_join": "how to join"}


def _said(facts: ListingFacts, postcode: Postcode | None) -> dict[str, Any]:
    """Columns and values; a place that the file does not give is taken from the postcode, or left as it is."""
    at = (facts.longitude, facts.latitude)
    if facts.longitude is None and postcode is not None:
        at = (postcode.longitude, postcode.latitude)
    said = {
        "kind": facts.kind,
        "nature": facts.nature,
        "title": facts.title,
        "summary": facts.summary,
        "description": facts.description,
        "is_free": facts.is_free,
        "opening_times": facts.opening_times,
        "how_to_join": facts.how_to_join,
        "days": list(facts.days),
        "times": list(facts.times),
        "needs": list(facts.needs),
        "address": facts.address,
        "postcode": show_postcode(facts.postcode) if facts.postcode else None,
        "longitude": at[0],
        "latitude": at[1],
    }
    return {name: value for name, value in said.items() if value is not None}


def _reaches_otherwise(listing: Listing, council: Council, locality_id: int | None) -> bool:
    """Bring the listing's reach in this council up to date; what it reaches elsewhere stays."""
    here = [area for area in listing.areas if area.council_id == council.id]
    if [area.locality_id for area in here] == [locality_id]:
        return False
    for area in here:
        db.session.delete(area)
        listing.areas.remove(area)
    db.session.flush()
    listing.areas.append(ListingArea(council_id=council.id, locality_id=locality_id))
    return True


def import_ratings(
    *, council: Council, rows: Sequence[tuple[int, str, Rated | Fault | None]], progress: Progress = iter
) -> list[RowOutcome]:
    """Bring the overall ratings of locations already known here up to date: of several the newest counts.

    Args:
        council: only its locations are touched.
        rows: line, what it is about, and what was read; nothing where the row rates a part of a location.
        progress: draws the rows.
    """
    work = _begin(council, REGULATOR)
    known = known_register().by_location
    best: dict[str, Rated] = {}
    for _, _, read in rows:
        if isinstance(read, Rated):
            held = best.get(read.location_id)
            if held is None or _rank(read) > _rank(held):
                best[read.location_id] = read
    for line, what, read in progress(rows):
        if read is None:
            work.tell(line, what, Outcome.UNCHANGED, "rates a part of the location: only the overall rating is kept")
        elif isinstance(read, Fault):
            work.tell(line, what, Outcome.REFUSED, read.words)
        else:
            _rate(work, f"{what} ({read.location_id})", read, best[read.location_id], known.get(read.location_id))
    return work.finish()


def _rank(rated: Rated) -> tuple[Any, ...]:
    """The newest publication first; of one day, a rating of its own before an inherited one, then the later line."""
    return rated.rated_on, not rated.is_inherited, rated.line


def _rate(work: _Import, what: str, rated: Rated, best: Rated, registration: Registration | None) -> None:
    ours = whose(
        code=None,
        name=rated.area_name,
        has_our_postcode=rated.postcode in work.postcodes,
        council_code=work.council.area_code,
        council_name=work.council.name,
    )
    if not ours.is_ours:
        work.tell(rated.line, what, Outcome.REFUSED, ours.words)
        return
    if registration is None:
        work.tell(rated.line, what, Outcome.REFUSED, "this location is not known here: import the directory first")
        return
    if rated is not best:
        work.tell(rated.line, what, Outcome.UNCHANGED, f"line {best.line} has the rating that counts")
        return
    changes = rate_location(registration=registration, rated=rated)
    if changes:
        listing = work.listings.get(registration.cqc_location_id)
        work.changed.extend([listing] if listing is not None else [])
        work.tell(rated.line, what, Outcome.UPDATED, ", ".join(changes))
    else:
        work.tell(rated.line, what, Outcome.UNCHANGED)


def import_community(
    *, council: Council, kind: CommunityKind, rows: Sequence[CommunityRow | Unusable], progress: Progress = iter
) -> list[RowOutcome]:
    """Bring in one community file of a council: organisations that nobody has claimed, and their listings.

    Gives the fate of every row in order. A second run changes nothing. Run by commands only.
    """
    work = _begin(council, kind)
    organisations = providers_from(kind)
    charities = providers_by_charity_number()
    contacts = agreed_contacts([row for row in rows if isinstance(row, CommunityRow)])
    for row in progress(rows):
        if isinstance(row, Unusable):
            work.tell(row.line, row.what, Outcome.REFUSED, row.words)
            continue
        remark, is_ours = _whose_community(work, row)
        if not is_ours:
            work.tell(row.line, row.organisation, Outcome.REFUSED, remark)
            continue
        number = row.charity_number
        found = charities.get(number) if number else organisations.get(row.organisation_key)
        name_before = found.name if found is not None else None
        contact = contacts[row.organisation_key]
        postcode = contact.get("postcode")
        provider, changes = community_provider(
            found=found,
            source=kind,
            source_key=row.organisation_key,
            kind=ProviderKind.CHARITY if row.is_charity else ProviderKind.COMMUNITY,
            facts={
                **contact,
                "name": row.organisation,
                "charity_number": number,
                "postcode": show_postcode(postcode) if postcode else None,
            },
        )
        if name_before is not None and provider.name != name_before:
            work.renamed.append(provider)
        organisations[row.organisation_key] = provider
        if number:
            charities[number] = provider
        _keep(
            work, row.line, row.facts.title, row.source_key, provider, None, row.facts, changes, (remark, *row.remarks)
        )
    return work.finish()


def _whose_community(work: _Import, row: CommunityRow) -> tuple[str, bool]:
    """A remark, and whether the row is the council's; a file that names no area is taken at its word."""
    if row.area_code is None and row.area_name is None:
        return "", True
    ours = whose(
        code=row.area_code,
        name=row.area_name,
        has_our_postcode=row.facts.postcode in work.postcodes,
        council_code=work.council.area_code,
        council_name=work.council.name,
    )
    return ours.words or ("" if ours.is_ours else ELSEWHERE), ours.is_ours
