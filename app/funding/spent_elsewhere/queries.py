"""Spending from outside: one, and its receipt."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import OutsideSpending, Receipt
from app.funding.budgets.permissions import may_see_pot
from app.people.circles.rules import Power


def spending_seen(person_id: int, public_id: str, powers: Collection[Power]) -> OutsideSpending:
    """The same for somebody who may see that money.

    Raises:
        NotFound: when it is not that person's, or was paid from money they may not see.
    """
    found = spending_for(person_id, public_id)
    if not may_see_pot(powers, found.pot.kind):
        raise NotFound("We cannot find that among this person's spending.")
    return found


def spending_for(person_id: int, public_id: str) -> OutsideSpending:
    """One spending of a person, with its pot and who recorded it.

    Raises:
        NotFound: when it is not theirs.
    """
    found = db.session.scalar(
        select(OutsideSpending)
        .where(OutsideSpending.person_id == person_id, OutsideSpending.public_id == public_id)
        .options(joinedload(OutsideSpending.pot), joinedload(OutsideSpending.recorded_by))
    )
    if found is None:
        raise NotFound("We cannot find that among this person's spending.")
    return found


def receipt_type(spending_id: int) -> str | None:
    """What kind of file the receipt is; nothing when there is none. The file itself is not read."""
    return db.session.scalar(select(Receipt.media_type).where(Receipt.spending_id == spending_id))


def receipt_of(spending_id: int) -> Receipt:
    """The receipt.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.get(Receipt, spending_id)
    if found is None:
        raise NotFound("There is no receipt.")
    return found
