"""Saying that a day is a bank holiday, or that one of the list is none. Run by the operator, never from a page."""

from datetime import date

from sqlalchemy import select, update

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict
from app.base.text import clean_line
from app.people.councils.models import BankHoliday, Council
from app.people.councils.queries import holidays_of
from app.people.councils.rules.holidays import HOLIDAY_NATIONS, NAME_LONGEST, NATION_WORDS, days_listed
from app.platform.audit.actions import record


def add_holiday(*, nation: str, day: date, name: str) -> None:
    """Let a day be a bank holiday of a nation from now on. Prices that were agreed stay as agreed.

    Raises:
        BadInput: when there is no such nation, or no name that can be shown.
        Conflict: when it is one already.
    """
    name = clean_line(name)
    if nation not in HOLIDAY_NATIONS or not 0 < len(name) <= NAME_LONGEST:
        raise BadInput(f"Give one of {', '.join(HOLIDAY_NATIONS)}, and a name of at most {NAME_LONGEST} characters")
    standing = holidays_of(nation).get(day)
    if standing is not None and standing.is_kept:
        raise Conflict(f"{day_words(day)} is a bank holiday of {NATION_WORDS[nation]} already: {standing.name}")
    _say(nation, day, name, is_kept=True)


def remove_holiday(*, nation: str, day: date) -> None:
    """Let a day be no bank holiday of a nation: one that was added, or one of the list that was moved.

    Raises:
        BadInput: when there is no such nation.
        Conflict: when it is none.
    """
    if nation not in HOLIDAY_NATIONS:
        raise BadInput(f"Give one of {', '.join(HOLIDAY_NATIONS)}")
    standing = holidays_of(nation).get(day)
    if standing is None or not standing.is_kept:
        raise Conflict(f"{day_words(day)} is no bank holiday of {NATION_WORDS[nation]}")
    _say(nation, day, standing.name, is_kept=False)


def _say(nation: str, day: date, name: str, *, is_kept: bool) -> None:
    """Keep it, where it differs from the list, and have every worker read it: they know by the mark of their council."""
    row = db.session.scalar(
        select(BankHoliday).where(BankHoliday.nation == nation, BankHoliday.day == day).with_for_update()
    )
    if is_kept == (day in days_listed(nation)) and row is not None:
        db.session.delete(row)
    elif row is None:
        db.session.add(BankHoliday(nation=nation, day=day, name=name, is_kept=is_kept, said_at=clock.now()))
    else:
        row.name, row.is_kept, row.said_at = name, is_kept, clock.now()
    db.session.execute(update(Council).where(Council.nation == nation).values(holidays_mark=new_public_id()))
    db.session.flush()
    record(
        action="bank_holiday_added" if is_kept else "bank_holiday_removed",
        actor_id=None,
        nation=nation,
        day=day.isoformat(),
        name=name,
    )
