"""What leaving visits out of a pattern means in money and notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consequence:
    """What cancelling would mean: how many visits, what is charged for those too late, what goes back. Pence."""

    visits: int
    late: int
    """How many of them are within the notice, and so charged."""
    charged_pence: int
    freed_pence: int
    to_come: int = 0
    """Further visits of the pattern for which no money is set aside yet: how many are known of, at least."""
    is_endless: bool = False
    """Whether the pattern would have gone on without a last day."""
