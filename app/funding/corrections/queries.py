"""What of somebody's council money may be put right, and what was."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import OutsideSpending, Pot
from app.funding.budgets.rules.words import happened
from app.funding.corrections.models import Correction
from app.funding.corrections.rules import CORRECTABLE, subject_of
from app.platform.ledger.models import Journal, Transfer
from app.platform.ledger.rules import JournalKind


class Mistake(NamedTuple):
    """One event that may be put right, in a council's pot; pence moved."""

    id: int
    kind: JournalKind
    about: str | None
    at: datetime
    pence: int
    pot_id: int
    pot_name: str
    is_closed: bool
    paid_to: str | None
    paid_for: str | None

    @property
    def subject(self) -> str:
        """What kind of mistake it would be."""
        return subject_of(self.kind, self.about) or ""

    @property
    def words(self) -> str:
        """What happened, in plain words."""
        if self.paid_to is not None:
            return f"Paid to {self.paid_to} outside Ownway, for {self.paid_for}"
        return happened(self.kind, None, self.about)


def _mistakes(person_id: int, council_id: int) -> Select[*tuple[Any, ...]]:
    is_one = or_(*(and_(Journal.kind == kind, Journal.about.like(f"{subject}:%")) for kind, subject in CORRECTABLE))
    return (
        select(
            Journal.id,
            Journal.kind,
            Journal.about,
            Journal.at,
            Transfer.moved,
            Pot.id.label("pot_id"),
            Pot.name,
            Pot.closed_at.is_not(None).label("is_closed"),
            OutsideSpending.paid_to,
            OutsideSpending.paid_for,
        )
        .join(Transfer, Transfer.journal_id == Journal.id)
        .join(Pot, or_(Pot.account_id == Transfer.debit_id, Pot.account_id == Transfer.credit_id))
        .outerjoin(
            OutsideSpending,
            and_(Journal.about.like("outside:%"), OutsideSpending.public_id == func.substr(Journal.about, 9)),
        )
        .outerjoin(Correction, Correction.journal_id == Journal.id)
        .where(
            Pot.person_id == person_id,
            Pot.council_id == council_id,
            is_one,
            Correction.id.is_(None),
            OutsideSpending.taken_back_at.is_(None),
        )
        .order_by(Journal.id.desc())
    )


def may_be_put_right(person_id: int, council_id: int) -> Select[Any]:
    """The numbers of the events of a person's money of this council that may be put right, the newest first; for paging."""
    return _mistakes(person_id, council_id).with_only_columns(Journal.id, maintain_column_froms=True)


def mistakes_numbered(person_id: int, council_id: int, numbers: Collection[int]) -> list[Mistake]:
    """Those of these events that may be put right, the newest first."""
    rows = _mistakes(person_id, council_id).where(Journal.id.in_(sorted(numbers)))
    return [Mistake(*row) for row in db.session.execute(rows)]


def mistake_for(person_id: int, council_id: int, journal_id: int) -> Mistake:
    """One event that may be put right.

    Raises:
        NotFound: when there is none such, or it was put right.
    """
    found = mistakes_numbered(person_id, council_id, [journal_id])
    if not found:
        raise NotFound("There is nothing here to put right. It may have been put right already.")
    return found[0]


def corrections_of(person_id: int, council_id: int, most: int = 50) -> Sequence[Correction]:
    """What was put right of a person's money of this council, the newest first."""
    return db.session.scalars(
        select(Correction)
        .join(Correction.pot)
        .where(Correction.person_id == person_id, Pot.council_id == council_id)
        .options(joinedload(Correction.mistake), joinedload(Correction.corrected_by), joinedload(Correction.pot))
        .order_by(Correction.id.desc())
        .limit(most)
    ).all()


def correction_for(person_id: int, public_id: str) -> Correction:
    """One thing that was put right in a person's money.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(
        select(Correction)
        .where(Correction.person_id == person_id, Correction.public_id == public_id)
        .options(joinedload(Correction.mistake), joinedload(Correction.corrected_by), joinedload(Correction.pot))
    )
    if found is None:
        raise NotFound("We cannot find that in your money.")
    return found
