"""Who may act for and about providers."""

from app.market.providers.models import Claim, Provider
from app.market.providers.rules import ClaimStatus
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS, StaffDuty


def may_claim(provider: Provider) -> bool:
    """Whether a provider's page can still be claimed: nobody speaks for it yet."""
    return not provider.is_claimed


def may_decide(actor: Person, claim: Claim) -> bool:
    """Whether somebody may decide a claim: a commissioner of its council, never about themselves or whom they work for."""
    is_concerned = claim.person_id == actor.id or claim.provider_id in actor.provider_ids
    return claim.council_id in actor.council_ids_as(*RUN_FRAMEWORKS) and not is_concerned


def is_waiting(claim: Claim) -> bool:
    """Whether nobody has decided the claim yet."""
    return claim.status == ClaimStatus.WAITING


def may_speak_for(actor: Person, provider: Provider) -> bool:
    """Whether somebody manages the provider's page: its words, listings, prices and staff."""
    return provider.id in actor.provider_ids_to(StaffDuty.MANAGE)


def is_approved(claim: Claim) -> bool:
    """Whether the council said yes."""
    return claim.status == ClaimStatus.APPROVED
