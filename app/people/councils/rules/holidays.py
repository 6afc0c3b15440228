"""Bank holidays: the list that comes with the program, by nation, and what was proclaimed, moved or dropped since."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from govuk_bank_holidays.bank_holidays import BankHolidays

HOLIDAY_NATIONS = ("england", "wales", "scotland", "northern-ireland")
NATION_WORDS = {
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
}
HOME_NATION = "england"
"""Whose days count while nobody knows the council."""
_IN_THE_LIST = {"england": "england-and-wales", "wales": "england-and-wales"}
NAME_LONGEST = 80


class Holiday(NamedTuple):
    """A day of a nation: its name, whether it is kept as a bank holiday, and whether the operator said so."""

    day: date
    name: str
    is_kept: bool = True
    is_said: bool = False


@cache
def days_listed(nation: str) -> Mapping[date, str]:
    """The days of a nation in the list of the program, never from the network; it reaches about two years ahead.

    Raises:
        KeyError: when there is no such nation.
    """
    days = BankHolidays(use_cached_holidays=True).data[_IN_THE_LIST.get(nation, nation)]
    return {one["date"]: one["title"] for one in days}


def holidays_with(nation: str, said: Mapping[date, Holiday]) -> dict[date, Holiday]:
    """Every day of a nation, kept or not, in order: what the operator said counts before the list."""
    found = {day: Holiday(day, name) for day, name in days_listed(nation).items()} | dict(said)
    return dict(sorted(found.items()))
