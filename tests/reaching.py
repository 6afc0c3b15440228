"""What the generator of a property reaches: a law proved of states that hardly occur is not proved of those that matter."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")


def reached(
    drawn: SearchStrategy[Drawn], states_of: Callable[[Drawn], Iterable[str]], *, examples: int = 100
) -> Counter[str]:
    """How many of so many examples, the same in every run, are in each state; ``states_of`` names those of one.

    As many examples as the property itself draws: what is not reached here is not reached there but by luck.
    """
    found: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def count(one: Drawn) -> None:
        found.update(set(states_of(one)))

    count()
    return found
