"""Places on frameworks and suspensions, where search is told: this room knows a provider's listings, the one below does not."""

from datetime import date

from app.base.refusals import Conflict
from app.market.catalogue.actions.changes import mark_provider_changed
from app.market.catalogue.rules.kinds import KINDS
from app.market.providers.actions import providers, suspensions
from app.market.providers.models import FrameworkPlace, Provider, Suspension
from app.market.providers.rules import SuspensionReason, rating_fault
from app.people.accounts.models import Person
from app.people.councils.models import Council, Locality, Lot
from app.people.councils.queries import policy


def place_on_framework(
    *,
    actor: Person | None,
    provider: Provider,
    lot: Lot,
    from_on: date,
    until_on: date | None = None,
    locality: Locality | None = None,
) -> FrameworkPlace:
    """Give a provider a place, as :func:`app.market.providers.actions.place_on_framework`.

    Raises:
        Conflict: also when it is rated below what the council's rule asks on the first day. Those on it already stay.
    """
    policies = policy(lot.framework.council_id, "framework_quality_bar", from_on)
    ratings = [one.rating for one in provider.registrations]
    fault = rating_fault(policies or "none", ratings, is_regulated=any(KINDS[kind].is_regulated for kind in lot.kinds))
    if fault is not None:
        raise Conflict(fault)
    place = providers.place_on_framework(
        actor=actor, provider=provider, lot=lot, from_on=from_on, until_on=until_on, locality=locality
    )
    mark_provider_changed(provider.id)
    return place


def suspend_provider(
    *,
    actor: Person | None,
    provider: Provider,
    council: Council | None,
    from_on: date,
    reason: SuspensionReason,
    words: str,
    lot: Lot | None = None,
    public_words: str = "",
) -> Suspension:
    """Stop new bookings with a provider, as :func:`app.market.providers.actions.suspensions.suspend_provider`."""
    made = suspensions.suspend_provider(
        actor=actor,
        provider=provider,
        council=council,
        from_on=from_on,
        reason=reason,
        words=words,
        lot=lot,
        public_words=public_words,
    )
    mark_provider_changed(made.provider_id)
    return made


def end_suspension(*, actor: Person | None, suspension: Suspension, words: str) -> Suspension:
    """Let it be booked again, as :func:`app.market.providers.actions.suspensions.end_suspension`."""
    ended = suspensions.end_suspension(actor=actor, suspension=suspension, words=words)
    mark_provider_changed(ended.provider_id)
    return ended
