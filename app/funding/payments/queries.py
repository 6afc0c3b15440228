"""Reading card payments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.payments.models import TopUp
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


def needing_a_look() -> Sequence[str]:
    """The public ids of payments where Stripe took something else than we asked for, oldest first."""
    rows = select(TopUp.public_id).where(TopUp.status == TopUpStatus.NEEDS_A_LOOK).order_by(TopUp.id)
    return db.session.scalars(rows).all()
