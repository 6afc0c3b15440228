"""Spending from outside: one, and its receipt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import OutsideSpending, Pot, Receipt
from app.funding.budgets.permissions import may_see_pot
from app.funding.budgets.rules.kinds import PotKind
from app.funding.spent_elsewhere.models import ReceiptFile
from app.people.circles.rules import Power
from app.platform.files.models import StoredFile


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


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """One receipt of some spending. ``which`` names it in an address."""

    which: str
    media_type: str
    added_at: datetime
    added_by: str
    file: StoredFile | None
    """Nothing where an earlier version of this program kept it in the database."""


FIRST = "first"
"""Names the one receipt that an earlier version of this program kept in the database."""


def receipts_of(spending: OutsideSpending) -> list[KeptReceipt]:
    """Every receipt that was added, the newest first: that one counts."""
    rows = select(ReceiptFile).where(ReceiptFile.spending_id == spending.id).order_by(ReceiptFile.id.desc())
    found = [
        KeptReceipt(one.file.public_id, one.file.media_type, one.added_at, one.added_by.full_name, one.file)
        for one in db.session.scalars(rows.options(joinedload(ReceiptFile.file), joinedload(ReceiptFile.added_by)))
    ]
    older = db.session.scalar(select(Receipt.media_type).where(Receipt.spending_id == spending.id))
    if older is not None:
        found.append(KeptReceipt(FIRST, older, spending.recorded_at, spending.recorded_by.full_name, None))
    return found


def receipt_called(spending: OutsideSpending, which: str | None) -> KeptReceipt:
    """One of its receipts; the one that counts when none is named.

    Raises:
        NotFound: when there is none.
    """
    found = next((one for one in receipts_of(spending) if which in {None, one.which}), None)
    if found is None:
        raise NotFound("There is no receipt.")
    return found


def kept_in_database(spending_id: int) -> bytes:
    """The file of a receipt that an earlier version of this program kept."""
    return db.session.get_one(Receipt, spending_id).content


_HAS_RECEIPT = or_(
    exists().where(ReceiptFile.spending_id == OutsideSpending.id),
    exists().where(Receipt.spending_id == OutsideSpending.id),
)


def spending_list(person_id: int, powers: Collection[Power], *, only_missing: bool) -> Select[Any]:
    """Everything of a person that was spent elsewhere from money somebody may see, newest first, for paging.

    Args:
        person_id: whose.
        powers: what whoever looks may see.
        only_missing: what has no receipt and was not taken back.
    """
    seen = [kind for kind in PotKind if may_see_pot(powers, kind)]
    rows = (
        select(OutsideSpending)
        .join(OutsideSpending.pot)
        .where(OutsideSpending.person_id == person_id, Pot.kind.in_(seen))
        .options(joinedload(OutsideSpending.pot))
    )
    if only_missing:
        rows = rows.where(~_HAS_RECEIPT, OutsideSpending.taken_back_at.is_(None))
    return rows.order_by(OutsideSpending.spent_on.desc(), OutsideSpending.id.desc())


def with_receipt(spendings: Sequence[OutsideSpending]) -> set[int]:
    """Which of these have a receipt."""
    rows = select(OutsideSpending.id).where(OutsideSpending.id.in_([one.id for one in spendings]), _HAS_RECEIPT)
    return set(db.session.scalars(rows))
