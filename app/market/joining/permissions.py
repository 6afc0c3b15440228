"""Who may write, send and decide about a provider that joins."""

from app.market.joining.models import Joining
from app.market.joining.rules import JoiningStatus
from app.people.accounts.models import Person
from app.people.accounts.rules import Role


def is_own(actor: Person, joining: Joining) -> bool:
    """Whether somebody began it."""
    return joining.person_id == actor.id


def may_change_draft(actor: Person, joining: Joining) -> bool:
    """Whether somebody may change it now: whoever began it, while nobody else looks at it."""
    return is_own(actor, joining) and joining.status == JoiningStatus.DRAFT


def may_answer_joining(actor: Person, joining: Joining) -> bool:
    """Whether somebody may say yes or no to it: a commissioner of the council it reaches, never about their own."""
    return joining.council_id in actor.council_ids_as(Role.COMMISSIONER) and not is_own(actor, joining)


def waits(joining: Joining) -> bool:
    """Whether a council has to look at it."""
    return joining.status == JoiningStatus.WAITING
