"""Trying what a form asks for: a refusal is shown beside the field it is about, and the page is drawn again."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from app.base.refusals import Refusal
from app.platform.web.fields import Form

Field = str | Callable[[Any], str | None] | None
"""The name of a field; or how to tell it from the refusal; nothing for the form as a whole."""
Kinds = type[Refusal] | tuple[type[Refusal], ...]


class Attempt:
    """What :func:`attempt` makes; a class of its own so that the type checker knows that it swallows what it shows."""

    def __init__(
        self, form: Form, otherwise: Field, blame: Mapping[type[Refusal], Field], only: Kinds, passing: Kinds
    ) -> None:
        self._form = form
        self._fields = (*blame.items(), *((kind, otherwise) for kind in (only if isinstance(only, tuple) else (only,))))
        self._passing = passing

    def __enter__(self) -> None:
        """Begin to try."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Show a refusal on the form and go on after the block; let everything else pass."""
        if not isinstance(fault, Refusal) or isinstance(fault, self._passing):
            return False
        for refused, field in self._fields:
            if isinstance(fault, refused):
                self._form.refuse(str(fault), field(fault) if callable(field) else field)
                return True
        return False


def attempt(
    form: Form,
    otherwise: Field = None,
    *,
    blame: Mapping[type[Refusal], Field] | None = None,
    only: Kinds = Refusal,
    passing: Kinds = (),
) -> Attempt:
    """Try what a form asks for; when that is refused, say so on the form and go on after the block.

    The view ends inside the block when all went well, and draws its page after it::

        if form.validate_on_submit():
            with attempt(form, "reason", passing=Conflict):
                in_transaction(lambda: answers.decline(actor=actor(), booking=found, reason=form.reason.data))
                flash("You declined the request.")
                return redirect(url_for("desk.desk_booking", public_id=public_id))
        return render_template("bookings/decline.html", form=form, booking=found)

    The transaction is opened inside the block, so that what is refused is undone before it is shown, and the words of
    success stand after it, so that they are said only of what is kept.

    Args:
        form: where a refusal is shown; it must be a form with the fields named here.
        otherwise: the field to blame for a refusal that ``blame`` does not name; nothing blames the whole form.
        blame: the field for each kind of refusal that has one of its own, looked through in order.
        only: the refusals that are shown besides those of ``blame``; others pass.
        passing: refusals that pass although ``blame`` or ``only`` would take them: they become an error page.
    """
    return Attempt(form, otherwise, blame or {}, only, passing)
