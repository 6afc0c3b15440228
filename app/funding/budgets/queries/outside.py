"""Spending from outside: one, and its receipt."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import OutsideSpending, Receipt


def spending_for(person_id: int, public_id: str) -> OutsideSpending:
    """One spending of a person, with its pot and who recorded it.

    Raises:
        NotFound: when it is not theirs.
    """
    outside_spending = db.session.scalar(
        select(OutsideSpending)
        .where(OutsideSpending.person_id == person_id, OutsideSpending.public_id == public_id)
        .options(joinedload(OutsideSpending.pot), joinedload(OutsideSpending.recorded_by))
    )
    if outside_spending is None:
        raise NotFound("We cannot find that among this person's spending.")
    return outside_spending


def receipt_type(spending_id: int) -> str | None:
    """What kind of file the receipt is; nothing when there is none. The file itself is not read."""
    return db.session.scalar(select(Receipt.media_type).where(Receipt.spending_id == spending_id))


def receipt_of(spending_id: int) -> Receipt:
    """The receipt.

    Raises:
        NotFound: when there is none.
    """
    receipt = db.session.get(Receipt, spending_id)
    if receipt is None:
        raise NotFound("There is no receipt.")
    return receipt
