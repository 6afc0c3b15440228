"""What actions read under lock: pots and budgets, what is due in them, and what a purchase was paid from."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Exists, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.funding.budgets.models import MoneyDecision, PersonalBudget, Pot, PotRelease
from app.funding.budgets.queries.balances import LEFT
from app.funding.budgets.rules.kinds import BudgetStatus, DecisionKind, PotKind
from app.funding.budgets.rules.periods import YEAR_DAYS
from app.people.accounts.models import Person
from app.platform.ledger.models import Journal, Transfer
from app.platform.ledger.rules import JournalKind


def _is_due(on: date) -> object:
    """A period whose money is to arrive, or whose unspent money is to be looked at, by a day."""
    arrives = and_(
        PotRelease.released_at.is_(None), PotRelease.due_on <= on, PersonalBudget.status == BudgetStatus.AGREED
    )
    settles = and_(PotRelease.settled_at.is_(None), PotRelease.settles_on <= on)
    return or_(arrives, settles)


def _something_due(on: date) -> Exists:
    return exists().where(
        PotRelease.pot_id == Pot.id,
        PersonalBudget.id == PotRelease.personal_budget_id,
        _is_due(on),  # type: ignore[arg-type]
        # Whoever was reported dead: nothing moves until the report is answered.
        Person.id == Pot.person_id,
        Person.stopped_at.is_(None),
    )


def pots_due(on: date) -> int:
    """How many open pots have something due by a day, whoever is using them at this moment."""
    rows = select(func.count()).select_from(Pot).where(Pot.closed_at.is_(None), _something_due(on))
    return db.session.scalar(rows) or 0


def lock_due_pots(on: date, *, at_most: int | None, personal_budget_id: int | None = None) -> Sequence[Pot]:
    """Open pots in which something is due, in the order of their accounts, locked; what another run holds is passed over."""
    due = _something_due(on)
    if personal_budget_id is not None:
        due = due.where(PotRelease.personal_budget_id == personal_budget_id)
    rows = (
        select(Pot)
        .where(Pot.closed_at.is_(None), due)
        .order_by(Pot.account_id)
        .with_for_update(of=Pot, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows if at_most is None else rows.limit(at_most)).all()


def rows_to_work(pots: Sequence[Pot], on: date) -> Sequence[PotRelease]:
    """The periods of these pots that are due or not settled by a day, or brought forward, in order, with their budgets."""
    if not pots:
        return []
    return db.session.scalars(
        select(PotRelease)
        .join(PotRelease.budget)
        .where(
            PotRelease.pot_id.in_([pot.id for pot in pots]),
            PotRelease.settled_at.is_(None),
            or_(PotRelease.due_on <= on, PotRelease.forward_pence > 0),
        )
        .options(contains_eager(PotRelease.budget))
        .order_by(PotRelease.due_on, PotRelease.id)
        .execution_options(populate_existing=True)
    ).all()


def lock_budgets_over(on: date) -> Sequence[PersonalBudget]:
    """Agreed budgets whose year is over by a day and whose every period is settled, locked."""
    unsettled = exists().where(PotRelease.personal_budget_id == PersonalBudget.id, PotRelease.settled_at.is_(None))
    return db.session.scalars(
        select(PersonalBudget)
        .where(
            PersonalBudget.status == BudgetStatus.AGREED,
            PersonalBudget.year_starts_on <= on - timedelta(days=YEAR_DAYS),
            ~unsettled,
        )
        .order_by(PersonalBudget.id)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def lock_closed_pots_with_money(at_most: int | None) -> Sequence[Pot]:
    """Closed pots of councils' money in which something came free since, locked."""
    rows = (
        select(Pot)
        .join(Pot.account)
        .where(Pot.closed_at.is_not(None), Pot.council_id.is_not(None), LEFT > 0)
        .options(contains_eager(Pot.account))
        .order_by(Pot.account_id)
        .with_for_update(of=Pot, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows if at_most is None else rows.limit(at_most)).all()


class Spendable(NamedTuple):
    """What setting money aside needs to know of a pot."""

    id: int
    person_id: int
    account_id: int
    closed_at: datetime | None
    kind: PotKind
    agent_id: int | None


def lock_pots(numbers: Collection[int]) -> dict[int, Pot]:
    """These pots as they are once everybody before us has finished with them, by number."""
    rows = (
        select(Pot)
        .where(Pot.id.in_(sorted(set(numbers))))
        .order_by(Pot.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {pot.id: pot for pot in db.session.scalars(rows)}


def lock_to_spend(person_id: int, numbers: Collection[int]) -> dict[int, Spendable]:
    """Those of these pots that are this person's, locked in one order and as they are then, by number."""
    found = fetch_rows(_LOCK_TO_SPEND, {"person_id": person_id, "pots": sorted(numbers)})
    return {row.id: Spendable._make(row) for row in found}


_LOCK_TO_SPEND = (
    select(Pot.id, Pot.person_id, Pot.account_id, Pot.closed_at, Pot.kind, Pot.agent_id)
    .where(Pot.person_id == bindparam("person_id"), Pot.id.in_(bindparam("pots", expanding=True)))
    .order_by(Pot.id)
    .with_for_update(key_share=True)
)


def locked_budget(budget_id: int) -> PersonalBudget:
    """The budget as it is once everybody before us has finished with it."""
    rows = select(PersonalBudget).where(PersonalBudget.id == budget_id).with_for_update(key_share=True)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def budgets_near(person_id: int, council_id: int, day: date) -> Sequence[PersonalBudget]:
    """A person's budgets with a council whose year has a day in common with the year that starts on this day."""
    year = timedelta(days=YEAR_DAYS)
    return db.session.scalars(
        select(PersonalBudget)
        .where(
            PersonalBudget.person_id == person_id,
            PersonalBudget.council_id == council_id,
            PersonalBudget.year_starts_on > day - year,
            PersonalBudget.year_starts_on < day + year,
        )
        .order_by(PersonalBudget.year_starts_on)
        .execution_options(populate_existing=True)
    ).all()


def budget_for(person_id: int, public_id: str) -> PersonalBudget:
    """One budget of a person.

    Raises:
        NotFound: when there is none.
    """
    personal_budget = db.session.scalar(
        select(PersonalBudget).where(PersonalBudget.person_id == person_id, PersonalBudget.public_id == public_id)
    )
    if personal_budget is None:
        raise NotFound("There is no such budget.")
    return personal_budget


def releases_of(budget_id: int) -> Sequence[PotRelease]:
    """Every period planned in a budget, in order, with its pot."""
    return db.session.scalars(
        select(PotRelease)
        .where(PotRelease.personal_budget_id == budget_id)
        .options(joinedload(PotRelease.pot))
        .order_by(PotRelease.pot_id, PotRelease.period)
        .execution_options(populate_existing=True)
    ).all()


def rows_running(pot_id: int, day: date) -> Sequence[PotRelease]:
    """Every period of the agreed budget in whose year a day falls, for one pot, in order."""
    return db.session.scalars(
        select(PotRelease)
        .join(PotRelease.budget)
        .where(
            PotRelease.pot_id == pot_id,
            PersonalBudget.status == BudgetStatus.AGREED,
            PersonalBudget.year_starts_on <= day,
            PersonalBudget.year_starts_on > day - timedelta(days=YEAR_DAYS),
        )
        .options(contains_eager(PotRelease.budget))
        .order_by(PotRelease.period)
        .execution_options(populate_existing=True)
    ).all()


def is_paid_into(pot_id: int) -> bool:
    """Whether an agreed budget still pays into a pot."""
    rows = select(PotRelease.id).join(PotRelease.budget).where(PotRelease.pot_id == pot_id)
    return db.session.scalar(rows.where(PersonalBudget.status == BudgetStatus.AGREED).limit(1)) is not None


def years_running(council_id: int, day: date) -> Sequence[date]:
    """The first days of the budget years of a council's people that run on a day, each once."""
    return db.session.scalars(
        select(PersonalBudget.year_starts_on)
        .where(
            PersonalBudget.council_id == council_id,
            PersonalBudget.status == BudgetStatus.AGREED,
            PersonalBudget.year_starts_on <= day,
            PersonalBudget.year_starts_on > day - timedelta(days=YEAR_DAYS),
        )
        .distinct()
    ).all()


def brought_forward_since(pot_id: int, day: date) -> int:
    """Pence brought forward into a pot since a day in London."""
    since: datetime = clock.at_london(day, time.min)
    found = db.session.scalar(
        select(func.coalesce(func.sum(MoneyDecision.pence), 0)).where(
            MoneyDecision.into_pot_id == pot_id,
            MoneyDecision.kind == DecisionKind.BROUGHT_FORWARD,
            MoneyDecision.decided_at >= since,
        )
    )
    return int(found or 0)


def settled_until(pot_id: int) -> date | None:
    """The first day that is not in a settled period of a pot; nothing when none is settled."""
    last = db.session.scalar(
        select(func.max(PotRelease.settles_on)).where(PotRelease.pot_id == pot_id, PotRelease.settled_at.is_not(None))
    )
    return last if last is None or isinstance(last, date) else date.fromisoformat(str(last))


def open_pot_of(person_id: int, kind: PotKind, council_id: int | None, provider_id: int | None) -> Pot | None:
    """A person's open pot of this kind, council and holder."""
    return db.session.scalar(
        select(Pot).where(
            Pot.person_id == person_id,
            Pot.kind == kind,
            Pot.council_id.is_not_distinct_from(council_id),
            Pot.provider_id.is_not_distinct_from(provider_id),
            Pot.closed_at.is_(None),
        )
    )


def pot_for(person_id: int, public_id: str) -> Pot:
    """One of a person's pots.

    Raises:
        NotFound: when it is not theirs.
    """
    pot = db.session.scalar(select(Pot).where(Pot.person_id == person_id, Pot.public_id == public_id))
    if pot is None:
        raise NotFound("There is no such money.")
    return pot


# Refunds ----------------------------------------------------------------------------------------------------------


def pots_that_paid(about: str) -> set[int]:
    """The pots that paid for a purchase."""
    rows = (
        select(Pot.id)
        .join(Transfer, Transfer.debit_id == Pot.account_id)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(Journal.about == about, Journal.kind == JournalKind.CHARGE)
    )
    return set(db.session.scalars(rows))


def still_paid(about: str, provider_account_id: int) -> dict[int, int]:
    """What each account paid a provider for a purchase and did not get back yet, in pence, in the order of the accounts."""
    paid: dict[int, int] = {}
    rows = (
        select(Journal.kind, Transfer.debit_id, Transfer.credit_id, Transfer.moved)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(Journal.about == about, Journal.kind.in_([JournalKind.CHARGE, JournalKind.REFUND]))
    )
    for kind, debit, credit, moved in db.session.execute(rows):
        if kind == JournalKind.CHARGE and credit == provider_account_id:
            paid[debit] = paid.get(debit, 0) + moved
        elif kind == JournalKind.REFUND and debit == provider_account_id:
            paid[credit] = paid.get(credit, 0) - moved
    return {account: paid[account] for account in sorted(paid) if paid[account] > 0}


def refund_told(key: str) -> tuple[Journal, int] | None:
    """The refund with this key, and its pence, when it was told before."""
    journal = db.session.scalar(select(Journal).where(Journal.key == key))
    if journal is None:
        return None
    rows = select(func.sum(Transfer.moved)).where(Transfer.journal_id == journal.id)
    return journal, int(db.session.scalar(rows) or 0)
