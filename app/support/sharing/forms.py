"""The questions of sharing support: with whom and in which parts, and whether one agrees."""

from app.platform.web.fields import (
    ChoiceField,
    EmailField,
    Form,
    KeyField,
    LongTextField,
    NumberField,
    SeenField,
    TextField,
    UnseenField,
    new_key,
)
from app.support.booking_records.rules.shares import NAME_LONGEST
from app.support.bookings.actions.requests import NOTE_LONGEST
from app.support.sharing.actions.plans import Sharer
from app.support.sharing.rules import MOST_PARTS, MOST_SHARING, MOST_WEEKS

OTHERS = range(1, MOST_SHARING)
PARTS_HINT = "1 each means equal shares. 2 means twice as much as somebody with 1"


class ShareForm(Form):
    """Who shares it, and who pays how much?"""

    name = TextField(
        "Your name, as the others see it",
        required="Enter the name the others should see",
        hint="They see nothing else about you, and nothing about your money",
        longest=NAME_LONGEST,
    )
    parts = NumberField("Parts you pay", least=1, most=MOST_PARTS, required="Enter the parts you pay", hint=PARTS_HINT)
    weeks = NumberField(
        "For how many weeks?",
        least=1,
        most=MOST_WEEKS,
        required="Enter for how many weeks",
        hint="1 is this one time. More is the same day and time every week",
    )
    email_1 = EmailField("Email address", required="Enter an email address", autocomplete="off")
    name_1 = TextField("Name", required="Enter a name", longest=NAME_LONGEST)
    parts_1 = NumberField("Parts they pay", least=1, most=MOST_PARTS, required="Enter the parts they pay")
    email_2 = EmailField("Email address", autocomplete="off")
    name_2 = TextField("Name", longest=NAME_LONGEST)
    parts_2 = NumberField("Parts they pay", least=1, most=MOST_PARTS)
    email_3 = EmailField("Email address", autocomplete="off")
    name_3 = TextField("Name", longest=NAME_LONGEST)
    parts_3 = NumberField("Parts they pay", least=1, most=MOST_PARTS)
    note = LongTextField(
        "Is there anything the provider should know? (optional)",
        hint="Do not put card or bank details here. The others do not see it.",
        longest=NOTE_LONGEST,
        rows=3,
    )
    pay = UnseenField()
    key = KeyField(default=new_key)
    amount = SeenField()

    @property
    def others(self) -> list[Sharer]:
        """The others named, each with a name and parts; rows left empty are nobody."""
        rows = [(self[f"email_{n}"].data, self[f"name_{n}"].data, self[f"parts_{n}"].data) for n in OTHERS]
        return [Sharer(email or "", name or "", parts or 0) for email, name, parts in rows if email or name or parts]

    @property
    def mine(self) -> Sharer:
        """The name and parts of whoever plans it."""
        return Sharer("", self.name.data or "", self.parts.data or 0)


class AgreeShareForm(Form):
    """Do you agree to this share?"""

    name = TextField(
        "Your name, as the others see it",
        required="Enter the name the others should see",
        longest=NAME_LONGEST,
    )
    pay = ChoiceField("Which money should pay your share?", required="Select which money should pay")
    amount = SeenField()


class LeaveForm(Form):
    """Is this what you want?"""

    key = KeyField(default=new_key)
