"""The questions of the providers room: who are you there, and is it so."""

from wtforms import ValidationError

from app.platform.web.fields import ChoiceField, Form, LongTextField, TextField


class ClaimForm(Form):
    """Ask to look after a page."""

    job_title = TextField(
        "What do you do there?",
        required="Enter what you do there, like owner or registered manager",
        hint="For example owner, registered manager or office manager.",
        longest=120,
        autocomplete="organization-title",
    )
    evidence = LongTextField(
        "How can the council check it?",
        required="Enter how the council can check it",
        hint=(
            "For example your work email address, or a telephone number on the organisation's own website. "
            "Do not write anything about people you support."
        ),
    )


class ClaimCodeForm(Form):
    """What did the letter or the call say?"""

    code = TextField("The code", required="Enter the code", longest=40, width="20")


class DecideClaimForm(Form):
    """Say yes or no to a claim."""

    decision = ChoiceField(
        "What do you decide?",
        required="Select yes or no",
        choices={"approve": "Yes, they look after this page", "decline": "No"},
    )
    checked = LongTextField(
        "How did you check it?",
        hint="Needed when you say yes and nothing on this page proves it. It is kept with the claim.",
        rows=3,
    )
    reason = LongTextField("Reason", hint="Needed when you say no. It is sent to the person who asked.", rows=3)

    def validate_reason(self, field: LongTextField) -> None:
        """A no is explained."""
        if self.decision.data == "decline" and not (field.data or "").strip():
            message = "Enter the reason: it is sent to the person who asked"
            raise ValidationError(message)
