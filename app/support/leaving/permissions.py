"""Who may answer a report of a death."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.support.leaving.models import DeathReport

ANSWERERS = (Role.CARE_MANAGER, Role.COMMISSIONER)


def answers_for_council(actor: Person, report: DeathReport) -> bool:
    """Whether somebody answers reports at the council of this one."""
    return report.council_id is not None and report.council_id in actor.council_ids_as(*ANSWERERS)


def may_confirm_death(actor: Person, report: DeathReport) -> bool:
    """A second person of the council, never who reported it."""
    return answers_for_council(actor, report) and actor.id != report.reported_by_id


def may_say_mistaken(actor: Person, report: DeathReport) -> bool:
    """Anybody of the council who answers, and above all the person."""
    return actor.id == report.person_id or answers_for_council(actor, report)
