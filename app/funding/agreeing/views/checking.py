"""Looking before anything counts: what is decided is tried, shown whole, and kept only when exactly that was seen.

A form is sent twice. The first time it is tried and undone, so that whatever would be refused is refused now, and the
sums shown are those that would be written. The second time it brings along what was shown: when that is not what would be
written any more, because somebody changed something meanwhile, nothing is kept and it is shown again.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.people.accounts.models import Person
from app.people.circles.access import OPENED_FOR
from app.platform.web.fields import Form

Lines = list[tuple[str, str]]
"""What is decided, as names and values in the order in which they are read."""
AGAIN = "again"
"""What is sent along by whoever wants to change something first."""
_NOT_KEPT = {"csrf_token", "seen", AGAIN, OPENED_FOR}


class _NotSeen(Exception):  # noqa: N818 - nothing went wrong: it carries what is to be shown out of the transaction
    def __init__(self, lines: Lines) -> None:
        super().__init__("not seen yet")
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Unseen:
    """What would be written and nobody has seen yet; undone."""

    lines: Lines
    is_changed: bool
    """Whether something else was seen before."""


def once_seen(form: Form, act: Callable[[], Lines]) -> Unseen | None:
    """Do what a form asks for if its sender has seen exactly this; else undo it and tell what there is to see.

    Args:
        form: with a field ``seen``.
        act: does it, and says what it did, in plain words and sums.
    """
    sent = str(form.data.get("seen") or "")

    def and_compare() -> None:
        lines = act()
        if seen_of(lines) != sent:
            raise _NotSeen(lines)

    try:
        in_transaction(and_compare)
    except _NotSeen as unseen:
        return Unseen(unseen.lines, is_changed=bool(sent))
    return None


def seen_of(lines: Lines) -> str:
    """What a page with these lines sends back."""
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def is_sent(form: Form) -> bool:
    """Whether a form came whole, and nobody wants to change it first."""
    return form.validate_on_submit() and AGAIN not in request.form


def check_page(unseen: Unseen, *, title: str, button: str, whose: Person) -> ResponseReturnValue:
    """The page that shows everything before it counts, with what was answered kept."""
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_KEPT]
    return render_template(
        "agreeing/check.html",
        lines=unseen.lines,
        is_changed=unseen.is_changed,
        seen=seen_of(unseen.lines),
        kept=kept,
        title=title,
        button=button,
        whose=whose,
        again=AGAIN,
    )
