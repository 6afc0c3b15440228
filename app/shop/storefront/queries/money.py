"""The money a week is held against: what there is now, what is still to come this year, and whom it may pay."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import paying, year
from app.funding.budgets.queries.balances import PotBalance, PotFacts
from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.rules.paying import Lawful
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person


@dataclass(frozen=True, slots=True)
class MoneyThere:
    """Somebody's money: each part, what is left now, what comes on which day, and the agreed year if there is one.

    ``coming``: what still comes this year, by day and number of the money; only of the money meant.
    """

    person_id: int
    balances: tuple[PotBalance, ...]
    coming: Mapping[date, Mapping[int, int]]
    year_starts_on: date | None

    @property
    def left_pence(self) -> int:
        """What is left of it now."""
        return sum(balance.available_pence for balance in self.balances)

    @property
    def coming_pence(self) -> int:
        """What is still to come this year."""
        return sum(sum(pots.values()) for pots in self.coming.values())

    def left_in(self, pots: Collection[int]) -> int:
        """What is left now in these of it."""
        return sum(balance.available_pence for balance in self.balances if balance.pot.id in pots)

    def until(self, day: date) -> dict[int, int]:
        """What is left now and still comes until a day, by the number of the money."""
        there = {balance.pot.id: balance.available_pence for balance in self.balances}
        for due_on, pots in self.coming.items():
            for pot, pence in pots.items() if due_on <= day else ():
                there[pot] += pence
        return there

    def who_pays(self, listings: Iterable[Listing], on: date) -> dict[int, dict[int, Lawful]]:
        """By the number of each listing, for each part of the money, whether it may pay for it that day, and why not."""
        offers = {one.id: (one.provider_id, one.provider.kind, one.kind) for one in listings}
        found = paying.lawful_for_many([one.pot for one in self.balances], set(offers.values()), on) if offers else {}
        return {number: found[offer] for number, offer in offers.items()}


def money_of(person: Person, on: date, *, is_meant: Callable[[PotFacts], bool]) -> MoneyThere | None:
    """A person's money on a day; nothing when they have none here. Two queries at most.

    Args:
        person: whose.
        on: the day.
        is_meant: which of it: those that whoever asks may see, or may spend.
    """
    balances = [one for one in balances_queries.pots_of(person.id) if is_meant(one.pot)]
    if not balances:
        return None
    found = year.year_of(person.id, on) if any(b.pot.kind != PotKind.OWN_MONEY for b in balances) else year.Year()
    budget, mine = found.budget, {balance.pot.id for balance in balances}
    coming = {
        one.due_on: {pot: pence for pot, pence in one.by_pot.items() if pot in mine}
        for one in (found.coming if budget is not None else ())
        if budget is not None and one.due_on <= budget.ends_on
    }
    return MoneyThere(person.id, tuple(balances), coming, None if budget is None else budget.year_starts_on)
