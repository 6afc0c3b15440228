"""What a review is made of, how it is averaged, and how its writer is named without a name."""

from dataclasses import dataclass
from enum import StrEnum

LEAST_FOR_AN_AVERAGE = 3
"""Below this an average says more about one person than about the support, so none is shown."""
WORDS_SHORTEST = 10
WORDS_LONGEST = 2000

SCORE_WORDS = {1: "Very poor", 2: "Poor", 3: "Neither good nor poor", 4: "Good", 5: "Very good"}


class ReviewStatus(StrEnum):
    """Whether it is shown."""

    PUBLISHED = "published"
    REMOVED = "removed"


class WrittenAs(StrEnum):
    """In which part somebody wrote."""

    PERSON = "person"
    SUPPORTER = "supporter"
    CARE_MANAGER = "care_manager"


WRITTEN_AS_WORDS = {
    WrittenAs.PERSON: "Person who uses this service",
    WrittenAs.SUPPORTER: "Supporter of a person who uses this service",
    WrittenAs.CARE_MANAGER: "Care manager of a person who uses this service",
}


@dataclass(frozen=True, slots=True)
class Score:
    """The average of both scores to one place, withheld (none) when there are too few; and how many there are."""

    average: float | None
    count: int


NO_SCORE = Score(None, 0)


def score_of(total: int, count: int) -> Score:
    """The score of ``count`` reviews whose quality and value add up to ``total``: ``score_of(25, 3)`` is 4.2.

    Half a tenth rounds up.
    """
    if count < LEAST_FOR_AN_AVERAGE:
        return Score(None, count)
    tenths = (20 * total + 2 * count) // (4 * count)
    return Score(tenths / 10, count)
