"""Who may change what a council owns."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role


def may_run(actor: Person | None, council_id: int) -> bool:
    """Whether somebody may set a council's policies and frameworks: its commissioners, and the operator's commands.

    A command has no signed-in person; whoever can run it owns the machine.
    """
    return actor is None or council_id in actor.council_ids_as(Role.COMMISSIONER)
