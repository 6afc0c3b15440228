"""The answer to a claim, where it is told to search: this room knows a provider's listings, the one below does not."""

from app.accounts.models import Person
from app.catalogue.actions.changes import mark_provider_changed
from app.providers import actions
from app.providers.models import Claim
from app.providers.permissions import is_approved


def decide_claim(*, actor: Person, claim: Claim, approve: bool, reason: str = "") -> Claim:
    """Say yes or no, as :func:`app.providers.actions.decide_claim`; search learns of a provider that was claimed."""
    decided = actions.decide_claim(actor=actor, claim=claim, approve=approve, reason=reason)
    if is_approved(decided):
        mark_provider_changed(decided.provider_id)
    return decided
