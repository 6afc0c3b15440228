"""Reading card payments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.payments.models import OddPayment, TopUp
from app.funding.payments.permissions import may_see_top_up
from app.funding.payments.rules import Session, TopUpStatus
from app.people.accounts.models import Person


def top_up_for(actor: Person, public_id: str) -> TopUp:
    """One card payment, for somebody who may see it.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    top_up = db.session.scalar(select(TopUp).where(TopUp.public_id == public_id).options(joinedload(TopUp.person)))
    if top_up is None or not may_see_top_up(actor, top_up):
        msg = "There is no such payment."
        raise NotFound(msg)
    return top_up


def top_up_by_key(key: str) -> TopUp | None:
    """The payment that was started with this form."""
    return db.session.scalar(select(TopUp).where(TopUp.key == key))


def top_up_locked(top_up_id: int) -> TopUp:
    """One payment, held until the transaction ends."""
    return db.session.execute(
        select(TopUp).where(TopUp.id == top_up_id).with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one()


def top_up_of_session(session: Session) -> TopUp | None:
    """The payment a session belongs to, held until the transaction ends: by its own name, else by what we called it.

    Its name may not have reached us: the answer that carried it can be lost.
    """
    is_it = TopUp.checkout_session == session.id
    if session.reference:
        is_it = or_(is_it, TopUp.public_id == session.reference)
    found = db.session.scalars(select(TopUp.id).where(is_it).order_by(TopUp.checkout_session != session.id)).first()
    return None if found is None else top_up_locked(found)


def started_since(person_id: int, moment: datetime) -> int:
    """How many payments for or by this person were started since then."""
    is_theirs = or_(TopUp.person_id == person_id, TopUp.started_by_id == person_id)
    rows = select(func.count()).select_from(TopUp).where(is_theirs, TopUp.started_at > moment)
    return db.session.scalar(rows) or 0


def waiting_since_before(moment: datetime) -> Sequence[tuple[int, str | None]]:
    """The payments started before then of which nothing was heard: their ids and Stripe's names for them."""
    rows = select(TopUp.id, TopUp.checkout_session).where(
        TopUp.status == TopUpStatus.STARTED, TopUp.started_at < moment
    )
    return [(row.id, row.checkout_session) for row in db.session.execute(rows.order_by(TopUp.id))]


def is_known_payment(payment_intent: str | None, but: int) -> bool:
    """Whether Stripe's reference of a payment stands with another top-up than this, by its number."""
    if payment_intent is None:
        return False
    rows = select(TopUp.id).where(TopUp.payment_intent == payment_intent, TopUp.id != but)
    return db.session.scalar(rows.limit(1)) is not None


def odd_payment_of(checkout_session: str) -> OddPayment | None:
    """What needs a look of this session, or did."""
    return db.session.scalar(select(OddPayment).where(OddPayment.checkout_session == checkout_session))


def needing_a_look() -> Sequence[str]:
    """The public ids of payments that nobody has settled yet, oldest first."""
    rows = select(OddPayment.public_id).where(OddPayment.settled_at.is_(None)).order_by(OddPayment.id)
    return db.session.scalars(rows).all()


def odd_payments() -> Select[OddPayment]:
    """Every payment that needs a look or did, those that still do first; for paging."""
    return (
        select(OddPayment)
        .options(joinedload(OddPayment.top_up).joinedload(TopUp.person), joinedload(OddPayment.settled_by))
        .order_by(OddPayment.settled_at.is_not(None), OddPayment.id.desc())
    )


def odd_payment_for(public_id: str) -> OddPayment:
    """One of them.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(odd_payments().where(OddPayment.public_id == public_id))
    if found is None:
        msg = "There is no such payment to settle."
        raise NotFound(msg)
    return found


def settled_odd_of(top_up_id: int) -> OddPayment | None:
    """The payment that needed a look for this wish and was settled; the last, when there were several."""
    rows = select(OddPayment).where(OddPayment.top_up_id == top_up_id, OddPayment.settled_at.is_not(None))
    return db.session.scalar(rows.order_by(OddPayment.settled_at.desc()).limit(1))


def odd_payment_locked(odd_id: int) -> OddPayment:
    """One of them, held until the transaction ends."""
    rows = select(OddPayment).where(OddPayment.id == odd_id).with_for_update()
    return db.session.execute(rows, execution_options={"populate_existing": True}).scalar_one()
