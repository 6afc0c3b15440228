"""The questions of the councils room: where do you live."""

from app.people.councils.models import Council
from app.platform.web.fields import ChoiceField, Form, TextField, UnseenField


class PostcodeForm(Form):
    """Find a council from a postcode."""

    postcode = TextField(
        "Your postcode",
        required="Enter your postcode, like M31 4FA",
        hint="We use it to find your council, and do not keep it.",
        longest=10,
        width="10",
        autocomplete="postal-code",
    )
    next = UnseenField()


class CouncilForm(Form):
    """Choose a council from the list."""

    council = ChoiceField("Your council", required="Select your council")
    next = UnseenField()

    def offer(self, councils: list[Council]) -> None:
        """Put the councils of this installation on the list."""
        self.council.choices = {council.code: council.name for council in councils}
