"""The questions of the councils room: where do you live; and the field for a postcode."""

from typing import Any

from wtforms.validators import ValidationError

from app.base.text import clean_code
from app.people.councils.models import Council
from app.people.councils.rules.geography import compact_or_none, compact_postcode, show_postcode
from app.platform.web.fields import ChoiceField, Form, TextField, UnseenField

POSTCODE_TYPED_LONGEST = 30


class PostcodeField(TextField):
    """A postcode however it is typed (``m31-4fa``, O for 0): ``data`` is as it is written when it is a whole one."""

    clean = staticmethod(clean_code)

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, longest=POSTCODE_TYPED_LONGEST, width="10", **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Write it as it is written."""
        super().process_formdata(valuelist)
        compact = compact_or_none(self.data or "")
        if compact is not None:
            self.data = show_postcode(compact)


def real_postcode(form: Any, field: Any) -> None:
    """Refuse what is no whole postcode; whether it is one of a council here, only the council's list can tell."""
    del form
    if field.data:
        try:
            compact_postcode(field.data)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


class PostcodeForm(Form):
    """Find a council from a postcode."""

    postcode = PostcodeField(
        "Your postcode",
        required="Enter your postcode, like M31 4FA",
        hint="We use it to find your council, and do not keep it.",
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
