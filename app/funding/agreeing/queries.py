"""The budgets on a care manager's caseload, those that need attention first; a handful of queries however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.funding.agreeing.models import AgreementLook
from app.funding.budgets.models import MoneyDecision, OneOffAgreement
from app.funding.budgets.queries.balances import Balance, balances_of, council_part
from app.funding.budgets.queries.year import (
    BudgetFigures,
    PotFigures,
    Year,
    booked_from,
    figures,
    heading,
    sum_of_figures,
    years_of,
)
from app.funding.budgets.rules.forecast import Forecast
from app.people.accounts.models import Person
from app.people.circles.models import CaseloadEntry
from app.people.circles.queries import caseload_of

MOST = 500
"""Far more people than one care manager has; beyond it the list says so."""


class Need(IntEnum):
    """How much a budget needs attention, the most first."""

    SHORT = 1
    NO_BUDGET = 2
    ENDING = 3
    OVER = 4
    FINE = 5


NEED_WORDS = {
    Need.SHORT: "May run out",
    Need.NO_BUDGET: "No budget this year",
    Need.ENDING: "Year ends soon",
    Need.OVER: "May be left over",
    Need.FINE: "On track",
}
ENDS_SOON_DAYS = 42


@dataclass(frozen=True, slots=True)
class OnCaseload:
    """One person's money as their care manager sees it in the list."""

    person: Person
    balance: Balance
    year: Year
    figures: BudgetFigures
    heading: Forecast | None
    need: Need

    @property
    def need_words(self) -> str:
        """Why it stands where it does."""
        return NEED_WORDS[self.need]


def budgets_on_caseload(actor: Person, day: date) -> list[OnCaseload]:
    """The people on a care manager's caseload and the council's money for them, those who need attention first."""
    entries: Sequence[CaseloadEntry] = db.session.scalars(caseload_of(actor).limit(MOST)).all()
    people = {entry.person.id: entry.person for entry in entries}
    years = years_of(list(people), day)
    # By law the council sees the sums of its own money, and of no other.
    balances = {
        number: council_part(balance, people[number].council_id) for number, balance in balances_of(people).items()
    }
    every = [part for balance in balances.values() for part in balance.parts]
    booked = booked_from(part.pot.id for part in every) if every else {}
    by_pot: dict[int, PotFigures] = {}
    # Years mostly start on the same day in one council: a query for each first day there is, not for each person.
    for starts_on in {_starts(years[part.pot.person_id]) for part in every}:
        same = [part for part in every if _starts(years[part.pot.person_id]) == starts_on]
        by_pot.update(figures(same, starts_on=starts_on, today=day))
    found = []
    for number, person in people.items():
        balance, year = balances.get(number, Balance()), years[number]
        ahead = heading(balance.parts, year, by_pot, booked, day)
        sums = sum_of_figures(by_pot[part.pot.id].year for part in balance.parts)
        found.append(OnCaseload(person, balance, year, sums, ahead, _need(year, ahead, day)))
    return sorted(found, key=lambda one: (one.need, _until(one), one.person.full_name))


def _starts(year: Year) -> date | None:
    return None if year.budget is None else year.budget.year_starts_on


def _until(one: OnCaseload) -> date:
    ahead = one.heading.lasts_until if one.heading is not None else None
    return ahead or date.max


def _need(year: Year, ahead: Forecast | None, day: date) -> Need:
    if year.budget is None:
        return Need.NO_BUDGET
    if ahead is not None and ahead.is_short:
        return Need.SHORT
    if (year.budget.ends_on - day).days < ENDS_SOON_DAYS:
        return Need.ENDING
    return Need.OVER if ahead is not None and ahead.unspent_pence else Need.FINE


def decisions_of(person_id: int, most: int = 50) -> Sequence[MoneyDecision]:
    """What was decided about a person's money, newest first, with who did."""
    return db.session.scalars(
        select(MoneyDecision)
        .where(MoneyDecision.person_id == person_id)
        .options(joinedload(MoneyDecision.decided_by))
        .order_by(MoneyDecision.id.desc())
        .limit(most)
    ).all()


LOOKED_AT_EVERY = timedelta(days=91)
"""An agreement is looked at again each quarter."""


def agreements_due(day: date) -> Select[OneOffAgreement]:
    """The agreements that count and were signed, or last looked at, a quarter ago or longer; the longest first, for paging."""
    last = (
        select(func.max(AgreementLook.looked_on))
        .where(AgreementLook.agreement_id == OneOffAgreement.id)
        .correlate(OneOffAgreement)
        .scalar_subquery()
    )
    since = func.coalesce(last, OneOffAgreement.from_on)
    return (
        select(OneOffAgreement)
        .where(OneOffAgreement.counts(), OneOffAgreement.until_on >= day, since <= day - LOOKED_AT_EVERY)
        .options(joinedload(OneOffAgreement.provider))
        .order_by(since, OneOffAgreement.id)
    )


def looks_at(agreement_id: int) -> Sequence[AgreementLook]:
    """Each time somebody looked at an agreement again, the latest first."""
    rows = select(AgreementLook).where(AgreementLook.agreement_id == agreement_id)
    rows = rows.options(joinedload(AgreementLook.looked_by)).order_by(AgreementLook.id.desc())
    return db.session.scalars(rows.limit(20)).all()
