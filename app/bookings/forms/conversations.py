"""The question of writing about a booking."""

from app.bookings.forms.journey import new_key
from app.bookings.rules.conversations import MESSAGE_LONGEST
from app.web.fields import Form, KeyField, LongTextField


class MessageForm(Form):
    """What do you want to say?"""

    words = LongTextField(
        "Write a message",
        required="Enter a message",
        hint="Everybody who can see this booking can read it. Do not put card or bank details here.",
        longest=MESSAGE_LONGEST,
        rows=4,
    )
    key = KeyField(default=new_key)
