"""Who names and ends a cover, and who looks over an opening: never the one who opened."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import CaseloadCover, CaseloadEntry
from app.people.circles.permissions import may_keep_caseloads


def may_cover(cover: Person, away: Person, council_id: int) -> bool:
    """A care manager of the same council, and somebody else."""
    works_there = council_id in cover.council_ids_as(Role.CARE_MANAGER)
    return works_there and cover.id != away.id and cover.closed_at is None


def may_end_cover(actor: Person, cover: CaseloadCover) -> bool:
    """Whoever is away, whoever covers, and the commissioners of the council."""
    is_theirs = actor.id in {cover.away_id, cover.cover_id}
    return is_theirs or cover.council_id in actor.council_ids_as(Role.COMMISSIONER)


def may_look_over(actor: Person, entry: CaseloadEntry) -> bool:
    """Somebody else of the council: not who opened, not whose caseload it is, not the person."""
    concerned = {entry.opened_by_id, entry.care_manager_id, entry.person_id}
    return actor.id not in concerned and may_keep_caseloads(actor, entry.council_id)
