"""When the visits of a week happen, and what clocks do to them in the two nights they change."""

from datetime import UTC, date, datetime, timedelta

from app.market.catalogue.rules.days import LONDON
from app.shop.storefront.rules.week import WeekLine


def line_visit_on(line: WeekLine, day: date, *, is_second: bool = False) -> tuple[datetime, datetime]:
    """When a line's visit of a day starts and ends.

    By the clock on the wall, as a worker comes and goes: a night of nine hours is ten when clocks go back. An hour that
    clocks skip is read as the one after it, one that comes twice as the first (the second, when ``is_second``); then the
    length decides the end.
    """
    starts = datetime.combine(day, line.start, LONDON)
    wall = datetime.combine(day, line.start) + timedelta(minutes=line.minutes)
    ends = wall.replace(tzinfo=LONDON)
    if is_second:
        starts, ends = (moment.replace(fold=int(_comes_twice(moment))) for moment in (starts, ends))
    if not (_exists(starts) and _exists(ends)) or ends.astimezone(UTC) <= starts.astimezone(UTC):
        ends = (starts.astimezone(UTC) + timedelta(minutes=line.minutes)).astimezone(LONDON)
        return starts.astimezone(UTC).astimezone(LONDON), ends
    return starts, ends


def _exists(moment: datetime) -> bool:
    return moment.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == moment.replace(tzinfo=None)


def _comes_twice(moment: datetime) -> bool:
    return _exists(moment) and moment.utcoffset() != moment.replace(fold=1).utcoffset()


TWICE = "comes twice"


def oddity(line: WeekLine, day: date, *, is_known: bool = False) -> str | None:
    """Why a visit of this day needs a second look: one of its times is skipped by clocks, or comes twice.

    ``is_known``: it was said which of two equal times is meant, so that these need no look any more.
    """
    starts = datetime.combine(day, line.start, LONDON)
    wall = datetime.combine(day, line.start) + timedelta(minutes=line.minutes)
    for moment in (starts, wall.replace(tzinfo=LONDON)):
        if not _exists(moment):
            return (
                f"Clocks go forward that night, so {moment:%-H:%M} does not happen. We counted from the hour after it."
            )
        if not is_known and _comes_twice(moment):
            return f"Clocks go back that night, so {moment:%-H:%M} {TWICE}. We counted the first."
    return None
