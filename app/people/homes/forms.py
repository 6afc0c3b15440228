"""Where shall they come, how do they get in, and who should they call?"""

from typing import Any

from wtforms.validators import ValidationError

from app.base.answers import read_phone
from app.people.councils.rules.geography import compact_or_none
from app.people.homes.rules import ADDRESS_LONGEST, CONTACT_LONGEST, WAY_IN_LONGEST
from app.platform.web.fields import Form, LongTextField, SeenField, TextField, UnseenField

PHONE_LONGEST = 40


def _whole_postcode(form: Any, field: Any) -> None:
    del form
    if compact_or_none(field.data) is None:
        message = "Enter a whole postcode, like M31 4FA"
        raise ValidationError(message)


def _dialled(form: Any, field: Any) -> None:
    """A telephone number as people dial it, where there is one."""
    del form
    if field.data:
        try:
            field.data = read_phone(field.data)[:PHONE_LONGEST]
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


class HomeForm(Form):
    """What does a visit at home need?"""

    address = LongTextField(
        "Address",
        required="Enter the address",
        hint="House number or name, street and town.",
        longest=ADDRESS_LONGEST,
        rows=3,
        autocomplete="street-address",
    )
    postcode = TextField(
        "Postcode",
        required="Enter the postcode",
        longest=10,
        width="10",
        rules=[_whole_postcode],
        autocomplete="postal-code",
    )
    phone = TextField(
        "Telephone number",
        required="Enter a telephone number",
        hint="So that they can call when they are late, or cannot find you.",
        longest=PHONE_LONGEST,
        width="20",
        rules=[_dialled],
        autocomplete="tel",
    )
    way_in = LongTextField(
        "How to get in",
        hint="For example, which door, or the code of a key safe. You can leave it empty. "
        "They see it from the day before a visit, and no longer when it is over.",
        longest=WAY_IN_LONGEST,
        rows=3,
        autocomplete="off",
    )
    contact_name = TextField(
        "Who to call if you do not answer",
        hint="For example, Joanne, my daughter. You can leave it empty.",
        longest=CONTACT_LONGEST,
        autocomplete="off",
    )
    contact_phone = TextField(
        "Their telephone number", longest=PHONE_LONGEST, width="20", rules=[_dialled], autocomplete="off"
    )
    seen = SeenField(default="0")
    """The revision the page showed."""
    wanted = UnseenField()
    """Where they were going when they were asked."""

    def validate_contact_phone(self, field: Any) -> None:
        """A name without a number calls nobody."""
        if self.contact_name.data and not field.data:
            message = f"Enter the telephone number of {self.contact_name.data}"
            raise ValidationError(message)

    def validate_contact_name(self, field: Any) -> None:
        """And a number without a name leaves a stranger guessing."""
        if self.contact_phone.data and not field.data:
            message = "Enter who it is that they should call"
            raise ValidationError(message)

    def write_for_other(self) -> None:
        """Somebody fills it in for another: their own browser's address is not the one asked for."""
        for field in (self.address, self.postcode, self.phone):
            field.autocomplete = "off"
        self.contact_name.label.text = "Who to call if they do not answer"
