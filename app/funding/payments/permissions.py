"""Who may add to somebody's own money, and see a payment; pure, for actions and templates alike."""

from collections.abc import Collection

from app.funding.payments.models import OddPayment, TopUp
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power


def may_top_up(actor: Person, person_id: int, powers: Collection[Power]) -> bool:
    """Oneself; or somebody beside the person who may spend their money."""
    return actor.id == person_id or Power.BOOK in powers


def may_see_top_up(actor: Person, top_up: TopUp) -> bool:
    """The person it is for, and whoever started it: their bank statement shows it."""
    return actor.id in {top_up.person_id, top_up.started_by_id}


def may_settle(actor: Person, odd: OddPayment) -> bool:
    """Who looks after card payments for this site; a payment of their own is settled by somebody else."""
    is_theirs = odd.top_up is not None and actor.id in {odd.top_up.person_id, odd.top_up.started_by_id}
    return actor.has_role(Role.PAYMENTS) and not is_theirs


def may_pay_back(actor: Person, person: Person, *, has_authority: bool) -> bool:
    """The person; or their attorney, deputy or appointee, whose authority ends when somebody reports that they died."""
    return actor.id == person.id or (has_authority and person.stopped_at is None)


def may_pay_out(actor: Person, person_id: int) -> bool:
    """Who looks after card payments for this site pays into bank accounts; never to themselves."""
    return actor.has_role(Role.PAYMENTS) and actor.id != person_id
