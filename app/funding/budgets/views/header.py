"""The money left, at the top of every page and told to open ones: the same number from the same query as everywhere."""

from collections.abc import Collection
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from app.base.money import Money
from app.funding.budgets.access import HeaderFacts
from app.funding.budgets.permissions import may_see_some_money
from app.funding.budgets.queries import balances
from app.funding.budgets.queries.balances import Balance
from app.funding.budgets.views.blueprints import blueprint
from app.people.accounts.access import sign_in_cookie
from app.people.accounts.queries import person_signed_in
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper, shopper, shopper_or_none
from app.people.circles.queries import person_helped
from app.people.circles.rules import Power
from app.platform.web.guards import open_to
from app.platform.web.live import Channel


def header_balance() -> HeaderFacts | None:
    """The money left of whoever is being shopped for; nothing when there is none or it may not be seen. One query."""
    if "header_balance" not in g:
        g.header_balance = _balance()
    return g.header_balance  # type: ignore[no-any-return]


def _balance() -> HeaderFacts | None:
    looking = shopper_or_none()
    if looking is None or not may_see_some_money(looking.powers):
        return None
    balance = balances.balance_seen(looking.person.id, looking.powers)
    return None if balance is None else said(looking, balance)


def said(looking: Shopper, balance: Balance) -> HeaderFacts:
    """A balance as the header says it."""
    seen = "money" if looking.may(Power.SEE_MONEY) else "council money"
    whose = f"{looking.person.full_name}'s {seen}" if looking.is_for_other else "Your money"
    return HeaderFacts(whose, balance.left_pence)


@blueprint.app_context_processor
def _header() -> dict[str, Any]:
    return {"header_balance": header_balance}


def _read_left(person_ids: Collection[int]) -> dict[int, str]:
    found = balances.balances_of(person_ids)
    return {person_id: str(Money(balance.left_pence)) for person_id, balance in found.items()}


LIVE = Channel("balance", _read_left)


def _read_council_left(person_ids: Collection[int]) -> dict[int, str]:
    found = balances.balances_of(person_ids)
    seen = {number: balances.seen_with(balance, COUNCIL_ONLY) for number, balance in found.items()}
    return {number: str(Money(balance.left_pence)) for number, balance in seen.items() if balance is not None}


COUNCIL_ONLY = frozenset({Power.SEE_COUNCIL_MONEY})
LIVE_COUNCIL = Channel("council-balance", _read_council_left)
"""The same for who sees the money from the council alone."""


@blueprint.get("/money/live")
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def live() -> ResponseReturnValue:
    """The number in the header for a page that stays open, told anew whenever it changes."""
    looking = shopper()
    power = Power.SEE_MONEY if looking.may(Power.SEE_MONEY) else Power.SEE_COUNCIL_MONEY
    looking.require(power)
    cookie, public_id, is_for_other = sign_in_cookie(), looking.person.public_id, looking.is_for_other

    def may_see() -> bool:
        me = person_signed_in(cookie)
        if me is None or not is_for_other:
            return me is not None
        found = person_helped(me, public_id)
        # More than before is for a page that is opened anew.
        return found is not None and power in found[1].powers

    return (LIVE if power == Power.SEE_MONEY else LIVE_COUNCIL).answer(looking.person.id, may_see)
