"""Who says what was spent elsewhere."""

from collections.abc import Collection

from app.people.circles.rules import Power


def may_record_spending(powers: Collection[Power]) -> bool:
    """Whoever may spend money in the person's own hands says what was spent elsewhere."""
    return Power.BOOK in powers
