"""Words for somebody else that sound of danger are not sent at once: the page says what to do now, and then sends them.

What sounds of danger only mildly is sent, and the next page shows whom to call beside what was done.
"""

from typing import Any

from flask import g, request, session
from flask_wtf import FlaskForm

from app.platform.danger.rules.hearing import hear
from app.platform.danger.rules.kinds import Danger, Heard, Level

DANGER_SEEN = "danger_seen"
"""What a page that asked first sends along: the kinds of danger it told about, never the words."""
DANGER_MILD = "danger_mild"
"""The kinds of danger in words just sent that the next page tells about, once; never the words."""
SOUNDS_OF_DANGER = (
    "This sounds as if somebody is in danger. Read what to do now, or press the button again to send it anyway"
)
HEARD_SHAPES = frozenset({"long_text", "text"})
"""Fields of words. Addresses, passwords, sums, days and choices are none."""


class AskingForm(FlaskForm):  # type: ignore[misc] # flask_wtf has no types
    """A form whose words are for somebody else to read, unless ``asks_about_danger`` is put to false.

    A field whose words are no message (a name, a code, a telephone number) has ``is_heard`` false.
    """

    asks_about_danger = True

    def validate(self, **more: Any) -> bool:
        """Whether everything can be read; not yet, the first time that words sound of danger."""
        return bool(super().validate(**more)) and not (self.asks_about_danger and _asks_first(self))


def take_mild() -> Heard | None:
    """What was heard mildly in the words sent before this page, once: the page after it knows nothing any more."""
    kinds = session.pop(DANGER_MILD, None)
    if not kinds:
        return None
    return Heard(Level.MILD, tuple(danger for danger in Danger if danger.value in kinds))


def _asks_first(form: Any) -> bool:
    """Whether a form was sent with danger in its words for somebody, of a kind its page has not told about yet.

    Says so beside the field, and leaves what was heard for the page (``g.heard_danger``). Nothing is blocked: the same
    button pressed again sends it.
    """
    if request.method != "POST":
        return False
    seen = set(request.form.get(DANGER_SEEN, "").split())
    before: Heard | None = g.get("heard_danger")
    loud = set(before.kinds) if before is not None else set()
    mild: set[str] = set()
    asks = False
    for field in form:
        heard = hear(field.data) if _is_heard(field) else None
        if heard is None:
            continue
        if not heard.is_now:
            mild.update(heard.kinds)
            continue
        loud.update(heard.kinds)
        if not seen.issuperset(heard.kinds):
            field.errors = [*field.errors, SOUNDS_OF_DANGER]
            asks = True
    if asks:
        g.heard_danger = Heard(Level.NOW, tuple(danger for danger in Danger if danger in loud))
    elif mild:
        session[DANGER_MILD] = sorted(mild)
    return asks


def _is_heard(field: Any) -> bool:
    return bool(field.data) and getattr(field, "shape", "") in HEARD_SHAPES and getattr(field, "is_heard", True)
