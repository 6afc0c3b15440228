"""Who may decide about what was reported, and appeal."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role, StaffDuty
from app.shop.moderating.models import ContentReport


def has_part_in(actor: Person, report: ContentReport) -> bool:
    """Whether it is theirs, about their support, what they reported, or about whom they work for."""
    author = None if report.message is None else report.message.author_id
    return actor.id in {report.by_id, report.person_id, author} or report.provider_id in actor.provider_ids


def may_decide_content(actor: Person, report: ContentReport) -> bool:
    """A moderator of the council it belongs to, with no part in it."""
    councils = actor.council_ids_as(Role.MODERATOR)
    is_theirs = report.council_id in councils or (report.council_id is None and bool(councils))
    return is_theirs and not has_part_in(actor, report)


def may_decide_content_appeal(actor: Person, report: ContentReport) -> bool:
    """One who neither decided first nor appealed."""
    return may_decide_content(actor, report) and actor.id not in {report.decided_by_id, report.appealed_by_id}


def is_side_of(actor: Person, report: ContentReport) -> bool:
    """Whether it is theirs: a message's writer, or whoever manages the provider's page."""
    if report.message is not None:
        return actor.id == report.message.author_id
    return report.provider_id in actor.provider_ids_to(StaffDuty.MANAGE)


def may_read_decision(actor: Person, report: ContentReport) -> bool:
    """Whoever reported it, and whose it is, once it is decided."""
    return report.decided_at is not None and (actor.id == report.by_id or is_side_of(actor, report))


def may_appeal_content(actor: Person, report: ContentReport) -> bool:
    """The side it went against, once."""
    if report.decided_at is None or report.appealed_at is not None:
        return False
    return is_side_of(actor, report) if report.is_removed else actor.id == report.by_id
