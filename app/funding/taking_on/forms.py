"""The questions of this room: who is it, is it one of these, and do you say yes."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import Optional, ValidationError

from app.people.accounts.forms import EMAIL_LONGEST, NAME_LONGEST, real_address
from app.people.accounts.rules.passwords import PASSWORD_LONGEST, PASSWORD_SHORTEST
from app.people.councils.rules.geography import compact_or_none
from app.platform.web.fields import ChoiceField, DayField, EmailField, Form, PasswordField, TextField

NEW = "new"


def _whole_postcode(form: Any, field: Any) -> None:
    del form
    if compact_or_none(field.data) is None:
        message = "Enter a whole postcode, like M31 4FA"
        raise ValidationError(message)


class TakeOnForm(Form):
    """Who is it?"""

    full_name = TextField("Full name", required="Enter their full name", longest=NAME_LONGEST)
    born_on = DayField("Date of birth", required="Enter their date of birth", hint="For example, 3 5 1948")
    postcode = TextField("Postcode", required="Enter their postcode", longest=10, width="10", rules=[_whole_postcode])
    reference = TextField("The council’s own reference", hint="You can leave it empty.", longest=40, width="20")
    email = EmailField(
        "Email address",
        hint="Leave it empty where they have none: they get a letter with a code.",
        longest=EMAIL_LONGEST,
        rules=[Optional(), real_address],
    )


class TwinForm(TakeOnForm):
    """Is it one of these?"""

    twin = ChoiceField("Is it one of these?", required="Select who it is, or that it is somebody else")

    def offer(self, twins: Mapping[str, str]) -> None:
        """Say whom it may be."""
        self.twin.choices = [*twins.items(), (NEW, "None of these: somebody new")]


class YesForm(Form):
    """Do you say yes?"""

    answer = ChoiceField("Your answer", required="Select yes or no", choices={"yes": "Yes", "no": "No"})
    born_on = DayField(
        "If yes, your date of birth", hint="So that we know that it is you they mean. For example, 3 5 1948"
    )


class LetterForm(Form):
    """What does the letter say?"""

    code = TextField("The code in your letter", required="Enter the code in your letter", longest=40, width="20")
    born_on = DayField("Your date of birth", required="Enter your date of birth", hint="For example, 3 5 1948")
    password = PasswordField(
        "Choose a password",
        required="Enter a password",
        longest=PASSWORD_LONGEST,
        autocomplete="new-password",
        hint=f"At least {PASSWORD_SHORTEST} characters, any you like. Three random words are easy to remember.",
    )
