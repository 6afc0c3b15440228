"""The one number everybody sees: what is left of somebody's money, in all and in each part."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.base.db import fetch_rows
from app.funding.budgets.models import Pot
from app.funding.budgets.permissions import may_see_pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.circles.rules import Power
from app.platform.ledger.models import LedgerAccount

LEFT = LedgerAccount.credited - LedgerAccount.debited - LedgerAccount.held
ORDER = {kind: place for place, kind in enumerate(PotKind)}
"""A council's money is used before one's own."""


@dataclass(frozen=True, slots=True)
class PotFacts:
    """What a page needs to know of a pot; everything but what is in it."""

    id: int
    public_id: str
    person_id: int
    kind: PotKind
    name: str
    council_id: int | None
    provider_id: int | None
    account_id: int
    agent_name: str | None
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class PotBalance:
    """One sum of somebody's money and what is in it now, in pence."""

    pot: PotFacts
    available_pence: int
    set_aside_pence: int

    @property
    def in_pence(self) -> int:
        """What is there, set aside or not."""
        return self.available_pence + self.set_aside_pence


@dataclass(frozen=True, slots=True)
class Balance:
    """All of somebody's open money, in the order it is best used: the council's, then their own."""

    parts: tuple[PotBalance, ...] = ()

    @property
    def left_pence(self) -> int:
        """What is left over all of it; set-aside money is not left."""
        return sum(part.available_pence for part in self.parts)

    @property
    def set_aside_pence(self) -> int:
        """What is set aside over all of it."""
        return sum(part.set_aside_pence for part in self.parts)


# Asked for every page of somebody with money: written once.
_BALANCES = (
    select(
        LEFT,
        LedgerAccount.held,
        Pot.id,
        Pot.public_id,
        Pot.person_id,
        Pot.kind,
        Pot.name,
        Pot.council_id,
        Pot.provider_id,
        Pot.account_id,
        Pot.agent_name,
        Pot.agent_id,
    )
    .join(LedgerAccount, LedgerAccount.id == Pot.account_id)
    .where(Pot.person_id.in_(bindparam("people", expanding=True)), Pot.closed_at.is_(None))
    .order_by(Pot.id)
)


def balances_of(people: Collection[int]) -> dict[int, Balance]:
    """What each of these people has, by their number, with one query; only those who have money here.

    Everything that says or uses a balance asks this: the header, the money page and its statement, booking, a care
    manager's view. The sums are the database's own, read each time, never what was loaded before.
    """
    found: dict[int, list[PotBalance]] = {}
    for left, held, *facts in fetch_rows(_BALANCES, {"people": sorted(people)}).all():
        pot = PotFacts(*facts)
        found.setdefault(pot.person_id, []).append(PotBalance(pot, left, held))
    return {number: Balance(tuple(_in_order(parts))) for number, parts in found.items()}


def _in_order(parts: Iterable[PotBalance]) -> list[PotBalance]:
    return sorted(parts, key=lambda part: ORDER[part.pot.kind])


def balance_of(person_id: int) -> Balance | None:
    """What one person has; nothing at all for somebody who has no money here yet."""
    return balances_of([person_id]).get(person_id)


def seen_with(balance: Balance | None, powers: Collection[Power]) -> Balance | None:
    """Of somebody's money what these powers over them let see; nothing at all where that is none of it."""
    parts = () if balance is None else tuple(one for one in balance.parts if may_see_pot(powers, one.pot.kind))
    return Balance(parts) if parts else None


def balance_seen(person_id: int, powers: Collection[Power]) -> Balance | None:
    """The same as :func:`balance_of`, of the money that these powers let see."""
    return seen_with(balance_of(person_id), powers)


def council_part(balance: Balance | None, council_id: int | None) -> Balance:
    """Of somebody's money what is that council's: what it may see without being let."""
    parts = () if balance is None else balance.parts
    return Balance(tuple(one for one in parts if one.pot.council_id is not None and one.pot.council_id == council_id))


def pots_of(person_id: int) -> list[PotBalance]:
    """A person's open money in the order it is best used."""
    balance = balance_of(person_id)
    return [] if balance is None else list(balance.parts)


def left_of(person_id: int) -> int:
    """What a person has left over all their open money, in pence."""
    return left_if_any(person_id) or 0


def left_if_any(person_id: int) -> int | None:
    """The same; nothing at all for somebody who has no money here yet."""
    balance = balance_of(person_id)
    return None if balance is None else balance.left_pence
