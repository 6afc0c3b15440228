"""The questions of this room's pages."""

from app.people.accounts.forms import real_address
from app.people.circles.rules import HELPER_WORDS, POWER_WORDS
from app.platform.web.fields import ChoicesField, EmailField, Form, LongTextField, TextField


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


_POWERS = {power.value: _capital(words) for power, words in POWER_WORDS.items()}
_ASKED = {
    "see_plan": "See what is arranged for them",
    "see_council_money": "See their money from the council, and what it pays for",
    "see_money": "See all their money and what they have spent",
    "suggest": "Look for support for them and suggest it",
    "book_council_managed": "Book support from the money the council looks after for them",
}
"""What a care manager may ask for."""
_KINDS = {kind.value: words for kind, words in HELPER_WORDS.items()}


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
    """Who comes onto your caseload?"""

    email = EmailField(
        "Email address of the person", required="Enter their email address", longest=254, rules=[real_address]
    )


class AskForm(Form):
    """What do you ask to be let do, and why?"""

    powers = ChoicesField("What do you ask for?", choices=_ASKED, required="Select what you ask for")
    why = LongTextField(
        "Why do you ask?",
        required="Say why you ask",
        longest=600,
        hint="They read this. Say what it would help them with, in plain words.",
    )
