"""The questions of this room."""

from app.bookings.forms.conversations import MessageForm
from app.bookings.forms.ending import EndForm, LastDayForm, MoveForm
from app.bookings.forms.journey import EACH, CancelForm, CheckForm, DeclineForm, MoneyForm, Plan, WhenForm, new_key

__all__ = [
    "EACH",
    "CancelForm",
    "CheckForm",
    "DeclineForm",
    "EndForm",
    "LastDayForm",
    "MessageForm",
    "MoneyForm",
    "MoveForm",
    "Plan",
    "WhenForm",
    "new_key",
]
