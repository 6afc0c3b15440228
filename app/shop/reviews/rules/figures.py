"""A year of reviews in figures, as the policy page publishes them: counts, and how long low and high ones took."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from app.shop.reviews.rules import LOW_STARS, ReportReason, stars_of

LEAST_FOR_A_MEDIAN = 3
HOUR = timedelta(hours=1)
DAYS_FROM = timedelta(hours=48)
"""Said in days from here on."""


@dataclass(frozen=True, slots=True)
class LowAndHigh:
    """The median of some durations for low reviews (up to two stars) and for the others; none of fewer than three."""

    low: timedelta | None
    high: timedelta | None


@dataclass(frozen=True, slots=True)
class YearOfReviews:
    """What came of the reviews of twelve months."""

    written: int
    shown: int
    """Of those, shown now."""
    in_notice: int
    held: int
    removed: Mapping[ReportReason, int]
    changed: int
    declared: int
    """With a connection or something offered."""
    replied: int
    reports: int
    """Made in the year, by people and by the site itself."""
    waiting: int
    """Of those, not decided yet."""
    appeals: int
    upheld: int
    moderation: LowAndHigh
    """From the report to the decision."""
    showing: LowAndHigh
    """From being written to being shown."""


def low_and_high(took: Iterable[tuple[int, int, timedelta]]) -> LowAndHigh:
    """The medians of durations, each with the quality and value of the review it is about."""
    low: list[timedelta] = []
    high: list[timedelta] = []
    for quality, value, duration in took:
        (low if stars_of(quality, value) <= LOW_STARS else high).append(duration)
    return LowAndHigh(_median(low), _median(high))


def _median(durations: list[timedelta]) -> timedelta | None:
    if len(durations) < LEAST_FOR_A_MEDIAN:
        return None
    return timedelta(seconds=median(one.total_seconds() for one in durations))


def duration_words(duration: timedelta | None) -> str:
    """``3 hours``, ``7.1 days``; that there are too few where there is no median."""
    if duration is None:
        return "Too few to say"
    if duration >= DAYS_FROM:
        return f"{duration / timedelta(days=1):.1f} days"
    hours = round(duration / HOUR)
    return "Less than an hour" if hours == 0 else f"{hours} {'hour' if hours == 1 else 'hours'}"
