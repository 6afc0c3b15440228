"""Opening pots, moving money between them, and setting it aside."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.actions import decisions
from app.funding.budgets.models import MoneyChoice, MoneyDecision, Pot
from app.funding.budgets.permissions import may_agree_budget
from app.funding.budgets.queries import paying, under_lock
from app.funding.budgets.queries.under_lock import Spendable
from app.funding.budgets.rules.choices import ChoiceStatus, share_words
from app.funding.budgets.rules.kinds import POT_WORDS, DecisionKind, PotKind, why_not_moved
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.circles.queries import standing_over
from app.people.councils.models import Council
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.models import LedgerAccount
from app.platform.ledger.rules import AccountKind, JournalKind, LedgerEntry

CLOSED = "Some of this money is closed. Choose other money."
NOT_CHOSEN = (
    "Money moves from one way of looking after it to another only as the person chose. Ask them to choose on the page "
    "How my money is looked after."
)


def open_own_money(*, person: Person) -> Pot:
    """The pot of a person's own money, opened empty when they had none."""
    return open_pot(person=person, kind=PotKind.OWN_MONEY)


def open_pot(
    *,
    person: Person,
    kind: PotKind,
    council: Council | None = None,
    fund_holder: Provider | None = None,
    agent_name: str | None = None,
    agent_id: int | None = None,
) -> Pot:
    """A person's pot of this kind, opened empty when there was none. Whether it may be is for the caller to know.

    Args:
        person: whose money it will be.
        kind: how it is managed.
        council: whose money it was; none for own money only.
        fund_holder: who holds an individual service fund.
        agent_name: who holds an indirect payment for the person. Another name than before is nobody's account yet.
        agent_id: the account of whoever does, where the person chose one.
    """
    council_id = council.id if council is not None else None
    holder_id = fund_holder.id if fund_holder is not None else None
    # Opening the same pot from two windows takes turns, so that there is one.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    found = under_lock.open_pot_of(person.id, kind, council_id, holder_id)
    if found is not None:
        if agent_id is not None or agent_name not in {None, found.agent_name}:
            found.agent_name, found.agent_id = agent_name, agent_id
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
        agent_name=agent_name,
        agent_id=agent_id,
        account_id=account.id,
        opened_at=clock.now(),
    )
    db.session.add(pot)
    db.session.flush()
    return pot


def set_aside(
    *,
    key: str,
    parts: Sequence[tuple[Pot | Spendable, int, int]],
    about: str,
    actor_id: int | None,
    listing: Listing | None = None,
    days: Sequence[date] = (),
) -> list[LedgerEntry]:
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
        raise Conflict(CLOSED)
    if listing is not None:
        pots = under_lock.lock_pots([pot.id for pot, _, _ in parts])
        for lawful in paying.lawful_on(pots.values(), provider=listing.provider, listing=listing, days=days).values():
            if not lawful.ok:
                raise Conflict(lawful.reason)
    accounts = {number: provider_account_number(number) for number in {number for _, number, _ in parts}}
    moves = [(pot.account_id, accounts[number], pence) for pot, number, pence in parts]
    return ledger.hold(key=key, parts=moves, about=about, actor_id=actor_id)


def move_money(
    *, actor: Person, person: Person, choice: MoneyChoice, out_of: Pot, into: Pot, pence: int, number: int
) -> MoneyDecision:
    """Move money from one way of managing it to another, to do what the person chose. Nothing is made or lost.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        person: whose money both are.
        choice: the person's choice that is enacted by it, locked; no money moves between ways without one.
        out_of: where it comes from.
        into: where it goes: one of the ways chosen.
        pence: how much.
        number: which of the moves that enact this choice, so that each is made once.

    Raises:
        NotAllowed: when the actor may not enact it, or it is no choice of this person that is in place.
        BadInput: when the amount is none, or money may not move that way.
        Conflict: when one of the two is closed.
        NotEnough: when there is less than that.
    """
    if not may_agree_budget(actor, person, choice.council_id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, enacts a choice.")
    if choice.person_id != person.id or choice.status != ChoiceStatus.ENACTED or into.kind.value not in choice.shares:
        raise NotAllowed(NOT_CHOSEN)
    now = under_lock.lock_pots([out_of.id, into.id])
    if out_of.id == into.id or any(pot.person_id != person.id for pot in now.values()):
        raise Conflict("Choose two different parts of this person's money.")
    if any(pot.closed_at is not None for pot in now.values()):
        raise Conflict(CLOSED)
    why_not = why_not_moved(out_of.kind, into.kind, same_council=out_of.council_id == into.council_id)
    if why_not is not None:
        raise BadInput(why_not)
    key = f"choice-{choice.public_id}-{number}"
    ledger.post(
        key=f"decision:{key}",
        kind=JournalKind.MOVE,
        moves=[(out_of.account_id, into.account_id, pence)],
        about=f"moved:{into.public_id}",
        actor_id=actor.id,
    )
    chose = person.full_name if choice.chosen_by is None else choice.chosen_by.full_name
    reason = f"As {chose} chose on {day_words(clock.london(choice.chosen_at).date())}: {share_words(choice.shares)}"
    return decisions.record_decision(
        actor=actor, key=key, kind=DecisionKind.MOVED, into=into, out_of=out_of, pence=pence, reason=reason
    )


def provider_account(provider_id: int) -> LedgerAccount:
    """The account that a provider is paid into."""
    return ledger.open_account(kind=AccountKind.PROVIDER, owner=f"provider:{provider_id}", guarded=False)


def provider_account_number(provider_id: int) -> int:
    """The number of that account, opened when there was none."""
    return ledger.account_number(kind=AccountKind.PROVIDER, owner=f"provider:{provider_id}", guarded=False)


def council_account(council_id: int | None) -> LedgerAccount:
    """The account that a council's money comes from and goes back to."""
    return ledger.open_account(kind=AccountKind.COUNCIL, owner=f"council:{council_id}", guarded=False)
