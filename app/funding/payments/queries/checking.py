"""Whether what was taken from cards, went back and is claimed is what the ledger has: added up again, in words where not."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.base.db import db
from app.funding.payments.models import CardClaim, CardPayment, PayBackPart
from app.funding.payments.rules import CardClaimStatus, PartStatus
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import JournalKind

CARD, BANK, OWED = "card:1", "card:bank", "card:owed"


def card_differences() -> list[str]:
    """Whatever of card money does not agree with the ledger; nothing when all is well."""
    return [*_came_in(), *_accounts(), *_parts(), *_claims(), *_payments()]


def _total(rows: Select[Any]) -> int:
    return int(db.session.scalar(rows) or 0)


def _came_in() -> Iterator[str]:
    """What the ledger credited for each wish is what is kept as taken for it."""
    about = literal("top_up:") + cast(CardPayment.top_up_id, String)
    kept = select(about.label("about"), func.sum(CardPayment.pence).label("pence")).group_by(CardPayment.top_up_id)
    kept_by = kept.subquery()
    posted = (
        select(Journal.about, func.sum(Transfer.moved).label("pence"))
        .join(Transfer, Transfer.journal_id == Journal.id)
        .where(Journal.kind == JournalKind.TOP_UP, Journal.about.like("top_up:%"))
        .group_by(Journal.about)
        .subquery()
    )
    differ = func.coalesce(kept_by.c.pence, 0) != func.coalesce(posted.c.pence, 0)
    for left, right in ((posted, kept_by), (kept_by, posted)):
        rows = select(left.c.about, left.c.pence, right.c.pence).outerjoin(right, right.c.about == left.c.about)
        rows = rows.where(right.c.about.is_(None) if left is kept_by else differ)
        for name, one, other in db.session.execute(rows.order_by(left.c.about)):
            yield f"{name}: {one}p one way and {other or 0}p the other, in the ledger and as taken from a card"


def _accounts() -> Iterator[str]:
    """Card money in = still credited or spent + paid back + frozen + on its way, account by account."""
    arrived = select(func.sum(PayBackPart.pence)).where(PayBackPart.status == PartStatus.ARRIVED)
    on_its_way = select(func.sum(PayBackPart.pence)).where(PayBackPart.status == PartStatus.ON_ITS_WAY)
    frozen = select(func.sum(CardClaim.frozen_pence))
    owed = _total(
        select(func.sum(CardClaim.owed_pence)).where(CardClaim.status != CardClaimStatus.WON),
    )
    repaid = _total(select(func.sum(CardClaim.repaid_pence)).where(CardClaim.status != CardClaimStatus.WON))
    to_card, to_bank = PayBackPart.card_payment_id.is_not(None), PayBackPart.details_id.is_not(None)
    taken = _total(frozen.where(CardClaim.status == CardClaimStatus.LOST))
    should: dict[str, tuple[int, int]] = {
        CARD: (
            _total(arrived.where(to_card)) + taken + owed,
            _total(on_its_way.where(to_card)) + _total(frozen.where(CardClaim.status == CardClaimStatus.OPEN)),
        ),
        BANK: (_total(arrived.where(to_bank)), _total(on_its_way.where(to_bank))),
        OWED: (repaid - owed, 0),
    }
    for owner, (moved, held) in should.items():
        has, holds = _net(owner), _held(owner)
        if has != moved:
            yield f"{owner}: {moved}p should have gone back there, {has}p did"
        if holds != held:
            yield f"{owner}: {held}p should be held for it, {holds}p is"


def _net(owner: str) -> int:
    """What went to an account less what came from it, what came in by card left out."""
    into = case((Transfer.credit_id == LedgerAccount.id, Transfer.moved), else_=-Transfer.moved)
    rows = (
        select(func.sum(into))
        .select_from(LedgerAccount)
        .join(Transfer, or_(Transfer.credit_id == LedgerAccount.id, Transfer.debit_id == LedgerAccount.id))
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(LedgerAccount.owner == owner, Journal.kind != JournalKind.TOP_UP)
    )
    return _total(rows)


def _held(owner: str) -> int:
    rows = select(func.sum(Transfer.held)).join(LedgerAccount, LedgerAccount.id == Transfer.credit_id)
    return _total(rows.where(LedgerAccount.owner == owner))


_END = aliased(Transfer)


def _parts() -> Iterator[str]:
    """Each part is held, and its hold was settled in full, not at all, or not yet, as it stands."""
    is_settled = PayBackPart.status != PartStatus.ON_ITS_WAY
    paid = case((PayBackPart.arrived_at.is_not(None), PayBackPart.pence), else_=0)
    rows = (
        select(PayBackPart.public_id)
        .outerjoin(Transfer, Transfer.id == PayBackPart.hold_id)
        .outerjoin(_END, _END.settles_id == PayBackPart.hold_id)
        .where(
            or_(
                Transfer.id.is_(None),
                Transfer.held != PayBackPart.pence,
                is_settled != _END.id.is_not(None),
                and_(_END.id.is_not(None), _END.moved != paid),
            )
        )
    )
    for name in db.session.scalars(rows.order_by(PayBackPart.id)):
        yield f"part {name} of what goes back: the ledger has it otherwise"


def _claims() -> Iterator[str]:
    """What is frozen for a claim is held as much, and its hold ended when the claim did."""
    is_settled = CardClaim.status != CardClaimStatus.OPEN
    rows = (
        select(CardClaim.public_id)
        .outerjoin(Transfer, Transfer.id == CardClaim.hold_id)
        .outerjoin(_END, _END.settles_id == CardClaim.hold_id)
        .where(
            CardClaim.frozen_pence > 0,
            or_(
                Transfer.id.is_(None),
                Transfer.held != CardClaim.frozen_pence,
                is_settled != _END.id.is_not(None),
            ),
        )
    )
    for name in db.session.scalars(rows.order_by(CardClaim.id)):
        yield f"claim {name} of the card company: the ledger has it otherwise"


def _payments() -> Iterator[str]:
    """No more goes back to a card than was taken from it."""
    back = func.sum(PayBackPart.pence)
    rows = (
        select(CardPayment.id, CardPayment.pence, back)
        .join(PayBackPart, PayBackPart.card_payment_id == CardPayment.id)
        .where(PayBackPart.status != PartStatus.FAILED)
        .group_by(CardPayment.id, CardPayment.pence)
        .having(back > CardPayment.pence)
    )
    for number, taken, gone in db.session.execute(rows.order_by(CardPayment.id)):
        yield f"card payment {number}: {taken}p was taken, and {gone}p goes back"
