"""The questions of this room."""

from app.bookings.forms.conversations import MessageForm
from app.bookings.forms.endings import (
    AnswerForm,
    CodeForm,
    DecideForm,
    DisputeForm,
    RecordForm,
    UploadForm,
    UseHoursForm,
)
from app.bookings.forms.journey import (
    EACH,
    MOST_EXTRAS,
    ONCE,
    REPEATS,
    WEEKDAYS,
    CancelForm,
    CheckForm,
    DeclineForm,
    MoneyForm,
    Plan,
    RepeatForm,
    WhenForm,
    clock_face,
    new_key,
)
from app.bookings.forms.moving import EndForm, LastDayForm, MoveForm
from app.bookings.forms.sharing import AgreeForm, LeaveForm, ShareForm

__all__ = [
    "EACH",
    "MOST_EXTRAS",
    "ONCE",
    "REPEATS",
    "WEEKDAYS",
    "AgreeForm",
    "AnswerForm",
    "CancelForm",
    "CheckForm",
    "CodeForm",
    "DecideForm",
    "DeclineForm",
    "DisputeForm",
    "EndForm",
    "LastDayForm",
    "LeaveForm",
    "MessageForm",
    "MoneyForm",
    "MoveForm",
    "Plan",
    "RecordForm",
    "RepeatForm",
    "ShareForm",
    "UploadForm",
    "UseHoursForm",
    "WhenForm",
    "clock_face",
    "new_key",
]
