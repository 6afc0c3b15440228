"""Adding up what was bought. Counts and sums only: no row about a person leaves the database here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    null,
    select,
    union_all,
)

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.insight.trends.rules import (
    FEWEST,
    USUAL_FIRST_DAY,
    Counted,
    DeliveredBy,
    Figure,
    FourWeekPeriod,
    Published,
    Sums,
    budget_year_start,
    not_yet,
    periods_of,
    publish,
    publish_delivered,
    sum_of,
    years_between,
)
from app.market.catalogue.rules.kinds import KINDS
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.people.councils.queries import policy
from app.support.booking_records.models.bookings import PAID, Booking, Visit
from app.support.booking_records.rules.states import CAME
from app.support.visits.queries import figures as visits

SMALL_NUMBER = "small_number"
"""The council policy that says how many people must stand behind a figure; what holds now holds for every year shown."""
POLICY = "budget_year_starts_on"
"""The council policy that names a first day of its budget year, as ``2026-04-06``."""


@dataclass(frozen=True, slots=True)
class Trends:
    """Everything the page, the chart and the file show of one council's year: published figures only."""

    council: Council
    year: date
    years: Sequence[date]
    periods: Sequence[tuple[FourWeekPeriod, Published]]
    kinds: Sequence[tuple[str, str]]
    """Codes and names of the kinds bought in this year, by name."""
    fewest: int
    """How many people stand behind every figure at least."""

    def of_kind(self, code: str) -> list[Figure]:
        """A kind's money, period by period."""
        return [published.kinds[code] for _, published in self.periods]

    def year_of_kind(self, code: str) -> Figure:
        """The sum of what was published of a kind."""
        return sum_of(self.of_kind(code))

    @property
    def total(self) -> Figure:
        """The sum of the published totals."""
        return sum_of([published.total for _, published in self.periods])

    @property
    def latest(self) -> tuple[FourWeekPeriod, Published] | None:
        """The last period that has finished."""
        over = [(period, said) for period, said in self.periods if period.is_over(clock.today())]
        return over[-1] if over else None

    @property
    def before_latest(self) -> tuple[FourWeekPeriod, Published] | None:
        """The one before it, in the same year."""
        over = [(period, said) for period, said in self.periods if period.is_over(clock.today())]
        return over[-2] if len(over) > 1 else None


def councils_of(commissioner: Person) -> Sequence[Council]:
    """The councils whose commissioner this is, by name."""
    return db.session.scalars(_COUNCILS, {"ids": sorted(commissioner.council_ids_as(Role.COMMISSIONER))}).all()


def council_among(councils: Sequence[Council], code: str | None) -> Council | None:
    """The one of these councils that was asked for, or the only one; nothing when there are several to choose from.

    Raises:
        NotFound: when it is not one of theirs.
    """
    if code is None:
        return councils[0] if len(councils) == 1 else None
    found = next((council for council in councils if council.code == code), None)
    if found is None:
        msg = "There are no trends of that council for you to see."
        raise NotFound(msg)
    return found


def trends_of(council: Council, year: str | None) -> Trends:
    """What may be published of one budget year, named by its first day; this year when none is.

    Raises:
        NotFound: when no budget year of this council, from the first visit to today, begins on that day.
    """
    today = clock.today()
    anchor = _anchor(council.id, today)
    years = years_between(_first_day(council.id) or today, today, anchor)
    chosen = (
        budget_year_start(today, anchor)
        if year is None
        else next((day for day in years if day.isoformat() == year), None)
    )
    if chosen is None:
        msg = "There is no such budget year."
        raise NotFound(msg)
    over = [period for period in periods_of(chosen) if period.is_over(today)]
    counted = _counted(council.id, over) if over else {}
    codes = sorted({code for one in counted.values() for code in one.kinds}, key=_name)
    said = []
    fewest = fewest_of(council.id, today)
    for period in periods_of(chosen):
        if period in over:
            # A kind nobody bought in this period, though somebody did in another, is shown as nobody.
            one = counted[period.number]
            kinds = {code: one.kinds.get(code, Sums()) for code in codes}
            said.append((period, publish(replace(one, kinds=kinds), fewest)))
        else:
            said.append((period, not_yet(codes)))
    return Trends(council, chosen, years, said, [(code, _name(code)) for code in codes], fewest)


def fewest_of(council_id: int, today: date) -> int:
    """How many people must stand behind each figure of this council: its own rule, never fewer than five."""
    named = policy(council_id, SMALL_NUMBER, today)
    return max(named, FEWEST) if type(named) is int else FEWEST


def _name(code: str) -> str:
    return KINDS[code].name if code in KINDS else code


def _anchor(council_id: int, today: date) -> date:
    named = policy(council_id, POLICY, today)
    try:
        return date.fromisoformat(named) if isinstance(named, str) else USUAL_FIRST_DAY
    except ValueError:
        return USUAL_FIRST_DAY


# What cost nothing is nobody's spending, and must not count as people behind a sum of money.
_CAME_AND_COST = and_(Visit.status.in_(CAME), PAID > 0)
_COUNCILS = select(Council).where(Council.id.in_(bindparam("ids", expanding=True))).order_by(Council.name)


def _delivered(council_id: int, *columns: Any) -> Select[Any]:
    return select(*columns).join(Visit.booking).where(Booking.council_id == council_id, _CAME_AND_COST)


def _first_day(council_id: int) -> date | None:
    first = db.session.scalar(_delivered(council_id, func.min(Visit.starts_at)))
    return clock.london(first).date() if first else None


def _counted(council_id: int, periods: Sequence[FourWeekPeriod]) -> dict[int, Counted]:
    """The sums of each finished period, four ways, with one query."""
    number = _period_number(periods)
    start = clock.at_london(periods[0].starts_on, time())
    end = clock.at_london(periods[-1].ends_on + timedelta(days=1), time())
    sums = (func.count(distinct(Booking.person_id)), func.count(distinct(Booking.id)), func.sum(PAID))
    no_kind, no_side = cast(null(), String), cast(null(), Boolean)

    def by(*, kind: bool, side: bool) -> Select[Any]:
        columns = (Booking.kind if kind else no_kind, Booking.is_framework if side else no_side)
        groups = [column for column, is_one in zip(columns, (kind, side), strict=True) if is_one]
        rows = _delivered(council_id, number, *columns, *sums)
        return rows.where(Visit.starts_at >= start, Visit.starts_at < end).group_by(number, *groups)

    found: dict[int, dict[tuple[str | None, bool | None], Sums]] = {period.number: {} for period in periods}
    ways = union_all(*(by(kind=kind, side=side) for kind in (False, True) for side in (False, True)))
    for period, kind, side, people, bookings, pence in db.session.execute(ways):
        found[period][kind, side if side is None else bool(side)] = Sums(people, bookings, int(pence))
    return {n: _arranged(groups) for n, groups in found.items()}


def _arranged(groups: Mapping[tuple[str | None, bool | None], Sums]) -> Counted:
    def of(side: bool | None) -> dict[str, Sums]:
        return {kind: sums for (kind, on), sums in groups.items() if kind is not None and on is side}

    return Counted(
        kinds=of(None),
        framework=groups.get((None, True), Sums()),
        other=groups.get((None, False), Sums()),
        whole=groups.get((None, None), Sums()),
        on_framework=of(True),
        off_framework=of(False),
    )


def _period_number(periods: Sequence[FourWeekPeriod]) -> ColumnElement[int]:
    """Which period a visit falls in, by the London day it starts on."""
    ends = [
        (Visit.starts_at < clock.at_london(period.ends_on + timedelta(days=1), time()), period.number)
        for period in periods
    ]
    return case(*ends).label("period")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What may be said of delivered against billed in one finished period of a council, provider by provider."""

    council: Council
    period: FourWeekPeriod | None
    """The one asked for, or the last that has finished; none when none has."""
    periods: Sequence[FourWeekPeriod]
    """Every period of this budget year and the one before that has finished, the last first."""
    providers: Sequence[DeliveredBy]
    fewest: int
    """How many people stand behind every figure at least."""


def delivered_in(council: Council, first_day: str | None) -> Delivered:
    """Planned, given and charged hours by provider in one finished four-week period; small numbers withheld.

    Raises:
        NotFound: when no finished period begins on the day asked for.
    """
    today = clock.today()
    fewest = fewest_of(council.id, today)
    year = budget_year_start(today, _anchor(council.id, today))
    before = budget_year_start(year - timedelta(days=1), _anchor(council.id, today))
    over = [period for first in (before, year) for period in periods_of(first) if period.is_over(today)]
    if not over:
        return Delivered(council, None, [], [], fewest)
    wanted = over[-1].starts_on.isoformat() if first_day is None else first_day
    period = next((one for one in over if one.starts_on.isoformat() == wanted), None)
    if period is None:
        msg = "There is no such period."
        raise NotFound(msg)
    since = clock.at_london(period.starts_on, time())
    until = clock.at_london(period.ends_on + timedelta(days=1), time())
    figures = visits.figures_by_provider(council.id, since=since, until=until)
    return Delivered(
        council,
        period,
        over[::-1],
        [
            publish_delivered(
                one.name,
                one.figures,
                people=one.people,
                short_people=one.short_people,
                missed_people=one.missed_people,
                fewest=fewest,
            )
            for one in figures
        ],
        fewest,
    )
