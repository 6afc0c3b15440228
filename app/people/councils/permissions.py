"""Who may change what a council owns."""

from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_COUNCIL, RUN_FRAMEWORKS, Role


def may_run(actor: Person | None, council_id: int) -> bool:
    """Whether somebody may set a council's rules, places and contacts: its administrators and commissioners, and commands.

    A command has no signed-in person; whoever can run it owns the machine.
    """
    return actor is None or council_id in actor.council_ids_as(*RUN_COUNCIL)


def may_run_frameworks(actor: Person | None, council_id: int) -> bool:
    """Whether somebody may let a council's frameworks and suspend providers: contracts officers, commissioners, commands."""
    return actor is None or council_id in actor.council_ids_as(*RUN_FRAMEWORKS)


def may_give_second_yes(actor: Person, council_id: int) -> bool:
    """Whether somebody may answer what a colleague asked for about rules that move money."""
    return council_id in actor.council_ids_as(Role.FINANCE, *RUN_COUNCIL)
