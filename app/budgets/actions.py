"""Agreeing budgets, opening pots, releasing money on its day, and setting money aside."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from app import clock
from app.accounts.models import Person
from app.audit.actions import record
from app.budgets import queries
from app.budgets.models import PersonalBudget, Pot, PotRelease
from app.budgets.permissions import may_agree_budget
from app.budgets.rules import BUDGET_KINDS, POT_WORDS, BudgetStatus, PotKind, period_amounts, period_starts
from app.catalogue.models import Listing
from app.circles.queries import standing_over
from app.councils.models import Council
from app.db import db, new_public_id
from app.ledger import actions as ledger
from app.ledger.models import LedgerAccount
from app.ledger.rules import AccountKind, Entry, JournalKind, whole_pence
from app.money import Money
from app.providers.models import Provider
from app.refusals import BadInput, Conflict, NotAllowed


def agree_budget(
    *,
    actor: Person,
    person: Person,
    council: Council,
    year_starts_on: date,
    total_pence: int,
    contribution_pence: int,
    pots: Sequence[tuple[PotKind, int]],
    fund_holder: Provider | None = None,
) -> PersonalBudget:
    """Agree a person's budget for a year and plan its thirteen releases; what is due by today is released at once.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        person: whose budget.
        council: whose money.
        year_starts_on: the first day of the thirteen four-week periods.
        total_pence: the year's whole money.
        contribution_pence: the part the person is assessed to pay.
        pots: for each way of managing it, its pence for the year. Together the total (the council pays it all and
            collects the contribution) or the council's share (the person pays the contribution themselves).
        fund_holder: the provider that holds an individual service fund, where one of the pots is.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when the numbers do not agree.
        Conflict: when a budget of this council for this person starts in the same year.
    """
    if not may_agree_budget(actor, person, council.id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, agrees a budget.")
    _check_the_numbers(total_pence, contribution_pence, pots, fund_holder)
    # Two managers who agree it in the same moment take turns at the person.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    if queries.budget_starting(person.id, council.id, year_starts_on) is not None:
        raise Conflict("A budget that starts on this day is already agreed for this person.")
    budget = PersonalBudget(
        person_id=person.id,
        council_id=council.id,
        status=BudgetStatus.AGREED,
        year_starts_on=year_starts_on,
        total_pence=total_pence,
        contribution_pence=contribution_pence,
        council_share_pence=total_pence - contribution_pence,
        agreed_at=clock.now(),
        agreed_by_id=actor.id,
    )
    db.session.add(budget)
    db.session.flush()
    for kind, yearly_pence in pots:
        holder = fund_holder if kind == PotKind.INDIVIDUAL_SERVICE_FUND else None
        pot = open_pot(person=person, kind=kind, council=council, fund_holder=holder)
        _plan_releases(budget, pot, yearly_pence)
    record(
        action="budget_agreed",
        actor_id=actor.id,
        for_person_id=person.id,
        subject_kind="personal_budget",
        subject_id=budget.id,
        council_id=council.id,
        total_pence=total_pence,
        contribution_pence=contribution_pence,
    )
    db.session.flush()
    _release(queries.due_releases(clock.today(), at_most=None, personal_budget_id=budget.id))
    return budget


def _check_the_numbers(
    total_pence: int, contribution_pence: int, pots: Sequence[tuple[PotKind, int]], fund_holder: Provider | None
) -> None:
    whole_pence(total_pence)
    whole_pence(contribution_pence, least=0)
    shares = [whole_pence(pence) for _, pence in pots]
    kinds = [kind for kind, _ in pots]
    if contribution_pence > total_pence:
        raise BadInput("The contribution must not be more than the total.")
    if not kinds or len(set(kinds)) != len(kinds) or not set(kinds) <= set(BUDGET_KINDS):
        raise BadInput("Say how the money is managed: each way at most once, and none of it own money.")
    if sum(shares) not in {total_pence, total_pence - contribution_pence}:
        share = Money(total_pence - contribution_pence)
        raise BadInput(
            f"The parts come to {Money(sum(shares))}. They must come to the total, {Money(total_pence)}, "
            f"or to the council's share, {share}."
        )
    if (PotKind.INDIVIDUAL_SERVICE_FUND in kinds) != (fund_holder is not None):
        raise BadInput("An individual service fund needs the provider that holds it, and nothing else does.")


def _plan_releases(budget: PersonalBudget, pot: Pot, yearly_pence: int) -> None:
    planned = zip(period_starts(budget.year_starts_on), period_amounts(yearly_pence), strict=True)
    db.session.add_all(
        PotRelease(pot_id=pot.id, personal_budget_id=budget.id, period=period, due_on=due_on, amount_pence=pence)
        for period, (due_on, pence) in enumerate(planned, start=1)
        if pence
    )


def open_own_money(*, person: Person) -> Pot:
    """The pot of a person's own money, opened empty when they had none."""
    return open_pot(person=person, kind=PotKind.OWN_MONEY)


def open_pot(
    *, person: Person, kind: PotKind, council: Council | None = None, fund_holder: Provider | None = None
) -> Pot:
    """A person's pot of this kind, opened empty when there was none. Whether it may be is for the caller to know.

    Args:
        person: whose money it will be.
        kind: how it is managed.
        council: whose money it was; none for own money only.
        fund_holder: who holds an individual service fund.
    """
    council_id = council.id if council is not None else None
    holder_id = fund_holder.id if fund_holder is not None else None
    # Opening the same pot from two windows takes turns, so that there is one.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    found = queries.open_pot_of(person.id, kind, council_id, holder_id)
    if found is not None:
        return found
    public_id = new_public_id()
    account = ledger.open_account(kind=AccountKind.POT, owner=f"pot:{public_id}", guarded=True)
    pot = Pot(
        public_id=public_id,
        person_id=person.id,
        kind=kind,
        name=POT_WORDS[kind],
        council_id=council_id,
        provider_id=holder_id,
        account_id=account.id,
        opened_at=clock.now(),
    )
    db.session.add(pot)
    db.session.flush()
    return pot


def release_due(*, on: date, at_most: int | None = None) -> int:
    """Release the money whose day has come, whoever's it is; each release happens once however often this runs.

    Args:
        on: everything due by this day.
        at_most: how many in this transaction; all of them when not said.

    Returns:
        How many were released.
    """
    return _release(queries.due_releases(on, at_most=at_most))


def _release(due: Select[PotRelease]) -> int:
    releases = db.session.scalars(due).all()
    for release in releases:
        pot = release.pot
        source = ledger.open_account(kind=AccountKind.COUNCIL, owner=f"council:{pot.council_id}", guarded=False)
        ledger.post(
            key=f"release:{release.id}",
            kind=JournalKind.ALLOCATE,
            moves=[(source.id, pot.account_id, release.amount_pence)],
            about=f"period:{release.period}",
        )
        release.released_at = clock.now()
    db.session.flush()
    return len(releases)


def set_aside(
    *,
    key: str,
    parts: Sequence[tuple[Pot, int, int]],
    about: str,
    actor_id: int | None,
    listing: Listing | None = None,
    days: Sequence[date] = (),
) -> list[Entry]:
    """Set money aside for providers: all of it or none. The holds come back in the order of the parts.

    Args:
        key: idempotency key.
        parts: which pot, for which provider, how many pence.
        about: what it is for: ``booking:PUBLIC_ID``.
        actor_id: who does it.
        listing: when given with its days, whether each pot may pay for it is checked here too.
        days: the days of the support.

    Raises:
        NotEnough: saying how much is missing.
        KeyUsedOtherwise: when the key stands for something else.
        Conflict: when a pot is closed, the pots are several people's, or the law says no.
    """
    if len({pot.person_id for pot, _, _ in parts}) > 1:
        raise Conflict("One purchase is paid from one person's money.")
    if any(pot.closed_at is not None for pot, _, _ in parts):
        raise Conflict("Some of this money is closed. Choose other money.")
    if listing is not None:
        pots = {pot.id: pot for pot, _, _ in parts}
        for lawful in queries.lawful_on(pots.values(), provider=listing.provider, listing=listing, days=days).values():
            if not lawful.ok:
                raise Conflict(lawful.reason)
    accounts = {number: provider_account(number).id for number in {number for _, number, _ in parts}}
    moves = [(pot.account_id, accounts[number], pence) for pot, number, pence in parts]
    return ledger.hold(key=key, parts=moves, about=about, actor_id=actor_id)


def provider_account(provider_id: int) -> LedgerAccount:
    """The account that a provider is paid into."""
    return ledger.open_account(kind=AccountKind.PROVIDER, owner=f"provider:{provider_id}", guarded=False)
