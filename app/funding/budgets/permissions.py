"""Who may decide about somebody's budget, see their money and spend it. Nobody decides about their own budget."""

from collections.abc import Collection

from app.funding.budgets.rules.kinds import PotKind
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


def may_spend_from(powers: Collection[Power], kind: PotKind) -> bool:
    """Whether somebody with these powers over a person may spend that money: asked for each pot that pays."""
    return Power.BOOK in powers or (kind == PotKind.COUNCIL_MANAGED and Power.BOOK_COUNCIL_MANAGED in powers)


def may_see_pot(powers: Collection[Power], kind: PotKind) -> bool:
    """Whether somebody with these powers may see that money: the council's, or all of it."""
    return Power.SEE_MONEY in powers or (kind != PotKind.OWN_MONEY and Power.SEE_COUNCIL_MONEY in powers)


def may_know_it_pays(powers: Collection[Power], kind: PotKind) -> bool:
    """Whether somebody with these powers may know what that money pays for: they see it, or spend it themselves."""
    return may_see_pot(powers, kind) or may_spend_from(powers, kind)


def may_see_some_money(powers: Collection[Power]) -> bool:
    """Whether there is any money that somebody with these powers may see."""
    return Power.SEE_MONEY in powers or Power.SEE_COUNCIL_MONEY in powers


def may_bring_forward(powers: Collection[Power], kind: PotKind) -> bool:
    """Whoever may spend that money may use it earlier, within the council's allowance."""
    return may_spend_from(powers, kind)
