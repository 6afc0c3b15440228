"""The questions of this room's pages."""

from app.people.interests.rules import REASON_LONGEST
from app.platform.web.fields import Form, LongTextField


class ReasonForm(Form):
    """Why may this person be their broker all the same?"""

    reason = LongTextField(
        "Why they may be the broker all the same",
        required="Enter the reason",
        longest=REASON_LONGEST,
        hint="The person and the broker both read this. Say what was looked at, and why nobody else will do.",
    )
