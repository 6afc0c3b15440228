"""``flask councils bank-holiday``: days that were proclaimed, moved or dropped, and what each changes, said before."""

from collections.abc import Callable, Sequence
from datetime import date

import click
from flask.cli import AppGroup

from app.base import clock
from app.base.answers import read_date
from app.base.days import day_words
from app.base.db import in_transaction
from app.base.money import printed
from app.base.refusals import Refusal
from app.people.councils.access import council_named
from app.people.councils.actions.holidays import add_holiday, remove_holiday
from app.people.councils.queries import holidays_of
from app.people.councils.rules.holidays import HOLIDAY_NATIONS, NATION_WORDS
from app.platform.web.filters import plural
from app.support.repeating.queries.holidays import visits_on

group = AppGroup("councils", help="Councils, their postcodes and places.")
holidays = AppGroup("bank-holiday", help="Bank holidays that the list of the program does not know, or knows wrongly.")
group.add_command(holidays)

Command = Callable[..., None]


def _of_whom(command: Command) -> Command:
    """The options that say whose days are meant."""
    nation = click.option("--nation", "nations", multiple=True, type=click.Choice(HOLIDAY_NATIONS), help="Of a nation.")
    council = click.option("--council", "code", help="Of the nation of the council with this code.")
    return nation(council(command))


@holidays.command("add")
@click.argument("day")
@click.argument("name")
@_of_whom
@click.option("--yes", is_flag=True, help="Do not ask.")
def add(day: str, name: str, nations: tuple[str, ...], code: str | None, *, yes: bool) -> None:
    """Let DAY ("7 June 2027") be a bank holiday called NAME. Says first what it changes, and asks."""
    wanted, on = _nations(nations, code), _day(day)
    _say_what_changes(wanted, on, "From now on this day costs the bank holiday rate.")
    if yes or click.confirm(f"Let {day_words(on)} be a bank holiday?"):
        _for_each(wanted, lambda nation: add_holiday(nation=nation, day=on, name=name))
        print(f"{day_words(on)} is a bank holiday of {_and(wanted)}.")


@holidays.command("remove")
@click.argument("day")
@_of_whom
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(day: str, nations: tuple[str, ...], code: str | None, *, yes: bool) -> None:
    """Let DAY be no bank holiday: one that was added, or one of the list that was moved. Says first what it changes, and asks."""
    wanted, on = _nations(nations, code), _day(day)
    _say_what_changes(wanted, on, "From now on this day costs what its day of the week costs.")
    if yes or click.confirm(f"Let {day_words(on)} be no bank holiday?"):
        _for_each(wanted, lambda nation: remove_holiday(nation=nation, day=on))
        print(f"{day_words(on)} is no bank holiday of {_and(wanted)}.")


@holidays.command("list")
@_of_whom
def show(nations: tuple[str, ...], code: str | None) -> None:
    """List the bank holidays from today on, and which of them were added or removed here."""
    for nation in _nations(nations, code) if nations or code else HOLIDAY_NATIONS:
        print(NATION_WORDS[nation])
        for day, one in holidays_of(nation).items():
            if day >= clock.today():
                said = f" ({'added' if one.is_kept else 'removed, no bank holiday'})" * one.is_said
                print(f"  {day:%a} {day_words(day):<18} {one.name}{said}")


def _nations(nations: Sequence[str], code: str | None) -> list[str]:
    found = [*nations, *([council_named(code).nation] if code else [])]
    if not found:
        raise click.ClickException("Say whose: --nation england, or --council with its code.")
    return list(dict.fromkeys(found))


def _day(typed: str) -> date:
    try:
        return read_date(typed)
    except ValueError as wrong:
        raise click.ClickException(f"{wrong}.") from None


def _say_what_changes(nations: Sequence[str], day: date, words: str) -> None:
    for nation in nations:
        met = visits_on(nation, day)
        print(f"{NATION_WORDS[nation]}, {day:%A} {day_words(day)}:")
        agreed = plural(met.agreed, "agreed visit")
        print(f"  {agreed}: {'stays' if met.agreed == 1 else 'stay'} at the price agreed, {printed(met.agreed_pence)}.")
        print(f"  {plural(met.asked, 'visit')} asked for and not answered: the price asked for stays.")
        print(f"  {plural(met.to_make, 'visit')} of support that repeats, not made yet: priced anew when made.")
    print(words)


def _for_each(nations: Sequence[str], change: Callable[[str], None]) -> None:
    """All of them, or none."""

    def all_of_them() -> None:
        for nation in nations:
            change(nation)

    try:
        in_transaction(all_of_them)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None


def _and(nations: Sequence[str]) -> str:
    return " and ".join(NATION_WORDS[nation] for nation in nations)
