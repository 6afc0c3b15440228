"""Suspending a provider: by a council for its own people, whole or of one lot, or by the operator everywhere.

Called through ``catalogue.actions.places``, which tells search of framework status. Nothing already agreed is touched.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.providers.models import Provider, Suspension
from app.market.providers.rules import SuspensionReason
from app.people.accounts.models import Person
from app.people.councils.models import Council, Lot
from app.people.councils.permissions import may_run_frameworks
from app.platform.audit.actions import record

WORDS_LONGEST = 2000


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
    """Stop new bookings with a provider from a day on, today or later.

    Args:
        actor: a commissioner of the council; nobody: a command of the operator's.
        provider: who is suspended.
        council: for whose people; nobody's: for everybody, which only the operator may.
        from_on: the first day on which it holds.
        reason: which sort of reason.
        words: why, for the provider and the record.
        lot: of which lot only; without one the whole provider.
        public_words: what everybody may read of it.

    Raises:
        NotAllowed: for anybody but the council's commissioners who do not work for the provider, and the operator's commands.
        BadInput: without a reason, from a past day, or for a lot of another council.
        Conflict: when one that reaches as far stands already.
    """
    _check_may(actor, provider.id, None if council is None else council.id)
    words, public_words = _words(words, "Enter why"), public_words.strip()
    if len(public_words) > WORDS_LONGEST:
        raise BadInput(f"What everybody may read must be {WORDS_LONGEST:,} characters or fewer")
    if from_on < clock.today():
        raise BadInput("Enter today or a later day: a suspension never reaches back")
    if lot is not None and (council is None or lot.framework.council_id != council.id):
        raise BadInput("That lot belongs to another council")
    # Taken for itself: whoever books shares this row, so that each booking comes wholly before or sees the suspension.
    provider = db.session.get_one(Provider, provider.id, with_for_update=True, populate_existing=True)
    standing = db.session.scalar(
        select(Suspension).where(
            Suspension.provider_id == provider.id,
            Suspension.ended_at.is_(None),
            Suspension.council_id.is_(None) if council is None else Suspension.council_id == council.id,
            Suspension.lot_id.is_(None) if lot is None else Suspension.lot_id == lot.id,
        )
    )
    if standing is not None:
        raise Conflict(f"{provider.name} is suspended there already. End that suspension first to change it")
    made = Suspension(
        provider_id=provider.id,
        council_id=None if council is None else council.id,
        lot_id=None if lot is None else lot.id,
        from_on=from_on,
        reason=reason,
        words=words,
        public_words=public_words,
        made_at=clock.now(),
        made_by_id=None if actor is None else actor.id,
    )
    db.session.add(made)
    db.session.flush()
    _note("provider_suspended", actor, made, from_on=from_on.isoformat(), reason=reason.value)
    return made


def end_suspension(*, actor: Person | None, suspension: Suspension, words: str) -> Suspension:
    """Let the provider be booked again from now on; one that has not begun is taken back. The row stays, with its end.

    Raises:
        NotAllowed: for anybody but the council's commissioners who do not work for the provider, and the operator's commands.
        BadInput: without a reason.
        Conflict: when it is over already.
    """
    _check_may(actor, suspension.provider_id, suspension.council_id)
    words = _words(words, "Enter why it ends")
    db.session.get_one(Provider, suspension.provider_id, with_for_update=True, populate_existing=True)
    suspension = db.session.get_one(Suspension, suspension.id, with_for_update=True, populate_existing=True)
    if suspension.ended_at is not None:
        raise Conflict("This suspension has been ended already")
    suspension.ended_at = clock.now()
    suspension.ended_on = max(clock.today(), suspension.from_on)
    suspension.ended_by_id = None if actor is None else actor.id
    suspension.end_words = words
    db.session.flush()
    _note("provider_suspension_ended", actor, suspension, ended_on=suspension.ended_on.isoformat())
    return suspension


def _words(words: str, missing: str) -> str:
    words = words.strip()
    if not words:
        raise BadInput(missing)
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"The reason must be {WORDS_LONGEST:,} characters or fewer")
    return words


def _check_may(actor: Person | None, provider_id: int, council_id: int | None) -> None:
    if actor is not None and (council_id is None or not may_run_frameworks(actor, council_id)):
        raise NotAllowed("Only a council's commissioners can suspend a provider, and only for its own people")
    if actor is not None and provider_id in actor.provider_ids:
        raise NotAllowed("You work for this provider. Somebody else from your council decides about it")


def _note(action: str, actor: Person | None, suspension: Suspension, **details: Any) -> None:
    record(
        action=action,
        actor_id=None if actor is None else actor.id,
        subject_kind="provider",
        subject_id=suspension.provider_id,
        council_id=suspension.council_id,
        suspension=suspension.public_id,
        lot_id=suspension.lot_id,
        **details,
    )
