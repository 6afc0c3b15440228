"""What each filter means: the contract between the question, the documents and both engines.

A document bears marks (``day:6``, ``need:dementia``, ``in:3:12``). A filter that is set asks for *any* of some marks, or
for none of them; a result passes every filter that is set. Only two things are numbers instead: how far it is
(``Wanted.miles`` from a place) and the price (``Wanted.per`` is the mark ``per:...``; the amount is the one that
``catalogue.rules.applying.price_on`` tells: the lowest for the buyer, on the days, at the times asked for). The count
beside a value is of what passes all other filters and bears that value's marks.

An engine needs ``narrowing(wanted)`` for what must hold, ``offered(wanted, localities)`` for what must be counted, and
``day_kinds(wanted.days)`` with the differences of :func:`compared` for the rate that applies. ``documents.py`` makes the
marks with :func:`marks_of` and :func:`compared`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.market.catalogue.rules.applicable_rate import WEEK, Rates, kind_of, lowest_of
from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.catalogue.rules.rates import DayKind, Unit
from app.market.catalogue.rules.suitability import DAY_WORDS, LANGUAGES, NEEDS, Age, TimeOfDay
from app.market.search_index.rules.questions import WHOLE, SearchQuery

RATED = ("4.5", "4", "3")
"""Averages that can be asked for, at least."""
RATED_BY = 3
"""Under so many reviews no score is shown, and none is filtered by."""
MILES = (1, 3, 5, 10, 20)
"""Distances that can be asked for."""
REGULATOR = ("outstanding", "good", "requires_improvement", "inadequate", "not_yet_rated")
FREE, PAID = "free", "paid"
NOBODY = ""
"""A buyer of no kind: pays what everybody pays."""


class Per(StrEnum):
    """Units that prices are compared in: what is sold by the half hour is compared by the hour."""

    HOUR = "hour"
    VISIT = "visit"
    NIGHT = "night"
    DAY = "day"
    WEEK = "week"
    ITEM = "item"


PER_OF_UNIT: Mapping[Unit, Per] = {
    Unit.HOUR: Per.HOUR,
    Unit.HALF_HOUR: Per.HOUR,
    Unit.VISIT: Per.VISIT,
    Unit.SESSION: Per.VISIT,
    Unit.SLEEP_IN: Per.NIGHT,
    Unit.WAKING_NIGHT: Per.NIGHT,
    Unit.DAY: Per.DAY,
    Unit.WEEK: Per.WEEK,
    Unit.ITEM: Per.ITEM,
}
"""The unit each is compared in."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Any one of these marks; or, when ``is_not``, none of them."""

    any_of: frozenset[str]
    is_not: bool = False


def meant(name: str, value: object, wanted: SearchQuery) -> Marks:
    """What a document bears that counts under one value of one filter."""
    council = wanted.council_id
    if name == "localities":
        return Marks(frozenset({f"whole:{council}", f"in:{council}:{value}"}))
    if name == "framework":
        if not wanted.localities:
            return Marks(frozenset({f"framework:{council}"}), is_not=value == "no")
        near = {f"framework-in:{locality}" for locality in wanted.localities}
        return Marks(frozenset({f"framework-whole:{council}", *near}), is_not=value == "no")
    return Marks(frozenset({f"{PREFIXES[name]}:{value}"}))


PREFIXES: Mapping[str, str] = {
    "kinds": "kind",
    "natures": "nature",
    "per": "per",
    "rated": "rated",
    "regulator": "cqc",
    "days": "day",
    "times": "time",
    "ages": "age",
    "needs": "need",
    "languages": "language",
    "is_open": "open",
    "costs": "cost",
}
"""The mark of each filter's values; ``localities`` and ``framework`` have marks of their own, ``miles`` has none."""

FIXED: Mapping[str, tuple[str, ...]] = {
    "kinds": tuple(KINDS),
    "natures": tuple(nature.value for nature in Nature),
    "per": tuple(per.value for per in Per),
    "rated": RATED,
    "regulator": REGULATOR,
    "days": tuple(str(day) for day in DAY_WORDS),
    "times": tuple(time.value for time in TimeOfDay),
    "ages": tuple(age.value for age in Age),
    "needs": tuple(NEEDS),
    "languages": tuple(LANGUAGES),
    "is_open": ("yes",),
    "costs": (FREE, PAID),
}
"""The values of each filter that are the same everywhere."""


def chosen(name: str, wanted: SearchQuery) -> tuple[str, ...]:
    """The values of one filter that are set, as text."""
    value = getattr(wanted, name)
    if name == "framework":
        return () if value is None or wanted.council_id is None else ("yes" if value else "no",)
    if name == "localities" and wanted.council_id is None:
        return ()
    if name == "is_open":
        return ("yes",) if value else ()
    if isinstance(value, tuple):
        return tuple(str(one) for one in value)
    return () if value is None else (str(value),)


def narrowing(wanted: SearchQuery) -> dict[str, Marks]:
    """For each filter that is set and told by marks: what a result must bear."""
    found = {}
    for name in (*PREFIXES, "localities", "framework"):
        values = chosen(name, wanted)
        if values:
            each = [meant(name, value, wanted) for value in values]
            found[name] = Marks(frozenset().union(*(one.any_of for one in each)), each[0].is_not)
    return found


def offered(wanted: SearchQuery, localities: Iterable[object]) -> list[tuple[str, str, Marks]]:
    """Every value to count but those of ``framework``: the filter, the value, and what bears it.

    ``localities`` are ids; those that no document names may be left out, as ``WHOLE`` speaks for them.
    """
    found = [(name, value, meant(name, value, wanted)) for name, values in FIXED.items() for value in values]
    if wanted.council_id is not None:
        found.append(("localities", WHOLE, Marks(frozenset({f"whole:{wanted.council_id}"}))))
        found += [("localities", str(one), meant("localities", one, wanted)) for one in localities]
    return found


KINDS_OF_DAY = (DayKind.WEEKDAY, DayKind.SATURDAY, DayKind.SUNDAY)
"""Days of the week that have a price of their own, in the order of a document's three prices."""


def day_kinds(days: Collection[int]) -> dict[DayKind, tuple[int, ...]]:
    """The prices that the chosen days ask for, each with its days; of all days when none is chosen."""
    found: dict[DayKind, tuple[int, ...]] = {}
    for day in sorted(days) or WEEK:
        found[kind_of(day)] = (*found.get(kind_of(day), ()), day)
    return found


def later(time: str, kind: DayKind) -> str:
    """How the marks begin that say how many pence more than the day's lowest rate a part of that day costs."""
    return f"more:{time}:{kind}:"


def theirs(buyer: str, kind: DayKind) -> str:
    """How the marks begin that say how many pence more (or, below nothing, less) than everybody one buyer pays that day."""
    return f"buys:{buyer}:{kind}:"


def compared(rates: Rates) -> tuple[tuple[int, ...], set[str]]:
    """The rates a listing is compared by: everybody's lowest of each kind of day, and marks for what differs from them.

    A rate at a time, for a buyer, is the lowest of the day and both differences: ``rates`` says both as differences too.
    Few cards have any, so that they cost an index next to nothing.
    """
    lowest = tuple(lowest_of(rates, kind, buyer=NOBODY) for kind in KINDS_OF_DAY)
    marks = set()
    for kind, least in zip(KINDS_OF_DAY, lowest, strict=True):
        at = tuple(DayKind).index(kind)
        # Most cards cost the same all day.
        for time in TimeOfDay if rates.bands else ():
            more = lowest_of(rates, kind, (time,), NOBODY) - least
            if more:
                marks.add(f"{later(time, kind)}{more}")
        marks |= {f"{theirs(buyer, kind)}{apart[at]}" for buyer, apart in rates.buyers if apart[at]}
    return lowest, marks


def marks_of(
    *,
    kind: str,
    nature: str,
    unit: Unit | None,
    is_free: bool,
    can_take_new_people: bool,
    rating: float | None,
    review_count: int,
    cqc_rating: str,
    suits: Mapping[str, Iterable[object]],
) -> set[str]:
    """The marks of one listing but for where it reaches and frameworks; ``suits`` are its days, times, ages, needs, languages."""
    found = {f"kind:{kind}", f"nature:{nature}", f"cost:{FREE if is_free else PAID}"}
    if unit is not None and not is_free:
        found.add(f"per:{PER_OF_UNIT[unit]}")
    if can_take_new_people:
        found.add("open:yes")
    if rating is not None and review_count >= RATED_BY:
        found |= {f"rated:{least}" for least in RATED if rating >= float(least)}
    if cqc_rating:
        found.add(f"cqc:{cqc_rating}")
    for name, values in suits.items():
        found |= {f"{PREFIXES[name]}:{value}" for value in values}
    return found
