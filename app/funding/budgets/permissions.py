"""Who may decide about somebody's budget. Nobody decides about their own."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power, Standing


def may_agree_budget(actor: Person, person: Person, council_id: int, standing: Standing) -> bool:
    """A care manager of the council with the person on the caseload, or a commissioner of the council."""
    if actor.id == person.id:
        return False
    if council_id in actor.council_ids_as(Role.COMMISSIONER):
        return True
    manages = council_id in actor.council_ids_as(Role.CARE_MANAGER) and person.council_id == council_id
    return manages and standing.is_care_manager


def may_bring_forward(standing: Standing) -> bool:
    """Whoever may spend the money may use it earlier, within the council's allowance."""
    return Power.BOOK in standing.powers


def may_record_spending(standing: Standing) -> bool:
    """Whoever may spend the money says what was spent elsewhere."""
    return Power.BOOK in standing.powers
