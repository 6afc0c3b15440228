"""The question of writing about a booking."""

from app.platform.web.fields import Form, KeyField, LongTextField, new_key
from app.support.conversations.rules import MESSAGE_LONGEST


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
