"""Who may decide about somebody's budget, and whose choice it is how the money is looked after."""

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


def may_choose_money(standing: Standing) -> bool:
    """The person themselves, or a helper they let book and spend; never anybody who is here for the council."""
    return standing.is_oneself or (Power.BOOK in standing.powers and not standing.is_care_manager)


def may_answer_fund(actor: Person, provider_id: int) -> bool:
    """Whoever of the provider's staff may act for it; never about their own money."""
    return provider_id in actor.provider_ids
