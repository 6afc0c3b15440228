"""What sorts of danger there are, how loudly each is answered, and what was heard."""

from dataclasses import dataclass
from enum import StrEnum


class Danger(StrEnum):
    """A sort of danger, as the vocabulary names its sections; the order is that of the page."""

    EMERGENCY = "emergency"
    SELF_HARM = "self-harm"
    CHILD = "child"
    MISSING = "missing"
    HURT = "hurt"
    NEGLECT = "neglect"
    MONEY = "money"
    TONIGHT = "tonight"


class Level(StrEnum):
    """``NOW``: the page opens with what to do. ``MILD``: a short box above what was asked for."""

    NOW = "now"
    MILD = "mild"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in somebody's words; never the words themselves. ``kinds`` are in the order of :class:`Danger`."""

    level: Level
    kinds: tuple[Danger, ...]

    @property
    def is_now(self) -> bool:
        """Whether help comes before anything else."""
        return self.level is Level.NOW
