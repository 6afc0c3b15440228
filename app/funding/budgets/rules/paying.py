"""Who may be paid from what, with the reason in plain words; and how refunds go back to the money that paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.money import Money
from app.funding.budgets.rules.kinds import SPENT_ANYWHERE, PotKind


@dataclass(frozen=True, slots=True)
class Lawful:
    """Whether money may pay somebody, and why, in plain words; the reason of a yes is empty."""

    ok: bool
    reason: str = ""


YES = Lawful(ok=True)

NOT_ON_FRAMEWORK = (
    "Money the council looks after can only pay providers on the council's framework, the council's own "
    "services, or a provider the council has signed a one-off agreement with. Use other money, or ask your "
    "care manager for an agreement."
)
NOT_AT_ALL = (
    "Money the council looks after can only pay providers on the council's framework and the council's own services. "
    "Your council signs no agreements with others. Use other money, or choose a provider on the framework."
)
NOT_THE_EMPLOYER = (
    "Money the council looks after cannot pay a personal assistant: you employ them yourself, and the council cannot do "
    "that for you. Use a direct payment or your own money, or choose an agency that sends assistants."
)
NOT_THE_HOLDER = (
    "An individual service fund can only pay the provider that holds it, and others it was agreed it may pay. "
    "Use other money for this provider, or ask your care manager."
)


def who_may_be_paid(
    kind: PotKind,
    *,
    is_framework: bool,
    is_in_house: bool,
    has_one_off: bool,
    holds_the_fund: bool,
    may_be_one_off: bool = True,
    is_employed: bool = False,
) -> Lawful:
    """Whether money of this kind may pay a provider. The only rule there is: pages, actions and search ask it alike.

    Args:
        kind: the kind of money.
        is_framework: a framework provider of the money's council, for this kind of support, in the person's locality, on
            that day.
        is_in_house: one of the council's own services.
        has_one_off: the council signed an agreement about this kind of money with it for this person, in force that day.
        holds_the_fund: it is the provider that holds this individual service fund.
        is_employed: it is one person, a personal assistant, whom whoever pays employs. No framework place and no agreement
            makes the council an employer.
        may_be_one_off: the council's policy lets agreements open money it looks after to others at all.
    """
    if kind in SPENT_ANYWHERE:
        return YES
    if kind == PotKind.COUNCIL_MANAGED and is_employed:
        return Lawful(ok=False, reason=NOT_THE_EMPLOYER)
    if kind == PotKind.COUNCIL_MANAGED:
        if is_framework or is_in_house or (has_one_off and may_be_one_off):
            return YES
        return Lawful(ok=False, reason=NOT_ON_FRAMEWORK if may_be_one_off else NOT_AT_ALL)
    return YES if holds_the_fund or has_one_off else Lawful(ok=False, reason=NOT_THE_HOLDER)


def back_to_each(refund_pence: int, still_paid: Sequence[int]) -> list[int]:
    """Share a refund over the money that paid, in the proportions in which it did, to the penny.

    Each refund is shared over what was paid and not yet given back, the largest remainders first, so that no part ever
    gets back more than it paid and a refund of all that is left leaves nothing.

    Args:
        refund_pence: how much is given back.
        still_paid: what each part paid, less what it got back already.

    Raises:
        ValueError: when more is given back than was paid, or nothing is.
    """
    if not 0 < refund_pence <= sum(still_paid):
        msg = "a refund is more than nothing and at most what was paid"
        raise ValueError(msg)
    return [share.pence for share in Money(refund_pence).split(still_paid)]
