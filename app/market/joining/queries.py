"""Reading what joins: one's own draft, what a council has to look at, and who is known already."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.joining.models import Joining
from app.market.joining.permissions import is_own
from app.market.joining.rules import JoiningStatus, name_key
from app.market.providers.models import Provider, Registration
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.rules.geography import compact_or_none, show_postcode

_OPEN = (JoiningStatus.DRAFT, JoiningStatus.WAITING)
_WITH_ALL = (
    joinedload(Joining.person),
    joinedload(Joining.council),
    joinedload(Joining.locality),
    joinedload(Joining.provider),
)
KNOWN_MOST = 10


def draft_of(actor: Person) -> Joining | None:
    """What this person has begun and not finished; at most one."""
    return db.session.scalar(select(Joining).where(Joining.person_id == actor.id, Joining.status.in_(_OPEN)))


def published_by(person_id: int) -> int:
    """How many providers an account has brought."""
    return db.session.scalars(
        select(func.count()).where(Joining.person_id == person_id, Joining.status == JoiningStatus.PUBLISHED)
    ).one()


def joining_of(actor: Person, public_id: str) -> Joining:
    """One of the actor's own.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = db.session.scalar(select(Joining).where(Joining.public_id == public_id).options(*_WITH_ALL))
    if found is None or not is_own(actor, found):
        raise NotFound("There is no such draft among yours. It may have been given up.")
    return found


def joining_for_council(actor: Person, public_id: str) -> Joining:
    """One that was sent to a council whose commissioner the actor is, or published in its area.

    Raises:
        NotFound: for anybody else, for a draft, and when there is none.
    """
    found = db.session.scalar(
        select(Joining)
        .where(
            Joining.public_id == public_id,
            Joining.council_id.in_(actor.council_ids_as(Role.COMMISSIONER)),
            Joining.status != JoiningStatus.DRAFT,
        )
        .options(*_WITH_ALL, joinedload(Joining.decided_by))
    )
    if found is None:
        raise NotFound("There is no such provider to look at.")
    return found


def joinings_to_check(actor: Person) -> Select[Joining]:
    """What waits for the actor's councils, oldest first; for paging."""
    return (
        select(Joining)
        .where(Joining.council_id.in_(actor.council_ids_as(Role.COMMISSIONER)), Joining.status == JoiningStatus.WAITING)
        .options(*_WITH_ALL)
        .order_by(Joining.sent_at, Joining.id)
    )


def published_since(actor: Person, since: datetime, most: int) -> Sequence[Joining]:
    """Who joined in the actor's councils since a moment, newest first: those nobody had to look at too."""
    return db.session.scalars(
        select(Joining)
        .where(
            Joining.council_id.in_(actor.council_ids_as(Role.COMMISSIONER)),
            Joining.status == JoiningStatus.PUBLISHED,
            Joining.published_at >= since,
        )
        .options(*_WITH_ALL)
        .order_by(Joining.published_at.desc(), Joining.id.desc())
        .limit(most)
    ).all()


def known_by_number(*, charity_number: str | None = None, registration: str | None = None) -> Provider | None:
    """The provider with this number in a register: of a charity, or of the regulator's (location or provider)."""
    if charity_number is not None:
        return db.session.scalar(select(Provider).where(Provider.charity_number == charity_number))
    return db.session.scalar(
        select(Provider)
        .where(
            or_(
                Provider.cqc_provider_id == registration,
                Provider.id.in_(select(Registration.provider_id).where(Registration.cqc_location_id == registration)),
            )
        )
        .limit(1)
    )


def known_by_name(name: str, postcode: str) -> Provider | None:
    """The provider of this name at this (compact) postcode, however either is written; claimed ones first."""
    shown = {postcode, show_postcode(postcode)}
    rows = db.session.scalars(
        select(Provider)
        .where(
            or_(
                Provider.postcode.in_(shown),
                Provider.id.in_(select(Registration.provider_id).where(Registration.postcode.in_(shown))),
            )
        )
        .options(selectinload(Provider.registrations))
        .order_by(Provider.claimed_at.is_(None), Provider.id)
    )
    wanted = name_key(name)
    return next(
        (one for one in rows if wanted in {name_key(one.name), *(name_key(at.name) for at in one.registrations)}), None
    )


def known(words: str) -> Sequence[Provider]:
    """Providers whose name begins or goes on like this, or with this number or postcode, by name; at most ten."""
    words = " ".join(words.split())[:100]
    if not words:
        return []
    compact = compact_or_none(words)
    pattern = f"%{words.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
    found = [
        Provider.name.ilike(pattern, escape="!"),
        Provider.charity_number == words,
        Provider.cqc_provider_id == words,
        Provider.id.in_(
            select(Registration.provider_id).where(
                or_(Registration.cqc_location_id == words, Registration.name.ilike(pattern, escape="!"))
            )
        ),
    ]
    if compact:
        found.append(Provider.postcode.in_({compact, show_postcode(compact)}))
    return db.session.scalars(
        select(Provider).where(or_(*found)).order_by(Provider.name, Provider.id).limit(KNOWN_MOST)
    ).all()
