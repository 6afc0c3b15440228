"""Who settles with providers: a council's finance officers, and never for a provider they work for themselves."""

from app.people.accounts.models import Person
from app.people.accounts.rules import Role, StaffDuty
from app.support.settlement.models import Invoice


def may_pay_providers(actor: Person, council_id: int) -> bool:
    """Whether somebody is a finance officer of a council."""
    return council_id in actor.council_ids_as(Role.FINANCE)


def may_approve(actor: Person, invoice: Invoice) -> bool:
    """Whether somebody may say yes to an invoice at all; whether theirs is the yes it needs is a rule."""
    return may_pay_providers(actor, invoice.council_id) and invoice.provider_id not in actor.provider_ids


def may_answer_for(actor: Person, provider_id: int) -> bool:
    """Whether somebody sees for a provider what was earned, and may say that a line is not right."""
    return provider_id in actor.provider_ids_to(StaffDuty.FINANCE)
