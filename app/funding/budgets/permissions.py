"""Who may decide about somebody's budget, see their money and spend it. Nobody decides about their own budget."""

from collections.abc import Collection
from typing import Protocol

from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power, Spender, Standing


def may_agree_budget(actor: Person, person: Person, council_id: int, standing: Standing) -> bool:
    """A care manager of the council with the person on the caseload, or a commissioner of the council."""
    if actor.id == person.id:
        return False
    if council_id in actor.council_ids_as(Role.COMMISSIONER):
        return True
    manages = council_id in actor.council_ids_as(Role.CARE_MANAGER) and person.council_id == council_id
    return manages and standing.is_care_manager


def may_answer_agreement(actor: Person, standing: Standing) -> bool:
    """The person, or a supporter they let decide; nobody who works for a council says yes for somebody."""
    return standing.is_oneself or (Power.DECIDE in standing.powers and actor.has_role(Role.SUPPORTER))


class PotToSpend(Protocol):
    """What has to be known of a sum of somebody's money to say who may spend it."""

    @property
    def person_id(self) -> int:
        """Whose money it is."""

    @property
    def kind(self) -> PotKind:
        """How it is managed."""

    @property
    def agent_id(self) -> int | None:
        """The account of whoever holds a direct payment for the person; nothing before the person said which."""


def may_spend_from(spender: Spender, pot: PotToSpend) -> bool:
    """Whether this account may spend that money: asked for each pot that pays.

    What somebody holds for the person is spent by the person and by the one account that is bound to it: the name
    that was written down when it was chosen opens nothing.
    """
    if pot.kind == PotKind.INDIRECT_PAYMENT and spender.account_id not in {pot.person_id, pot.agent_id}:
        return False
    is_looked_after = pot.kind == PotKind.COUNCIL_MANAGED
    return Power.BOOK in spender.powers or (is_looked_after and Power.BOOK_COUNCIL_MANAGED in spender.powers)


def may_see_pot(powers: Collection[Power], kind: PotKind) -> bool:
    """Whether somebody with these powers may see that money: the council's, or all of it."""
    return Power.SEE_MONEY in powers or (kind != PotKind.OWN_MONEY and Power.SEE_COUNCIL_MONEY in powers)


def may_know_it_pays(spender: Spender, pot: PotToSpend) -> bool:
    """Whether this account may know what that money pays for: they see it, or spend it themselves."""
    return may_see_pot(spender.powers, pot.kind) or may_spend_from(spender, pot)


def may_see_some_money(powers: Collection[Power]) -> bool:
    """Whether there is any money that somebody with these powers may see."""
    return Power.SEE_MONEY in powers or Power.SEE_COUNCIL_MONEY in powers


def may_bring_forward(spender: Spender, pot: PotToSpend) -> bool:
    """Whoever may spend that money may use it earlier, within the council's allowance."""
    return may_spend_from(spender, pot)
