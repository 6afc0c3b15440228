"""Templates that leave nothing behind: what a page was drawn with is let go when it is drawn, not when rubbish is collected.

A macro holds the context it is drawn in, and that context holds the macro: a circle, which keeps alive all that the page was
given (its rows, its session) until a collection walks through everything. Such a walk once stalled one page in a hundred.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from jinja2 import Template
from jinja2.runtime import Context

_drawn_with: ContextVar[list[Context] | None] = ContextVar("drawn_with", default=None)


class LeavesNothing(Template):
    """A template whose contexts, and those of all it includes and imports with context, are emptied once it is drawn."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Draw it, as ever."""
        with _emptied():
            return super().render(*args, **kwargs)

    def new_context(self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Any = None) -> Context:  # noqa: A002 - its names
        """As ever, and noted; but not that of a module without context, which is made once and kept for all pages."""
        made = super().new_context(vars, shared, locals)
        kept = _drawn_with.get()
        if kept is not None and (vars is not None or shared):
            kept.append(made)
        return made


@contextmanager
def _emptied() -> Iterator[None]:
    noted: list[Context] = []
    before = _drawn_with.set(noted)
    try:
        yield
    finally:
        _drawn_with.reset(before)
        for one in noted:
            one.vars.clear()


def leave_nothing(app: Flask) -> None:
    """Let every template of the application be such a one; said before the first is read."""
    app.jinja_env.template_class = LeavesNothing
