"""Delivered against billed: minutes planned, given and charged, and when short stays charged as full stand out."""

from dataclasses import dataclass
from datetime import timedelta

FIGURES_COVER = timedelta(days=84)
"""Twelve weeks: long enough for a habit to show, short enough to be talked about."""

STANDS_OUT_FROM = 3
"""So many short stays charged as full, and ..."""
STANDS_OUT_PERCENT = 20
"""... so large a part of the visits whose times are known, is no accident."""


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """The sums of visits that have ended. Minutes, pence and counts."""

    visits: int = 0
    planned_minutes: int = 0
    delivered_minutes: int = 0
    charged_minutes: int = 0
    charged_pence: int = 0
    """Of visits: what was charged, less what went back."""
    timed: int = 0
    """Visits whose in and out are known."""
    untimed: int = 0
    """Visits delivered without times being given."""
    short_but_full: int = 0
    missed: int = 0
    things: int = 0
    """Purchases of things: they are no visits, and last no hours."""
    things_pence: int = 0
    """What these cost, less what went back for things sent back."""

    @property
    def stands_out(self) -> bool:
        """Whether many stays were short and charged as the whole."""
        return self.short_but_full >= STANDS_OUT_FROM and 100 * self.short_but_full >= STANDS_OUT_PERCENT * self.timed


def hours_words(minutes: int) -> str:
    """``90`` -> ``1h 30m``; ``60`` -> ``1h``; ``45`` -> ``45m``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}m"
    return f"{hours:,}h {rest}m" if rest else f"{hours:,}h"
