"""The money a week is held against: what there is now, what is still to come this year, and whom it may pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.accounts.models import Person
from app.budgets import queries as budgets
from app.budgets.models import OneOffAgreement, PersonalBudget, Pot, PotRelease
from app.budgets.queries import PotBalance
from app.budgets.rules import BudgetStatus, Lawful, PotKind, who_may_be_paid
from app.catalogue.models import Listing
from app.db import db
from app.providers.rules import ProviderKind


@dataclass(frozen=True, slots=True)
class MoneyThere:
    """Somebody's money: each part, what is left now, what is to come on which day, and the agreed year if there is one."""

    balances: tuple[PotBalance, ...]
    coming: Mapping[date, int]
    year_starts_on: date | None
    year_pence: int | None
    one_offs: frozenset[tuple[int, int]]
    """(council id, provider id) signed for and in force on the day asked."""

    @property
    def left_pence(self) -> int:
        """What is left of it now."""
        return sum(balance.available_pence for balance in self.balances)

    @property
    def coming_pence(self) -> int:
        """What is still to come."""
        return sum(self.coming.values())

    def who_pays(self, listing: Listing, *, is_framework: bool) -> dict[int, Lawful]:
        """For each part of the money, whether it may pay for this listing, and why not."""
        return {balance.pot.id: self._lawful(balance.pot, listing, is_framework) for balance in self.balances}

    def why_not(self, listing: Listing, *, is_framework: bool) -> str | None:
        """Why none of the money may pay for this listing; nothing when some of it may."""
        answers = list(self.who_pays(listing, is_framework=is_framework).values())
        if not answers or any(answer.ok for answer in answers):
            return None
        return answers[0].reason

    def _lawful(self, pot: Pot, listing: Listing, is_framework: bool) -> Lawful:
        return who_may_be_paid(
            pot.kind,
            is_framework=is_framework,
            is_in_house=listing.provider.kind == ProviderKind.IN_HOUSE,
            has_one_off=(pot.council_id or 0, listing.provider_id) in self.one_offs,
            holds_the_fund=pot.provider_id == listing.provider_id,
        )


def money_of(person: Person, on: date) -> MoneyThere | None:
    """A person's money on a day; nothing when they have none here. Four queries at most."""
    balances = budgets.pots_of(person.id)
    if not balances:
        return None
    budget = budgets.year_of(person.id, on).budget if any(b.pot.kind != PotKind.OWN_MONEY for b in balances) else None
    return MoneyThere(
        tuple(balances),
        _coming(person.id) if budget is not None else {},
        None if budget is None else budget.year_starts_on,
        None if budget is None else budget.total_pence,
        _one_offs(person.id, on, balances),
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


def _one_offs(person_id: int, on: date, balances: Sequence[PotBalance]) -> frozenset[tuple[int, int]]:
    if not any(balance.pot.kind == PotKind.COUNCIL_MANAGED for balance in balances):
        return frozenset()
    rows = db.session.execute(
        select(OneOffAgreement.council_id, OneOffAgreement.provider_id).where(
            OneOffAgreement.person_id == person_id, OneOffAgreement.from_on <= on, OneOffAgreement.until_on >= on
        )
    )
    return frozenset((council_id, provider_id) for council_id, provider_id in rows)
