"""The rate of every document that applies to who asks: out of its three prices by day, and the marks that say what differs."""

import numpy as np
from numpy.typing import NDArray

from app.market.catalogue.rules.rates import DayKind
from app.market.search_index.index.facet_counting import Mask
from app.market.search_index.index.layout import NO_PRICE
from app.market.search_index.index.snapshot import Snapshot
from app.market.search_index.rules.narrowing import Marks, day_kinds, later, theirs
from app.market.search_index.rules.questions import SearchQuery

Pence = NDArray[np.int32]
DAY_COLUMNS = {DayKind.WEEKDAY: "pence", DayKind.SATURDAY: "saturday", DayKind.SUNDAY: "sunday"}


def pence_of(snapshot: Snapshot, wanted: SearchQuery) -> Pence:
    """The rate of each document that applies to who asks, on the chosen days at the chosen times; kept for the next."""
    pence: Pence = snapshot.kept(
        ("pence", wanted.buyer, wanted.days, wanted.times), lambda: _applying(snapshot, wanted)
    )
    return pence


def _applying(snapshot: Snapshot, wanted: SearchQuery) -> Pence:
    """The lowest of the chosen days that each can be had on; of all chosen days where it can be had on none of them."""
    each = [(_on(snapshot, kind, wanted), days) for kind, days in day_kinds(wanted.days).items()]
    lowest = each[0][0]
    if len(each) == 1:
        return lowest
    had = np.full(snapshot.size, NO_PRICE, np.int32)
    is_had = np.zeros(snapshot.size, np.bool_)
    for amounts, days in each:
        on = bearing(snapshot, Marks(frozenset(f"day:{day}" for day in days)))
        had = np.where(on, np.minimum(had, amounts), had)
        lowest = np.minimum(lowest, amounts)
        is_had |= on
    return np.where(is_had, had, lowest)


def _on(snapshot: Snapshot, kind: DayKind, wanted: SearchQuery) -> Pence:
    """The lowest rate of one kind of day, at the chosen times, for who buys."""
    pence: Pence = snapshot.column(DAY_COLUMNS[kind])
    times = [_apart(snapshot, later(time, kind)) for time in wanted.times]
    more = [time for time in times if time is not None]
    if more and len(more) == len(times):
        pence = pence + np.minimum.reduce(more)
    apart = _apart(snapshot, theirs(wanted.buyer, kind))
    return pence if apart is None else pence + apart


def _apart(snapshot: Snapshot, begin: str) -> Pence | None:
    """By how many pence each document's rate differs, as its marks say; nothing when none says so."""
    marks = snapshot.marks_beginning(begin)
    if not marks:
        return None
    pence = np.zeros(snapshot.size, np.int32)
    for mark in marks:
        pence[snapshot.ids("marks", mark)] = int(mark.removeprefix(begin))
    return pence


def bearing(snapshot: Snapshot, marks: Marks) -> Mask:
    """Which documents bear any of the marks; or none of them, when that is asked."""
    found = np.zeros(snapshot.size, np.bool_)
    for mark in marks.any_of:
        found |= snapshot.mask("marks", mark)
    return snapshot.live & ~found if marks.is_not else found
