"""The money a week is held against: what there is now, what is still to come this year, and whom it may pay."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.base.db import db
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import paying, year
from app.funding.budgets.queries.balances import PotBalance, PotFacts
from app.funding.budgets.rules.kinds import BudgetStatus, PotKind
from app.funding.budgets.rules.paying import Lawful
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person


@dataclass(frozen=True, slots=True)
class MoneyThere:
    """Somebody's money: each part, what is left now, what is to come on which day, and the agreed year if there is one."""

    balances: tuple[PotBalance, ...]
    coming: Mapping[date, int]
    year_starts_on: date | None
    year_pence: int | None

    @property
    def left_pence(self) -> int:
        """What is left of it now."""
        return sum(balance.available_pence for balance in self.balances)

    @property
    def coming_pence(self) -> int:
        """What is still to come."""
        return sum(self.coming.values())

    def who_pays(self, listings: Iterable[Listing], on: date) -> dict[int, dict[int, Lawful]]:
        """By the number of each listing, for each part of the money, whether it may pay for it that day, and why not."""
        offers = {one.id: (one.provider_id, one.provider.kind, one.kind) for one in listings}
        found = paying.lawful_for_many([one.pot for one in self.balances], set(offers.values()), on) if offers else {}
        return {number: found[offer] for number, offer in offers.items()}


def money_of(person: Person, on: date, *, is_meant: Callable[[PotFacts], bool]) -> MoneyThere | None:
    """A person's money on a day; nothing when they have none here. Three queries at most.

    Args:
        person: whose.
        on: the day.
        is_meant: which of it: those that whoever asks may see, or may spend.
    """
    balances = [one for one in balances_queries.pots_of(person.id) if is_meant(one.pot)]
    if not balances:
        return None
    budget = year.year_of(person.id, on).budget if any(b.pot.kind != PotKind.OWN_MONEY for b in balances) else None
    return MoneyThere(
        tuple(balances),
        _coming(person.id) if budget is not None else {},
        None if budget is None else budget.year_starts_on,
        None if budget is None else budget.total_pence,
    )


_COMING = (
    select(PotRelease.due_on, func.sum(PotRelease.amount_pence))
    .join(PotRelease.pot)
    .join(PersonalBudget, PersonalBudget.id == PotRelease.personal_budget_id)
    .where(
        Pot.closed_at.is_(None),
        PersonalBudget.status == BudgetStatus.AGREED,
        PotRelease.released_at.is_(None),
    )
    .group_by(PotRelease.due_on)
)


def _coming(person_id: int) -> dict[date, int]:
    return {day: int(pence) for day, pence in db.session.execute(_COMING.where(Pot.person_id == person_id))}
