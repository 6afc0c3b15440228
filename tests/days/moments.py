"""Moments at which everything must work as it does on any other day.

The demonstration's budget years and periods follow the day it is loaded on, so that Mondays and Sundays are the only
first and last days of a period it can have; what a load does on those themselves, :mod:`tests.days.test_states` tries.
Bank holidays are known until the end of 2028: no moment is later than that.
"""

from datetime import datetime

_TOLD = {
    "a-monday": "2026-11-30T15:00+00:00",
    "a-tuesday": "2026-12-01T09:30+00:00",
    "a-wednesday": "2026-12-02T10:00+00:00",
    "a-thursday-before-midnight": "2026-12-03T23:58+00:00",
    "a-friday-after-midnight": "2026-12-04T00:01+00:00",
    "a-saturday": "2026-12-05T12:00+00:00",
    "a-sunday": "2026-12-06T08:00+00:00",
    "christmas-eve": "2026-12-24T17:00+00:00",
    "christmas-day": "2026-12-25T11:00+00:00",
    "end-of-the-year": "2026-12-31T23:58+00:00",
    "new-year": "2027-01-01T00:01+00:00",
    "day-before-clocks-go-forward": "2027-03-27T23:58+00:00",
    "clocks-go-forward": "2027-03-28T00:01+00:00",
    "clocks-went-forward": "2027-03-28T23:58+01:00",
    "easter-monday": "2027-03-29T09:00+01:00",
    "end-of-the-councils-year": "2027-03-31T23:58+01:00",
    "start-of-the-councils-year": "2027-04-01T00:01+01:00",
    "summer": "2027-07-14T13:00+01:00",
    "august-bank-holiday": "2027-08-30T18:30+01:00",
    "day-before-clocks-go-back": "2027-10-30T23:58+01:00",
    "clocks-go-back": "2027-10-31T00:01+01:00",
    "the-hour-that-comes-twice": "2027-10-31T01:30+00:00",
    "last-minutes-of-a-period": "2027-11-07T23:58+00:00",
    "first-minutes-of-a-period": "2027-11-08T00:01+00:00",
    "boxing-day-moved": "2027-12-28T10:00+00:00",
    "leap-day": "2028-02-29T23:58+00:00",
    "good-friday": "2028-04-14T10:00+01:00",
}
MOMENTS = {name: datetime.fromisoformat(told) for name, told in _TOLD.items()}
"""Each moment by a name to ask for it by; all of them aware."""

IN_MAKE_TEST = ("clocks-go-back", "leap-day")
"""The two that every ``make test`` tries: a Sunday of 25 hours just after midnight, a Tuesday just before."""
