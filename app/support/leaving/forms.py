"""How do you know, is it so, and do you want to close your account?"""

from app.people.accounts.rules.passwords import PASSWORD_LONGEST
from app.platform.web.fields import ChoiceField, Form, LongTextField, PasswordField, YesField
from app.support.leaving.rules import WORDS_LONGEST

CONFIRM, MISTAKE = "confirm", "mistake"
MISTAKE_WORDS = "No, it was a mistake"


class DeathReportForm(Form):
    """How do you know?"""

    words = LongTextField(
        "How do you know?",
        required="Enter how you know",
        hint="For example: her daughter called us this morning.",
        longest=WORDS_LONGEST,
        rows=3,
    )
    is_sure = YesField("I have read what happens now", required="Tick that you have read what happens now")


class DeathAnswerForm(Form):
    """Is it so?"""

    answer = ChoiceField(
        "Is it so?",
        required="Select whether it is so",
        choices={CONFIRM: "Yes, they have died", MISTAKE: MISTAKE_WORDS},
    )
    words = LongTextField("How do you know?", required="Enter how you know", longest=WORDS_LONGEST, rows=3)

    def only_mistake(self) -> None:
        """To who reported it, or once it is confirmed: all that is left to say is that it was a mistake."""
        self.answer.choices = [(MISTAKE, MISTAKE_WORDS)]


class CloseForm(Form):
    """Do you want to close it?"""

    password = PasswordField(
        "Your password",
        required="Enter your password",
        longest=PASSWORD_LONGEST,
        autocomplete="current-password",
        hint="So that nobody else does it for you.",
    )
