"""Visits at home that ought to have begun and of which nobody has said so: who is told, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

AT_HOME = frozenset(
    {
        "care-at-home",
        "personal-assistant",
        "live-in-care",
        "night-support",
        "respite",
        "companionship",
        "home-help",
        "meals",
    }
)
"""Kinds for which somebody comes to where the person lives, and the person may be alone until they do."""

EARLIEST = timedelta(minutes=5)
"""The soonest any council may ask for: nothing is looked at before."""

LOOKED_BACK = timedelta(days=2)
"""Since the beginning of a visit; for older ones both sides are asked what became of them (``rules.disputes``)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """After how long without a word who is told, by the rules of a council; or by the defaults where there is none."""

    provider: timedelta
    circle: timedelta

    @property
    def before_circle(self) -> timedelta:
        """The provider always comes first, or at the same moment."""
        return max(self.provider, self.circle)


@dataclass(frozen=True, slots=True)
class Due:
    """Whom to tell now."""

    provider: bool
    circle: bool

    @property
    def is_any(self) -> bool:
        """Whether there is anybody to tell."""
        return self.provider or self.circle


def due_now(
    *,
    starts: datetime,
    now: datetime,
    patience: Patience,
    provider_told: datetime | None,
    circle_told: datetime | None,
) -> Due:
    """Whom to tell of a visit of which nothing was said; each is told once for each time at which it was to begin.

    What was told before ``starts`` was of an earlier time, from which the visit has been moved.
    """
    if now - starts > LOOKED_BACK:
        return Due(provider=False, circle=False)
    return Due(
        provider=now - starts >= patience.provider and not (provider_told and provider_told >= starts),
        circle=now - starts >= patience.before_circle and not (circle_told and circle_told >= starts),
    )
