"""Who may see, change, share and book a kept week: asked by the actions and by the pages."""

from collections.abc import Collection

from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.shop.storefront.models import WeekPlan


def may_see_plan(actor: Person, powers: Collection[Power], plan: WeekPlan) -> bool:
    """The person always; somebody who may look for support for them, when it is shared or they drew it themselves."""
    if actor.id == plan.person_id:
        return True
    return Power.SUGGEST in powers and (plan.is_shared or plan.made_by_id == actor.id)


def may_change(actor: Person, powers: Collection[Power], plan: WeekPlan) -> bool:
    """Whoever may see it may change it: nothing is overwritten unseen, and the record says who did."""
    return may_see_plan(actor, powers, plan)


def may_share(actor: Person, plan: WeekPlan) -> bool:
    """Only the person says who sees it."""
    return actor.id == plan.person_id


def may_remove(actor: Person, powers: Collection[Power], plan: WeekPlan) -> bool:
    """The person, or whoever drew it while they may still look for support for them."""
    return actor.id == plan.person_id or (Power.SUGGEST in powers and plan.made_by_id == actor.id)
