"""The questions about who works here."""

from app.people.accounts.forms import EMAIL_LONGEST, real_address
from app.people.accounts.rules import STAFF_DUTY_WORDS, StaffDuty
from app.platform.web.fields import ChoicesField, EmailField, Form

_WORDS = {duty.value: words for duty, words in STAFF_DUTY_WORDS.items()}


class DutiesForm(Form):
    """What may they do?"""

    duties = ChoicesField("What may they do?", choices=_WORDS, required="Select what they may do")

    def chosen(self) -> list[StaffDuty]:
        """For the action."""
        return [StaffDuty(duty) for duty in self.duties.data or []]


class InviteManagerForm(Form):
    """Whom shall we ask?"""

    email = EmailField(
        "Their email address",
        required="Enter their email address",
        hint="We send a link to it. It works for 14 days, for whoever has this address.",
        longest=EMAIL_LONGEST,
        rules=[real_address],
    )


class InviteColleagueForm(InviteManagerForm, DutiesForm):
    """Whom shall we ask, and to do what?"""
