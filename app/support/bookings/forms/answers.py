"""Why a booking is declined or cancelled."""

from app.platform.web.fields import Form, LongTextField, SeenField
from app.support.bookings.actions.telling import REASON_LONGEST


class CancelForm(Form):
    """Why are you cancelling?"""

    reason = LongTextField(
        "Why are you cancelling? (optional)",
        hint="The provider will read this.",
        longest=REASON_LONGEST,
        rows=3,
    )
    charge = SeenField()


class DeclineForm(Form):
    """Why can you not do this?"""

    reason = LongTextField(
        "Why can you not do this?",
        required="Enter a reason",
        hint="The person will read this. For example, “We have nobody free at that time, but could come at 11am.”",
        longest=REASON_LONGEST,
        rows=4,
    )
