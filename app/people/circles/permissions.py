"""Who may say who stands beside a person, and what they may do: the person. Nobody widens their own powers."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import Power, Standing


def may_invite(standing: Standing) -> bool:
    """Only the person chooses who helps them."""
    return standing.is_oneself


def may_change_powers(standing: Standing) -> bool:
    """As for inviting."""
    return standing.is_oneself


def may_answer_asked(actor: Person, standing: Standing, entry: CaseloadEntry) -> bool:
    """The person, or a supporter whom the person let decide; never the care manager who asks."""
    return actor.id != entry.care_manager_id and Power.DECIDE in standing.powers


def may_end_support(actor: Person, standing: Standing, support: Support) -> bool:
    """Either of the two at any time; the care manager with a reason and evidence (:func:`must_say_why`)."""
    return standing.is_oneself or standing.is_care_manager or support.supporter_id == actor.id


def must_say_why(actor: Person, support: Support) -> bool:
    """Whether whoever ends it is neither the person nor the supporter, and so gives a reason and evidence."""
    return actor.id not in {support.person_id, support.supporter_id}


def may_agree_for_council(actor: Person, council_id: int) -> bool:
    """Who may look a second time at what a care manager recorded: somebody else of that council."""
    return may_keep_caseloads(actor, council_id)


def may_keep_caseloads(actor: Person, council_id: int) -> bool:
    """Care managers and commissioners of the council say who is on whose caseload."""
    return council_id in actor.council_ids_as(Role.CARE_MANAGER) | actor.council_ids_as(Role.COMMISSIONER)


def may_have_on_caseload(care_manager: Person, person: Person, council_id: int) -> bool:
    """A care manager works for the council the person lives in; nobody is on their own caseload."""
    works_there = council_id in care_manager.council_ids_as(Role.CARE_MANAGER)
    return works_there and person.council_id == council_id and person.id != care_manager.id
