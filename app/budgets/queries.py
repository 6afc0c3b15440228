"""Reading budgets: somebody's money and what is left of it, who it may pay, the year's figures and the statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, case, cast, func, or_, select, true
from sqlalchemy.orm import joinedload

from app import clock
from app.budgets.models import OneOffAgreement, PersonalBudget, Pot, PotRelease
from app.budgets.rules import (
    YEAR_DAYS,
    YES,
    BudgetStatus,
    Division,
    Lawful,
    PotKind,
    divide,
    happened,
    leads_to,
    who_may_be_paid,
)
from app.catalogue.models import Listing
from app.db import db
from app.ledger import queries as ledger
from app.ledger.models import Journal, LedgerAccount, Transfer
from app.ledger.rules import AccountKind, JournalKind
from app.providers.models import Provider
from app.providers.queries import framework_days
from app.providers.rules import ProviderKind

LEFT = LedgerAccount.credited - LedgerAccount.debited - LedgerAccount.held
ORDER = {kind: place for place, kind in enumerate(PotKind)}
"""A council's money is used before one's own."""

# Asked for every page of somebody with money: written once.
_LEFT_IN_ALL = (
    select(func.sum(LEFT))
    .join(Pot, Pot.account_id == LedgerAccount.id)
    .where(Pot.person_id == bindparam("person_id"), Pot.closed_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class PotBalance:
    """One sum of somebody's money and what is in it now, in pence."""

    pot: Pot
    available_pence: int
    set_aside_pence: int

    @property
    def in_pence(self) -> int:
        """What is there, set aside or not."""
        return self.available_pence + self.set_aside_pence


def pots_of(person_id: int) -> list[PotBalance]:
    """A person's open money in the order it is best used (the council's, then their own), with one query.

    The sums are read from the database each time, never from what was loaded before.
    """
    rows = db.session.execute(
        select(Pot, LEFT, LedgerAccount.held)
        .join(LedgerAccount, LedgerAccount.id == Pot.account_id)
        .where(Pot.person_id == person_id, Pot.closed_at.is_(None))
        .order_by(Pot.id)
    )
    found = [PotBalance(pot, left, held) for pot, left, held in rows]
    return sorted(found, key=lambda balance: ORDER[balance.pot.kind])


def left_of(person_id: int) -> int:
    """What a person has left over all their open money, in pence; set-aside money is not left."""
    return left_if_any(person_id) or 0


def left_if_any(person_id: int) -> int | None:
    """The same; nothing at all for somebody who has no money here yet. One query."""
    left = db.session.scalar(_LEFT_IN_ALL, {"person_id": person_id})
    return None if left is None else int(left)


_LEFT_OF_MANY = (
    select(Pot.person_id, func.sum(LEFT))
    .join(LedgerAccount, LedgerAccount.id == Pot.account_id)
    .where(Pot.person_id.in_(bindparam("person_ids", expanding=True)), Pot.closed_at.is_(None))
    .group_by(Pot.person_id)
)


def left_of_many(person_ids: Collection[int]) -> dict[int, int]:
    """The same for several people at once, in one query; nobody who has no money here is in it."""
    rows = db.session.execute(_LEFT_OF_MANY, {"person_ids": list(person_ids)})
    return {person_id: int(left) for person_id, left in rows}


def share_out(pots: Sequence[Pot], pence: int) -> Division:
    """How an amount would be shared over these pots as they stand now: from the first until it is empty, then the next."""
    left = ledger.available({pot.account_id for pot in pots})
    return divide(pence, [(pot.id, left[pot.account_id]) for pot in pots])


def may_pay_from(pot: Pot, *, provider: Provider, listing: Listing, on: date) -> Lawful:
    """Whether this money may pay this provider for this listing on this day, with the reason when it may not."""
    return lawful_on([pot], provider=provider, listing=listing, days=[on])[pot.id]


def lawful_on(
    pots: Iterable[Pot], *, provider: Provider, listing: Listing, days: Collection[date]
) -> dict[int, Lawful]:
    """The same for several pots and days at once, by pot number: lawful when it is on every one of the days."""
    agreements: dict[int, Sequence[OneOffAgreement]] = {}
    frameworks: dict[int, frozenset[date]] = {}
    answers: dict[int, Lawful] = {}
    for pot in pots:
        answers[pot.id] = YES
        for day in sorted(days):
            is_framework = has_one_off = False
            if pot.kind == PotKind.COUNCIL_MANAGED and pot.council_id is not None:
                if pot.council_id not in frameworks:
                    frameworks[pot.council_id] = framework_days(provider.id, pot.council_id, listing.kind, days)
                is_framework = day in frameworks[pot.council_id]
                if not is_framework:
                    if pot.person_id not in agreements:
                        agreements[pot.person_id] = _agreements(pot.person_id, provider.id)
                    has_one_off = any(
                        one.council_id == pot.council_id and one.from_on <= day <= one.until_on
                        for one in agreements[pot.person_id]
                    )
            lawful = who_may_be_paid(
                pot.kind,
                is_framework=is_framework,
                is_in_house=provider.kind == ProviderKind.IN_HOUSE,
                has_one_off=has_one_off,
                holds_the_fund=pot.provider_id == provider.id,
            )
            if not lawful.ok:
                answers[pot.id] = lawful
                break
    return answers


def _agreements(person_id: int, provider_id: int) -> Sequence[OneOffAgreement]:
    return db.session.scalars(
        select(OneOffAgreement).where(
            OneOffAgreement.person_id == person_id, OneOffAgreement.provider_id == provider_id
        )
    ).all()


# The year ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComingRelease:
    """The next day on which money arrives, and how much over all pots."""

    due_on: date
    pence: int


@dataclass(frozen=True, slots=True)
class Year:
    """The agreed budget in whose year a day falls, if there is one, and what arrives next, if anything does."""

    budget: PersonalBudget | None
    coming: ComingRelease | None


_PLANNED = (
    select(PotRelease.due_on, func.sum(PotRelease.amount_pence).label("pence"))
    .join(PotRelease.pot)
    .join(PersonalBudget, PersonalBudget.id == PotRelease.personal_budget_id)
    .where(
        Pot.person_id == bindparam("person_id"),
        Pot.closed_at.is_(None),
        PersonalBudget.status == BudgetStatus.AGREED,
        PotRelease.released_at.is_(None),
    )
    .group_by(PotRelease.due_on)
    .order_by(PotRelease.due_on)
    .limit(1)
    .subquery()
)
_YEAR = (
    select(PersonalBudget, _PLANNED.c.due_on, _PLANNED.c.pence)
    .outerjoin(_PLANNED, true())
    .where(
        PersonalBudget.person_id == bindparam("person_id"),
        PersonalBudget.status == BudgetStatus.AGREED,
        PersonalBudget.year_starts_on > bindparam("still_runs"),
    )
    # One that runs before one that is still to start.
    .order_by(
        case((PersonalBudget.year_starts_on <= bindparam("day"), 0), else_=1),
        PersonalBudget.year_starts_on.desc(),
        PersonalBudget.id.desc(),
    )
    .limit(1)
)
"""Built once: putting it together anew for each page took longer than asking it."""


def year_of(person_id: int, day: date) -> Year:
    """A person's budget year on a day, with one query; the newest budget where two councils' years overlap."""
    asked = {"person_id": person_id, "day": day, "still_runs": day - timedelta(days=YEAR_DAYS)}
    row = db.session.execute(_YEAR, asked).first()
    if row is None:
        return Year(None, None)
    budget, due_on, pence = row
    runs = budget.year_starts_on <= day
    return Year(budget if runs else None, None if due_on is None else ComingRelease(due_on, int(pence)))


@dataclass(frozen=True, slots=True)
class Figures:
    """A stretch of time in pence: what was there before, came in, was spent, is set aside, and is left now.

    ``carried_in + came_in - spent - set_aside`` is ``left``, always.
    """

    carried_in: int
    came_in: int
    spent: int
    set_aside: int
    left: int


def _moved_by_account() -> Select[int, int, int]:
    into = Transfer.credit_id == LedgerAccount.id
    signed = case((into, Transfer.moved), else_=-Transfer.moved)
    is_spending = Journal.kind.in_([JournalKind.CHARGE, JournalKind.REFUND])
    touches = or_(into, Transfer.debit_id == LedgerAccount.id)
    return (
        select(
            LedgerAccount.id,
            func.coalesce(func.sum(case((is_spending, -signed), else_=0)), 0),
            func.coalesce(func.sum(case((is_spending, 0), else_=signed)), 0),
        )
        .join(Transfer, and_(touches, Transfer.moved > 0))
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(LedgerAccount.id.in_(bindparam("numbers", expanding=True)))
        .group_by(LedgerAccount.id)
    )


_MOVED = _moved_by_account()
_MOVED_SINCE = _MOVED.where(Journal.at >= bindparam("since"))


def figures(balances: Sequence[PotBalance], *, since: date | None) -> dict[int, Figures]:
    """The figures of each pot by its number, from a day in London (or from the beginning) until now, with one query."""
    asked: dict[str, Any] = {"numbers": [balance.pot.account_id for balance in balances]}
    if since is None:
        rows = db.session.execute(_MOVED, asked)
    else:
        rows = db.session.execute(_MOVED_SINCE, {**asked, "since": clock.at_london(since, time.min)})
    found = {number: (int(spent), int(came_in)) for number, spent, came_in in rows}
    answers = {}
    for balance in balances:
        spent, came_in = found.get(balance.pot.account_id, (0, 0))
        before = balance.in_pence - came_in + spent
        answers[balance.pot.id] = Figures(before, came_in, spent, balance.set_aside_pence, balance.available_pence)
    return answers


def in_all(parts: Iterable[Figures]) -> Figures:
    """The figures of several pots together."""
    every = list(parts)
    return Figures(
        carried_in=sum(one.carried_in for one in every),
        came_in=sum(one.came_in for one in every),
        spent=sum(one.spent for one in every),
        set_aside=sum(one.set_aside for one in every),
        left=sum(one.left for one in every),
    )


# The statement ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement, from one transfer. Amounts in pence; ``set_aside`` is negative when some is given back."""

    at: datetime
    kind: JournalKind
    purse: str
    whom: str | None
    """The provider's name, when there is one."""
    about: str | None
    came_in: int
    went_out: int
    set_aside: int

    @property
    def words(self) -> str:
        """What happened, in plain words."""
        return happened(self.kind, self.whom, self.about)

    @property
    def href(self) -> str | None:
        """Where what it is about can be read."""
        return leads_to(self.about)


def statement(balances: Sequence[PotBalance]) -> Select[Transfer]:
    """The entries of all these pots, newest first: a select, to be paged."""
    return ledger.entries([balance.pot.account_id for balance in balances], newest_first=True)


def lines(entries: Sequence[Transfer], balances: Sequence[PotBalance]) -> list[Line]:
    """Entries as a person reads them. One query for the names of the providers."""
    mine = {balance.pot.account_id: balance.pot for balance in balances}
    others = {number for entry in entries for number in (entry.debit_id, entry.credit_id) if number not in mine}
    names = _names_of_providers(others)
    return [line for entry in entries for line in _lines_of(entry, mine, names)]


def _lines_of(entry: Transfer, mine: Mapping[int, Pot], names: Mapping[int, str]) -> list[Line]:
    told = entry.journal
    found = []
    if entry.debit_id in mine:
        whom = names.get(entry.credit_id)
        purse = mine[entry.debit_id].name
        found.append(Line(told.at, told.kind, purse, whom, told.about, 0, entry.moved, entry.held))
    if entry.credit_id in mine and entry.moved:
        whom = names.get(entry.debit_id)
        purse = mine[entry.credit_id].name
        found.append(Line(told.at, told.kind, purse, whom, told.about, entry.moved, 0, 0))
    return found


_PROVIDER_OF = case(
    (LedgerAccount.kind == AccountKind.PROVIDER, cast(func.substr(LedgerAccount.owner, 10), BigInteger))
)
_NAMES = (
    select(LedgerAccount.id, Provider.name)
    .join(Provider, Provider.id == _PROVIDER_OF)
    .where(LedgerAccount.id.in_(bindparam("accounts", expanding=True)))
)


def _names_of_providers(accounts: Collection[int]) -> dict[int, str]:
    if not accounts:
        return {}
    rows = db.session.execute(_NAMES, {"accounts": sorted(accounts)})
    return {account: name for account, name in rows}  # noqa: C416 - dict() of rows has no type


# For actions ------------------------------------------------------------------------------------------------------


def due_releases(on: date, *, at_most: int | None, personal_budget_id: int | None = None) -> Select[PotRelease]:
    """Planned money whose day has come, in the order of its accounts, locked; what another run holds is passed over."""
    rows = (
        select(PotRelease)
        .join(PotRelease.pot)
        .join(PersonalBudget, PersonalBudget.id == PotRelease.personal_budget_id)
        .where(
            PotRelease.released_at.is_(None),
            PotRelease.due_on <= on,
            Pot.closed_at.is_(None),
            PersonalBudget.status == BudgetStatus.AGREED,
        )
        .options(joinedload(PotRelease.pot))
        .order_by(Pot.account_id, PotRelease.due_on, PotRelease.id)
        .with_for_update(of=PotRelease, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if personal_budget_id is not None:
        rows = rows.where(PotRelease.personal_budget_id == personal_budget_id)
    return rows if at_most is None else rows.limit(at_most)


def budget_starting(person_id: int, council_id: int, day: date) -> PersonalBudget | None:
    """The budget of a person with a council that starts on a day."""
    return db.session.scalar(
        select(PersonalBudget).where(
            PersonalBudget.person_id == person_id,
            PersonalBudget.council_id == council_id,
            PersonalBudget.year_starts_on == day,
        )
    )


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
