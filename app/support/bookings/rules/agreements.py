"""What an agreement says, and until when an answer counts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

ANSWER_WITHIN = timedelta(days=5)
"""How long other times stay open to a yes, unless the first of them comes sooner."""

Priced = tuple[datetime, datetime, int, Iterable[tuple[str, int]]]
"""Start, end, pence, and the price line by line."""


def answer_by(first: datetime, *, now: datetime) -> datetime:
    """Until when other times can be agreed: five days, and never past the first of them."""
    return min(now + ANSWER_WITHIN, first)


def visits_kept(visits: Iterable[Priced]) -> list[dict[str, Any]]:
    """Visits with their prices, as a column of the database keeps them."""
    return [
        {
            "starts": starts.astimezone(UTC).isoformat(),
            "ends": ends.astimezone(UTC).isoformat(),
            "pence": pence,
            "lines": [{"words": words, "pence": part} for words, part in lines],
        }
        for starts, ends, pence, lines in visits
    ]


def times_kept(visits: Sequence[dict[str, Any]]) -> list[tuple[datetime, datetime]]:
    """When those visits are, aware."""
    return [(datetime.fromisoformat(one["starts"]), datetime.fromisoformat(one["ends"])) for one in visits]


QUANTITY_MOST = 99
