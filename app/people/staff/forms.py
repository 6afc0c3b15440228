"""The questions of this room: who is invited, as what; and which part of the record is wanted."""

from app.base.answers import DAY_PARTS
from app.people.accounts.forms import EMAIL_LONGEST, NAME_LONGEST, real_address
from app.people.accounts.rules import DESK_ROLES, ROLE_CAN, ROLE_WORDS
from app.platform.web.fields import ChoicesField, DayField, EmailField, Form, ListField, TextField, UnseenField


def _roles() -> ChoicesField:
    return ChoicesField(
        "What do they do?",
        required="Select at least one role",
        hint="One person can have several.",
        choices={role.value: _short(ROLE_WORDS[role]) for role in DESK_ROLES},
        hints={role.value: ROLE_CAN[role] for role in DESK_ROLES},
    )


def _short(words: str) -> str:
    """``a contracts officer`` -> ``Contracts officer``."""
    return words.split(" ", 1)[1].capitalize()


class InviteOfficerForm(Form):
    """Who is invited, and as what?"""

    full_name = TextField("Full name", required="Enter their full name", longest=NAME_LONGEST)
    email = EmailField(
        "Email address at work",
        required="Enter their email address",
        longest=EMAIL_LONGEST,
        rules=[real_address],
        hint="We send them a link to choose a password. It works for seven days.",
    )
    roles = _roles()


class RolesForm(Form):
    """What do they do?"""

    roles = _roles()
    seen = UnseenField()
    """The roles the page showed, so that nobody overwrites what a colleague changed meanwhile."""


class CouncilRecordForm(Form):
    """Which part of the record is wanted?"""

    who = ListField("Who")
    what = ListField("What")
    from_on = DayField("From", hint="For example, 27 3 2027")
    until_on = DayField("Until, that day included", hint="For example, 27 3 2027")

    def offer(self, who: dict[str, str], what: dict[str, str]) -> None:
        """Say what can be chosen."""
        self.who.choices = [("", "Everybody"), *who.items()]
        self.what.choices = [("", "Everything"), *what.items()]

    def names_sent(self) -> list[str]:
        """What the address calls the answers: kept when the next page of the list is asked for."""
        days = [f"{day}-{part}" for day in ("from_on", "until_on") for part in DAY_PARTS]
        return ["who", "what", *days]
