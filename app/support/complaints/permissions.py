"""Who may complain, read a complaint and answer it. Nobody else knows that there is one."""

from collections.abc import Collection

from app.people.accounts.models import Person
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.rules import Power
from app.support.complaints.models import Complaint
from app.support.complaints.rules import FIRST, ComplaintStatus

READERS = (Role.MODERATOR,)
"""Who reads the council's copy and answers for the council."""


def may_complain(powers: Collection[Power]) -> bool:
    """Whether somebody may complain for the person: the person, and whom they let do it."""
    return Power.COMPLAIN in powers


def reads_for_person(actor: Person, complaint: Complaint, powers: Collection[Power]) -> bool:
    """The person, and whoever wrote it for them while they may still complain for them."""
    return actor.id == complaint.person_id or (actor.id == complaint.written_by_id and may_complain(powers))


def has_part(actor: Person, complaint: Complaint) -> bool:
    """Whether it is their own complaint, one they wrote, or about whom they work for: they decide nothing about it."""
    return actor.id in {complaint.person_id, complaint.written_by_id} or complaint.provider_id in actor.provider_ids


def reads_at_provider(actor: Person, complaint: Complaint) -> bool:
    """The provider's managers, where it goes to them; never whoever made it."""
    is_theirs = complaint.for_provider and complaint.provider_id in actor.provider_ids_to(StaffDuty.MANAGE)
    return is_theirs and actor.id not in {complaint.person_id, complaint.written_by_id}


def reads_at_council(actor: Person, complaint: Complaint) -> bool:
    """The moderators of the council that has the copy, but those with a part in it."""
    return complaint.council_id in actor.council_ids_as(*READERS) and not has_part(actor, complaint)


def may_answer_complaint(actor: Person, complaint: Complaint) -> bool:
    """Whether it waits for this person: the provider's managers first, or the council; never for who answered before."""
    if complaint.status in FIRST:
        return reads_at_provider(actor, complaint) if complaint.for_provider else reads_at_council(actor, complaint)
    is_again = complaint.status == ComplaintStatus.TAKEN_FURTHER
    return is_again and reads_at_council(actor, complaint) and actor.id != complaint.answered_by_id


def may_take_further(complaint: Complaint) -> bool:
    """Whether the council can still look at it again: it was answered once, and there is a council."""
    return complaint.status == ComplaintStatus.ANSWERED and complaint.council_id is not None
