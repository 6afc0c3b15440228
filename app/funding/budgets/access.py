"""Whose money a request is about. That somebody else looks at it goes on record."""

from dataclasses import dataclass

from app.base.refusals import NotAllowed, NotFound
from app.funding.budgets.permissions import may_see_some_money
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import note_look, shopper
from app.people.circles.queries import person_helped
from app.people.circles.rules import Power


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What the header says: whose money and how much is left of it in pence."""

    whose: str
    left_pence: int


LOOKED = "money_looked_at"
LISTED = "money_in_a_list_looked_at"


def whose_money() -> Person:
    """The person whose money this request is about; looking at somebody else's is recorded.

    Which of it the actor sees is asked with their powers (``balances.balance_seen``).

    Raises:
        NotAllowed: when nobody's may be seen.
    """
    looking = shopper()
    if not may_see_some_money(looking.powers):
        looking.require(Power.SEE_COUNCIL_MONEY)
    if not looking.is_for_other:
        if not looking.actor.has_role(Role.PERSON):
            raise NotAllowed("Choose whose money to look at first, from your caseload or from the people you support.")
        return looking.person
    note_look(LOOKED)
    return looking.person


def person_on_caseload(public_id: str) -> Person:
    """Somebody on the actor's own caseload; that the actor looks at the council's money for them is recorded.

    By law the council sees the sums of its own budget (``rules.BY_LAW``): these pages show nothing else.

    Raises:
        NotFound: when there is none such.
    """
    found = person_helped(actor(), public_id)
    if found is None or not found[1].is_care_manager:
        raise NotFound("There is no such person on your caseload.")
    person, standing = found
    note_look(LOOKED, [person], standing=standing)
    return person
