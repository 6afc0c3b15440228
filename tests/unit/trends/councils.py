"""Purchases of invented people, and words for their rows."""

from collections.abc import Iterable
from itertools import count

from app.insight.disclosure.rules import Purchase, Purchases
from app.insight.trends.rules.tables import Names

_bookings = count(1)


def bought(
    people: Iterable[int],
    kind: str,
    *,
    place: str = "p",
    pence: int = 1000,
    provider: int = 1,
    is_framework: bool = True,
    minutes: int | None = None,
) -> Purchases:
    """Each of these people bought something of a kind once."""
    return tuple(
        Purchase(
            person=person,
            booking=next(_bookings),
            kind=kind,
            is_framework=is_framework,
            provider=provider,
            locality=place,
            pence=pence,
            minutes=minutes,
        )
        for person in people
    )


def names(purchases: Purchases) -> Names:
    """Each code is its own name."""
    return Names({one.kind: one.kind for one in purchases}, {one.locality: one.locality for one in purchases})
