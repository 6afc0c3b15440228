"""Who chooses how money is looked after, and who says yes to holding it."""

from app.people.accounts.models import Person
from app.people.circles.rules import Power, Standing


def may_choose_money(standing: Standing) -> bool:
    """The person themselves, or a helper they let book and spend; never anybody who is here for the council."""
    return standing.is_oneself or (Power.BOOK in standing.powers and not standing.is_care_manager)


def may_answer_fund(actor: Person, provider_id: int) -> bool:
    """Whoever of the provider's staff may act for it; never about their own money."""
    return provider_id in actor.provider_ids
