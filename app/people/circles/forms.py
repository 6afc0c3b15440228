"""The questions of this room's pages."""

from collections.abc import Mapping, Sequence

from wtforms import Field, ValidationError

from app.people.accounts.forms import real_address
from app.people.circles.rules import (
    AUTHORITY_WORDS,
    CAPACITY_WORDS,
    DECISION_POWERS,
    ENDING_WORDS,
    HELPER_WORDS,
    POWER_WORDS,
    WITH_AUTHORITY,
    EndingEvidence,
    Power,
)
from app.platform.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    EmailField,
    Form,
    LongTextField,
    TextField,
    YesField,
)


def capital(words: str) -> str:
    """The words at the beginning of a line."""
    return words[0].upper() + words[1:]


_POWERS = {power.value: capital(words) for power, words in POWER_WORDS.items()}
ASKED_WORDS = {
    "see_plan": "See what is arranged for them",
    "see_council_money": "See their money from the council, and what it pays for",
    "see_money": "See all their money and what they have spent",
    "suggest": "Look for support for them and suggest it",
    "book_council_managed": "Book support from the money the council looks after for them",
}
"""What a care manager may ask for."""
_KINDS = {kind.value: words for kind, words in HELPER_WORDS.items()}


class _HelpForm(Form):
    """Until when somebody helps, and what they are told."""

    ends_on = DayField("Last day of their help", hint="Leave it empty if it has no end. You can end it at any time.")
    told = YesField(
        "Tell them when nobody comes to a visit",
        hint="On the day, if nobody has said that the visit began. They must be let see what is arranged for you.",
    )


class InviteForm(_HelpForm):
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
    kind = ChoiceField("How do they help you?", choices=_KINDS, required="Select how they help you")
    powers = ChoicesField("What may they do?", choices=_POWERS, required="Select what they may do")


class PowersForm(_HelpForm):
    """What may they do from now on?"""

    powers = ChoicesField("What may they do?", choices=_POWERS, required="Select what they may do, or end it instead")


LEAST_LETTERS = 12
"""Fewer say nothing that somebody could check or challenge."""


def _says_something(_form: Form, field: Field) -> None:
    if sum(letter.isalpha() for letter in field.data or "") < LEAST_LETTERS:
        raise ValidationError("Say why in a sentence: the person reads it")


class EndHelpForm(Form):
    """Why does this help have to end, and what shows it?"""

    # Whoever writes it is dealing with the danger: this is the record of it.
    asks_about_danger = False

    because = LongTextField(
        "Why does it have to end?",
        required="Say why it has to end",
        longest=600,
        hint="The person reads this. Say it in plain words.",
        rules=[_says_something],
    )
    evidence = ChoiceField(
        "What have you seen that shows it?",
        choices={one.value: words for one, words in ENDING_WORDS.items()},
        required="Select what you have seen",
    )
    heard_by = TextField(
        "Who heard the person say so?",
        hint="Only if the person said so: the full name of somebody else who heard it.",
        longest=120,
    )

    def validate_heard_by(self, field: Field) -> None:
        """Somebody else must have heard what the person is said to have said."""
        if self.evidence.data == EndingEvidence.PERSON_SAID.value and len((field.data or "").split()) < 2:  # noqa: PLR2004
            raise ValidationError("Enter the full name of who else heard it")


class AnswerInvitationForm(Form):
    """Will you help? With the code, where the invitation went to another address."""

    code = TextField(
        "Code they told you",
        longest=12,
        width="5",
        hint="Six figures. Ask the person to make one on their page People beside you, and to read it to you.",
        autocomplete="off",
    )


class NarrowForm(Form):
    """What may the care manager go on doing?"""

    powers = ChoicesField(
        "What may they go on doing?", choices=_POWERS, hint="Take away every tick if they may do none of it."
    )


def answer_form(powers: Sequence[Power], why: Mapping[Power, str]) -> Form:
    """Yes, no or later to each thing that was asked."""
    fields = {
        f"answer_{power.value}": ChoiceField(
            f"May they {POWER_WORDS[power]}?",
            choices={"yes": "Yes", "no": "No", "later": "I will say later"},
            required="Select yes, no or later",
            hint=f"They say why: {why[power]}",
        )
        for power in powers
    }
    return type("AskedForm", (Form,), fields)()  # type: ignore[no-any-return]


class CaseloadForm(Form):
    """Who comes onto your caseload?"""

    email = EmailField(
        "Email address of the person", required="Enter their email address", longest=254, rules=[real_address]
    )
    because = LongTextField(
        "Why do you open this person?",
        required="Say why you open this person",
        longest=600,
        hint="They read this, and a colleague looks at it within a week.",
    )


class AskForm(Form):
    """What do you ask to be let do, and why?"""

    powers = ChoicesField("What do you ask for?", choices=ASKED_WORDS, required="Select what you ask for")
    why = LongTextField(
        "Why do you ask?",
        required="Say why you ask",
        longest=600,
        hint="They read this. Say what it would help them with, in plain words.",
    )


class DecisionForm(Form):
    """Which decision can the person not make now, and what was decided?"""

    # Whoever writes it is dealing with what it tells of.
    asks_about_danger = False

    which_decision = LongTextField(
        "Which decision can they not make now?",
        required="Say which decision",
        longest=600,
        hint="One decision, at this time. Everybody is taken to be able to decide until it is shown that they cannot.",
    )
    help_tried = LongTextField(
        "What did you try first, so that they could decide?", required="Say what help was tried", longest=600
    )
    least_restriction = LongTextField(
        "Why would nothing that leaves them freer do?",
        required="Say why nothing that leaves them freer would do",
        longest=600,
    )
    powers = ChoicesField(
        "What will you do for them until it is looked at again?",
        choices={power.value: ASKED_WORDS[power.value] for power in Power if power in DECISION_POWERS},
        required="Select what it is about",
        hint="Their own money and their direct payment stay closed to the council.",
    )
    decided_by_name = TextField("Who decided this?", required="Enter who decided this", longest=120, hint="Not you.")
    decided_by_role = TextField(
        "What is their role?", required="Enter their role", longest=120, hint="For example: best interests assessor"
    )
    evidence = ChoiceField(
        "Which record is behind it?",
        choices={one.value: words for one, words in CAPACITY_WORDS.items()},
        required="Select which record is behind it",
    )
    review_on = DayField(
        "When will it be looked at again?",
        required="Enter when it will be looked at again",
        hint="Within a year. It opens nothing from that day on.",
    )


class AuthorityForm(Form):
    """Who acts about this person's money, and which paper shows it?"""

    email = EmailField("Their email address", required="Enter their email address", longest=254, rules=[real_address])
    relation = TextField("Who they are to the person", required="Enter who they are to the person", longest=60)
    kind = ChoiceField(
        "What are they?",
        choices={kind.value: words for kind, words in HELPER_WORDS.items() if kind in WITH_AUTHORITY},
        required="Select what they are",
    )
    authority = ChoiceField(
        "Which paper have you seen?",
        choices={one.value: words for one, words in AUTHORITY_WORDS.items()},
        required="Select which paper you have seen",
    )
