"""Reading providers: their pages, their places on frameworks, and who asked to speak for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.market.providers.models import Claim, FrameworkPlace, Provider, Registration, Suspension
from app.market.providers.queries.suspensions import holds_on
from app.market.providers.rules import ClaimStatus, place_counts, suspension_counts
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.models import Framework, Lot

REGULATOR = "cqc"
"""The source of providers the Care Quality Commission's files brought."""


def provider_by_public_id(public_id: str) -> Provider:
    """One provider with its registrations, for anybody.

    Raises:
        NotFound: when there is none.
    """
    provider = db.session.scalar(
        select(Provider).where(Provider.public_id == public_id).options(selectinload(Provider.registrations))
    )
    if provider is None:
        message = "There is no such provider."
        raise NotFound(message)
    return provider


def framework_status(provider_id: int, council_id: int, kind: str, on: date, locality_id: int | None = None) -> bool:
    """Whether a provider is a framework provider of a council for a kind of support on a day.

    Args:
        provider_id: whose status.
        council_id: whose framework.
        kind: code of the kind of support.
        on: the day.
        locality_id: a place let for another locality only does not count; empty: a place in any locality counts.
    """
    pair = (provider_id, kind)
    return framework_statuses([pair], council_id=council_id, on=on, locality_id=locality_id)[pair]


def framework_days(
    provider_id: int,
    council_id: int,
    kind: str,
    days: Collection[date],
    locality_id: int | None = None,
    *,
    is_agreed: bool = False,
) -> frozenset[date]:
    """Those of the days on which :func:`framework_status` says yes, with one query however many days there are.

    ``is_agreed``: for further visits of what was agreed already, which a suspension does not touch.
    """
    if not days:
        return frozenset()
    places = [
        (place, () if is_agreed else suspended)
        for place, suspended in _places_between(council_id, min(days), max(days), {provider_id})
        if kind in place.lot.kinds and (locality_id is None or place.locality_id in {None, locality_id})
    ]
    return frozenset(day for day in days if any(_counts(place, suspended, day) for place, suspended in places))


_TAKES_PLACE = and_(
    Suspension.provider_id == FrameworkPlace.provider_id,
    or_(
        Suspension.lot_id == FrameworkPlace.lot_id,
        and_(
            Suspension.lot_id.is_(None),
            or_(Suspension.council_id.is_(None), Suspension.council_id == Framework.council_id),
        ),
    ),
)
"""A suspension of the lot, of the whole provider by the framework's council, or everywhere takes the status."""

_STANDING = (
    select(
        FrameworkPlace.provider_id,
        FrameworkPlace.locality_id,
        Lot.kinds,
        FrameworkPlace.from_on,
        FrameworkPlace.until_on,
        Framework.starts_on,
        Framework.ends_on,
    )
    .join(FrameworkPlace.lot)
    .join(Lot.framework)
    .where(
        Framework.council_id == bindparam("council_id"),
        FrameworkPlace.provider_id.in_(bindparam("provider_ids", expanding=True)),
        FrameworkPlace.from_on <= bindparam("on"),
        Framework.starts_on <= bindparam("on"),
        Framework.ends_on >= bindparam("on"),
        ~exists().where(_TAKES_PLACE, holds_on(bindparam("on"))),
    )
)
"""Facts only, built once: pages of listings ask this each time."""


def framework_statuses(
    pairs: Iterable[tuple[int, str]], *, council_id: int, on: date, locality_id: int | None = None
) -> dict[tuple[int, str], bool]:
    """The status of many (provider id, kind) pairs at once, with one query; see :func:`framework_status`."""
    wanted = set(pairs)
    if not wanted:
        return {}
    asked = {"council_id": council_id, "on": on, "provider_ids": sorted({provider_id for provider_id, _ in wanted})}
    covered: set[tuple[int, str]] = set()
    for provider_id, where, kinds, place_from, place_until, starts, ends in fetch_rows(_STANDING, asked):
        if locality_id is not None and where not in {None, locality_id}:
            continue
        if place_counts(
            on,
            framework_from=starts,
            framework_until=ends,
            place_from=place_from,
            place_until=place_until,
        ):
            covered.update((provider_id, kind) for kind in kinds)
    return {pair: pair in covered for pair in wanted}


def places_on_frameworks(provider_ids: Iterable[int], on: date) -> Sequence[FrameworkPlace]:
    """The places that count on a day, of these providers, on any council's framework: for the search index."""
    return _places(None, on, set(provider_ids))


def providers_on_framework(council_id: int, on: date, kind: str | None = None) -> Sequence[Provider]:
    """A council's framework providers on a day, by name; of one kind of support when that is given."""
    found = {
        place.provider_id: place.provider
        for place in _places(council_id, on, None)
        if kind is None or kind in place.lot.kinds
    }
    return sorted(found.values(), key=lambda provider: (provider.name.casefold(), provider.id))


Days = tuple[date, date | None]
"""From when a suspension holds, and the first day on which it no longer does."""


def _places(council_id: int | None, on: date, provider_ids: set[int] | None) -> list[FrameworkPlace]:
    """Places that count on a day, with lot, framework and provider; a suspended one does not."""
    return [
        place for place, suspended in _places_between(council_id, on, on, provider_ids) if _counts(place, suspended, on)
    ]


def _places_between(
    council_id: int | None, first: date, last: date, provider_ids: set[int] | None
) -> list[tuple[FrameworkPlace, list[Days]]]:
    """Places that may count on some day from the first to the last, with the days they are suspended. One query.

    :func:`_counts` knows on which of the days.
    """
    rows = (
        select(FrameworkPlace, Suspension.from_on, Suspension.ended_on)
        .join(FrameworkPlace.lot)
        .join(Lot.framework)
        .outerjoin(Suspension, _TAKES_PLACE)
        .where(FrameworkPlace.from_on <= last, Framework.starts_on <= last, Framework.ends_on >= first)
        .options(joinedload(FrameworkPlace.lot).joinedload(Lot.framework), joinedload(FrameworkPlace.provider))
        .order_by(FrameworkPlace.id)
    )
    if council_id is not None:
        rows = rows.where(Framework.council_id == council_id)
    if provider_ids is not None:
        rows = rows.where(FrameworkPlace.provider_id.in_(provider_ids))
    found: dict[int, tuple[FrameworkPlace, list[Days]]] = {}
    for place, from_on, ended_on in db.session.execute(rows):
        _, suspended = found.setdefault(place.id, (place, []))
        if from_on is not None:
            suspended.append((from_on, ended_on))
    return list(found.values())


def _counts(place: FrameworkPlace, suspended: Iterable[Days], on: date) -> bool:
    return place_counts(
        on,
        framework_from=place.lot.framework.starts_on,
        framework_until=place.lot.framework.ends_on,
        place_from=place.from_on,
        place_until=place.until_on,
    ) and not any(suspension_counts(on, from_on=begins, ended_on=ends) for begins, ends in suspended)


def registrations_of(provider_ids: Iterable[int]) -> Sequence[Registration]:
    """The registered locations of these providers, by name."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.provider_id.in_(set(provider_ids)))
        .order_by(Registration.name, Registration.id)
    ).all()


@dataclass(slots=True)
class KnownRegister:
    """What earlier imports of the regulator's files brought, for one import to compare with and add to."""

    by_location: dict[str, Registration]
    by_provider_id: dict[str, Provider]
    by_name: dict[str, Provider]
    """Small letters; of several with one name, none: the name then says nothing."""

    def learn(self, provider: Provider) -> None:
        """Remember a provider this import made."""
        if provider.cqc_provider_id is not None:
            self.by_provider_id[provider.cqc_provider_id] = provider
        self.by_name[provider.name.casefold()] = provider


def known_register() -> KnownRegister:
    """Every registration and the providers that came with them: for an import, never for a page."""
    registrations = db.session.scalars(select(Registration).options(joinedload(Registration.provider))).all()
    providers = db.session.scalars(
        select(Provider).where((Provider.source == REGULATOR) | Provider.cqc_provider_id.is_not(None))
    ).all()
    names = Counter(provider.name.casefold() for provider in providers)
    return KnownRegister(
        {one.cqc_location_id: one for one in registrations},
        {one.cqc_provider_id: one for one in providers if one.cqc_provider_id is not None},
        {one.name.casefold(): one for one in providers if names[one.name.casefold()] == 1},
    )


def providers_from(source: str) -> dict[str, Provider]:
    """The providers an earlier import of this source brought, by what names them there: for an import."""
    rows = db.session.scalars(select(Provider).where(Provider.source == source)).all()
    return {one.source_key: one for one in rows if one.source_key is not None}


def providers_by_charity_number() -> dict[str, Provider]:
    """Every provider that is a registered charity, by its number: for an import."""
    rows = db.session.scalars(select(Provider).where(Provider.charity_number.is_not(None))).all()
    return {one.charity_number: one for one in rows if one.charity_number is not None}


def waiting_claim(actor: Person, provider: Provider) -> Claim | None:
    """The actor's own claim on a provider that nobody has decided yet."""
    return db.session.scalar(
        select(Claim)
        .where(Claim.provider_id == provider.id, Claim.person_id == actor.id, Claim.status == ClaimStatus.WAITING)
        .options(joinedload(Claim.council))
    )


def claims_to_decide(actor: Person) -> Select[Claim]:
    """Claims waiting at the councils whose commissioner the actor is, oldest first; a select for paging.

    Those for one provider stand together, at the place of the oldest of them.
    """
    same = aliased(Claim)
    oldest = (
        select(func.min(same.id))
        .where(same.provider_id == Claim.provider_id, same.status == ClaimStatus.WAITING)
        .correlate(Claim)
        .scalar_subquery()
    )
    return (
        select(Claim)
        .where(
            Claim.council_id.in_(actor.council_ids_as(*RUN_FRAMEWORKS)),
            Claim.status == ClaimStatus.WAITING,
        )
        .options(joinedload(Claim.provider), joinedload(Claim.person), joinedload(Claim.council))
        .order_by(oldest, Claim.id)
    )


def claims_decided(actor: Person, most: int) -> Sequence[Claim]:
    """The latest decisions at the actor's councils, newest first."""
    return db.session.scalars(
        select(Claim)
        .where(
            Claim.council_id.in_(actor.council_ids_as(*RUN_FRAMEWORKS)),
            Claim.status != ClaimStatus.WAITING,
        )
        .options(joinedload(Claim.provider), joinedload(Claim.person), joinedload(Claim.decided_by))
        .order_by(Claim.decided_at.desc(), Claim.id.desc())
        .limit(most)
    ).all()


def claim_for(actor: Person, public_id: str) -> Claim:
    """One claim, for the commissioners of the council that decides it.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    claim = db.session.scalar(
        select(Claim)
        .where(Claim.public_id == public_id, Claim.council_id.in_(actor.council_ids_as(*RUN_FRAMEWORKS)))
        .options(joinedload(Claim.provider), joinedload(Claim.person), joinedload(Claim.council))
    )
    if claim is None:
        message = "There is no such claim."
        raise NotFound(message)
    return claim


def commissioners_of(council_id: int) -> Sequence[Person]:
    """The people who answer claims for a council now, commissioners and contracts officers, each once."""
    return db.session.scalars(
        select(Person)
        .where(
            exists().where(
                and_(
                    RoleGrant.person_id == Person.id,
                    RoleGrant.role.in_(RUN_FRAMEWORKS),
                    RoleGrant.council_id == council_id,
                    RoleGrant.ended_at.is_(None),
                )
            ),
            Person.closed_at.is_(None),
        )
        .order_by(Person.id)
    ).all()
