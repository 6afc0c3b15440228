"""The questions of this room."""

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
    CancelForm,
    CheckForm,
    DeclineForm,
    MoneyForm,
    Plan,
    WhenForm,
    new_key,
    pence_sent,
)

__all__ = [
    "EACH",
    "MOST_EXTRAS",
    "AnswerForm",
    "CancelForm",
    "CheckForm",
    "CodeForm",
    "DecideForm",
    "DeclineForm",
    "DisputeForm",
    "MoneyForm",
    "Plan",
    "RecordForm",
    "UploadForm",
    "UseHoursForm",
    "WhenForm",
    "new_key",
    "pence_sent",
]
