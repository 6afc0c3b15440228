"""The mark on every view that says who may open it; ``accounts/access.py`` enforces it."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

ANYONE = "anyone"
"""Open to the whole world."""
SIGNED_IN = "signed in"
"""Open to everybody who has signed in, whatever they come for."""


def open_to(*who: str) -> Callable[[View], View]:
    """Mark a view with who may come in: ``ANYONE``, ``SIGNED_IN`` or roles, of which one is enough.

    The guard is about the door only; whether this person may see *this* booking is the room's own question.
    """
    if not who:
        msg = "say who may come in"
        raise ValueError(msg)

    def mark(view: View) -> View:
        view.open_to = frozenset(who)  # type: ignore[attr-defined]
        return view

    return mark
