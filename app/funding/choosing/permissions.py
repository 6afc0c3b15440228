"""Who chooses how money is looked after, and who says yes to holding it."""

from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.people.circles.models import Support
from app.people.circles.rules import Power, Standing


def may_choose_money(standing: Standing) -> bool:
    """The person themselves, or a helper they let both decide and spend for them; never anybody who is here for the council.

    To choose is to decide, and it says who spends from now on: one of the two powers by itself would open the other.
    """
    is_let = {Power.DECIDE, Power.BOOK} <= standing.powers
    return standing.is_oneself or (is_let and not standing.is_care_manager)


def may_hold(chooser: Person, support: Support) -> bool:
    """Whether this helper may be named as who holds a direct payment. Nobody names themselves and widens what they may do.

    But an attorney, deputy or appointee, whose paper two people of the council have seen: it says so already.
    """
    return support.is_in_force and (support.supporter_id != chooser.id or support.has_authority)


def may_answer_fund(actor: Person, provider_id: int) -> bool:
    """Whoever of the provider's staff answers for its money; never about their own money."""
    return provider_id in actor.provider_ids_to(StaffDuty.FINANCE)
