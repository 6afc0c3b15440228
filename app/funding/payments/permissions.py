"""Who may add to somebody's own money, and see a payment; pure, for actions and templates alike."""

from collections.abc import Collection

from app.funding.payments.models import TopUp
from app.people.accounts.models import Person
from app.people.circles.rules import Power


def may_top_up(actor: Person, person_id: int, powers: Collection[Power]) -> bool:
    """Oneself; or somebody beside the person who may spend their money."""
    return actor.id == person_id or Power.BOOK in powers


def may_see_top_up(actor: Person, top_up: TopUp) -> bool:
    """The person it is for, and whoever started it: their bank statement shows it."""
    return actor.id in {top_up.person_id, top_up.started_by_id}
