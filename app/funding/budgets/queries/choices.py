"""How people chose to have their money looked after, and whose turn it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import MoneyChoice, PersonalBudget
from app.funding.budgets.rules.choices import IN_FORCE, WAITING, ChoiceStatus
from app.funding.budgets.rules.kinds import BudgetStatus, PotKind
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles.models import CaseloadEntry
from app.people.circles.rules import Power, powers_from
from app.people.councils.models import Council

NO_CHOICE = "There is no such choice."
HISTORY_SHOWN = 20


def is_looked_after(entry: CaseloadEntry) -> bool:
    """Whether money is looked after by this care manager's council because the person chose it, and still wants it.

    How it was before anybody asked them is no choice of theirs; where a recorded decision lets the care manager book, it
    need not be. Whoever has said that they want it otherwise is not bought for in the old way meanwhile.
    """
    rows = db.session.scalars(
        select(MoneyChoice)
        .where(MoneyChoice.person_id == entry.person_id, MoneyChoice.council_id == entry.council_id)
        .where(MoneyChoice.status.in_(sorted(WAITING | IN_FORCE)))
        .execution_options(populate_existing=True)
    ).all()
    is_let = Power.BOOK_COUNCIL_MANAGED in powers_from(entry.powers)
    counts = {ChoiceStatus.ENACTED} if is_let else IN_FORCE
    way = PotKind.COUNCIL_MANAGED.value
    is_so = any(one.status in counts and way in one.shares for one in rows)
    return is_so and all(way in one.shares for one in rows if one.status in WAITING)


def _of(person_id: int, council_id: int, statuses: Collection[ChoiceStatus]) -> Select[MoneyChoice]:
    return (
        select(MoneyChoice)
        .where(
            MoneyChoice.person_id == person_id,
            MoneyChoice.council_id == council_id,
            MoneyChoice.status.in_(sorted(statuses)),
        )
        .options(joinedload(MoneyChoice.provider), joinedload(MoneyChoice.chosen_by))
        .execution_options(populate_existing=True)
    )


def waiting_choice(person_id: int, council_id: int) -> MoneyChoice | None:
    """What was chosen and is not yet in place."""
    return db.session.scalar(_of(person_id, council_id, WAITING))


def choice_in_force(person_id: int, council_id: int) -> MoneyChoice | None:
    """What is in place now; chosen, or as it was before anybody asked."""
    return db.session.scalar(_of(person_id, council_id, IN_FORCE))


def choices_of(person_id: int, council_id: int) -> Sequence[MoneyChoice]:
    """Every choice there was, the newest first."""
    rows = _of(person_id, council_id, frozenset(ChoiceStatus)).order_by(MoneyChoice.id.desc())
    return db.session.scalars(rows.limit(HISTORY_SHOWN)).all()


def choice_for(person_id: int, public_id: str) -> MoneyChoice:
    """One choice of a person.

    Raises:
        NotFound: when there is none such.
    """
    found = db.session.scalar(
        select(MoneyChoice).where(MoneyChoice.person_id == person_id, MoneyChoice.public_id == public_id)
    )
    if found is None:
        raise NotFound(NO_CHOICE)
    return found


def locked_choice(choice_id: int) -> MoneyChoice:
    """A choice as it is once everybody before us has finished with whatever its person chose.

    Whoever chooses, answers or enacts takes turns at the person, so that nobody enacts what is being changed.
    """
    person_id = select(MoneyChoice.person_id).where(MoneyChoice.id == choice_id).scalar_subquery()
    lock_person(db.session.scalars(select(person_id)).one())
    rows = select(MoneyChoice).where(MoneyChoice.id == choice_id).with_for_update(key_share=True)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def choice_told(key: str) -> MoneyChoice | None:
    """What this form chose, when it was sent before."""
    return db.session.scalar(select(MoneyChoice).where(MoneyChoice.key == key))


@dataclass(frozen=True, slots=True)
class Turn:
    """What is in place, what waits, and in whose hands it is."""

    waiting: MoneyChoice | None
    in_force: MoneyChoice | None
    has_budget: bool

    @property
    def may_enact(self) -> bool:
        """Whether the council can put what waits in place now."""
        waits = self.waiting
        is_answered = waits is not None and (waits.provider_id is None or waits.status == ChoiceStatus.ACCEPTED)
        return is_answered and self.has_budget

    @property
    def words(self) -> str:
        """What happens next and whose turn it is, as anybody may read it."""
        waits = self.waiting
        if waits is None and self.in_force is None:
            return "Nothing is chosen yet. It is the person's turn."
        if waits is None:
            return "What was chosen is in place." if self.in_force and self.in_force.chosen_by_id else AS_BEFORE_TURN
        if waits.provider is not None and waits.status == ChoiceStatus.CHOSEN:
            return f"{waits.provider.name} answers next. Then the council puts it in place."
        if not self.has_budget:
            return "The council agrees a budget next. Its money is then looked after in this way."
        return "The council puts it in place next."


AS_BEFORE_TURN = "It is as it was before 30 November 2026. The person has not said yet whether they want it so."


def turn_of(person: Person, council: Council) -> Turn:
    """Where the choice of how this council's money is looked after stands."""
    has_budget = db.session.scalar(
        select(PersonalBudget.id)
        .where(
            PersonalBudget.person_id == person.id,
            PersonalBudget.council_id == council.id,
            PersonalBudget.status == BudgetStatus.AGREED,
        )
        .limit(1)
    )
    return Turn(waiting_choice(person.id, council.id), choice_in_force(person.id, council.id), has_budget is not None)


def agreed_budgets(person_id: int, council_id: int) -> Sequence[PersonalBudget]:
    """The budgets of a person with a council that are in force or begin later, locked, the earliest first."""
    return db.session.scalars(
        select(PersonalBudget)
        .where(
            PersonalBudget.person_id == person_id,
            PersonalBudget.council_id == council_id,
            PersonalBudget.status == BudgetStatus.AGREED,
        )
        .order_by(PersonalBudget.year_starts_on)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
