"""The questions of this room."""

from app.bookings.forms.conversations import MessageForm
from app.bookings.forms.journey import EACH, CancelForm, CheckForm, DeclineForm, MoneyForm, Plan, WhenForm, new_key
from app.bookings.forms.moving import EndForm, LastDayForm, MoveForm
from app.bookings.forms.sharing import AgreeForm, LeaveForm, ShareForm

__all__ = [
    "EACH",
    "AgreeForm",
    "CancelForm",
    "CheckForm",
    "DeclineForm",
    "EndForm",
    "LastDayForm",
    "LeaveForm",
    "MessageForm",
    "MoneyForm",
    "MoveForm",
    "Plan",
    "ShareForm",
    "WhenForm",
    "new_key",
]
