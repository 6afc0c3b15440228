"""What was spent elsewhere: when, whom, how much, what for, from which money, with a receipt."""

from flask_wtf.file import FileField

from app.funding.spent_elsewhere import actions
from app.funding.spent_elsewhere.rules import RECEIPT_MOST_BYTES
from app.platform.web.fields import ChoiceField, DayField, Form, KeyField, MoneyField, TextField


class ReceiptField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """A file to send along; ``content`` is its bytes, at most a few more than may be kept, or nothing."""

    shape = "file"

    @property
    def content(self) -> bytes | None:
        """What was sent; nothing when nothing was chosen."""
        if not self.data or not getattr(self.data, "filename", ""):
            return None
        self.data.stream.seek(0)
        return bytes(self.data.stream.read(RECEIPT_MOST_BYTES + 1))


class OutsideForm(Form):
    """When, whom, how much, what for, and from which money?"""

    spent_on = DayField("When did you pay?", required="Enter the day you paid")
    paid_to = TextField("Who did you pay?", required="Enter who you paid", longest=actions.PAID_TO_LONGEST)
    amount = MoneyField("How much?", required="Enter how much you paid")
    paid_for = TextField(
        "What was it for?",
        required="Enter what it was for",
        hint="For example, swimming lessons or a taxi.",
        longest=actions.PAID_FOR_LONGEST,
    )
    pot = ChoiceField("Which money did you use?", required="Select which money you used")
    receipt = ReceiptField(
        "Photo of the receipt (optional)",
        description="A photo or a PDF, up to 5MB. Only you and people you let see your money can open it.",
    )
    key = KeyField()
