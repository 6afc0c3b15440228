"""The questions of ending support and of moving it to another provider."""

from app.platform.web.fields import ChoiceField, DayField, Form, KeyField, LongTextField, SeenField, new_key
from app.support.bookings.actions.requests import NOTE_LONGEST
from app.support.bookings.actions.telling import REASON_LONGEST


class LastDayForm(Form):
    """What should be the last day? It only asks and changes nothing, so it travels in the address."""

    class Meta:
        """Nothing is changed, so nothing needs the token."""

        csrf = False

    last = DayField("What should be the last day?", required="Enter the last day", hint="For example, 27 3 2027")


class EndForm(Form):
    """Is this what you want?"""

    reason = LongTextField(
        "Why does it end? (optional)", hint="The other side will read this.", longest=REASON_LONGEST, rows=3
    )
    released = SeenField()


class ChangeProviderForm(Form):
    """Which money pays the new provider, and what may they know?"""

    pay = ChoiceField("Which money should pay?", required="Select which money should pay")
    note = LongTextField(
        "What should the new provider know? (optional)",
        hint="This is what you told the old one. Change it or clear it as you like.",
        longest=NOTE_LONGEST,
        rows=4,
    )
    key = KeyField(default=new_key)
    price = SeenField()
