"""The questions of the councils room: where do you live; and the field for a postcode."""

from typing import Any

from wtforms.validators import ValidationError

from app.base.sizes import MEGABYTE
from app.base.text import clean_code
from app.people.councils.models import Council
from app.people.councils.rules.contacts import EMAIL_LONGEST, HOURS_LONGEST
from app.people.councils.rules.geography import compact_or_none, compact_postcode, show_postcode
from app.platform.tables.forms import SheetField
from app.platform.web.fields import ChoiceField, Form, TextField, UnseenField

POSTCODE_TYPED_LONGEST = 30
PLACES_MOST_BYTES = 10 * MEGABYTE


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


class PlacesFileForm(Form):
    """Which file of postcodes?"""

    sheet = SheetField(
        "The file of postcodes",
        most_bytes=PLACES_MOST_BYTES,
        description=f"CSV, xlsx or ods, up to {PLACES_MOST_BYTES // MEGABYTE}MB.",
    )


class ContactForm(Form):
    """How do people reach the council?"""

    phone = TextField("Telephone", hint="The council’s own number. Leave it empty where there is none.", longest=30)
    email = TextField("Email address", longest=EMAIL_LONGEST)
    safeguarding_phone = TextField(
        "Telephone of the safeguarding team", hint="Whom to call when an adult may be in danger.", longest=30
    )
    safeguarding_hours = TextField(
        "When they answer",
        hint="In words, like: Monday to Friday, 9am to 5pm; nights 0161 496 0001.",
        longest=HOURS_LONGEST,
    )


class CouncilForm(Form):
    """Choose a council from the list."""

    council = ChoiceField("Your council", required="Select your council")
    next = UnseenField()

    def offer(self, councils: list[Council]) -> None:
        """Put the councils of this installation on the list."""
        self.council.choices = {council.code: council.name for council in councils}
