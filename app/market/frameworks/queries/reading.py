"""Reading frameworks: for everybody, for the council that lets them, and what was so on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.market.frameworks.models import FrameworkInvitation, FrameworkRound, VolumeDiscount
from app.market.frameworks.rules.applications import is_open
from app.market.providers.models import FrameworkPlace, Provider, Suspension
from app.market.providers.rules import place_counts, suspension_counts
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import RUN_FRAMEWORKS, Role
from app.people.councils.models import Framework, Locality, Lot
from app.people.councils.rules.admission import Admission

NO_FRAMEWORK = "There is no such framework."
_WHOLE = (joinedload(Framework.council), selectinload(Framework.lots).selectinload(Lot.localities))


def frameworks_of(council_id: int, *, is_published: bool | None = None) -> Select[Framework]:
    """A council's frameworks, those that end last first; for paging. ``is_published``: only those everybody may read."""
    rows = select(Framework).where(Framework.council_id == council_id).options(*_WHOLE)
    if is_published:
        rows = rows.where(Framework.published_at.is_not(None))
    return rows.order_by(Framework.ends_on.desc(), Framework.name, Framework.id)


def framework_for_everybody(public_id: str) -> Framework:
    """One published framework with its lots.

    Raises:
        NotFound: when there is none, or it is still being written.
    """
    found = _framework(public_id)
    if found is None or found.published_at is None:
        raise NotFound(NO_FRAMEWORK)
    return found


def framework_run_by(actor: Person, public_id: str) -> Framework:
    """One framework, for those who run it.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = _framework(public_id)
    if found is None or found.council_id not in actor.council_ids_as(*RUN_FRAMEWORKS):
        raise NotFound(NO_FRAMEWORK)
    return found


def framework_named(public_id: str) -> Framework:
    """One framework, for commands.

    Raises:
        NotFound: when there is none.
    """
    found = _framework(public_id)
    if found is None:
        raise NotFound(NO_FRAMEWORK)
    return found


def _framework(public_id: str) -> Framework | None:
    return db.session.scalar(select(Framework).where(Framework.public_id == public_id).options(*_WHOLE))


def rounds_of(framework_id: int) -> Sequence[FrameworkRound]:
    """The rounds of a framework, the first first."""
    return db.session.scalars(
        select(FrameworkRound).where(FrameworkRound.framework_id == framework_id).order_by(FrameworkRound.opens_on)
    ).all()


def discounts_of(framework_id: int) -> Sequence[VolumeDiscount]:
    """What the volume discount was, is and will be, the newest first."""
    return db.session.scalars(
        select(VolumeDiscount)
        .where(VolumeDiscount.framework_id == framework_id)
        .order_by(VolumeDiscount.valid_from.desc())
    ).all()


def discount_on(framework_id: int, day: date) -> VolumeDiscount | None:
    """The volume discount that holds on a day; nothing when none does."""
    return next((one for one in discounts_of(framework_id) if one.valid_from <= day), None)


def invitations_of(framework_id: int) -> Select[FrameworkInvitation]:
    """Whom the council asked, the latest first; for paging."""
    return (
        select(FrameworkInvitation)
        .where(FrameworkInvitation.framework_id == framework_id)
        .options(joinedload(FrameworkInvitation.provider))
        .order_by(FrameworkInvitation.id.desc())
    )


def can_apply(framework: Framework, on: date) -> bool:
    """Whether providers can apply for a framework on a day."""
    rounds = None
    if framework.admission == Admission.ROUNDS:
        rounds = [(one.opens_on, one.closes_on) for one in rounds_of(framework.id)]
    return framework.published_at is not None and is_open(on, ends_on=framework.ends_on, rounds=rounds)


def staff_who_speak_for(provider_id: int) -> list[Person]:
    """The people who may act for a provider now, each once."""
    holds = select(RoleGrant.person_id).where(
        RoleGrant.provider_id == provider_id, RoleGrant.role == Role.PROVIDER_STAFF, RoleGrant.ended_at.is_(None)
    )
    rows = select(Person).where(Person.id.in_(holds), Person.closed_at.is_(None)).order_by(Person.id)
    return list(db.session.scalars(rows))


def where_let(lot: Lot) -> list[Locality | None]:
    """The places in which a lot is let, each for itself; one nothing: the whole council."""
    return list(lot.localities) or [None]


@dataclass(frozen=True, slots=True)
class PlaceOnDay:
    """One place of a provider on a lot, and what of it held on the day that was asked about."""

    place: FrameworkPlace
    suspensions: tuple[Suspension, ...]
    """That took it away on that day."""
    on: date

    @property
    def counts(self) -> bool:
        """Whether the provider was a framework provider by this place on that day."""
        return self.is_in_time and not self.suspensions

    @property
    def is_in_time(self) -> bool:
        """Whether the day lies within the place and the framework's term."""
        framework = self.place.lot.framework
        return place_counts(
            self.on,
            framework_from=framework.starts_on,
            framework_until=framework.ends_on,
            place_from=self.place.from_on,
            place_until=self.place.until_on,
        )


_PLACES = (
    joinedload(FrameworkPlace.provider),
    joinedload(FrameworkPlace.locality),
    joinedload(FrameworkPlace.lot).joinedload(Lot.framework),
)


def places_there_were(framework_id: int) -> Select[FrameworkPlace]:
    """Every place there ever was on a framework, by lot and provider; for paging."""
    return (
        select(FrameworkPlace)
        .join(FrameworkPlace.lot)
        .join(FrameworkPlace.provider)
        .where(Lot.framework_id == framework_id)
        .options(*_PLACES)
        .order_by(Lot.number, Provider.name, FrameworkPlace.from_on, FrameworkPlace.id)
    )


def standings(
    framework: Framework,
    on: date,
    *,
    provider_id: int | None = None,
    lot_id: int | None = None,
    locality: Locality | None = None,
) -> list[PlaceOnDay]:
    """The places on a framework and whether each held on a day, with the suspensions that took it; two queries.

    Args:
        framework: which.
        on: the day: past, present or to come.
        provider_id: only of this provider.
        lot_id: only on this lot.
        locality: only places that are good there: let for it, or for the whole council.
    """
    rows = places_there_were(framework.id)
    if provider_id is not None:
        rows = rows.where(FrameworkPlace.provider_id == provider_id)
    if lot_id is not None:
        rows = rows.where(FrameworkPlace.lot_id == lot_id)
    if locality is not None:
        rows = rows.where(or_(FrameworkPlace.locality_id.is_(None), FrameworkPlace.locality_id == locality.id))
    places = db.session.scalars(rows).all()
    held = _suspensions(framework, on, {place.provider_id for place in places})
    return [
        PlaceOnDay(
            place,
            tuple(one for one in held if one.provider_id == place.provider_id and one.lot_id in {None, place.lot_id}),
            on,
        )
        for place in places
    ]


def _suspensions(framework: Framework, on: date, providers: set[int]) -> list[Suspension]:
    """Those of these providers that held on a day: of a lot, of the whole provider by this council, or everywhere."""
    if not providers:
        return []
    rows = select(Suspension).where(
        Suspension.provider_id.in_(providers),
        or_(Suspension.council_id.is_(None), Suspension.council_id == framework.council_id),
        Suspension.from_on <= on,
    )
    return [
        one
        for one in db.session.scalars(rows.order_by(Suspension.id))
        if suspension_counts(on, from_on=one.from_on, ended_on=one.ended_on)
    ]


def is_current(framework: Framework) -> bool:
    """Whether a framework's term runs today."""
    return framework.starts_on <= clock.today() <= framework.ends_on


def providers_ever_on(framework_id: int) -> Sequence[Provider]:
    """Every provider that ever had a place on a framework, by name."""
    had = select(FrameworkPlace.provider_id).join(FrameworkPlace.lot).where(Lot.framework_id == framework_id)
    return db.session.scalars(select(Provider).where(Provider.id.in_(had)).order_by(Provider.name, Provider.id)).all()


def claimed_providers_named(words: str, *, most: int) -> Sequence[Provider]:
    """Providers that somebody has signed in for, whose name has these words in it: those called exactly so first."""
    wanted = words.strip().casefold()
    found = db.session.scalars(
        select(Provider)
        .where(Provider.claimed_at.is_not(None), Provider.name.icontains(wanted, autoescape=True))
        .order_by(Provider.name, Provider.id)
        .limit(most)
    ).all()
    return sorted(found, key=lambda one: one.name.casefold() != wanted)
