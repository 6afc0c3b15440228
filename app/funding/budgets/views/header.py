"""The money left, at the top of every page and told to open ones: the same number from the same query as everywhere."""

from collections.abc import Collection
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from app.base.money import Money
from app.funding.budgets.access import Said
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


def header_balance() -> Said | None:
    """The money left of whoever is being shopped for; nothing when there is none or it may not be seen. One query."""
    if "header_balance" not in g:
        g.header_balance = _balance()
    return g.header_balance  # type: ignore[no-any-return]


def _balance() -> Said | None:
    looking = shopper_or_none()
    if looking is None or not looking.may(Power.SEE_MONEY):
        return None
    balance = balances.balance_of(looking.person.id)
    return None if balance is None else said(looking, balance)


def said(looking: Shopper, balance: Balance) -> Said:
    """A balance as the header says it."""
    whose = f"{looking.person.full_name}'s money" if looking.is_for_other else "Your money"
    return Said(whose, balance.left_pence)


@blueprint.app_context_processor
def _header() -> dict[str, Any]:
    return {"header_balance": header_balance}


def _read_left(person_ids: Collection[int]) -> dict[int, str]:
    found = balances.balances_of(person_ids)
    return {person_id: str(Money(balance.left_pence)) for person_id, balance in found.items()}


LIVE = Channel("balance", _read_left)


@blueprint.get("/money/live")
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def live() -> ResponseReturnValue:
    """The number in the header for a page that stays open, told anew whenever it changes."""
    looking = shopper()
    looking.require(Power.SEE_MONEY)
    cookie, public_id, is_for_other = sign_in_cookie(), looking.person.public_id, looking.is_for_other

    def may_see() -> bool:
        me = person_signed_in(cookie)
        if me is None or not is_for_other:
            return me is not None
        helped = person_helped(me, public_id)
        return helped is not None and Power.SEE_MONEY in helped[1].powers

    return LIVE.answer(looking.person.id, may_see)
