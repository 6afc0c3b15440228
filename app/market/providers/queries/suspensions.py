"""Who is suspended: for which council's people, for which lot, on which day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.base.days import day_words
from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.market.providers.models import Provider, Suspension
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.models import Council


def holds_on(on: Any) -> ColumnElement[bool]:
    """Whether a suspension holds on a day: the same as ``rules.suspension_counts``, for a query."""
    return and_(Suspension.from_on <= on, or_(Suspension.ended_on.is_(None), Suspension.ended_on > on))


def is_for(council_id: Any) -> ColumnElement[bool]:
    """Whether a suspension is of the whole provider, for this council's people: the council's own, or everywhere."""
    return and_(Suspension.lot_id.is_(None), or_(Suspension.council_id.is_(None), Suspension.council_id == council_id))


@dataclass(frozen=True, slots=True)
class Stopped:
    """That a whole provider is suspended for somebody: by whom, since when, and whom to speak with."""

    provider_id: int
    council: str | None
    """Empty: by the operator, everywhere."""
    phone: str | None
    since: date
    public_words: str

    def words(self, provider: str) -> str:
        """Why nothing can be booked, for whoever wanted to."""
        by = self.council or "Ownway"
        phone = f" on {self.phone}" if self.council and self.phone else ""
        speak = f"Speak with {by}{phone}" if self.council else "Speak with your council"
        said = f" {self.public_words.rstrip('.')}." if self.public_words else ""
        return (
            f"{provider} has been suspended by {by} since {day_words(self.since)}, so you cannot book it.{said} "
            f"Visits already agreed stand. {speak} if you are worried or want another provider."
        )


class ForWhom(TypedDict):
    """For which council's people, on which day."""

    council_id: int | None
    on: date


_STOPPED = (
    select(Suspension.provider_id, Council.name, Council.phone, Suspension.from_on, Suspension.public_words)
    .outerjoin(Council, Council.id == Suspension.council_id)
    .where(
        Suspension.provider_id.in_(bindparam("provider_ids", expanding=True)),
        is_for(bindparam("council_id")),
        holds_on(bindparam("on")),
    )
    # Of two, the council's own is said: that is who people can speak with.
    .order_by(Suspension.council_id.is_(None).desc(), Suspension.id)
)


def stopped(provider_ids: Iterable[int], *, council_id: int | None, on: date) -> dict[int, Stopped]:
    """Which of these providers nobody of a council can book on a day, with one query. No council: those nobody can book."""
    wanted = sorted(set(provider_ids))
    if not wanted:
        return {}
    rows = fetch_rows(_STOPPED, {"provider_ids": wanted, "council_id": council_id, "on": on})
    return {row[0]: Stopped(*row) for row in rows}


_LOCK = select(Provider.id).where(Provider.id == bindparam("provider_id")).with_for_update(read=True, key_share=True)


def stopped_under_lock(provider_id: int, *, council_id: int | None, on: date) -> Stopped | None:
    """The same of one provider, for whoever agrees something: a suspension made meanwhile is waited for, and seen.

    Whoever suspends takes the provider's row for itself; those who book share it and do not wait for each other.
    """
    fetch_rows(_LOCK, {"provider_id": provider_id}).one()
    return stopped([provider_id], council_id=council_id, on=on).get(provider_id)


def is_stopped(council_id: Any, on: Any) -> ColumnElement[bool]:
    """Whether the provider of a query is suspended whole for a council's people on a day; for lists of others to choose."""
    return select(Suspension.id).where(Suspension.provider_id == Provider.id, is_for(council_id), holds_on(on)).exists()


_WITH_ALL = (
    joinedload(Suspension.provider),
    joinedload(Suspension.council),
    joinedload(Suspension.lot),
    joinedload(Suspension.made_by),
    joinedload(Suspension.ended_by),
)


_OPEN = (
    select(Suspension)
    .where(Suspension.provider_id.in_(bindparam("provider_ids", expanding=True)), Suspension.ended_at.is_(None))
    .options(*_WITH_ALL)
    .order_by(Suspension.from_on.desc(), Suspension.id.desc())
)


def open_of(provider_ids: Iterable[int]) -> Sequence[Suspension]:
    """Every suspension of these providers that nobody has ended, for their own staff: the newest first."""
    return db.session.scalars(_OPEN, {"provider_ids": sorted(set(provider_ids))}).all()


def suspensions_of_provider(actor: Person, provider: Provider) -> Select[Suspension]:
    """All suspensions of a provider that a commissioner's councils or the operator made, newest first; for paging."""
    return _seen_by(actor).where(Suspension.provider_id == provider.id)


def suspensions_of_councils(actor: Person) -> Select[Suspension]:
    """All suspensions that a commissioner's councils or the operator made: open ones first, newest first; for paging."""
    return _seen_by(actor)


def _seen_by(actor: Person) -> Select[Suspension]:
    councils = actor.council_ids_as(*RUN_FRAMEWORKS)
    return (
        select(Suspension)
        .where(or_(Suspension.council_id.is_(None), Suspension.council_id.in_(councils)))
        .options(*_WITH_ALL)
        .order_by(Suspension.ended_at.is_(None).desc(), Suspension.from_on.desc(), Suspension.id.desc())
    )


def suspension_for(actor: Person, public_id: str) -> Suspension:
    """One suspension of the commissioner's own council.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    suspension = db.session.scalar(
        select(Suspension)
        .where(Suspension.public_id == public_id, Suspension.council_id.in_(actor.council_ids_as(*RUN_FRAMEWORKS)))
        .options(*_WITH_ALL)
    )
    if suspension is None:
        message = "There is no such suspension."
        raise NotFound(message)
    return suspension


def untold() -> Sequence[int]:
    """The numbers of suspensions, and of ends, that somebody may still have to be told of; oldest first."""
    return db.session.scalars(
        select(Suspension.id)
        .where(
            or_(
                and_(Suspension.told_at.is_(None), Suspension.ended_at.is_(None)),
                and_(
                    Suspension.told_at.is_not(None), Suspension.ended_at.is_not(None), Suspension.end_told_at.is_(None)
                ),
            )
        )
        .order_by(Suspension.id)
    ).all()
