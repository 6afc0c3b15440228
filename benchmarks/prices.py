"""How fast prices are worked out: a year of 20 visits a week over six providers, beside a bare loop of multiplications.

``make bench-prices``. Fails (exit 1) when the year takes 50 ms of processor time or more.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.days import LONDON, midnight, runs_of
from app.market.catalogue.rules.quote import in_words, quote, tariff_of
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, When
from benchmarks._table import show, verdict

LIMIT_MS = 50
ROUNDS = 15
YEAR = date(2026, 4, 6)
HOLIDAYS = frozenset(date(2026, m, d) for m, d in ((4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28))) | {
    date(2027, 1, 1),
    date(2027, 3, 26),
    date(2027, 3, 29),
}
EVENING = Band(BandName.EVENING, 1080, 1320, Amounts(3000, 3250, 3500, 6000))
NIGHT = Band(BandName.NIGHT, 1320, 420, Amounts(3400, 3600, 3800, 6600))
EXTRAS = (
    Extra("second", "Second worker", AddOnBasis.PER_HOUR, 2350),
    Extra("travel", "Travel", AddOnBasis.PER_VISIT, 350, is_required=True),
    Extra("weekend", "Weekend", AddOnBasis.PER_HOUR, 120, is_required=True, when=When.WEEKENDS),
)


def cards() -> list[Card]:
    """Six providers: plain, with bands, with short visits, for buyers, with extras, and a sleep-in."""
    found = [
        Card(date(2026, 1, 1), Unit.HOUR, 2750 + 35 * n, 3000, 3300, 5500, billing_step_minutes=15) for n in range(5)
    ]
    found[1] = replace(found[1], bands=(EVENING, NIGHT))
    found[2] = replace(found[2], bands=(EVENING,), length_bands=(LengthBand(15, 600),))
    found[3] = replace(found[3], buyers=((Buyer.DIRECT_PAYMENT, Amounts(2700, 2950, 3250, 5450)),))
    found[4] = replace(found[4], bands=(EVENING, NIGHT), add_ons=EXTRAS)
    return [*found, Card(date(2026, 1, 1), Unit.SLEEP_IN, 9800, 10300, 10800, 14700)]


DAILY = ((8, 0, 45), (17, 30, 60))
ALSO = {0: (12, 30, 15), 1: (12, 30, 15), 2: (12, 30, 15), 3: (12, 30, 15), 4: (20, 0, 90), 6: (22, 0, 540)}
"""Every day and by weekday: hour, minute and length. 20 visits a week, some over an edge, one over midnight."""


def visits() -> list[tuple[int, datetime, datetime]]:
    """Each visit of a year: the number of its provider, its start and its end."""
    found = []
    for day in (YEAR + timedelta(days=n) for n in range(364)):
        also = ALSO.get(day.weekday())
        for number, (hour, minute, length) in enumerate([*DAILY, *([also] if also else [])]):
            starts = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
            provider = 5 if hour == 22 else (day.weekday() + number) % 5
            found.append((provider, starts, starts + timedelta(minutes=length)))
    return found


def measured(work: Callable[[], object]) -> float:
    """Milliseconds of processor time, the median of several rounds."""
    took = []
    for _ in range(ROUNDS):
        begins = time.process_time_ns()
        work()
        took.append(time.process_time_ns() - begins)
    return sorted(took)[len(took) // 2] / 1e6


def main() -> int:
    """Measure, print a table, and say by the exit code whether the year is fast enough."""
    offered, week = cards(), visits()
    tariffs = [tariff_of(card, Buyer.DIRECT_PAYMENT) for card in offered]
    minutes = [((ends - starts) // timedelta(minutes=1), offered[n].weekday_pence) for n, starts, ends in week]

    def year() -> int:
        return sum(tariffs[n].price(starts, ends, bank_holidays=HOLIDAYS).pence for n, starts, ends in week)

    def in_full() -> int:
        return sum(
            in_words(tariffs[n].card, tariffs[n].price(starts, ends, bank_holidays=HOLIDAYS)).total.pence
            for n, starts, ends in week
        )

    def one_by_one() -> int:
        return sum(
            quote(offered[n], starts=starts, ends=ends, bank_holidays=HOLIDAYS, buyer=Buyer.DIRECT_PAYMENT).total.pence
            for n, starts, ends in week
        )

    def cold() -> int:
        for kept in (runs_of, midnight, tariff_of):
            kept.cache_clear()
        fresh = [tariff_of(card, Buyer.DIRECT_PAYMENT) for card in cards()]
        return sum(fresh[n].price(starts, ends, bank_holidays=HOLIDAYS).pence for n, starts, ends in week)

    def bare() -> int:
        return sum(length * pence // 60 for length, pence in minutes)

    if not year() == in_full() == one_by_one() == cold():
        print("the same visits came to different prices")
        return 1
    base = measured(bare)
    took = {
        "bare loop: minutes times a rate": base,
        "the year's cost": measured(year),
        "the year's cost, nothing remembered": measured(cold),
        "every visit line by line in words": measured(in_full),
        "quote(), one visit at a time": measured(one_by_one),
    }
    show(
        f"A year: {len(week)} visits over {len(offered)} providers, median of {ROUNDS} rounds of processor time",
        ("what", "ms", "visits a second", "times the bare loop"),
        [(name, f"{ms:.2f}", f"{len(week) / ms * 1000:,.0f}", f"{ms / base:.1f}") for name, ms in took.items()],
    )
    slowest = took["the year's cost, nothing remembered"]
    return verdict([] if slowest < LIMIT_MS else [f"the year took {slowest:.1f} ms, not under {LIMIT_MS} ms"])


if __name__ == "__main__":
    sys.exit(main())
