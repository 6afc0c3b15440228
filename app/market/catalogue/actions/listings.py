"""Writing listings, showing them and taking them down, by staff of a claimed provider."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue.actions.changes import mark_changed
from app.market.catalogue.models import Listing, ListingArea, ListingStatus, RateCard
from app.market.catalogue.permissions import may_manage
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.suitability import TimeOfDay
from app.market.catalogue.rules.words import missing_before_showing, wrong_with_words
from app.market.providers import queries as provider_queries
from app.market.providers.models import Provider, Registration
from app.market.providers.rules.removal import RemovalReason, removed_words
from app.people.accounts.models import Person
from app.people.councils import queries as council_queries
from app.people.councils.models import Council, Locality
from app.people.councils.rules.geography import show_postcode
from app.platform.audit import actions as audit

Area = tuple[int, int | None]
"""A council's id and, when only one locality is reached, that locality's."""


class ListingChangedMeanwhile(Conflict):
    """Somebody else saved the same listing after it was opened for editing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingWords:
    """What staff write about a listing, in one piece: it is saved whole or not at all."""

    title: str
    summary: str
    description: str = ""
    is_free: bool = False
    can_take_new_people: bool = True
    notice_hours: int = 24
    opening_times: str = ""
    how_to_join: str = ""
    days: Sequence[int] = ()
    times: Sequence[str] = ()
    languages: Sequence[str] = ()
    needs: Sequence[str] = ()
    age_from: int | None = None
    age_to: int | None = None
    address: str | None = None
    postcode: str | None = None

    def facts(self) -> dict[str, Any]:
        """Each by its name."""
        return {fact.name: getattr(self, fact.name) for fact in fields(self)}


def write_listing(
    *,
    actor: Person,
    provider: Provider,
    kind: str,
    title: str,
    summary: str,
    description: str = "",
    areas: Collection[Area] = (),
    registration: Registration | None = None,
    **more: Any,
) -> Listing:
    """Write a new listing as a draft; ``more`` are the other facts of :class:`Words`.

    The registration is the provider's only one when none is named and the kind is personal care.

    Raises:
        NotAllowed: when the actor may not write for this provider.
        BadInput: when the kind or an area does not exist or a figure makes no sense.
    """
    if not may_manage(actor, provider):
        raise NotAllowed("Only staff of this provider may write its listings")
    if kind not in KINDS:
        raise BadInput("Select what kind of support it is")
    words = ListingWords(title=title, summary=summary, description=description, **more)
    now = clock.now()
    listing = Listing(
        provider_id=provider.id,
        provider=provider,
        kind=kind,
        nature=KINDS[kind].nature,
        status=ListingStatus.DRAFT,
        created_at=now,
        updated_at=now,
    )
    listing.registration = registration or _only_registration(provider, kind)
    _put(listing, words)
    db.session.add(listing)
    db.session.flush()
    _reach(listing, areas)
    mark_changed(listing.id)
    _record("listing_written", actor, listing)
    db.session.flush()
    return listing


def change_listing(
    *, actor: Person, listing: Listing, words: ListingWords, areas: Collection[Area], seen: str
) -> Listing:
    """Save what staff wrote over a listing, unless somebody saved it after ``seen`` (see ``version_of``).

    Raises:
        NotAllowed: when the actor may not write for this provider.
        ListingChangedMeanwhile: when the listing is no longer the one that was opened.
        Conflict: when it is made free while a rate of it is published for today or later.
        BadInput: when an area does not exist or a figure makes no sense.
    """
    _own(actor, listing)
    if version_of(listing) != seen:
        raise ListingChangedMeanwhile(
            "Somebody else at your desk saved this listing while you were writing. What you wrote is still here:"
            " compare it with the saved version below, then save again to replace it"
        )
    if words.is_free and db.session.scalar(select(RateCard.id).where(RateCard.listing_id == listing.id).limit(1)):
        raise Conflict("This listing has published rates, so it cannot be made free. Write a new listing instead")
    _put(listing, words)
    _reach(listing, areas)
    listing.updated_at = clock.now()
    mark_changed(listing.id)
    _record("listing_changed", actor, listing)
    db.session.flush()
    return listing


def publish_listing(*, actor: Person, listing: Listing) -> Listing:
    """Show a listing to everybody; nothing happens when it is shown already.

    Raises:
        NotAllowed: when the actor may not act for this provider.
        Conflict: when something is missing: words, a place it reaches, a registration, a framework provider's rates.
    """
    _own(actor, listing)
    if listing.removed_because is not None:
        raise Conflict(
            f"{removed_words(listing.removed_because)} Change nothing here: the decision can be appealed against"
        )
    if listing.status == ListingStatus.PUBLISHED:
        return listing
    missing = missing_before_showing(
        kind=listing.about_kind,
        title=listing.title,
        summary=listing.summary,
        reaches_somewhere=bool(listing.areas),
        is_registered=bool(listing.provider.registrations),
        must_publish_rates=not listing.is_free and _is_on_a_framework(listing, clock.today()),
        has_rates=db.session.scalar(select(RateCard.id).where(RateCard.listing_id == listing.id).limit(1)) is not None,
    )
    if missing:
        raise Conflict(missing)
    return _become(listing, ListingStatus.PUBLISHED, actor)


def withdraw_listing(*, actor: Person, listing: Listing) -> Listing:
    """Take a listing down; bookings already made keep their own copy. Nothing happens when it is not shown.

    Raises:
        NotAllowed: when the actor may not act for this provider.
    """
    _own(actor, listing)
    if listing.status != ListingStatus.PUBLISHED:
        return listing
    return _become(listing, ListingStatus.WITHDRAWN, actor)


def remove_listing(*, actor: Person, listing: Listing, because: RemovalReason) -> Listing:
    """Take a listing down for good, as a council's moderator decided; the reason stands in its place.

    Bookings already made keep their own copy. Who may is asked by whoever decides about what was reported.
    """
    listing.removed_because = because.value
    return _become(listing, ListingStatus.WITHDRAWN, actor)


def put_listing_back(*, actor: Person, listing: Listing) -> Listing:
    """Let a removed listing be shown again. Its provider puts it on show, when nothing it needs is missing by then."""
    if listing.removed_because is not None:
        listing.removed_because = None
        listing.updated_at = clock.now()
        _record("listing_may_be_shown", actor, listing)
        db.session.flush()
    return listing


def version_of(listing: Listing) -> str:
    """What tells one saved version of a listing from the next; kept in the form while somebody writes."""
    return listing.updated_at.isoformat()


def _own(actor: Person, listing: Listing) -> None:
    """Check, lock and read again."""
    if not may_manage(actor, listing.provider):
        raise NotAllowed("Only staff of this provider may change its listings")
    db.session.execute(select(Listing.id).where(Listing.id == listing.id).with_for_update())
    db.session.refresh(listing)


def _become(listing: Listing, status: ListingStatus, actor: Person) -> Listing:
    now = clock.now()
    listing.status = status
    listing.updated_at = now
    if status == ListingStatus.PUBLISHED:
        listing.published_at = now
    mark_changed(listing.id)
    _record(f"listing_{status}", actor, listing)
    db.session.flush()
    return listing


def _put(listing: Listing, words: ListingWords) -> None:
    wrong = wrong_with_words(notice_hours=words.notice_hours, age_from=words.age_from, age_to=words.age_to)
    if wrong:
        raise BadInput(wrong)
    for name, value in words.facts().items():
        setattr(listing, name, list(value) if isinstance(value, tuple | list) else value)
    listing.days = sorted(set(listing.days))
    listing.times = [time.value for time in TimeOfDay if time in words.times]
    _place(listing)


def _place(listing: Listing) -> None:
    """Put it on the map by its postcode, when that is one a council here knows."""
    known = council_queries.place_of(listing.postcode or "")
    if known is not None:
        listing.postcode = show_postcode(known.compact)
    listing.longitude = known.longitude if known else None
    listing.latitude = known.latitude if known else None


def _reach(listing: Listing, areas: Collection[Area]) -> None:
    """Make these, and no others, the places the listing reaches. A whole council swallows its localities."""
    whole = {council_id for council_id, locality_id in areas if locality_id is None}
    wanted = {area for area in areas if area[1] is None or area[0] not in whole}
    _refuse_unknown(wanted)
    kept = {(area.council_id, area.locality_id): area for area in listing.areas}
    for key in kept.keys() - wanted:
        db.session.delete(kept[key])
        listing.areas.remove(kept[key])
    db.session.flush()
    for council_id, locality_id in sorted(wanted - kept.keys(), key=str):
        listing.areas.append(ListingArea(council_id=council_id, locality_id=locality_id))
    db.session.flush()


def _refuse_unknown(areas: Collection[Area]) -> None:
    councils = {council_id for council_id, _ in areas}
    known = set(db.session.scalars(select(Council.id).where(Council.id.in_(councils))))
    localities = {(council_id, locality_id) for council_id, locality_id in areas if locality_id is not None}
    ids = {locality_id for _, locality_id in localities}
    pairs = db.session.execute(select(Locality.council_id, Locality.id).where(Locality.id.in_(ids)))
    if councils - known or localities - {(council_id, locality_id) for council_id, locality_id in pairs}:
        raise BadInput("Select places from the list")


def _only_registration(provider: Provider, kind: str) -> Registration | None:
    one = provider.registrations
    return one[0] if KINDS[kind].is_regulated and len(one) == 1 else None


def _is_on_a_framework(listing: Listing, day: date) -> bool:
    """Whether the provider is a framework provider, for this kind, of a council the listing reaches."""
    councils = {area.council_id for area in listing.areas}
    return any(
        place.lot.framework.council_id in councils and listing.kind in place.lot.kinds
        for place in provider_queries.places_on_frameworks([listing.provider_id], day)
    )


def _record(action: str, actor: Person, listing: Listing) -> None:
    audit.record(
        action=action,
        actor_id=actor.id,
        subject_kind="listing",
        subject_id=listing.id,
        kind=listing.kind,
        status=str(listing.status),
    )
