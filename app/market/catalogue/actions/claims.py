"""The answer to a claim, where it is told to search: this room knows a provider's listings, the one below does not."""

from app.market.catalogue.actions.changes import mark_provider_changed
from app.market.providers.actions import claims
from app.market.providers.models import Claim
from app.market.providers.permissions import is_approved
from app.people.accounts.models import Person


def decide_claim(*, actor: Person, claim: Claim, approve: bool, reason: str = "", checked: str = "") -> Claim:
    """Say yes or no, as :func:`app.market.providers.actions.decide_claim`; search learns of a provider that was claimed."""
    decided = claims.decide_claim(actor=actor, claim=claim, approve=approve, reason=reason, checked=checked)
    if is_approved(decided):
        mark_provider_changed(decided.provider_id)
    return decided
