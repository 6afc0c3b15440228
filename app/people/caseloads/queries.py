"""Who covers for whom, and which openings wait for a second look."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.caseloads.permissions import may_cover, may_end_cover
from app.people.circles.models import CaseloadCover, CaseloadEntry
from app.people.circles.queries import caseload_of
from app.people.staff.queries import staff_with_role

NO_COVER = "There is no such cover, or not any more."
NO_OPENING = "There is nothing to look over here, or somebody has looked at it."


def covers_around(actor: Person) -> Sequence[CaseloadCover]:
    """Who covers for somebody, and for whom they cover, today or later; by first day."""
    rows = (
        select(CaseloadCover)
        .where(or_(CaseloadCover.away_id == actor.id, CaseloadCover.cover_id == actor.id))
        .where(CaseloadCover.ended_at.is_(None), CaseloadCover.until_on >= clock.today())
        .options(joinedload(CaseloadCover.away), joinedload(CaseloadCover.cover))
        .order_by(CaseloadCover.from_on, CaseloadCover.id)
    )
    return db.session.scalars(rows).all()


def cover_to_end(actor: Person, public_id: str) -> CaseloadCover:
    """A cover that this account may end.

    Raises:
        NotFound: when there is none, it is over, or it is not this account's affair.
    """
    found = None
    if public_id.isalnum():
        found = db.session.scalar(
            select(CaseloadCover)
            .where(CaseloadCover.public_id == public_id, CaseloadCover.ended_at.is_(None))
            .where(CaseloadCover.until_on >= clock.today())
            .options(joinedload(CaseloadCover.away), joinedload(CaseloadCover.cover))
        )
    if found is None or not may_end_cover(actor, found):
        raise NotFound(NO_COVER)
    return found


def colleagues_of(actor: Person) -> dict[int, list[Person]]:
    """The other care managers of each council at which somebody is one, by the council's number and by name."""
    return {
        number: [one for one in staff_with_role(number, Role.CARE_MANAGER) if may_cover(one, actor, number)]
        for number in sorted(actor.council_ids_as(Role.CARE_MANAGER))
    }


def own_entries(actor: Person, council_id: int) -> Sequence[CaseloadEntry]:
    """A care manager's own caseload at one council, without those for whom they only stand in."""
    rows = caseload_of(actor).where(CaseloadEntry.council_id == council_id, CaseloadEntry.cover_id.is_(None))
    return db.session.scalars(rows).all()


def entries_under(cover: CaseloadCover) -> Sequence[CaseloadEntry]:
    """For whom somebody stands in by one cover, and has not ended."""
    rows = select(CaseloadEntry).where(CaseloadEntry.cover_id == cover.id, CaseloadEntry.ended_at.is_(None))
    return db.session.scalars(rows.order_by(CaseloadEntry.id).options(joinedload(CaseloadEntry.person))).all()


def openings_to_look_over(actor: Person, council_ids: Collection[int]) -> Select[CaseloadEntry]:
    """What colleagues opened for themselves and nobody else has looked at, the oldest first, for paging.

    Those that have ended are among them: who opens, looks and closes at once is asked about it all the same.
    """
    return (
        select(CaseloadEntry)
        .join(CaseloadEntry.person)
        .where(CaseloadEntry.council_id.in_(council_ids), CaseloadEntry.opened_because != "")
        .where(CaseloadEntry.looked_over_at.is_(None), CaseloadEntry.person_id != actor.id)
        .where(CaseloadEntry.opened_by_id != actor.id, CaseloadEntry.care_manager_id != actor.id)
        .options(contains_eager(CaseloadEntry.person), joinedload(CaseloadEntry.opened_by))
        .options(joinedload(CaseloadEntry.care_manager))
        .order_by(CaseloadEntry.id)
    )


def opening_to_look_over(actor: Person, public_id: str, council_ids: Collection[int]) -> CaseloadEntry:
    """One of these.

    Raises:
        NotFound: when there is none, somebody looked at it, it is one's own, or another council's.
    """
    rows = openings_to_look_over(actor, council_ids).where(CaseloadEntry.public_id == public_id)
    found = db.session.scalar(rows) if public_id.isalnum() else None
    if found is None:
        raise NotFound(NO_OPENING)
    return found
