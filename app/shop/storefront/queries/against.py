"""A week held against the money there is for it: what is to spare until the year ends, and how long the money lasts."""

from collections.abc import Mapping
from datetime import date

from app.base import clock
from app.funding.budgets.rules.paying import Lawful
from app.funding.budgets.rules.periods import YEAR_DAYS
from app.shop.storefront.queries.money import MoneyThere
from app.shop.storefront.queries.offers import Seen
from app.shop.storefront.rules import cost as cost_rules
from app.shop.storefront.rules import lasting, sparing
from app.shop.storefront.rules.cost import WeekCost
from app.shop.storefront.rules.lasting import Lasts
from app.shop.storefront.rules.sparing import Against
from app.support.repeating.queries import promised as promised_queries


def against_typed(cost: WeekCost, has_pence: int) -> tuple[Against, Lasts]:
    """A whole year of a week against what somebody says there is for a year."""
    short = max(0, cost.year_pence - has_pence)
    lasts = lasting.lasts(cost.days, starts_on=cost.starts_on, now_pence=has_pence)
    return Against(cost.starts_on, cost.ends_on, cost.year_pence, has_pence, 0, short), lasts


def against_money(
    cost: WeekCost, money: MoneyThere, seen: Mapping[str, Seen], lawful: Mapping[int, Mapping[int, Lawful]]
) -> tuple[Against, Lasts] | None:
    """The rest of a person's year of a week, from the coming Monday, against what they have left and what still comes.

    Nothing once no Monday is left of the year, nor while nothing is priced.
    """
    from_on = cost_rules.coming_monday(clock.today())
    start = (from_on - cost.starts_on).days
    if not cost.lines or not 0 <= start < YEAR_DAYS:
        return None
    costs = [
        (
            sum(line.days[start:]),
            frozenset(pot for pot, may in lawful.get(seen[line.line.listing].listing.id, {}).items() if may.ok),
        )
        for line in cost.lines
    ]
    promised = promised_queries.promised_to(money.person_id, cost.ends_on)
    found = sparing.against(
        from_on=from_on,
        until=cost.ends_on,
        costs=costs,
        money=money.until(cost.ends_on),
        promised=[(one.pence, one.pots) for one in promised],
    )
    usable = frozenset().union(*(pots for _, pots in costs))
    days, before = list(cost.days[start:]), 0
    for one in promised:
        if one.pots & usable and one.day >= from_on:
            days[(one.day - from_on).days] += one.pence
        elif one.pots & usable:
            before += one.pence
    lasts = lasting.lasts(
        days, starts_on=from_on, now_pence=money.left_in(usable) - before, coming=_coming(money, usable, cost.ends_on)
    )
    return found, lasts


def _coming(money: MoneyThere, usable: frozenset[int], until: date) -> dict[date, int]:
    """What arrives on which day into this money, until the year ends."""
    return {
        day: sum(pence for pot, pence in pots.items() if pot in usable)
        for day, pots in money.coming.items()
        if day <= until
    }
