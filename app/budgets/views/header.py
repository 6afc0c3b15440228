"""The money left, at the top of every page: the same number from the same query as everywhere else."""

from dataclasses import dataclass
from typing import Any

from flask import g

from app.budgets import queries
from app.budgets.views import blueprint
from app.circles.access import Shopper, shopper_or_none
from app.circles.rules import Power


@dataclass(frozen=True, slots=True)
class Said:
    """What the header says: whose money, how much is left of it in pence, and where to read more."""

    whose: str
    left_pence: int
    href: str = "/money"


def header_balance() -> Said | None:
    """The money left of whoever is being shopped for; nothing when there is none or it may not be seen. One query."""
    if "header_balance" not in g:
        g.header_balance = _balance()
    return g.header_balance  # type: ignore[no-any-return]


def _balance() -> Said | None:
    looking = shopper_or_none()
    if looking is None or not looking.may(Power.SEE_MONEY):
        return None
    balance = queries.balance_of(looking.person.id)
    return None if balance is None else said(looking, balance)


def said(looking: Shopper, balance: queries.Balance) -> Said:
    """A balance as the header says it."""
    whose = f"{looking.person.full_name}'s money" if looking.is_for_other else "Your money"
    return Said(whose, balance.left_pence)


@blueprint.app_context_processor
def _header() -> dict[str, Any]:
    return {"header_balance": header_balance}
