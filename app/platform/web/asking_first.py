"""Words for somebody else that sound of danger are not sent at once: the page says what to do now, and then sends them."""

from typing import Any

from flask import g, request
from flask_wtf import FlaskForm

from app.platform.danger.rules.hearing import hear
from app.platform.danger.rules.kinds import Heard

DANGER_SEEN = "danger_seen"
"""What a page that asked first sends along: the kinds of danger it told about, never the words."""
SOUNDS_OF_DANGER = (
    "This sounds as if somebody is in danger. Read what to do now, or press the button again to send it anyway"
)


class AskingForm(FlaskForm):  # type: ignore[misc] # flask_wtf has no types
    """A form whose long texts are for somebody else to read, unless ``asks_about_danger`` is put to false."""

    asks_about_danger = True

    def validate(self, **more: Any) -> bool:
        """Whether everything can be read; not yet, the first time that words sound of danger."""
        return bool(super().validate(**more)) and not (self.asks_about_danger and _asks_first(self))


def _asks_first(form: Any) -> bool:
    """Whether a form was sent with danger in its words for somebody, of a kind its page has not told about yet.

    Says so beside the field, and leaves what was heard for the page (``g.heard_danger``). Nothing is blocked: the same
    button pressed again sends it.
    """
    if request.method != "POST":
        return False
    seen = set(request.form.get(DANGER_SEEN, "").split())
    first: Heard | None = None
    for field in form:
        heard = hear(field.data) if getattr(field, "shape", "") == "long_text" and field.data else None
        if heard is not None and heard.is_now and not seen.issuperset(heard.kinds):
            field.errors = [*field.errors, SOUNDS_OF_DANGER]
            first = first or heard
    if first is not None:
        g.heard_danger = first
    return first is not None
