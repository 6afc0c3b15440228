"""Who may say who works at a council."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role


def may_run_staff(actor: Person | None, council_id: int) -> bool:
    """Whether somebody may invite and remove staff: the council's administrators, and the operator's commands."""
    return actor is None or council_id in actor.council_ids_as(Role.ADMINISTRATOR)
