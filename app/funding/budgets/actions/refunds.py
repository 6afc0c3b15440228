"""Money given back by a provider goes to the money that paid, in the same proportions, to the penny."""

from app.base.money import Money
from app.base.refusals import Conflict
from app.funding.budgets.actions.pots import provider_account
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.paying import back_to_each
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind, KeyUsedOtherwise, whole_pence


def refund(*, key: str, about: str, provider_id: int, pence: int, actor_id: int | None) -> int:
    """Give some or all of what a purchase cost back to the money that paid for it. Whether it may be is the caller's.

    Args:
        key: the idempotency key of this refund.
        about: the purchase, as it was paid: ``booking:PUBLIC_ID``.
        provider_id: who gives it back.
        pence: how much.
        actor_id: who does it.

    Returns:
        The number of the event; of the first one, when this key and these facts were told before.

    Raises:
        BadInput: when the amount is none.
        Conflict: when more is given back than was paid and not given back before.
        KeyUsedOtherwise: when the key stands for another refund.
    """
    whole_pence(pence)
    account = provider_account(provider_id)
    under_lock.lock_pots(under_lock.pots_that_paid(about))
    told = under_lock.refund_told(key)
    if told is not None:
        journal, was_pence = told
        if (journal.about, was_pence) != (about, pence):
            raise KeyUsedOtherwise
        return journal.id
    paid = under_lock.still_paid(about, account.id)
    if pence > sum(paid.values()):
        raise Conflict(f"{Money(sum(paid.values()))} was paid and not given back. Enter that or less.")
    shares = zip(paid, back_to_each(pence, list(paid.values())), strict=True)
    return ledger.post(
        key=key,
        kind=JournalKind.REFUND,
        moves=[(account.id, pot_account, share) for pot_account, share in shares if share],
        about=about,
        actor_id=actor_id,
    ).id
