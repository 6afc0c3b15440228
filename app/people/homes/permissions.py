"""Who may say and see what a visit at home needs: the person, and whoever may book for them."""

from collections.abc import Collection

from app.people.circles.rules import Power


def may_say_home(powers: Collection[Power]) -> bool:
    """Whoever may book from some money: what comes to the home cannot be booked without it."""
    return Power.BOOK_COUNCIL_MANAGED in powers
