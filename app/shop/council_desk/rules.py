"""What may wait for council staff: the words, the number, the first of them, and where all of them are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

SHOWN = 5
"""How many things of one kind the desk itself names; the rest are behind its link."""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """One thing that waits, and the page that ends it."""

    words: str
    endpoint: str
    args: Mapping[str, str]
    since: date | datetime | None = None
    about: Any = None
    """The person whose affair it is, where naming it tells something about somebody."""


@dataclass(frozen=True, slots=True)
class WaitingTasks:
    """Things of one kind that wait for somebody."""

    one: str
    many: str
    count: int
    things: tuple[WaitingTask, ...] = ()
    endpoint: str = ""
    """Where all of them are; empty where the desk names them all."""
    args: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """``3 claims on providers' pages``."""
        return f"{self.count:,} {self.one if self.count == 1 else self.many}"


class Waits(IntEnum):
    """What may wait for a care manager about one person, the most pressing first; never by how much money somebody has."""

    VISIT = 1
    DECISION = 2
    CHOICE = 3
    TALK = 4
    NO_BUDGET = 5
    BUDGET_ENDS = 6
    AGREEMENT = 7
    ANSWER = 8
    SUGGESTION = 9


NEWS_DAYS = 14
"""How long an answer stands on the caseload: it asks for nothing but to be read."""


@dataclass(frozen=True, slots=True)
class NextTask:
    """One thing that waits about one person, and the page that ends it."""

    kind: Waits
    words: str
    endpoint: str
    args: Mapping[str, str]
    since: date
    """Since when it waits, or the day it is about: the older comes first."""
    in_view: str = ""
    """Where it lies in the person's own view, which is opened first (``/basket``); empty where the page needs no view."""
