"""What actions read of money that was not used: what was set aside when a period was settled, and talks about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import OutsideSpending, PersonalBudget, Pot, PotRelease, SparedMoney, UnspentTalk
from app.platform.ledger.models import Journal, Transfer
from app.platform.ledger.rules import JournalKind

MOVED_WITHIN = timedelta(seconds=10)
"""What is given back and set aside again for the same booking within so long is one change of it."""

_END = aliased(Transfer)
_END_EVENT = aliased(Journal)


def spoken_for(pot: Pot, since: datetime) -> list[tuple[int, int]]:
    """What of a pot is set aside, or was told since a moment to be spent outside: transfers and their pence."""
    of_ended = exists().where(SparedMoney.transfer_id == Transfer.id, SparedMoney.is_over)
    held = (
        select(Transfer.id, Transfer.held)
        .outerjoin(_END, _END.settles_id == Transfer.id)
        .where(Transfer.debit_id == pot.account_id, Transfer.held > 0, _END.id.is_(None), ~of_ended)
    )
    outside = (
        select(Transfer.id, Transfer.moved)
        .join(Journal, Journal.id == Transfer.journal_id)
        .join(OutsideSpending, _is_outside())
        .where(
            Transfer.debit_id == pot.account_id,
            Journal.kind == JournalKind.CHARGE,
            OutsideSpending.pot_id == pot.id,
            OutsideSpending.recorded_at >= since,
            OutsideSpending.taken_back_at.is_(None),
        )
    )
    return [(number, int(pence)) for number, pence in (*db.session.execute(held), *db.session.execute(outside))]


def _is_outside() -> ColumnElement[bool]:
    return and_(Journal.about.like("outside:%"), OutsideSpending.public_id == func.substr(Journal.about, 9))


class Freed(NamedTuple):
    """Money that was spoken for and is known to be spent or free now; ``pence`` is what came free."""

    spared: SparedMoney
    pence: int
    about: str | None
    at: datetime | None


def lock_freed(at_most: int | None) -> list[Freed]:
    """What was spoken for and has ended since, its pots locked; what another run or a booking holds is passed over."""
    found = db.session.execute(
        select(SparedMoney, Transfer.held, Transfer.moved, _END.moved, _END_EVENT.at, Journal.about)
        .join(SparedMoney.release)
        .join(PotRelease.pot)
        .join(PotRelease.budget)
        .join(Transfer, Transfer.id == SparedMoney.transfer_id)
        .join(Journal, Journal.id == Transfer.journal_id)
        .outerjoin(_END, _END.settles_id == Transfer.id)
        .outerjoin(_END_EVENT, _END_EVENT.id == _END.journal_id)
        .outerjoin(OutsideSpending, _is_outside())
        .where(or_(_END.id.is_not(None), OutsideSpending.taken_back_at.is_not(None)), Pot.closed_at.is_(None))
        .options(
            contains_eager(SparedMoney.release).contains_eager(PotRelease.pot),
            contains_eager(SparedMoney.release).contains_eager(PotRelease.budget),
        )
        .order_by(Pot.account_id, SparedMoney.id)
        .limit(at_most)
        .with_for_update(of=Pot, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [
        Freed(spared, held - (paid or 0) if held else moved, about if held else None, at)
        for spared, held, moved, paid, at, about in found
    ]


def held_instead(freed: Freed) -> Sequence[tuple[int, int]]:
    """What was set aside for the same booking in the same change that freed money: transfers and their pence."""
    if freed.at is None:
        return ()
    pot = freed.spared.release.pot
    rows = (
        select(Transfer.id, Transfer.held)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(
            Journal.about == freed.about,
            Journal.at.between(freed.at - MOVED_WITHIN, freed.at + MOVED_WITHIN),
            Transfer.debit_id == pot.account_id,
            Transfer.held > 0,
            Transfer.id > freed.spared.transfer_id,
        )
    )
    return [(number, int(pence)) for number, pence in db.session.execute(rows)]


def spared_transfers(pot_release_id: int) -> set[int]:
    """The transfers remembered with a period."""
    return set(db.session.scalars(select(SparedMoney.transfer_id).where(SparedMoney.pot_release_id == pot_release_id)))


def open_talk_of(pot_id: int) -> UnspentTalk | None:
    """The talk about a pot's unspent money that nobody has noted yet."""
    return db.session.scalar(
        select(UnspentTalk)
        .where(UnspentTalk.pot_id == pot_id, UnspentTalk.closed_at.is_(None))
        .execution_options(populate_existing=True)
    )


def locked_talk(talk_id: int) -> UnspentTalk:
    """A talk as it is once everybody before us has finished with it."""
    rows = select(UnspentTalk).where(UnspentTalk.id == talk_id).with_for_update(key_share=True)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def talks_of(person_id: int, council_id: int | None = None, *, only_open: bool = False) -> Sequence[UnspentTalk]:
    """The talks about a person's unspent money, the newest first; of one council's money when it is said."""
    rows = select(UnspentTalk).where(UnspentTalk.person_id == person_id)
    if council_id is not None:
        rows = rows.where(UnspentTalk.council_id == council_id)
    if only_open:
        rows = rows.where(UnspentTalk.closed_at.is_(None))
    rows = rows.options(joinedload(UnspentTalk.pot), joinedload(UnspentTalk.release))
    return db.session.scalars(rows.order_by(UnspentTalk.id.desc())).all()


def talk_for(person_id: int, public_id: str) -> UnspentTalk:
    """One talk about a person's money.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(
        select(UnspentTalk)
        .where(UnspentTalk.person_id == person_id, UnspentTalk.public_id == public_id)
        .options(
            joinedload(UnspentTalk.pot),
            joinedload(UnspentTalk.release).joinedload(PotRelease.budget),
            joinedload(UnspentTalk.person),
            joinedload(UnspentTalk.said_by),
            joinedload(UnspentTalk.closed_by),
        )
    )
    if found is None:
        raise NotFound("There is no such talk.")
    return found


def came_from(pot_id: int, budget: PersonalBudget) -> tuple[int, int]:
    """What arrived in a pot by a budget's periods, and by those of other agreed budgets, in pence."""
    arrived = func.coalesce(func.sum(PotRelease.amount_pence), 0)
    came = select(arrived).where(PotRelease.pot_id == pot_id, PotRelease.released_at.is_not(None))
    mine = db.session.scalar(came.where(PotRelease.personal_budget_id == budget.id)) or 0
    others = came.where(PotRelease.personal_budget_id != budget.id, PotRelease.settled_at.is_(None))
    return int(mine), int(db.session.scalar(others) or 0)
