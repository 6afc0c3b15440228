"""Who may say who stands beside a person. Nobody grants what they do not have themselves."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import Support
from app.people.circles.rules import Power, Standing


def may_invite(standing: Standing, powers: frozenset[Power]) -> bool:
    """The person themselves, or a care manager on whose caseload they are, within the care manager's own powers."""
    return standing.is_oneself or (standing.is_care_manager and powers <= standing.powers)


def may_change_powers(standing: Standing, support: Support, powers: frozenset[Power]) -> bool:
    """As for inviting; what the supporter has already does not count as granted anew."""
    return may_invite(standing, powers - support.granted)


def may_end_support(actor: Person, standing: Standing, support: Support) -> bool:
    """Either of the two at any time, or the care manager."""
    return standing.is_oneself or standing.is_care_manager or support.supporter_id == actor.id


def may_keep_caseloads(actor: Person, council_id: int) -> bool:
    """Care managers and commissioners of the council say who is on whose caseload."""
    return council_id in actor.council_ids_as(Role.CARE_MANAGER) | actor.council_ids_as(Role.COMMISSIONER)


def may_have_on_caseload(care_manager: Person, person: Person, council_id: int) -> bool:
    """A care manager works for the council the person lives in; nobody is on their own caseload."""
    works_there = council_id in care_manager.council_ids_as(Role.CARE_MANAGER)
    return works_there and person.council_id == council_id and person.id != care_manager.id
