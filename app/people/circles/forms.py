"""The questions of this room's pages."""

from app.people.accounts.forms import real_address
from app.people.circles.rules import POWER_WORDS
from app.platform.web.fields import ChoicesField, EmailField, Form, TextField

_POWERS = {power.value: words[0].upper() + words[1:] for power, words in POWER_WORDS.items()}
_POWERS_OVER_ANOTHER = {
    "see_money": "See their money and what they have spent",
    "shop": "Look for support for them",
    "book": "Book support and spend their money for them",
}


class InviteForm(Form):
    """Who shall stand beside you, and what may they do?"""

    email = EmailField(
        "Their email address",
        required="Enter their email address",
        longest=254,
        rules=[real_address],
        hint="We send them a link. Nothing happens until they say yes.",
    )
    relation = TextField(
        "Who they are to you",
        required="Enter who they are to you",
        longest=60,
        hint="In your words, like: my sister, my advocate",
    )
    powers = ChoicesField("What may they do?", choices=_POWERS, required="Select what they may do")


class PowersForm(Form):
    """What may they do from now on?"""

    powers = ChoicesField("What may they do?", choices=_POWERS, required="Select what they may do, or end it instead")


class CaseloadForm(Form):
    """Who comes onto your caseload, and what will you do for them?"""

    email = EmailField(
        "Email address of the person", required="Enter their email address", longest=254, rules=[real_address]
    )
    powers = ChoicesField(
        "What will you do with them?", choices=_POWERS_OVER_ANOTHER, required="Select what you will do"
    )
