"""Reading what was taken from cards, what of it went back or is claimed, and what can still go back."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.kinds import PotKind
from app.funding.payments.models import CardClaim, CardPayment, PayBack, PayBackFile, PayBackPart, PersonBankDetails
from app.funding.payments.rules import CARD_LASTS, CardClaimStatus, ClaimKind, PartStatus, Refundable
from app.platform.ledger.models import LedgerAccount


def own_pot(person_id: int) -> Pot | None:
    """The pot of somebody's own money; nothing where they never had any."""
    return under_lock.open_pot_of(person_id, PotKind.OWN_MONEY, None, None)


def left_locked(pot: Pot) -> int:
    """What is left in a pot, in pence, with pot and account locked: nobody spends of it until the transaction ends."""
    under_lock.lock_pots([pot.id])
    rows = (
        select(LedgerAccount)
        .where(LedgerAccount.id == pot.account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).one().available_pence


def _of_payment(model: type[PayBackPart | CardClaim], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    """How much of a payment these rows are about."""
    rows = select(func.coalesce(func.sum(model.pence), 0)).where(model.card_payment_id == CardPayment.id, *where)
    return rows.correlate(CardPayment).scalar_subquery()


_GONE_BACK = _of_payment(PayBackPart, PayBackPart.status != PartStatus.FAILED)
_CLAIMED = _of_payment(CardClaim, CardClaim.status != CardClaimStatus.WON)
_DISPUTED = _of_payment(CardClaim, CardClaim.status == CardClaimStatus.OPEN, CardClaim.kind == ClaimKind.DISPUTE)


def refundable(person_id: int) -> list[Refundable]:
    """The card payments of which something can go back to its card: not too old, not claimed, not gone."""
    left = CardPayment.pence - _GONE_BACK - _CLAIMED
    rows = select(CardPayment.id, CardPayment.payment_intent, left, CardPayment.taken_at).where(
        CardPayment.person_id == person_id,
        CardPayment.payment_intent.is_not(None),
        CardPayment.gone_at.is_(None),
        CardPayment.taken_at > clock.now() - CARD_LASTS,
        left > 0,
        _DISPUTED == 0,
    )
    ordered = rows.order_by(CardPayment.taken_at, CardPayment.id)
    return [Refundable(number, str(name), int(pence), at) for number, name, pence, at in db.session.execute(ordered)]


def claims_of(person_id: int, *, owed_only: bool = False) -> Sequence[CardClaim]:
    """What the card company claims or claimed of somebody's money, oldest first."""
    rows = select(CardClaim).join(CardClaim.card_payment).where(CardPayment.person_id == person_id)
    if owed_only:
        rows = rows.where(CardClaim.status != CardClaimStatus.WON, CardClaim.owed_pence > CardClaim.repaid_pence)
    return db.session.scalars(rows.order_by(CardClaim.id).execution_options(populate_existing=True)).all()


def owed_by(person_id: int) -> int:
    """What somebody owes, in pence, because the card company took back what was spent."""
    return sum(one.still_owed_pence for one in claims_of(person_id, owed_only=True))


class CardNews(NamedTuple):
    """What is to be known of somebody's card money, in pence."""

    on_its_way: int
    frozen: int
    owed: int


def card_news(person_id: int) -> CardNews:
    """What is on its way back, frozen and owed, with one query."""
    on_its_way = (
        select(func.coalesce(func.sum(PayBackPart.pence), 0))
        .join(PayBackPart.pay_back)
        .where(PayBack.person_id == person_id, PayBackPart.status == PartStatus.ON_ITS_WAY)
        .scalar_subquery()
    )
    frozen = case((CardClaim.status == CardClaimStatus.OPEN, CardClaim.frozen_pence), else_=0)
    owed = case((CardClaim.status != CardClaimStatus.WON, CardClaim.owed_pence - CardClaim.repaid_pence), else_=0)
    rows = (
        select(on_its_way, func.coalesce(func.sum(frozen), 0), func.coalesce(func.sum(owed), 0))
        .join(CardClaim.card_payment)
        .where(CardPayment.person_id == person_id)
    )
    return CardNews(*(int(pence) for pence in db.session.execute(rows).one()))


def newest_details(person_id: int) -> PersonBankDetails | None:
    """The bank account that counts now."""
    rows = select(PersonBankDetails).where(PersonBankDetails.person_id == person_id)
    return db.session.scalar(
        rows.order_by(PersonBankDetails.id.desc()).limit(1).options(joinedload(PersonBankDetails.given_by))
    )


_WHOLE = (
    selectinload(PayBack.parts).joinedload(PayBackPart.card_payment),
    selectinload(PayBack.parts).joinedload(PayBackPart.details),
    joinedload(PayBack.asked_by),
)


def pay_back_by_key(key: str) -> PayBack | None:
    """The wish that was made with this form."""
    return db.session.scalar(select(PayBack).where(PayBack.key == key))


def pay_backs_of(person_id: int) -> Select[PayBack]:
    """What somebody had paid back, newest first; for paging."""
    return select(PayBack).where(PayBack.person_id == person_id).order_by(PayBack.id.desc()).options(*_WHOLE)


def pay_back_for(person_id: int, public_id: str) -> PayBack:
    """One of them.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(pay_backs_of(person_id).where(PayBack.public_id == public_id))
    if found is None:
        raise NotFound("There is nothing of that kind that was paid back.")
    return found


def part_locked(public_id: str) -> PayBackPart | None:
    """One part with its pot locked first: whoever else ends it waits."""
    pot_of = select(PayBack.pot_id).join(PayBack.parts).where(PayBackPart.public_id == public_id)
    pot_id = db.session.scalar(pot_of)
    if pot_id is None:
        return None
    under_lock.lock_pots([pot_id])
    rows = select(PayBackPart).where(PayBackPart.public_id == public_id).with_for_update(of=PayBackPart)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


class ToCard(NamedTuple):
    """A part that is on its way to a card: what the card company is asked for."""

    part: str
    payment_intent: str
    pence: int


def parts_to_cards(*, of: str | None = None, asked_before: datetime | None = None) -> list[ToCard]:
    """The parts on their way to cards: of one wish, or those asked for before a moment."""
    rows = (
        select(PayBackPart.public_id, CardPayment.payment_intent, PayBackPart.pence)
        .join(PayBackPart.pay_back)
        .join(PayBackPart.card_payment)
        .where(PayBackPart.status == PartStatus.ON_ITS_WAY)
        .order_by(PayBackPart.id)
    )
    if of is not None:
        rows = rows.where(PayBack.public_id == of)
    if asked_before is not None:
        rows = rows.where(PayBack.asked_at < asked_before)
    return [ToCard(name, str(payment), pence) for name, payment, pence in db.session.execute(rows)]


def card_payment_known_as(payment_intent: str | None) -> CardPayment | None:
    """The payment Stripe calls so, with its pot locked; nothing where it is not ours."""
    if payment_intent is None:
        return None
    known = select(CardPayment).where(CardPayment.payment_intent == payment_intent)
    found = db.session.scalar(known)
    if found is not None:
        under_lock.lock_pots([found.pot_id])
        found = db.session.scalar(known.execution_options(populate_existing=True))
    return found


def claim_known_as(reference: str) -> CardClaim | None:
    """The claim of this reference as it is now."""
    rows = select(CardClaim).where(CardClaim.reference == reference).with_for_update(of=CardClaim)
    return db.session.scalar(rows.execution_options(populate_existing=True))


def refunded_elsewhere(payment_intent: str) -> int:
    """What we know was paid back of a payment at the card company, not from here, in pence."""
    rows = select(func.coalesce(func.sum(CardClaim.pence), 0)).where(
        CardClaim.payment_intent == payment_intent, CardClaim.kind == ClaimKind.REFUND
    )
    return int(db.session.scalar(rows) or 0)


def parts_of_payment(card_payment_id: int) -> Sequence[PayBackPart]:
    """What was to go back to the card of a payment."""
    rows = select(PayBackPart).where(PayBackPart.card_payment_id == card_payment_id).order_by(PayBackPart.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def claims_before(payment_intent: str) -> Sequence[CardClaim]:
    """What was claimed of a payment before we had heard of the payment."""
    rows = select(CardClaim).where(
        CardClaim.payment_intent == payment_intent,
        CardClaim.card_payment_id.is_(None),
        CardClaim.status != CardClaimStatus.WON,
    )
    return db.session.scalars(rows.order_by(CardClaim.id).with_for_update(of=CardClaim)).all()


def payments_to_ask_about() -> list[str]:
    """What Stripe calls the payments of which it is to be asked what was paid back."""
    rows = select(CardPayment.payment_intent).where(
        CardPayment.ask_since.is_not(None), CardPayment.payment_intent.is_not(None)
    )
    return [str(name) for name in db.session.scalars(rows.order_by(CardPayment.id))]


def payments_claimed_before() -> list[str]:
    """What Stripe calls the payments that we know and of which a claim does not know yet that we do."""
    rows = (
        select(CardPayment.payment_intent)
        .join(CardClaim, CardClaim.payment_intent == CardPayment.payment_intent)
        .where(CardClaim.card_payment_id.is_(None), CardClaim.status != CardClaimStatus.WON)
        .distinct()
    )
    return [str(name) for name in db.session.scalars(rows)]


_FOR_A_BANK = (
    joinedload(PayBackPart.pay_back).joinedload(PayBack.person),
    joinedload(PayBackPart.details),
    joinedload(PayBackPart.file),
)


def parts_to_banks() -> Select[PayBackPart]:
    """What is or was to be paid into bank accounts: those on their way first, in order; for paging."""
    rows = select(PayBackPart).where(PayBackPart.details_id.is_not(None)).options(*_FOR_A_BANK)
    return rows.order_by(PayBackPart.status != PartStatus.ON_ITS_WAY, PayBackPart.id)


def part_to_bank(public_id: str) -> PayBackPart:
    """One of them.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(parts_to_banks().where(PayBackPart.public_id == public_id))
    if found is None:
        raise NotFound("There is nothing of that kind to pay.")
    return found


def parts_for_a_file() -> Sequence[PayBackPart]:
    """What no file asks for yet, locked, in order."""
    rows = (
        select(PayBackPart)
        .where(
            PayBackPart.details_id.is_not(None),
            PayBackPart.file_id.is_(None),
            PayBackPart.status == PartStatus.ON_ITS_WAY,
        )
        .order_by(PayBackPart.id)
        .with_for_update(of=PayBackPart)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def files() -> Select[PayBackFile]:
    """The files made, newest first; for paging."""
    return select(PayBackFile).order_by(PayBackFile.id.desc()).options(joinedload(PayBackFile.made_by))


def file_known_as(public_id: str) -> PayBackFile:
    """One of them with what it asks for.

    Raises:
        NotFound: there is none.
    """
    rows = files().where(PayBackFile.public_id == public_id)
    found = db.session.scalar(rows.options(selectinload(PayBackFile.parts).options(*_FOR_A_BANK)))
    if found is None:
        raise NotFound("There is no such file.")
    return found
